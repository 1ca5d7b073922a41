"""Clocks never run backwards and wait no longer than asked."""

import math

from hypothesis import given
from hypothesis import strategies as st

from armctl.clock import SteppedClock, SystemClock
from armctl.units import wrap_angle


def test_the_system_clock_sleeps_until_the_deadline_and_not_before():
    clock = SystemClock()
    deadline = clock.now() + 0.02
    clock.sleep_until(deadline)
    assert clock.now() >= deadline


def test_the_system_clock_returns_at_once_when_the_deadline_has_passed():
    clock = SystemClock()
    before = clock.now()
    clock.sleep_until(before - 10.0)
    assert clock.now() - before < 1.0


@given(st.lists(st.floats(-100, 100), max_size=20))
def test_a_stepped_clock_never_runs_backwards(deadlines):
    clock = SteppedClock(0.0)
    for deadline in deadlines:
        before = clock.now()
        clock.sleep_until(deadline)
        assert clock.now() == max(before, deadline)


@given(st.floats(-100, 100))
def test_a_wrapped_angle_points_the_same_way_within_half_a_turn(angle):
    wrapped = wrap_angle(angle)
    assert -math.pi < wrapped <= math.pi
    assert math.isclose(math.cos(wrapped), math.cos(angle), abs_tol=1e-9)
    assert math.isclose(math.sin(wrapped), math.sin(angle), abs_tol=1e-9)
