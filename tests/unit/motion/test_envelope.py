import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.motion.envelope import Envelope
from armctl.motion.jerk import MotionState
from tests.unit.motion.rig import DT, HOME, robot

JOINTS = robot().config.joints
N = len(JOINTS)


def envelope() -> Envelope:
    return Envelope(JOINTS, DT)


def moved(now: MotionState, jerk: float, joint: int) -> MotionState:
    """The state one tick later when one joint has a constant jerk."""
    j = np.zeros(N)
    j[joint] = jerk
    return MotionState(
        now.positions + DT * now.velocities + DT**2 / 2 * now.accelerations + DT**3 / 6 * j,
        now.velocities + DT * now.accelerations + DT**2 / 2 * j,
        now.accelerations + DT * j,
    )


def with_one(joint: int, position: float, velocity: float = 0.0, acceleration: float = 0.0) -> MotionState:
    state = MotionState.at_rest(HOME)
    state.positions[joint] = position
    state.velocities[joint] = velocity
    state.accelerations[joint] = acceleration
    return state


@pytest.mark.parametrize("joint", range(N))
def test_a_tick_at_the_largest_jerk_is_admitted_and_beyond_it_is_not(joint: int) -> None:
    rest = MotionState.at_rest(HOME)
    limit = JOINTS[joint].max_jerk
    assert envelope().admits(rest, moved(rest, limit, joint))
    assert not envelope().admits(rest, moved(rest, 1.05 * limit, joint))


@pytest.mark.parametrize("joint", range(N))
def test_speed_counts_with_what_the_acceleration_will_still_add(joint: int) -> None:
    limit, jerk = JOINTS[joint].max_speed, JOINTS[joint].max_jerk
    middle = 0.5 * (JOINTS[joint].lower + JOINTS[joint].upper)
    steady = with_one(joint, middle, limit)
    assert envelope().admits(steady, moved(steady, 0.0, joint))
    growing = with_one(joint, middle, 0.999 * limit, np.sqrt(0.1 * limit * jerk))
    assert not envelope().admits(growing, moved(growing, 0.0, joint))


@pytest.mark.parametrize("joint", range(N))
@pytest.mark.parametrize("end", [-1, 1])
def test_motion_towards_a_limit_is_refused_once_it_could_not_stop_before_it(joint: int, end: int) -> None:
    config = JOINTS[joint]
    speed, acceleration, jerk = 0.8 * config.max_speed, config.max_acceleration, config.max_jerk
    braking = speed**2 / (2 * acceleration) + speed * acceleration / (2 * jerk)
    limit = config.upper if end > 0 else config.lower
    for room, admitted in ((1.05 * braking + speed * DT, True), (0.95 * braking, False)):
        now = with_one(joint, limit - end * room, end * speed)
        assert envelope().admits(now, moved(now, 0.0, joint)) is admitted


def test_a_jump_is_refused_even_when_every_rate_looks_innocent() -> None:
    rest = MotionState.at_rest(HOME)
    assert not envelope().admits(rest, MotionState.at_rest(HOME + 1e-4))
    assert envelope().admits(rest, MotionState.at_rest(HOME + 1e-8))


def test_what_is_not_a_number_is_refused() -> None:
    rest = MotionState.at_rest(HOME)
    for broken in (
        MotionState(HOME * np.nan, HOME * 0.0, HOME * 0.0),
        MotionState(HOME, HOME * np.nan, HOME * 0.0),
        MotionState(HOME, HOME * 0.0, np.full(N, np.inf)),
    ):
        assert not envelope().admits(rest, broken)


@given(st.integers(0, N - 1), st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_braking_keeps_every_state_inside_that_was_inside_before(
    joint: int, speed: float, acceleration: float, place: float
) -> None:
    config = JOINTS[joint]
    now = with_one(
        joint,
        config.lower + place * (config.upper - config.lower),
        speed * config.max_speed,
        acceleration * config.max_acceleration,
    )
    guard = envelope()
    if not guard.admits(now, moved(now, 0.0, joint)):
        return
    for _ in range(80):
        following = guard.braked(now)
        assert guard.admits(now, following)
        now = following
    assert now.still


def test_a_joint_found_outside_its_limits_may_stay_and_come_back_but_not_leave_again() -> None:
    guard = envelope()
    outside = HOME.copy()
    outside[1] = JOINTS[1].upper + 0.05
    guard.adopt(outside)
    rest = MotionState.at_rest(outside)
    assert guard.admits(rest, rest)
    assert not guard.admits(rest, moved(rest, 10.0, 1))
    assert guard.admits(rest, moved(rest, -10.0, 1))
    guard.tighten(HOME)
    assert guard.upper[1] == JOINTS[1].upper
