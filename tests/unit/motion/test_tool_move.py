import math
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.forward import forward
from armctl.kinematics.rotation import quaternion_from_matrix
from armctl.motion.prepare import finished
from armctl.motion.requests import JointRequest, ToolRequest, Way
from armctl.motion.tool_move import line_points, tool_points
from tests.unit.motion.rig import HOME, Rig, assert_within_limits, robot

LOW_POINT, HIGH_POINT = (0.33, -0.12, 0.05), (0.18, 0.24, 0.28)


@lru_cache
def low_level() -> FloatArray:
    """Joint angles with the tool level at the low point."""
    rig = Rig()
    rig.do(ToolRequest(LOW_POINT, path="joint", speed=1.0))
    return rig.now


def ready_low() -> Rig:
    return Rig(low_level())


@pytest.mark.parametrize("path", ["line", "arc", "joint"])
@pytest.mark.parametrize("speed", [0.5, 1.0])
def test_a_level_tool_stays_level_on_the_whole_way_to_another_side_and_height(path: Way, speed: float) -> None:
    rig = ready_low()
    rig.do(ToolRequest(HIGH_POINT, path=path, speed=speed))
    assert rig.tilts().max() < 2.0
    assert rig.tool()[-1] == pytest.approx(HIGH_POINT, abs=5e-4)
    assert_within_limits(rig)


def test_a_line_is_straight() -> None:
    rig = ready_low()
    rig.do(ToolRequest((0.3, 0.1, 0.2), path="line", speed=1.0))
    way = rig.tool() - rig.tool()[0]
    direction = way[-1] / np.linalg.norm(way[-1])
    assert np.linalg.norm(way - np.outer(way @ direction, direction), axis=1).max() < 5e-4


def test_an_arc_keeps_its_distance_from_the_upright_axis() -> None:
    rig = ready_low()
    rig.do(ToolRequest((0.33, 0.12, 0.05), path="arc", speed=1.0))
    radii = np.hypot(*rig.tool()[:, :2].T)
    assert np.ptp(radii) < 5e-4
    assert np.ptp(rig.tool()[:, 2]) < 5e-4


def test_a_tilted_tool_is_brought_level_on_the_way() -> None:
    rig = Rig()
    tilted = HOME[:5] + np.array([0.0, 0.0, 0.0, -0.25, 0.2])
    rig.do(JointRequest(tuple(tilted.tolist())))
    assert rig.tilts()[-1] > 10.0
    rig.do(ToolRequest((0.33, 0.05, 0.15)))
    assert rig.tilts()[-1] < 0.2
    assert_within_limits(rig)


def test_without_level_the_tilt_stays_as_it_is() -> None:
    rig = Rig()
    rig.do(JointRequest(tuple((HOME[:5] + np.array([0.0, 0.0, 0.0, -0.25, 0.0])).tolist())))
    tilt, begun = rig.tilts()[-1], len(rig.points)
    rig.do(ToolRequest((0.33, 0.05, 0.15), level=False))
    assert rig.tilts()[begun:] == pytest.approx(tilt, abs=0.3)


@pytest.mark.parametrize("path", ["line", "arc", "joint"])
def test_an_orientation_that_fits_the_point_is_arrived_at(path: Way) -> None:
    goal = np.array([0.4, -0.5, 0.7, -0.4, -1.2])
    pose = forward(robot().chain, goal)
    request = ToolRequest(
        tuple(pose[:3, 3].tolist()), quaternion=tuple(quaternion_from_matrix(pose).tolist()), path=path
    )
    rig = Rig()
    rig.do(request)
    arrived = rig.robot.tool_pose(rig.now)
    assert arrived[:3, 3] == pytest.approx(pose[:3, 3], abs=5e-4)
    assert math.degrees(math.acos(min(1.0, (np.trace(arrived[:3, :3].T @ pose[:3, :3]) - 1) / 2))) < 2.0


def test_an_orientation_that_five_joints_cannot_have_there_is_refused_with_the_angle() -> None:
    pose = forward(robot().chain, HOME[:5])
    turn = np.array([[math.cos(0.6), -math.sin(0.6), 0], [math.sin(0.6), math.cos(0.6), 0], [0, 0, 1]])
    quaternion = tuple(quaternion_from_matrix(turn @ pose[:3, :3]).tolist())
    with pytest.raises(UnreachableError, match=r"the hand arrives turned 3\d° away"):
        finished(tool_points(robot(), HOME[:5], ToolRequest((0.33, 0.0, 0.15), quaternion=quaternion)))


@pytest.mark.parametrize(
    ("position", "path"), [((0.6, 0.0, 0.1), "line"), ((0.5, 0.3, 0.1), "arc"), ((0.0, 0.0, 0.9), "joint")]
)
def test_a_point_out_of_reach_is_refused_before_anything_moves(position: tuple[float, float, float], path: Way) -> None:
    rig = Rig()
    with pytest.raises(UnreachableError) as told:
        rig.generator.begin(ToolRequest(position, path=path))
    assert "out of reach" in told.value.message
    assert rig.step().phase == "idle"
    assert rig.now == pytest.approx(HOME, abs=0)


def test_a_line_through_the_base_is_refused_though_both_ends_are_in_reach() -> None:
    start = finished(tool_points(robot(), HOME[:5], ToolRequest((0.1, -0.32, 0.15), path="arc"))).points[-1]
    finished(tool_points(robot(), start, ToolRequest((0.1, 0.32, 0.15), path="arc")))
    with pytest.raises(UnreachableError, match="The way"):
        finished(tool_points(robot(), start, ToolRequest((0.1, 0.32, 0.15), path="line")))


def test_where_it_already_is_there_is_nothing_to_do() -> None:
    rig = ready_low()
    rig.generator.begin(ToolRequest(LOW_POINT, path="line"))
    rig.until("done", most=20)
    assert rig.now == pytest.approx(rig.points[0], abs=3e-4)


@given(st.tuples(st.floats(-0.6, 0.6), st.floats(0.30, 0.42), st.floats(0.05, 0.28)), st.sampled_from(["line", "arc"]))
@settings(max_examples=12, deadline=None)
def test_any_point_that_is_not_refused_is_arrived_at_level_and_within_limits(
    place: tuple[float, float, float], path: Way
) -> None:
    azimuth, radius, height = place
    point = (radius * math.cos(azimuth), radius * math.sin(azimuth), height)
    rig = ready_low()
    try:
        rig.do(ToolRequest(point, path=path, speed=1.0))
    except UnreachableError:
        return
    assert rig.tool()[-1] == pytest.approx(point, abs=5e-4)
    assert rig.tilts().max() < 2.0
    assert rig.notices == set()
    assert_within_limits(rig)


def test_a_straight_step_keeps_the_tilt() -> None:
    start = HOME[:5] + np.array([0.0, 0.0, 0.0, -0.3, 0.2])
    before = forward(robot().chain, start)
    points = finished(line_points(robot(), start, before[:3, 3] + np.array([0.0, 0.04, 0.0])))
    for point in points:
        assert forward(robot().chain, point)[2, :3] == pytest.approx(before[2, :3], abs=0.004)


VIA = ((0.3, -0.1, 0.2), (0.35, 0.1, 0.2), (0.3, 0.15, 0.12))


@pytest.mark.parametrize("path", ["line", "arc"])
def test_waypoints_are_passed_near_and_without_stopping(path: Way) -> None:
    rig = ready_low()
    since = len(rig.points)
    rig.do(ToolRequest((0.2, 0.25, 0.2), path=path, via=VIA, speed=0.6))
    tool = rig.tool()[since:]
    for point in VIA:
        assert np.linalg.norm(tool - np.array(point), axis=1).min() < 0.0215
    speeds = np.linalg.norm(np.diff(tool, axis=0), axis=1) / 0.01
    moving = np.flatnonzero(speeds > 0.02)
    assert speeds[moving[0] : moving[-1]].min() > 0.02, "it never stands between its beginning and its end"
    assert tool[-1] == pytest.approx((0.2, 0.25, 0.2), abs=5e-4)
    assert rig.tilts()[since:].max() < 2.0
    assert_within_limits(rig)


def test_a_way_that_turns_back_on_itself_rests_there_and_keeps_its_limits() -> None:
    rig = ready_low()
    rig.do(ToolRequest((0.3, 0.0, 0.2), via=((0.3, 0.15, 0.2),), speed=1.0))
    assert rig.tool()[-1] == pytest.approx((0.3, 0.0, 0.2), abs=5e-4)
    assert rig.tool()[:, 1].max() > 0.12
    assert_within_limits(rig)


def test_a_waypoint_that_is_too_far_is_refused_at_once() -> None:
    with pytest.raises(UnreachableError, match="mm short"):
        Rig().generator.begin(ToolRequest((0.3, 0.0, 0.2), via=((0.9, 0.0, 0.2),)))
