import numpy as np
import pytest

from armctl.motion.pace import Pace
from armctl.motion.path import JointPath, path_through
from armctl.motion.prepare import finished
from armctl.motion.requests import ToolRequest
from armctl.motion.tool_move import tool_points
from tests.unit.motion.rig import HOME, robot

JOINTS = robot().config.joints[:-1]
SPEED = np.array([joint.max_speed for joint in JOINTS])
ACCELERATION = np.array([joint.max_acceleration for joint in JOINTS])
JERK = np.array([joint.max_jerk for joint in JOINTS])


def bent_path() -> tuple[JointPath, Pace]:
    way = finished(tool_points(robot(), HOME[:5], ToolRequest((0.2, -0.25, 0.2), path="line")))
    path, tool = finished(path_through(robot(), way.points)) or pytest.fail("no path")
    return path, Pace(robot().config, path, tool)


def test_the_bounds_keep_speed_acceleration_and_jerk_everywhere_on_a_bent_path() -> None:
    path, pace = bent_path()
    h = 1e-5
    for s in np.linspace(h, path.length - h, 400):
        u, a, j = pace.limit(float(s), 1.0), pace.acceleration, pace.jerk
        _, first, second = (np.abs(value) for value in path.at(float(s)))
        third = np.abs(path.at(float(s + h))[2] - path.at(float(s - h))[2]) / (2 * h)
        assert (first * u <= SPEED * 1.001).all()
        assert (second * u**2 + first * a <= ACCELERATION * 1.02).all()
        assert (third * u**3 + 3 * second * u * a + first * j <= JERK * 1.05).all()


def test_the_tool_keeps_the_speed_it_is_allowed_at_the_place_itself() -> None:
    path, pace = bent_path()
    for s in np.linspace(0.0, path.length - 1e-3, 100):
        ahead = [robot().tool_pose(np.append(path.at(float(at))[0], 0.0))[:3, 3] for at in (s, s + 1e-3)]
        rate = float(np.linalg.norm(ahead[1] - ahead[0])) / 1e-3
        assert rate * pace.limit(float(s), 0.04) <= 0.04


def test_a_slower_place_ahead_is_known_in_braking_distance() -> None:
    path, pace = bent_path()
    limits = np.array([pace.limit(float(s), 1.0) for s in np.linspace(0, path.length, 400)])
    s = np.linspace(0, path.length, 400)
    slowest = len(limits) - 1 - int(np.argmin(limits[::-1]))
    braking = 0.5 / pace.acceleration + 0.5 * pace.acceleration / pace.jerk
    before = (s <= s[slowest]) & (s >= s[slowest] - 0.8 * braking)
    assert np.allclose(limits[before], limits[slowest])


def test_no_allowed_speed_is_no_speed() -> None:
    _, pace = bent_path()
    assert pace.limit(0.5, 0.0) == 0.0
    assert pace.limit(0.5, -1.0) == 0.0
