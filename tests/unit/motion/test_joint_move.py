import numpy as np
import pytest

from armctl.errors import UnreachableError
from armctl.motion.joint_move import check_goal, joint_points
from tests.unit.motion.rig import HOME, robot

JOINTS = robot().config.joints[:-1]


def test_points_are_straight_from_start_to_goal() -> None:
    goal = HOME[:5] + np.array([0.5, 0.2, -0.3, 0.0, 0.1])
    points = joint_points(robot(), HOME[:5], goal)
    assert points[0] == pytest.approx(HOME[:5])
    assert points[-1] == pytest.approx(goal)
    shares = (points - points[0])[:, 0] / 0.5
    assert points == pytest.approx(points[0] + shares[:, None] * (goal - HOME[:5]))
    assert np.abs(np.diff(points, axis=0)).max() <= 0.1 + 1e-9


@pytest.mark.parametrize("joint", range(len(JOINTS)))
def test_a_goal_at_a_limit_is_taken_and_one_beyond_it_is_refused_with_the_figures(joint: int) -> None:
    goal = HOME[:5].copy()
    goal[joint] = JOINTS[joint].upper
    check_goal(robot(), goal)
    goal[joint] += 0.02
    with pytest.raises(UnreachableError, match=rf"{JOINTS[joint].name} cannot go to \d+°"):
        check_goal(robot(), goal)


def test_a_goal_for_another_arm_is_refused() -> None:
    with pytest.raises(UnreachableError, match="4 joint angles were given; SO-101 has 5"):
        check_goal(robot(), np.zeros(4))
