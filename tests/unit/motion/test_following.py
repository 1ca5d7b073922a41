import numpy as np
import pytest

from armctl.errors import UnreachableError
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal
from armctl.motion.following import LARGEST_STEP, follow, reach
from armctl.motion.prepare import finished
from armctl.motion.ways import line
from tests.unit.motion.rig import HOME, LOW, robot

UP = np.array([0.0, 0.0, 1.0])
LEVEL = (np.array([0.0, 1.0, 0.0]), UP)


def level_line(start: np.ndarray, end: tuple[float, float, float], count: int) -> np.ndarray:
    way = line(forward(robot().chain, start)[:3, 3], np.array(end))
    return finished(follow(robot(), start, lambda share: Goal(way(share), axis=LEVEL), count))


def test_every_point_lies_on_the_way() -> None:
    start = level_line(HOME[:5], (0.32, -0.05, 0.12), 8)[-1]
    points = level_line(start, (0.3, 0.15, 0.2), 10)
    a, b = forward(robot().chain, start)[:3, 3], np.array((0.3, 0.15, 0.2))
    for point in points:
        pose = forward(robot().chain, point)
        away = pose[:3, 3] - a
        along = away @ (b - a) / np.linalg.norm(b - a)
        assert np.linalg.norm(away - along * (b - a) / np.linalg.norm(b - a)) < 2e-4
        assert pose[2, 1] > np.cos(0.005)
    assert forward(robot().chain, points[-1])[:3, 3] == pytest.approx(b, abs=1e-4)


def test_where_joints_move_much_points_are_closer() -> None:
    near = level_line(HOME[:5], (0.40, 0.0, 0.1), 6)
    far = level_line(near[-1], (0.4785, 0.0, 0.1), 3)
    assert len(far) > 4
    assert np.abs(np.diff(far, axis=0)).max() <= LARGEST_STEP + 1e-9


@pytest.mark.parametrize(
    ("end", "says"),
    [
        ((0.6, 0.0, 0.1), "is out of reach: the arm is stretched"),
        ((0.12, 0.0, 0.2), "is out of reach: .*at (its|their) limit"),
    ],
)
def test_a_way_that_ends_beyond_reach_says_where_and_why(end: tuple[float, float, float], says: str) -> None:
    with pytest.raises(UnreachableError, match=says) as told:
        level_line(HOME[:5], end, 15)
    assert "The way from" in told.value.message
    assert told.value.remedy


def test_a_far_goal_is_reached_and_one_out_of_reach_is_refused() -> None:
    goal = Goal(np.array([0.18, 0.24, 0.28]), axis=LEVEL)
    q = finished(reach(robot(), LOW[:5], goal))
    assert forward(robot().chain, q)[:3, 3] == pytest.approx(goal.position, abs=2e-4)
    with pytest.raises(UnreachableError, match="The end of the way is out of reach"):
        finished(reach(robot(), HOME[:5], Goal(np.array([0.9, 0.0, 0.3]))))
