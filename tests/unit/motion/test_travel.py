from itertools import pairwise

import numpy as np
import pytest

from armctl.hal.state import FloatArray
from armctl.motion.jerk import MotionState
from armctl.motion.path import path_through
from armctl.motion.prepare import finished
from armctl.motion.travel import Leg, Stride, Travel
from tests.unit.motion.rig import DT, HOME, robot

START = HOME[:5]


def leg_between(*points: FloatArray, speed: float = 1.0) -> Leg:
    made = finished(path_through(robot(), np.vstack([np.linspace(a, b, 6) for a, b in pairwise(points)])))
    assert made is not None
    return finished(Leg.of(robot().config, *made, speed))


def turned(by: float) -> FloatArray:
    return START + by * np.array([1.0, 0.0, 0.3, 0.0, 0.0])


def travel(*legs: Leg, speed: float = 1.0) -> Travel:
    return Travel(robot().config, legs, speed, DT)


def run(motion: Travel, tool_speed: float = 0.15, most: int = 2000) -> list[Stride]:
    state = MotionState.at_rest(START)
    strides = []
    for _ in range(most):
        strides.append(motion.step(state, tool_speed))
        state = strides[-1].state
        if strides[-1].done:
            return strides
    raise AssertionError("never done")


def test_a_travel_arrives_exactly_at_rest() -> None:
    last = run(travel(leg_between(START, turned(0.5))))[-1]
    assert last.state.positions == pytest.approx(turned(0.5), abs=1e-12)
    assert last.state.still
    assert last.progress == 1.0
    assert last.remaining == 0.0


def test_progress_only_grows_and_time_left_is_about_true() -> None:
    strides = run(travel(leg_between(START, turned(0.8))))
    progress = [stride.progress for stride in strides]
    assert progress == sorted(progress)
    for index in (1, len(strides) // 2, len(strides) - 20):
        assert strides[index].remaining == pytest.approx((len(strides) - index) * DT, rel=0.15, abs=0.05)


def test_half_the_speed_takes_about_twice_as_long() -> None:
    fast, slow = (len(run(travel(leg_between(START, turned(0.8), speed=speed), speed=speed))) for speed in (1.0, 0.5))
    assert 1.6 < slow / fast < 2.1


def test_several_paths_are_travelled_with_a_rest_between() -> None:
    there, back = leg_between(START, turned(0.4)), leg_between(turned(0.4), START)
    strides = run(travel(there, back))
    positions = np.array([stride.state.positions for stride in strides])
    farthest = int(np.argmax(positions[:, 0]))
    assert positions[farthest] == pytest.approx(turned(0.4), abs=1e-9)
    assert strides[farthest].state.still
    assert positions[-1] == pytest.approx(START, abs=1e-12)


def test_pause_rests_on_the_path_and_resume_goes_on() -> None:
    motion = travel(leg_between(START, turned(0.8)))
    state = MotionState.at_rest(START)
    for _ in range(60):
        state = motion.step(state, 0.15).state
    motion.pause()
    strides = run(motion)
    assert strides[-1].state.still
    assert 0.0 < strides[-1].progress < 1.0
    motion.resume()
    assert run(motion)[-1].state.positions == pytest.approx(turned(0.8), abs=1e-12)


def test_no_allowed_speed_waits_and_says_so() -> None:
    motion = travel(leg_between(START, turned(0.8)))
    for _ in range(50):
        stride = motion.step(MotionState.at_rest(START), 0.0)
    assert not stride.done
    assert stride.state.positions == pytest.approx(START)
    assert stride.notice == "It waits here, to be safe."
    assert motion.step(MotionState.at_rest(START), 0.02).notice == "It goes slowly here, to be safe."
    assert motion.step(MotionState.at_rest(START), 0.15).notice == ""


def test_ahead_is_what_was_not_passed_yet() -> None:
    there, back = leg_between(START, turned(0.4)), leg_between(turned(0.4), START)
    motion = travel(there, back)
    state = MotionState.at_rest(START)
    while motion.travelled < 0.5 * there.path.length:
        state = motion.step(state, 0.15).state
    ahead = motion.ahead
    assert ahead[0][0] > state.positions[0]
    assert ahead[-1] == pytest.approx(START)
    assert len(ahead) < len(there.path.points) + len(back.path.points) - 1
