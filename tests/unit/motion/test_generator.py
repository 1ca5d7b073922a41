import math

import numpy as np
import pytest

from armctl.errors import KinematicsError, UnreachableError
from armctl.hal.state import FloatArray
from armctl.motion.generator import LEAD, NOT_SMOOTH, MotionGenerator
from armctl.motion.jerk import MotionState
from armctl.motion.requests import (
    GripRequest,
    JogRequest,
    JointRequest,
    Request,
    RetraceRequest,
    StepRequest,
    ToolRequest,
    WayOutRequest,
)
from armctl.motion.travel import Stride
from tests.unit.motion.rig import DT, HOME, Rig, assert_within_limits, robot

ASIDE = JointRequest((0.8, -0.5, 0.8, -0.2, -1.2), speed=1.0)
MOTIONS: list[Request] = [
    ASIDE,
    ToolRequest((0.2, -0.25, 0.2), path="arc", speed=1.0),
    ToolRequest((0.33, 0.1, 0.15), speed=1.0),
    StepRequest((0, 0.05, 0)),
    JogRequest((0, 1, 0), speed=1.0),
    JogRequest(angular=(1, 0, 0), frame="tool"),
    GripRequest(1.0),
]


def test_before_reset_there_is_no_motion() -> None:
    generator = MotionGenerator(robot(), DT)
    with pytest.raises(KinematicsError, match="reset"):
        generator.step(0.15)
    with pytest.raises(KinematicsError, match="reset"):
        generator.begin(GripRequest(0.5))
    with pytest.raises(KinematicsError, match="reset"):
        generator.stop()


def test_asked_nothing_it_stands_where_it_was_read() -> None:
    rig = Rig()
    given = rig.step(times=20)
    assert given.phase == "idle"
    assert given.positions == pytest.approx(HOME, abs=0)
    assert not given.velocities.any()
    assert rig.generator.undo_depth == 0


@pytest.mark.parametrize("request_", MOTIONS)
def test_every_motion_runs_and_keeps_its_limits(request_: Request) -> None:
    rig = Rig()
    rig.generator.begin(request_)
    assert rig.step().phase == "running"
    if isinstance(request_, JogRequest):
        rig.step(times=100)
        rig.release()
    else:
        assert rig.until("done").progress == 1.0
        assert rig.step(times=5).phase == "done"
    assert rig.generator.undo_depth == 1
    assert_within_limits(rig)


@pytest.mark.parametrize("request_", MOTIONS)
@pytest.mark.parametrize("ticks", [1, 7, 25, 60])
def test_stop_ends_every_motion_at_any_time(request_: Request, ticks: int) -> None:
    rig = Rig()
    rig.generator.begin(request_)
    rig.step(times=ticks)
    rig.generator.stop()
    assert rig.step().phase in ("stopping", "idle")
    rig.until("idle", most=60)
    still = rig.now
    rig.step(times=20)
    assert rig.now == pytest.approx(still, abs=0)
    assert_within_limits(rig)


def test_stopping_twice_changes_nothing() -> None:
    once, twice = Rig(), Rig()
    for rig in (once, twice):
        rig.generator.begin(ASIDE)
        rig.step(times=80)
        rig.generator.stop()
        rig.step(times=5)
    twice.generator.stop()
    once.until("idle")
    twice.until("idle")
    assert once.now == pytest.approx(twice.now, abs=0)


def test_a_stop_with_another_motion_waiting_forgets_it() -> None:
    rig = Rig()
    rig.hold(JogRequest((0, 1, 0), speed=1.0), 80)
    rig.generator.begin(ASIDE)
    rig.step(times=5)
    rig.generator.stop()
    assert rig.step().phase == "stopping"
    rig.until("idle")
    stood = rig.now
    rig.step(times=50)
    assert rig.now == pytest.approx(stood, abs=0)


@pytest.mark.parametrize("first", MOTIONS)
@pytest.mark.parametrize("second", [ASIDE, StepRequest((0, 0, 0.03)), GripRequest(0.0)])
def test_a_new_motion_while_another_runs_brings_it_to_rest_first(first: Request, second: Request) -> None:
    rig = Rig()
    rig.generator.begin(first)
    rig.step(times=40)
    rig.generator.begin(second)
    assert rig.step().phase == "running"
    rig.until("done")
    if second is ASIDE:
        assert rig.now[:5] == pytest.approx(ASIDE.positions, abs=1e-6)
    assert rig.generator.undo_depth == 2
    assert_within_limits(rig)


def test_a_jog_takes_over_at_once_from_whatever_moves() -> None:
    rig = Rig()
    rig.generator.begin(ASIDE)
    rig.step(times=60)
    rig.hold(JogRequest((0, 0, 1), speed=1.0), 100)
    assert rig.given[-1].phase == "running"
    assert rig.tool()[-1][2] > rig.tool()[-60][2]
    rig.release()
    assert_within_limits(rig)


def test_what_is_refused_changes_nothing() -> None:
    rig, other = Rig(), Rig()
    for each in (rig, other):
        each.generator.begin(ASIDE)
        each.step(times=50)
    for bad in (ToolRequest((0.9, 0, 0)), JointRequest((9.0, 0, 0, 0, 0)), RetraceRequest()):
        with pytest.raises(UnreachableError):
            rig.generator.begin(bad)
    with pytest.raises(KinematicsError):
        rig.generator.begin(JogRequest(speed=math.nan))
    rig.until("done")
    other.until("done")
    assert np.array(rig.points) == pytest.approx(np.array(other.points), abs=0)


@pytest.mark.parametrize("request_", [ASIDE, ToolRequest((0.2, -0.25, 0.2), path="arc", speed=1.0)])
def test_pause_rests_on_the_way_and_resume_arrives_on_the_same_way(request_: Request) -> None:
    straight, paused = Rig(), Rig()
    straight.do(request_)
    paused.generator.begin(request_)
    paused.step(times=90)
    paused.generator.pause()
    assert paused.step().phase == "stopping"
    paused.until("paused")
    stood = paused.now
    assert paused.step(times=30).phase == "paused"
    assert paused.now == pytest.approx(stood, abs=0)
    paused.generator.resume()
    assert paused.step().phase == "running"
    paused.until("done")
    assert paused.now == pytest.approx(straight.now, abs=1e-9)
    way = np.array(straight.points)
    for point in paused.points[::10]:
        assert np.abs(way - point).max(axis=1).min() < 0.006
    assert paused.generator.undo_depth == 1
    assert_within_limits(paused)


def test_resume_before_it_rests_goes_on_too() -> None:
    rig = Rig()
    rig.generator.begin(ASIDE)
    rig.step(times=90)
    rig.generator.pause()
    rig.step(times=5)
    rig.generator.resume()
    assert rig.step().phase == "running"
    rig.until("done")
    assert rig.now[:5] == pytest.approx(ASIDE.positions, abs=1e-9)
    assert_within_limits(rig)


def test_a_paused_motion_can_be_stopped_and_is_then_forgotten() -> None:
    rig = Rig()
    rig.generator.begin(ASIDE)
    rig.step(times=90)
    rig.generator.pause()
    rig.until("paused")
    rig.generator.stop()
    assert rig.step().phase == "idle"
    rig.generator.resume()
    stood = rig.now
    assert rig.step(times=20).phase == "idle"
    assert rig.now == pytest.approx(stood, abs=0)


def test_pausing_what_has_no_way_stops_it_and_pausing_nothing_does_nothing() -> None:
    rig = Rig()
    rig.generator.pause()
    rig.generator.resume()
    assert rig.step().phase == "idle"
    rig.hold(JogRequest((0, 1, 0)), 50)
    rig.generator.pause()
    rig.until("idle")
    assert_within_limits(rig)


def test_a_motion_that_waits_for_rest_can_be_paused() -> None:
    rig = Rig()
    rig.hold(JogRequest((0, 1, 0), speed=1.0), 80)
    rig.generator.begin(ASIDE)
    rig.generator.pause()
    rig.until("paused")
    rig.generator.resume()
    rig.until("done")
    assert rig.now[:5] == pytest.approx(ASIDE.positions, abs=1e-6)


@pytest.mark.parametrize("request_", [ASIDE, ToolRequest((0.2, -0.25, 0.2), path="arc", speed=1.0)])
def test_a_tool_speed_that_falls_and_rises_is_followed_within_the_limits(request_: Request) -> None:
    rig = Rig()
    rig.generator.begin(request_)
    allowed: list[float] = []
    for cap in (0.15, 0.05, 0.02, 0.08, 0.0, 0.15):
        rig.step(cap, times=60)
        allowed += [cap] * 60
    # The supervisor gives the tool this long to come down from full speed: see its `slow_down_time`.
    tool = rig.robot.config.tool
    ticks = math.ceil((tool.max_speed / tool.max_acceleration + tool.max_acceleration / tool.max_jerk + 0.1) / DT)
    speeds = rig.tool_speeds()[2:]
    for index in range(len(speeds)):
        assert speeds[index] <= max(allowed[max(0, index - ticks) : index + 1]) + 1e-6
    assert rig.until("done").phase == "done"
    assert_within_limits(rig)


def test_a_cap_that_is_not_a_number_stands_still() -> None:
    rig = Rig()
    rig.generator.begin(ASIDE)
    rig.step(math.nan, times=50)
    assert rig.now == pytest.approx(HOME, abs=0)


class Wild:
    """A mover with a fault: it wants to be somewhere else at once."""

    def __init__(self, to: FloatArray) -> None:
        self._to = to

    def step(self, state: MotionState, tool_speed: float) -> Stride:
        return Stride(MotionState.at_rest(self._to))


@pytest.mark.parametrize("to", [HOME[:5] + 0.3, np.full(5, math.nan), np.full(5, 1e9)])
def test_whatever_a_mover_wants_the_envelope_holds(to: FloatArray) -> None:
    rig = Rig()
    rig.generator.begin(ASIDE)
    rig.step(times=60)
    rig.generator._mover = Wild(to)  # type: ignore[assignment]  # a fault is planted on purpose
    assert rig.step().notice == NOT_SMOOTH
    rig.until("idle", most=60)
    assert np.isfinite(rig.now).all()
    assert_within_limits(rig)


def test_an_arm_found_a_little_outside_its_limits_is_led_back_inside() -> None:
    lift = robot().config.joints[1]
    outside = HOME.copy()
    outside[1] = lift.lower - 0.03
    rig = Rig(outside)
    assert rig.step().positions == pytest.approx(outside, abs=0)
    rig.do(ASIDE)
    lifted = np.array(rig.points)[:, 1]
    assert lifted.min() >= outside[1] - 1e-9
    inside = int(np.argmax(lifted >= lift.lower))
    assert (lifted[inside:] >= lift.lower).all()


def test_equal_questions_have_equal_answers() -> None:
    one, other = Rig(), Rig()
    for rig in (one, other):
        rig.do(ToolRequest((0.2, -0.25, 0.2), path="arc"))
        rig.hold(JogRequest((0, 0, 1), grip=0.5), 40)
        rig.release()
        rig.do(RetraceRequest())
    assert np.array(one.points) == pytest.approx(np.array(other.points), abs=0)


def test_what_takes_long_to_find_out_ends_as_refused_and_tells_why_once() -> None:
    rig = Rig()
    rig.generator.begin(ToolRequest((0.5, 0.0, 0.1), path="joint"))
    assert rig.step().phase == "running"
    for _ in range(60):
        if rig.step().phase == "refused":
            break
    assert "out of reach" in rig.given[-1].notice
    assert rig.now == pytest.approx(HOME, abs=0)
    assert (rig.step().phase, rig.given[-1].notice) == ("refused", "")
    assert rig.generator.undo_depth == 0
    rig.do(StepRequest((0, 0, 0.02)))
    assert rig.generator.undo_depth == 1


def test_paused_while_its_way_is_worked_out_it_waits_and_then_goes() -> None:
    rig = Rig()
    rig.generator.begin(ToolRequest((0.2, -0.25, 0.2), path="arc", speed=1.0))
    rig.generator.pause()
    rig.until("paused", most=50)
    assert rig.step(times=30).phase == "paused"
    assert rig.now == pytest.approx(HOME, abs=0)
    rig.generator.resume()
    rig.until("done")
    assert rig.tool()[-1] == pytest.approx((0.2, -0.25, 0.2), abs=5e-4)


def test_a_way_out_can_be_paused_and_gone_on_with() -> None:
    rig = Rig()
    rig.do(ASIDE)
    rig.generator.begin(WayOutRequest(1.0))
    rig.step(times=80)
    rig.generator.pause()
    rig.until("paused")
    rig.generator.resume()
    rig.until("done")
    assert rig.now == pytest.approx(HOME, abs=1e-6)
    assert_within_limits(rig)


AHEAD: list[Request] = [request for request in MOTIONS if not isinstance(request, JogRequest | GripRequest)]


@pytest.mark.parametrize("request_", AHEAD)
def test_where_it_goes_is_told_before_it_moves_and_until_it_is_there(request_: Request) -> None:
    rig = Rig()
    assert rig.generator.ahead is None, "it goes nowhere"
    rig.generator.begin(request_)
    told: list[FloatArray] = []
    while (given := rig.step()).phase == "running":
        ahead = rig.generator.ahead
        assert ahead is not None or np.array_equal(given.positions, HOME), "it moves and does not say where to"
        told += [] if ahead is None else [ahead]
    assert given.phase == "done"
    assert rig.generator.ahead is None, "it is there"
    assert np.ptp(np.array(told), axis=0) == pytest.approx(0.0, abs=0.0)
    assert told[0] == pytest.approx(rig.now, abs=1e-6)


def test_a_paused_motion_says_where_it_would_go_on_to_and_a_stopped_one_goes_nowhere() -> None:
    rig = Rig()
    rig.generator.begin(ASIDE)
    rig.step(times=60)
    goal = rig.generator.ahead
    rig.generator.pause()
    rig.until("paused")
    assert goal is not None
    assert rig.generator.ahead == pytest.approx(goal, abs=0.0)
    rig.generator.resume()
    rig.step(times=20)
    rig.generator.stop()
    assert rig.generator.ahead is None


def test_an_arm_that_is_led_says_where_it_comes_to_in_a_moment_and_at_rest_nothing() -> None:
    rig = Rig()
    rig.hold(JogRequest((0.0, 1.0, 0.0), speed=1.0), 60)
    before, ahead = rig.now, rig.generator.ahead
    assert ahead is not None
    rig.hold(JogRequest((0.0, 1.0, 0.0), speed=1.0), round(LEAD / DT))
    went, said = (robot().tool_pose(q)[:3, 3] - robot().tool_pose(before)[:3, 3] for q in (rig.now, ahead))
    # Straight on in the joints is a bend for the hand: the direction is what is shown.
    assert np.linalg.norm(said - went) < 0.15 * np.linalg.norm(went)
    rig.release()
    assert rig.generator.ahead is None
