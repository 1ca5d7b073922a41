"""inverse.py: what can be reached is reached, and what cannot is refused for the right reason."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.errors import KinematicsError, UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import POSITION_TOLERANCE, ROTATION_TOLERANCE, Goal, solve
from armctl.kinematics.rotation import rotation_vector
from tests.unit.kinematics.arms import ARMS, chain, random_angles, so101

LEVEL = (np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0]))


def check(arm: Chain, goal: Goal, q: FloatArray) -> None:
    """The answer, looked at with nothing but forward kinematics."""
    pose = forward(arm, q)
    assert (arm.lower <= q).all()
    assert (q <= arm.upper).all()
    assert np.linalg.norm(pose[:3, 3] - goal.position) <= POSITION_TOLERANCE
    if goal.rotation is not None:
        turn = np.linalg.norm(rotation_vector(goal.rotation @ pose[:3, :3].T))
        assert turn <= ROTATION_TOLERANCE + 1e-9
    if goal.axis is not None:
        assert (pose[:3, :3] @ goal.axis[0]) @ goal.axis[1] >= math.cos(ROTATION_TOLERANCE) - 1e-12


@pytest.mark.parametrize("name", ARMS)
def test_poses_the_arm_can_take_are_found_from_anywhere(name: str) -> None:
    """Full poses for six joints and more, else as much as the arm has joints for."""
    arm, rng = chain(name), np.random.default_rng(17)
    for _ in range(25):
        pose = forward(arm, random_angles(arm, rng))
        if arm.dof >= 6:
            goal = Goal(pose[:3, 3], pose[:3, :3])
        elif arm.dof == 5:
            goal = Goal(pose[:3, 3], axis=(np.array([0.0, 1.0, 0.0]), pose[:3, 1]))
        else:
            goal = Goal(pose[:3, 3])
        check(arm, goal, solve(arm, goal, rng=rng, attempts=100))


def test_the_answer_is_near_the_seed_and_the_same_every_time() -> None:
    arm = so101().chain
    home = np.array(so101().config.poses["home"])
    goal = Goal(forward(arm, home)[:3, 3] + np.array([0.02, 0.02, 0.02]), axis=LEVEL)
    found = solve(arm, goal, seed=home)
    assert np.abs(found - home).max() < 0.3
    np.testing.assert_array_equal(found, solve(arm, goal, seed=home))


def test_a_seed_outside_the_limits_does_not_lead_outside() -> None:
    arm = so101().chain
    goal = Goal(np.array([0.35, 0.0, 0.2]), axis=LEVEL)
    check(arm, goal, solve(arm, goal, seed=[3.0, -3.0, 3.0, -3.0, 3.0]))


@pytest.mark.parametrize(("x", "z"), [(0.30, 0.1), (0.35, 0.05), (0.40, 0.2), (0.45, 0.15), (0.30, 0.3)])
def test_a_level_cup_can_be_carried_where_the_so101_is_said_to_reach(x: float, z: float) -> None:
    arm = so101().chain
    for aside in (-0.15, 0.0, 0.15):
        goal = Goal(np.array([math.sqrt(x * x - aside * aside), aside, z]), axis=LEVEL)
        check(arm, goal, solve(arm, goal, seed=so101().config.poses["home"]))


def refusal(goal: Goal, arm: Chain | None = None) -> str:
    with pytest.raises(UnreachableError) as caught:
        solve(arm or so101().chain, goal, seed=so101().config.poses["home"], attempts=12)
    assert caught.value.remedy
    return str(caught.value)


def test_too_far_says_by_how_much() -> None:
    """The tool of a stretched arm is 0.25 m nearer to the shoulder than this point."""
    text = refusal(Goal(np.array([0.7, 0.0, 0.2]), axis=LEVEL))
    short = float(text.split("is too far by ")[1].split(" m.")[0])
    best = max(
        float(forward(so101().chain, q)[0, 3])
        for q in np.random.default_rng(1).uniform(so101().chain.lower, so101().chain.upper, (4000, 5))
    )
    assert short == pytest.approx(0.7 - best, abs=0.015)


def test_a_joint_limit_is_named() -> None:
    arm = so101().chain
    narrow = arm.with_limits([-0.1, *arm.lower[1:]], [0.1, *arm.upper[1:]])
    text = refusal(Goal(np.array([0.25, 0.25, 0.15])), narrow)
    assert "the shoulder_pan joint is at its limit" in text
    assert "short of it" in text


def test_an_orientation_that_does_not_go_with_the_point_is_said_to_be_the_reason() -> None:
    upside_down = (np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0]))
    text = refusal(Goal(np.array([0.40, 0.0, 0.05]), axis=upside_down))
    assert "can be reached, but not with this orientation" in text
    assert "°" in text


def test_a_seed_that_is_not_finite_is_refused() -> None:
    with pytest.raises(KinematicsError, match="not all finite"):
        solve(so101().chain, Goal(np.zeros(3)), seed=[math.nan] * 5)
