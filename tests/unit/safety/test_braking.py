"""Where a stop ends, beside the same stop integrated in small steps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.safety.braking import slowing_time, stands, stop_way
from tests.unit.safety.bench import N, limits, vector

LIMITS = limits()
"""2 rad/s² and 20 rad/s³ on every joint."""


def integrated(speed: float, acceleration: float) -> float:
    """The way of the fastest stop, with 1e-5 s steps: falls as fast as it may unless rising now would just do."""
    v, a, way, dt = speed, acceleration, 0.0, 1e-5
    while v > 0.0:
        rise = a < 0.0 and v <= a * a / 40.0
        a = min(a + 20.0 * dt, -1e-9) if rise else max(a - 20.0 * dt, -2.0)
        v += a * dt
        way += max(v, 0.0) * dt
    return way


def way_of(speed: float, acceleration: float) -> float:
    return float(stop_way(vector(0, speed), vector(0, acceleration), LIMITS)[0])


@settings(max_examples=30, deadline=None)
@given(st.floats(0.005, 0.6), st.floats(-1.5, 2.0))
def test_the_way_is_that_of_the_fastest_stop_within_the_limits(speed: float, acceleration: float) -> None:
    soft = max(acceleration, -math.sqrt(40.0 * speed))
    assert way_of(speed, acceleration) == pytest.approx(integrated(speed, soft), rel=0.02, abs=2e-5)


@settings(max_examples=30)
@given(st.floats(0.0, 0.6), st.floats(-2.0, 2.0))
def test_both_directions_are_alike(speed: float, acceleration: float) -> None:
    assert way_of(-speed, -acceleration) == pytest.approx(-way_of(speed, acceleration), abs=1e-12)


@pytest.mark.parametrize("acceleration", [-2.0, 0.0, 2.0, 50.0])
def test_a_joint_about_to_speed_up_goes_on_farther(acceleration: float) -> None:
    assert way_of(0.3, acceleration) <= way_of(0.3, acceleration + 0.5) + 1e-15
    assert way_of(0.3, 50.0) == way_of(0.3, 2.0)


@pytest.mark.parametrize("acceleration", [-math.sqrt(2.0), -1.5, -2.0, -50.0])
def test_a_joint_that_brakes_harder_than_it_needs_counts_as_one_that_brakes_just_so(acceleration: float) -> None:
    # From 0.05 rad/s a rise at 20 rad/s³ from -√2 rad/s² ends at rest, after √2/20 s and j·t³/6.
    assert way_of(0.05, acceleration) == pytest.approx(20.0 * (math.sqrt(2.0) / 20.0) ** 3 / 6.0)


def test_a_standing_joint_goes_nowhere() -> None:
    np.testing.assert_array_equal(stop_way(np.zeros(N), np.zeros(N), LIMITS), np.zeros(N))


def test_the_joints_stop_together_and_the_gripper_by_itself() -> None:
    slow, quick = vector(1, 0.05), vector(0, 0.5)
    alone = stop_way(slow, np.zeros(N), LIMITS)[1]
    beside = stop_way(slow + quick, np.zeros(N), LIMITS)
    assert beside[1] > 1.5 * alone
    assert beside[0] == pytest.approx(way_of(0.5, 0.0))
    gripper = vector(N - 1, 0.05)
    assert stop_way(gripper, np.zeros(N), LIMITS)[-1] == way_of(0.05, 0.0)
    assert stop_way(gripper + quick, np.zeros(N), LIMITS)[-1] == stop_way(gripper, np.zeros(N), LIMITS)[-1]


@pytest.mark.parametrize("slowest", range(1, N - 1))
def test_whichever_joint_needs_longest_the_others_wait_for_it(slowest: int) -> None:
    both = stop_way(vector(0, 0.05) + vector(slowest, 0.5), np.zeros(N), LIMITS)
    assert both[slowest] == way_of(0.5, 0.0)
    assert both[0] > 1.5 * way_of(0.05, 0.0)


def test_slowing_takes_twice_as_long_as_the_joints_could() -> None:
    assert slowing_time(vector(2, -0.4) + vector(0, 0.1), LIMITS) == pytest.approx(0.4)
    assert slowing_time(np.zeros(N), LIMITS) == 0.0


@pytest.mark.parametrize(("speed", "still"), [(0.0, True), (0.02, True), (-0.02, True), (0.0201, False)])
def test_standing_is_not_moving(speed: float, still: bool) -> None:
    assert stands(vector(3, speed)) == still
