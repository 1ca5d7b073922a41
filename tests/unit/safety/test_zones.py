from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from armctl.config.scene import FurnitureConfig, SceneConfig, ShapeConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.distance import arm_placer, distances, world_bodies, world_shape
from armctl.safety import zones as zones_module
from armctl.safety.limits import ARM_CLEARANCE, ESCAPE_SPEED, HAND_CLEARANCE
from armctl.safety.zones import Reach, Zones
from tests.unit.safety.bench import home, person, robot, scene, table, vector


def zones(furniture: dict[str, FurnitureConfig] | None = None, who: Any = None) -> Zones:
    return Zones(robot(), scene(furniture, who))


def box(xyz: tuple[float, float, float], size: tuple[float, float, float] = (0.1, 0.1, 0.1)) -> FurnitureConfig:
    return FurnitureConfig(title="Big Box", shape=ShapeConfig(kind="box", size=size, xyz=xyz))


def tool_at(q: FloatArray) -> FloatArray:
    return robot().tool_pose(q)[:3, 3]


def random_poses(count: int) -> list[FloatArray]:
    rng = np.random.default_rng(3)
    joints = robot().config.joints
    low, high = np.array([j.lower for j in joints]), np.array([j.upper for j in joints])
    return [rng.uniform(low, high) for _ in range(count)]


def test_without_person_and_furniture_there_is_nothing_to_keep_away_from() -> None:
    empty = zones({})
    reach = empty.reach(home())
    assert reach.margins.size == 0
    assert math.isinf(reach.head)
    assert empty.check(reach, reach) is None
    assert empty.speed(reach, 0.3) == (math.inf, "")
    np.testing.assert_allclose(reach.tool, tool_at(home()))


def test_furniture_that_may_be_touched_is_left_out() -> None:
    assert zones({"table": table(keep_out=False)}).reach(home()).margins.size == 0


def test_the_foot_of_the_arm_and_what_it_stands_on_do_not_count() -> None:
    """The base stands on the table for ever, and the shoulder above it only turns: neither may slow the arm."""
    close = zones({"table": table(shape=ShapeConfig(kind="box", size=(0.8, 0.9, 0.03), xyz=(0.2, 0.0, -0.015)))})
    links = {close._shapes[column].link for _, column in close._flat_pairs}
    assert "base_link" not in links
    assert "shoulder_link" not in links
    assert {"upper_arm_link", "lower_arm_link", "wrist_link", "gripper_link", "jaw_link", "tool"} <= links


def test_a_post_that_the_shoulder_can_turn_into_counts() -> None:
    """The shoulder's capsule sticks out behind the pan axis, so it sweeps a ring."""
    shoulder = [shape for shape in robot().shapes if shape.link == "shoulder_link"]
    placer = arm_placer(shoulder, robot().links)
    pan = home()
    pan[0] = -1.5
    middle = placer.place(robot().link_array(pan))
    at = tuple(float(x) for x in middle.start[0])
    post = box((at[0], at[1] + 0.035, at[2]), (0.02, 0.02, 0.02))
    touching = float(distances(middle, world_bodies([world_shape(post.shape)])).min())
    away = home()
    away[0] = 1.5
    apart = float(distances(placer.place(robot().link_array(away)), world_bodies([world_shape(post.shape)])).min())
    assert touching < 0.0 < apart
    assert "shoulder_link" in {
        with_post._shapes[column].link for with_post in [zones({"post": post})] for _, column in with_post._flat_pairs
    }


def test_the_person_is_kept_from_every_part_that_moves() -> None:
    whole = zones({}, person())
    for row in (0, 1):
        links = {whole._shapes[column].link for thing, column in whole._flat_pairs if thing == row}
        assert links == {shape.link for shape in robot().shapes} - {"base_link"} | {"tool"}


def test_the_hand_may_come_closer_to_furniture_than_the_arm() -> None:
    made = zones()
    for index, (_, column) in enumerate(made._flat_pairs):
        hand = made._shapes[column].link in {"gripper_link", "jaw_link", "tool"}
        assert made._flat_limits[index] == (HAND_CLEARANCE if hand else ARM_CLEARANCE)


def test_distances_are_those_of_the_exact_shapes_where_it_matters() -> None:
    """Boxes of the hand are replaced by capsules around them only where they are far; never does that look farther."""
    made = zones({"table": table(), "box": box((0.3, 0.1, 0.1))}, person())
    exact_placer = arm_placer(made._shapes, robot().links)
    near = 0
    for q in random_poses(60):
        exact = distances(exact_placer.place(robot().link_array(q)), made._world)[made._pairs] - made._flat_limits
        margins = made.reach(q).margins
        assert (margins <= exact + 1e-9).all()
        close = margins + made._flat_limits < zones_module.LOOK_CLOSER
        np.testing.assert_allclose(margins[close], exact[close], atol=1e-9)
        near += int(close.sum())
    assert near > 20


def test_the_capsule_around_a_box_holds_all_its_corners() -> None:
    for shape in robot().shapes:
        cover = zones_module._cover(shape)
        if shape.kind != "box":
            assert cover is shape
            continue
        corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * 0.5 * np.array(shape.size)
        at = corners @ shape.pose[:3, :3].T + shape.pose[:3, 3]
        local = (at - cover.pose[:3, 3]) @ cover.pose[:3, :3]
        assert np.linalg.det(cover.pose[:3, :3]) == pytest.approx(1.0)
        assert (np.abs(local[:, 2]) <= 0.5 * cover.size[1] + 1e-12).all()
        assert (np.hypot(local[:, 0], local[:, 1]) <= cover.size[0] + 1e-12).all()


def reach_with(margins: list[float]) -> Reach:
    return Reach(np.zeros(3), np.array(margins), math.inf)


@pytest.mark.parametrize(
    ("now", "before", "refused"),
    [
        (0.0, 1.0, False), (1e-9, 1.0, False), (-1e-9, 1.0, True), (-1e-6, 0.0, True),
        (-0.01, -0.01, False), (-0.01, -0.02, False), (-0.01, -0.01 + 5e-10, False), (-0.01, -0.01 + 5e-9, True),
        (0.5, -0.5, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pair", [0, 3, -1])
def test_only_coming_closer_than_allowed_is_refused(now: float, before: float, refused: bool, pair: int) -> None:
    made = zones({"table": table()}, person())
    far = np.full(len(made._flat_pairs), 1.0)
    a, b = far.copy(), far.copy()
    a[pair], b[pair] = now, before
    finding = made.check(reach_with(a.tolist()), reach_with(b.tolist()))
    assert (finding is not None) == refused


def test_a_refusal_names_part_thing_distance_and_limit() -> None:
    made = zones({"box": box((0.3, 0.1, 0.1))}, person())
    index = next(
        i for i, (thing, column) in enumerate(made._flat_pairs)
        if thing == 2 and made._shapes[column].link == "lower_arm_link"
    )  # fmt: skip
    margins = np.full(len(made._flat_pairs), 1.0)
    before = reach_with(margins.tolist())
    margins[index] = -0.002
    finding = made.check(reach_with(margins.tolist()), before)
    assert finding is not None
    assert finding.fault().message == "The lower arm would come within 3 mm of the big box; 5 mm is the limit."


@pytest.mark.parametrize(("thing", "code", "word"), [(0, "head_zone", "head"), (1, "torso_zone", "body")])
def test_head_and_body_have_their_own_words(thing: int, code: str, word: str) -> None:
    made = zones({}, person())
    margins = np.full(len(made._flat_pairs), 1.0)
    before = reach_with(margins.tolist())
    index = next(i for i, (row, _) in enumerate(made._flat_pairs) if row == thing)
    margins[index] = -0.001
    finding = made.check(reach_with(margins.tolist()), before)
    assert finding is not None
    assert finding.code == code
    assert f"19 mm of the {word}; 20 mm is the limit" in finding.fault().message


@pytest.mark.parametrize("margin", [-0.5, 0.0, 1e-6, 0.001, 0.003, 0.01, 0.1])
def test_the_braking_curve_towards_a_keep_out(margin: float) -> None:
    made = zones()
    margins = [1.0] * len(made._flat_pairs)
    margins[2] = margin
    allowed, reason = made.speed(reach_with(margins), 0.3)
    assert allowed == pytest.approx(max(ESCAPE_SPEED, math.sqrt(2 * 0.3 * max(0.0, margin - 0.002))))
    assert reason == "Slow: close to the table."


@pytest.mark.parametrize("distance", [-0.1, 0.0, 0.1, 0.2 - 1e-9, 0.2])
def test_everything_is_slow_within_the_slow_radius(distance: float) -> None:
    made = zones({}, person(slow_radius=0.2, slow_speed=0.05))
    far = np.full(len(made._flat_pairs), 5.0)
    assert made.speed(Reach(np.zeros(3), far, distance), 0.3) == (pytest.approx(0.05), "Slow: close to the head.")


@pytest.mark.parametrize("ahead", [0.001, 0.01, 0.03])
def test_the_slow_radius_is_reached_at_slow_speed(ahead: float) -> None:
    made = zones({}, person(slow_radius=0.2, slow_speed=0.05))
    far = np.full(len(made._flat_pairs), 5.0)
    allowed, _ = made.speed(Reach(np.zeros(3), far, 0.2 + ahead), 0.3)
    assert allowed == pytest.approx(math.sqrt(0.05**2 + 2 * 0.3 * ahead))


def test_the_head_distance_is_that_of_the_nearest_part() -> None:
    made = zones({}, person())
    who = person()
    head = world_shape(ShapeConfig(kind="sphere", size=(who.head_radius,), xyz=who.head_xyz))
    moving = [shape for shape in robot().shapes if shape.link != "base_link"]
    placer = arm_placer(moving, robot().links)
    for q in random_poses(30):
        exact = float(distances(placer.place(robot().link_array(q)), world_bodies([head])).min())
        assert made.reach(q).head <= exact + 1e-9
        assert made.reach(q).head >= exact - 0.02


def test_the_elbow_counts_as_much_as_the_hand() -> None:
    """A head beside the elbow, with the hand far away from it."""
    q = home()
    poses = dict(zip(robot().links, robot().link_array(q), strict=True))
    elbow = poses["lower_arm_link"][:3, 3]
    near = person(head_xyz=(float(elbow[0]), float(elbow[1]) + 0.18, float(elbow[2])))
    made = Zones(robot(), scene({}, near))
    before = made.reach(q)
    assert before.margins.min() > 0.0
    assert np.linalg.norm(before.tool - near.head_xyz) > 0.2
    # Turning the pan joint takes the elbow to the head: find the first pose too close, and what is named.
    for step in range(1, 200):
        for way in (-1.0, 1.0):
            reach = made.reach(q + vector(0, way * 0.01 * step))
            finding = made.check(reach, before)
            if finding is not None:
                assert finding.code == "head_zone"
                assert finding.joint in {"upper arm", "lower arm", "shoulder", "wrist"}
                return
    pytest.fail("the elbow never came too close")


def test_a_real_scene_has_room_for_the_named_poses() -> None:
    from armctl.config.load import find, load

    made = Zones(robot(), load(find("scenes", "kitchen_table"), SceneConfig))
    for pose in ("home", "rest"):
        reach = made.reach(np.array([*robot().config.poses[pose], 0.3]))
        assert reach.margins.min() > 0.0, pose
