"""Ways around obstacles: what comes back is clear all the way, and nothing comes back when there is no way."""

import builtins
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.errors import SetupError, UnreachableError
from armctl.kinematics.forward import forward
from armctl.kinematics.robot import RobotModel
from armctl.motion import planning
from armctl.motion.planning import JointSpace, LevelSpace, plan_way

ROBOT = RobotModel(load(builtin("arms", "so101"), ArmConfig))
CHAIN = ROBOT.chain
HOME = np.array(ROBOT.config.poses["home"])


def tool(q):
    return forward(CHAIN, q)[:3, 3]


def clear_of_a_wall(q):
    """A wall before the base, 0.22 m high."""
    x, y, z = tool(q)
    return not (x > 0.1 and abs(y) < 0.04 and z < 0.22)


def sides(angle=0.7):
    left, right = HOME.copy(), HOME.copy()
    left[0], right[0] = angle, -angle
    return left, right


def test_a_straight_way_that_is_clear_is_taken_as_it_is():
    left, right = sides()
    way = plan_way(JointSpace(CHAIN), left, right, lambda q: True)
    assert np.allclose(way[:, 1:], HOME[1:])
    assert np.all(np.diff(way[:, 0]) < 0)


@settings(max_examples=12)
@given(st.integers(1, 8), st.floats(0.5, 1.2))
def test_a_way_around_a_wall_begins_and_ends_as_asked_and_is_clear_at_every_point(seed, angle):
    left, right = sides(angle)
    way = plan_way(JointSpace(CHAIN), left, right, clear_of_a_wall, seed=seed)
    assert np.allclose(way[0], left)
    assert np.allclose(way[-1], right)
    between = np.concatenate([np.linspace(a, b, 4) for a, b in itertools.pairwise(way)])
    assert all(clear_of_a_wall(q) for q in between[::4])
    assert float(np.abs(np.diff(way, axis=0)).max()) <= planning.DENSE_STEP * 1.01
    assert np.all(way >= CHAIN.lower - 1e-9)
    assert np.all(way <= CHAIN.upper + 1e-9)


def test_a_level_hand_stays_level_all_the_way():
    left, _right = sides()
    space = LevelSpace(CHAIN, ROBOT.config.tool.up_axis, left)

    def low(q):
        return tool(q)[2] < 0.3 and not (abs(tool(q)[1]) < 0.04 and tool(q)[0] > 0.33)

    lowered = space.state_of(left)
    lowered[1] = 0.37
    ends = lowered, np.array([-lowered[0], *lowered[1:]])
    way = plan_way(space, *ends, low)
    up = np.array(ROBOT.config.tool.up_axis)
    assert min(float((forward(CHAIN, q)[:3, :3] @ up)[2]) for q in way) > 0.9999
    assert float(np.linalg.norm(tool(way[-1]) - tool(space.joints(ends[1])))) < 1e-4
    assert min(float(np.hypot(*tool(q)[:2])) for q in way) < 0.36  # it drew the hand back to pass


@pytest.mark.parametrize("blocked", [0, 1])
def test_a_start_or_an_end_without_room_is_refused_at_once_by_name(blocked):
    ends = sides()
    where = ("where it is.", "where it is to go.")[blocked]
    with pytest.raises(UnreachableError, match=where):
        plan_way(JointSpace(CHAIN), *ends, lambda q: not np.allclose(q, ends[blocked]))


def test_where_no_way_is_found_in_time_it_says_so_and_returns_nothing():
    left, right = sides()
    with pytest.raises(UnreachableError, match=r"No way around was found within 0\.3 s"):
        plan_way(JointSpace(CHAIN), left, right, lambda q: abs(q[0]) > 0.1, limit=0.3)


def test_without_the_planner_library_the_remedy_is_told(monkeypatch):
    left, right = sides()
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("ompl"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SetupError, match="planning"):
        plan_way(JointSpace(CHAIN), left, right, clear_of_a_wall)
