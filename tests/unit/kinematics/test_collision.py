"""The collision model beside its own exact distances, beside PyBullet's, and on whole ways."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pybullet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config.load import builtin, find, load
from armctl.config.scene import SceneConfig
from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.collision import CHUNK, CollisionModel, Held
from armctl.kinematics.distance import WorldShape
from armctl.kinematics.rotation import pose_matrix, quaternion_from_matrix
from armctl.kinematics.shapes import LinkShape
from armctl.kinematics.surroundings import PERSON, model_of, world_of
from tests.unit.kinematics.arms import so101

seeds = st.integers(0, 2**32 - 1)
ROBOT = so101()
HOME = np.array([*ROBOT.config.poses["home"], 0.3])
CUP = Held("the cup", (LinkShape("tool", "box", (0.055, 0.055, 0.1), pose_matrix((-0.03, 0.0, -0.01))),))


@cache
def kitchen() -> CollisionModel:
    return model_of(ROBOT, load(find("scenes", "kitchen_table"), SceneConfig))


def posture(rng: np.random.Generator) -> FloatArray:
    joints = ROBOT.config.joints
    return rng.uniform([joint.lower for joint in joints], [joint.upper for joint in joints])


@settings(max_examples=40, deadline=None)
@given(seeds, st.floats(0.0, 0.2))
def test_every_question_has_the_same_answer(seed: int, margin: float) -> None:
    q, model = posture(np.random.default_rng(seed)), kitchen()
    exact = model.distances(q)
    nearest = model.nearest(q)
    assert nearest.distance == pytest.approx(exact.min(), abs=1e-12)
    pair = model.pairs[int(exact.argmin())]
    assert (nearest.a, nearest.b, nearest.kind) == (pair.a, pair.b, pair.kind)
    assert model.clear(q, margin) == bool((exact >= margin).all())
    looked = model.distances(q, margin)
    assert (looked <= exact + 1e-9).all()
    np.testing.assert_allclose(looked[looked < margin], exact[looked < margin], atol=1e-9)
    assert ((looked < margin) == (exact < margin)).all()


def test_many_postures_at_once_have_the_answers_of_each() -> None:
    rng, model = np.random.default_rng(4), kitchen()
    many = np.array([posture(rng) for _ in range(60)])
    np.testing.assert_allclose(model.distances_many(many), [model.distances(q) for q in many], atol=1e-9)
    for margin in (0.0, 0.02, np.linspace(0.0, 0.05, len(model.pairs))):
        assert model.clear_many(many, margin).tolist() == [model.clear(q, margin) for q in many]
    assert 5 < model.clear_many(many, 0.01).sum() < 55


def test_more_postures_than_are_measured_together_and_none() -> None:
    model = CollisionModel(ROBOT)
    many = np.tile(HOME, (CHUNK + 3, 1))
    assert model.distances_many(many, 0.0).shape == (CHUNK + 3, len(model.pairs))
    assert model.clear_many(many).all()
    assert model.distances_many(many[:0]).shape == (0, len(model.pairs))
    assert model.clear_many(many[:0]).shape == (0,)


def test_links_come_with_the_distances_for_who_needs_both() -> None:
    apart, poses = kitchen().look(HOME, 0.05)
    np.testing.assert_array_equal(apart, kitchen().distances(HOME, 0.05))
    np.testing.assert_allclose(poses[: len(ROBOT.links)], ROBOT.link_array(HOME))


@pytest.mark.parametrize("wrong", [np.zeros(5), np.full(6, np.nan)])
def test_what_is_no_posture_is_refused(wrong: FloatArray) -> None:
    with pytest.raises(KinematicsError):
        kitchen().nearest(wrong)


def test_an_arm_that_can_touch_nothing_is_infinitely_far() -> None:
    still = CollisionModel(ROBOT, _touching=np.zeros((0, 2), dtype=np.intp))
    assert still.nearest(HOME).distance == np.inf
    assert still.clear(HOME, 1.0)


def test_what_the_arm_stands_on_does_not_count_but_a_post_that_the_shoulder_sweeps_does() -> None:
    under = {"plate": WorldShape("box", (0.8, 0.9, 0.03), pose_matrix((0.2, 0.0, -0.015)))}
    links = {pair.a for pair in CollisionModel(ROBOT, under).pairs if pair.kind == "scene"}
    assert links == {"upper_arm_link", "lower_arm_link", "wrist_link", "gripper_link", "jaw_link"}
    # The shoulder's capsule sticks out behind the pan axis, so it sweeps a ring.
    shoulder = next(shape for shape in ROBOT.shapes if shape.link == "shoulder_link")
    turned = ROBOT.link_poses(np.array([-1.5, *HOME[1:]]))["shoulder_link"] @ shoulder.pose
    post = {"post": WorldShape("sphere", (0.02,), pose_matrix(turned[:3, 3]))}
    assert "shoulder_link" in {pair.a for pair in CollisionModel(ROBOT, post).pairs if pair.kind == "scene"}


def test_a_person_is_kept_from_every_part_that_moves() -> None:
    for name in PERSON:
        links = {pair.a for pair in kitchen().pairs if pair.b == name}
        assert links == {shape.link for shape in ROBOT.shapes} - {"base_link"}


def test_a_person_who_moved_is_measured_where_they_are_now() -> None:
    hand = ROBOT.tool_pose(HOME)
    moved = kitchen().moved("head", hand)
    assert moved.pairs == kitchen().pairs
    assert moved.nearest(HOME).b == "head"
    assert kitchen().nearest(HOME).b != "head"
    for name in ("furniture.table", "nobody"):
        with pytest.raises(KinematicsError, match="Nothing that moves"):
            kitchen().moved(name, hand)


def test_what_is_held_is_kept_from_arm_and_world_but_not_from_the_hand() -> None:
    holding = kitchen().holding(CUP)
    others = {pair.b if pair.a == "the cup" else pair.a for pair in holding.pairs if "the cup" in (pair.a, pair.b)}
    assert others == {"base_link", "shoulder_link", "upper_arm_link", "lower_arm_link", "wrist_link", *kitchen().world}
    assert {pair.kind for pair in holding.pairs if pair.a == "the cup"} == {"scene"}
    assert {pair.kind for pair in holding.pairs if pair.b == "the cup"} == {"self"}
    assert holding.holding(None).pairs == kitchen().pairs


def test_what_is_held_moves_with_the_hand() -> None:
    holding = kitchen().holding(CUP)
    free = np.array([pair.a != "the cup" and pair.b != "the cup" for pair in holding.pairs])
    found = dict(zip(holding.pairs, holding.distances(HOME), strict=True))
    for pair, distance in zip(kitchen().pairs, kitchen().distances(HOME), strict=True):
        assert distance in [value for other, value in found.items() if other == pair] or pair in holding.pairs
    cup_to_table = min(value for pair, value in found.items() if (pair.a, pair.b) == ("the cup", "furniture.table"))
    corners = np.array([[x, y, z, 1.0] for x in (-0.0575, -0.0025) for y in (-0.0275, 0.0275) for z in (-0.06, 0.04)])
    lowest = (ROBOT.tool_pose(HOME) @ corners.T)[2].min()
    assert cup_to_table == pytest.approx(lowest + 0.13, abs=1e-9)
    assert free.sum() == len(kitchen().pairs)


def test_gradients_are_how_distances_grow() -> None:
    rng = np.random.default_rng(8)
    model, wrong, seen = kitchen().holding(CUP), 0, 0
    for _ in range(12):
        q = posture(rng)
        apart = np.flatnonzero(model.distances(q) > 1e-3)
        found = model.gradients(q, apart)
        for joint, change in enumerate(np.eye(6) * 1e-6):
            slopes = (model.distances(q + change)[apart] - model.distances(q - change)[apart]) / 2e-6
            wrong += int((np.abs(slopes - found[:, joint]) > 1e-4).sum())
            seen += len(apart)
    # Where two edges, or two parallel sides, are equally near, there is a kink and no gradient.
    assert seen > 5000
    assert wrong < 0.005 * seen


def test_a_way_is_clear_when_all_of_it_is() -> None:
    model = kitchen()
    rest = np.array([*ROBOT.config.poses["rest"], 0.3])
    assert model.clear_way(np.array([HOME, rest]), 0.002)
    assert model.clear_way(HOME[None], 0.002)
    assert not model.clear_way(HOME[None], 0.2)
    into = HOME.copy()
    into[2] += 0.5
    assert not model.clear_way(np.array([HOME, into, HOME]))


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_a_way_that_is_told_clear_is_clear_wherever_one_looks(seed: int) -> None:
    rng, model = np.random.default_rng(seed), kitchen()
    ends = np.array([HOME, HOME + rng.normal(0.0, 0.5, 6)])
    lower = [joint.lower for joint in ROBOT.config.joints]
    ends[1] = np.clip(ends[1], lower, [joint.upper for joint in ROBOT.config.joints])
    along = ends[0] + np.linspace(0.0, 1.0, 200)[:, None] * (ends[1] - ends[0])
    sampled = model.distances_many(along, 0.02).min()
    told = model.clear_way(ends, 0.005)
    if told:
        assert sampled >= 0.005 - 1e-9
    if sampled > 0.008:
        assert told


# -- beside PyBullet ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bullet() -> Iterator[tuple[int, int, dict[str, int]]]:
    """A PyBullet client with the arm and the kitchen, and the numbers of their bodies."""
    client = pybullet.connect(pybullet.DIRECT)
    path = builtin("arms", "so101", ".urdf")
    arm = pybullet.loadURDF(str(path), useFixedBase=True, physicsClientId=client)
    world = world_of(load(find("scenes", "kitchen_table"), SceneConfig))
    bodies = {name: _bullet_body(shape, client) for name, shape in world.items()}
    yield client, arm, bodies
    pybullet.disconnect(client)


def _bullet_body(shape: WorldShape, client: int) -> int:
    if shape.kind == "box":
        made = pybullet.createCollisionShape(
            pybullet.GEOM_BOX, halfExtents=[0.5 * side for side in shape.size], physicsClientId=client
        )
    else:
        made = pybullet.createCollisionShape(pybullet.GEOM_SPHERE, radius=shape.size[0], physicsClientId=client)
    return int(
        pybullet.createMultiBody(
            0.0, made, -1, shape.pose[:3, 3].tolist(), quaternion_from_matrix(shape.pose[:3, :3]).tolist(),
            physicsClientId=client,
        )
    )  # fmt: skip


def test_distances_are_those_of_pybullet(bullet: tuple[int, int, dict[str, int]]) -> None:
    """Link by link and thing by thing, in 15 postures; PyBullet has margins of 1 mm about its shapes."""
    client, arm, bodies = bullet
    model, rng = kitchen(), np.random.default_rng(2)
    number = {"base_link": -1}
    for index in range(pybullet.getNumJoints(arm, physicsClientId=client)):
        number[pybullet.getJointInfo(arm, index, physicsClientId=client)[12].decode()] = index
    compared = 0
    for _ in range(15):
        q = posture(rng)
        for joint, angle in enumerate(q):
            pybullet.resetJointState(arm, joint, angle, physicsClientId=client)
        ours: dict[tuple[str, str], float] = {}
        for pair, distance in zip(model.pairs, model.distances(q), strict=True):
            ours[pair.a, pair.b] = min(distance, ours.get((pair.a, pair.b), np.inf))
        for (a, b), distance in ours.items():
            if distance < 0.002:
                continue
            body, link = (bodies[b], -1) if b in bodies else (arm, number[b])
            found = pybullet.getClosestPoints(arm, body, 2.0, number[a], link, physicsClientId=client)
            theirs = min(point[8] for point in found)
            assert theirs - 1.5e-3 <= distance <= theirs + 2.5e-3, (a, b)
            compared += 1
    assert compared > 300
