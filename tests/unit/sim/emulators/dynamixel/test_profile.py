import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.emulators.dynamixel.profile import RECTANGLE, STEP, TRAPEZOID, TRIANGLE, Trajectory

DT = 0.004


def ride(goal, top, rate, seconds=20.0):
    """Positions and speeds on the way from 0 to ``goal``."""
    way = Trajectory()
    way.start(goal, top, rate)
    places, speeds = [0.0], [0.0]
    while way.running and len(places) * DT < seconds:
        way.advance(goal, top, rate, DT)
        places.append(way.position)
        speeds.append(way.velocity)
    return way, places, speeds


def test_without_a_profile_the_goal_is_there_at_once():
    way = Trajectory()
    way.start(500.0, math.inf, math.inf)
    assert way.shape == STEP
    way.advance(500.0, math.inf, math.inf, DT)
    assert (way.position, way.velocity, way.running) == (500.0, 0.0, False)


def test_with_a_top_speed_alone_the_speed_is_a_rectangle():
    way, places, speeds = ride(1000.0, 400.0, math.inf)
    assert way.shape == RECTANGLE
    assert len(places) * DT == pytest.approx(1000 / 400, abs=0.02)
    assert set(speeds[1:-1]) == {400.0}


def test_with_both_limits_it_is_a_trapezoid_or_where_the_way_is_short_a_triangle():
    way, places, _ = ride(1000.0, 400.0, 1000.0)
    assert way.shape == TRAPEZOID
    assert len(places) * DT == pytest.approx(1000 / 400 + 400 / 1000, rel=0.02)
    way, places, speeds = ride(100.0, 400.0, 1000.0)
    assert way.shape == TRIANGLE
    assert max(speeds) == pytest.approx(math.sqrt(100 * 1000), rel=0.05)
    assert len(places) * DT == pytest.approx(2 * math.sqrt(100 / 1000), rel=0.05)


@settings(max_examples=60, deadline=None)
@given(st.floats(-4000, 4000), st.floats(20, 3000), st.floats(100, 60000))
def test_it_ends_on_the_goal_without_overshoot_and_within_both_limits(goal, top, rate):
    way, places, speeds = ride(goal, top, rate, seconds=400.0)
    assert way.position == goal
    assert all(min(0.0, goal) - 1e-6 <= place <= max(0.0, goal) + 1e-6 for place in places)
    assert max(map(abs, speeds)) <= top * (1 + 1e-9)
    changes = [abs(b - a) / DT for a, b in pairwise(speeds[:-1])]
    assert max(changes, default=0.0) <= rate * (1 + 1e-6)


def test_a_goal_that_comes_too_near_to_stop_at_is_passed_and_come_back_to():
    way = Trajectory()
    way.start(2000.0, 500.0, 800.0)
    speeds = [0.0]
    for goal in [2000.0] * 200 + [300.0] * 1500:
        way.advance(goal, 500.0, 800.0, DT)
        speeds.append(way.velocity)
    assert way.position == 300.0
    assert max(abs(b - a) / DT for a, b in pairwise(speeds)) <= 2 * 801


def test_a_ramp_comes_to_its_speed_and_goes_on():
    way = Trajectory()
    for _ in range(500):
        way.ramp(-300.0, 600.0, DT)
    assert way.velocity == -300.0
    assert way.position == pytest.approx(-300 * 2.0 + 300 * 0.5 / 2, abs=2)
    way.ramp(100.0, math.inf, DT)
    assert way.velocity == 100.0
