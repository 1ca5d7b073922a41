import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.motion.rates import NO_TURN, STRETCHED
from armctl.motion.requests import JogRequest, Vector
from tests.unit.motion.rig import DT, HOME, Rig, assert_within_limits

AXES: list[Vector] = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]


@pytest.mark.parametrize("direction", AXES)
def test_the_tool_goes_straight_and_keeps_its_tilt(direction: Vector) -> None:
    rig = Rig()
    rig.hold(JogRequest(direction, speed=1.0), 100)
    rig.release()
    way = rig.tool() - rig.tool()[0]
    along = way @ np.array(direction, dtype=float)
    assert along[-1] > 0.02
    # No rail: starting and stopping in joint space leaves a few millimetres.
    assert np.linalg.norm(way - np.outer(along, direction), axis=1).max() < 0.003
    assert rig.tilts().max() < 0.7
    assert_within_limits(rig)


def test_tool_frame_forward_is_along_the_hand() -> None:
    rig = Rig()
    hand = rig.robot.tool_pose(HOME)[:3, 2]
    rig.hold(JogRequest((0, 0, 1), frame="tool"), 80)
    way = rig.tool()[-1] - rig.tool()[0]
    assert way @ hand / np.linalg.norm(way) > 0.995


def test_speed_is_the_share_that_was_asked_and_a_diagonal_is_no_faster() -> None:
    for direction, share in (((0, 1, 0), 0.3), ((0, 0.5, 0), 0.6), ((0, 1, 1), 0.3)):
        rig = Rig()
        rig.hold(JogRequest(direction, speed=share), 100)
        wanted = min(1.0, float(np.linalg.norm(direction))) * share * rig.robot.config.tool.max_speed
        assert rig.tool_speeds()[-20:].mean() == pytest.approx(wanted, rel=0.06)


@pytest.mark.parametrize("direction", AXES)
def test_at_the_end_of_the_way_it_rests_says_why_and_comes_back_at_once(direction: Vector) -> None:
    rig = Rig()
    rig.hold(JogRequest(direction, speed=1.0), 1000)
    assert rig.tool_speeds()[-20:].max() < 0.004
    assert rig.given[-1].notice == STRETCHED or rig.given[-1].notice.endswith("is at its limit.")
    end = rig.tool()[-1]
    rig.hold(JogRequest((-direction[0], -direction[1], -direction[2]), speed=1.0), 30)
    assert (rig.tool()[-1] - end) @ np.array(direction, dtype=float) < -2e-4
    assert_within_limits(rig)


@pytest.mark.parametrize(("axis", "turned"), [((1, 0, 0), True), ((0, 0, 1), True), ((0, 1, 0), False)])
def test_pitch_and_roll_turn_on_the_spot_and_yaw_of_a_level_tool_is_told_to_be_impossible(
    axis: Vector, turned: bool
) -> None:
    rig = Rig()
    rig.hold(JogRequest(angular=axis, frame="tool"), 80)
    rig.release()
    assert bool(np.abs(rig.now - HOME).max() > 0.1) is turned
    assert (NO_TURN in rig.notices) is not turned
    assert np.linalg.norm(rig.tool() - rig.tool()[0], axis=1).max() < 0.002
    assert_within_limits(rig)


def test_after_a_turn_a_shift_keeps_the_new_tilt() -> None:
    rig = Rig()
    rig.hold(JogRequest(angular=(1, 0, 0), frame="tool"), 100)
    rig.release()
    tilt = rig.tilts()[-1]
    assert tilt > 5.0
    rig.hold(JogRequest((0, 1, 0)), 150)
    assert rig.tilts()[-150:] == pytest.approx(tilt, abs=0.7)


def test_the_gripper_moves_with_its_part_of_the_request() -> None:
    rig = Rig()
    rig.hold(JogRequest(grip=1.0), 60)
    assert rig.now[-1] > HOME[-1] + 0.2
    assert rig.now[:5] == pytest.approx(HOME[:5], abs=1e-9)
    rig.hold(JogRequest(grip=-1.0), 400)
    assert rig.now[-1] == pytest.approx(rig.robot.config.gripper.closed, abs=0.01)
    rig.release()
    assert_within_limits(rig)


def test_a_cap_that_falls_slows_the_tool_and_one_that_rises_lets_it_go() -> None:
    rig = Rig()
    request = JogRequest((0, 1, 0), speed=1.0)
    rig.hold(request, 100, tool_speed=0.15)
    assert rig.tool_speeds()[-1] > 0.1
    rig.hold(request, 60, tool_speed=0.03)
    assert rig.tool_speeds()[-15:].max() <= 0.03
    rig.hold(request, 60, tool_speed=0.0)
    assert rig.tool_speeds()[-10:].max() < 1e-4
    rig.hold(request, 100, tool_speed=0.15)
    assert rig.tool_speeds()[-1] > 0.06
    assert_within_limits(rig)


@given(st.lists(st.tuples(st.sampled_from(AXES), st.integers(1, 60)), min_size=2, max_size=5))
@settings(max_examples=15, deadline=None)
def test_directions_replace_each_other_smoothly(turns: list[tuple[Vector, int]]) -> None:
    rig = Rig()
    for direction, ticks in turns:
        rig.hold(JogRequest(direction, speed=1.0), ticks)
    rig.release()
    assert_within_limits(rig)


def test_release_comes_to_rest_within_the_time_that_the_limits_give() -> None:
    rig = Rig()
    rig.hold(JogRequest((0, 1, 0), speed=1.0), 150)
    before = len(rig.given)
    rig.release()
    slowest = max(j.max_speed / j.max_acceleration + j.max_acceleration / j.max_jerk for j in rig.robot.config.joints)
    assert (len(rig.given) - before) * DT <= slowest + 2 * DT
