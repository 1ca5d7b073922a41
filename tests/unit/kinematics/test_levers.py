from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.distance import WorldShape
from armctl.kinematics.levers import carriers, drives, pair_levers
from armctl.kinematics.rotation import pose_matrix
from tests.unit.kinematics.arms import so101
from tests.unit.kinematics.whole_arms import GRIPPERS, anywhere, whole

MODEL = CollisionModel(
    so101(),
    {
        "ball": WorldShape("sphere", (0.1,), pose_matrix((0.25, 0.2, 0.2))),
        "table": WorldShape("box", (0.8, 0.9, 0.03), pose_matrix((0.2, 0.0, -0.145))),
    },
)


def posture(rng: np.random.Generator) -> np.ndarray:
    joints = so101().config.joints
    return rng.uniform([joint.lower for joint in joints], [joint.upper for joint in joints])


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-4, 0.01, 0.3]))
def test_a_distance_changes_by_no_more_than_the_levers_say(seed: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    q = posture(rng)
    change = rng.normal(0.0, size, len(q))
    difference = np.abs(MODEL.distances(q + change) - MODEL.distances(q))
    assert (difference <= MODEL.levers @ np.abs(change) + 1e-9).all()


def test_a_joint_that_carries_both_parts_changes_nothing() -> None:
    for row, pair in enumerate(MODEL.pairs):
        if pair.kind == "self":
            assert MODEL.levers[row, 0] == (MODEL.levers[row, 0] if pair.a == "base_link" else 0.0)
        else:
            assert MODEL.levers[row, 0] > 0.0


def test_things_that_stand_have_no_levers() -> None:
    ball = MODEL.world["ball"]
    assert not pair_levers(so101(), [ball, ball], np.array([[0, 1]])).any()
    assert not carriers(so101().tree, [ball]).any()


def test_every_configured_joint_drives_one_joint_of_the_tree() -> None:
    moves = drives(so101())
    assert moves.shape == (len(so101().tree.joints), 6)
    np.testing.assert_array_equal(moves.sum(axis=0), np.ones(6))


@pytest.mark.parametrize("name", GRIPPERS)
def test_so_it_is_for_arms_with_sliding_fingers_that_follow_each_other(name: str) -> None:
    robot, rng = whole(name), np.random.default_rng(6)
    model = CollisionModel(robot, {"ball": WorldShape("sphere", (0.05,), pose_matrix((0.2, 0.2, 0.3)))})
    for _ in range(15):
        q = anywhere(robot, rng)
        change = rng.normal(0.0, 0.05, len(q))
        difference = np.abs(model.distances(q + change) - model.distances(q))
        assert (difference <= model.levers @ np.abs(change) + 1e-9).all()


def test_a_finger_that_follows_is_driven_by_the_one_that_leads() -> None:
    moves = drives(whole("wx250s"))
    assert moves[:, -1].tolist().count(1.0) == 1
    assert moves[:, -1].tolist().count(-1.0) == 1
