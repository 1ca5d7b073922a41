"""refusal.py: the reason told is the true one, and so is the figure."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from armctl.errors import UnreachableError
from armctl.kinematics.chain import Chain, load_chain
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal, find, solve
from armctl.kinematics.refusal import nearest_pose
from armctl.kinematics.solver import solver_of
from tests.unit.kinematics.arms import chain, so101
from tests.unit.kinematics.sketches import joint, robot


def reason(arm: Chain, goal: Goal, **how: Any) -> str:
    with pytest.raises(UnreachableError) as caught:
        solve(arm, goal, **how)
    assert caught.value.remedy
    return caught.value.message


FREE = '<axis xyz="0 1 0"/><limit lower="-3.1" upper="3.1"/>'
TURN = '<axis xyz="0 0 1"/><limit lower="-3.1" upper="3.1"/>'
TWO_LINKS = robot(
    joint("turn", "a", "b", TURN),
    joint("lift", "b", "c", FREE),
    joint("bend", "c", "d", '<origin xyz="0.5 0 0"/>' + FREE),
    joint("tip", "d", "e", '<origin xyz="0.2 0 0"/>', "fixed"),
    links="abcde",
)
"""An arm of 0.5 m and 0.2 m: it reaches from 0.3 m to 0.7 m, exactly."""


@pytest.mark.parametrize("away", [0.75, 0.82, 1.5])
def test_too_far_is_told_to_the_centimetre(away: float) -> None:
    text = reason(load_chain(TWO_LINKS, "a", "e"), Goal(np.array([0.6 * away, 0.0, 0.8 * away])))
    assert f"{away:.2f} m from the base, is too far by {away - 0.7:.2f} m" in text


@pytest.mark.parametrize("away", [0.28, 0.18, 0.1])
def test_too_near_is_not_called_too_far(away: float) -> None:
    text = reason(load_chain(TWO_LINKS, "a", "e"), Goal(np.array([away, 0.0, 0.0])))
    assert f"is too near by {0.3 - away:.2f} m" in text


def test_neither_is_said_where_neither_would_help() -> None:
    """A UR5's tool cannot come nearer to its first axis than 0.10915 - 0.0823 m: its links lie beside each other."""
    with pytest.raises(UnreachableError) as caught:
        solve(chain("ur5"), Goal(np.array([0.0, 0.0, 0.4])))
    error = caught.value
    assert "is out of reach by 0.03 m" in error.message
    place = [float(value) for value in error.remedy.split("(")[1].split(")")[0].split(",")]
    assert math.hypot(place[0], place[1]) == pytest.approx(0.02685, abs=0.006)
    assert find(chain("ur5"), Goal(np.array([0.0269, 0.0, 0.4]))) is not None


def test_a_joint_limit_is_named_where_the_arm_could_otherwise_go_there() -> None:
    arm = load_chain(TWO_LINKS, "a", "e").with_limits([-3.1, -3.1, -0.2], [3.1, 3.1, 0.2])
    assert "the bend joint is at its limit" in reason(arm, Goal(np.array([0.5, 0.0, 0.0])))


def test_beyond_reach_the_limit_is_not_blamed() -> None:
    arm = load_chain(TWO_LINKS, "a", "e").with_limits([-0.5, -3.1, -3.1], [0.5, 3.1, 3.1])
    assert "is too far by" in reason(arm, Goal(np.array([0.0, 2.0, 0.0])))


def test_the_orientation_is_blamed_only_where_the_point_can_be_reached() -> None:
    arm, down = so101().chain, (np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0]))
    near = np.array([0.40, 0.0, 0.05])
    assert find(arm, Goal(near)) is not None
    assert "can be reached, but not with this orientation: the tool stays" in reason(arm, Goal(near, axis=down))
    assert "is too far by" in reason(arm, Goal(np.array([0.9, 0.0, 0.1]), axis=down))


def test_the_angle_told_is_the_least_one_that_many_searches_find() -> None:
    arm = so101().chain
    wanted = Goal(np.array([0.42, 0.0, 0.05]), axis=(np.array([0.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0])))
    nearest = nearest_pose(solver_of(arm, wanted), wanted, None)
    pose = forward(arm, nearest.q)
    assert np.linalg.norm(pose[:3, 3] - wanted.position) == pytest.approx(nearest.off, abs=1e-9)
    assert math.acos(pose[2, 2]) == pytest.approx(nearest.turned, abs=1e-6)


def test_one_attempt_from_a_seed_asks_only_what_is_near() -> None:
    """A planner asks so thousands of times: other bends of the arm are of no use to it."""
    arm = chain("ur5")
    home = np.array([0.0, -1.2, 1.5, -0.3, 1.2, 0.0])
    goal = Goal(forward(arm, home)[:3, 3], forward(arm, home)[:3, :3])
    near = find(arm, goal, seed=home + 0.05, attempts=1)
    assert near is not None
    assert np.abs(near - home).max() < 0.01
    far = Goal(np.array([2.0, 0.0, 0.0]))
    assert find(arm, far, seed=home, attempts=1) is None
    assert "too far by" in reason(arm, far, seed=home, attempts=1)


def test_every_arm_tells_a_point_ten_metres_away_is_too_far() -> None:
    for name in ("koch_v11", "openmanipulator_x", "panda"):
        assert "is too far by" in reason(chain(name), Goal(np.array([10.0, 0.0, 0.5])), attempts=12)
