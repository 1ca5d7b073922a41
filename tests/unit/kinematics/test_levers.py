from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.distance import WorldShape
from armctl.kinematics.levers import carriers, drives, pair_levers
from armctl.kinematics.rotation import pose_matrix
from tests.unit.kinematics.arms import so101

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
