import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.emulators.feetech.profile import Profile

DT = 0.004


@settings(max_examples=60, deadline=None)
@given(st.integers(-4000, 4000), st.integers(300, 3400), st.integers(10, 254).map(lambda units: 100.0 * units))
def test_an_approach_ends_on_its_goal_within_its_speed_and_acceleration(goal, top_speed, rate):
    profile = Profile(0.0)
    before = 0.0
    for _ in range(5_000):
        profile.approach(goal, top_speed, rate, DT)
        assert abs(profile.speed) <= top_speed * (1 + 1e-9)
        # The last step may end a little abruptly: it lands on the goal.
        if profile.position != goal:
            assert abs(profile.speed - before) <= rate * DT * (1 + 1e-9)
        before = profile.speed
        if profile.position == goal and profile.speed == 0.0:
            break
    assert profile.position == goal


def test_turning_reaches_its_speed_and_keeps_it():
    profile = Profile(0.0)
    for _ in range(500):
        profile.turn(-800.0, 4000.0, DT, profile.position)
    assert profile.speed == pytest.approx(-800.0)
    assert profile.position == pytest.approx(-800.0 * (2.0 - 0.1), abs=8)


def test_a_shaft_that_does_not_turn_is_not_left_behind_far():
    profile = Profile(0.0)
    for _ in range(5000):
        profile.turn(800.0, 4000.0, DT, 0.0)
    assert profile.position == pytest.approx(400.0)


def test_rest_is_where_it_is_told_to_be():
    profile = Profile(0.0)
    profile.turn(800.0, 4000.0, DT, 0.0)
    profile.rest(17.0)
    assert (profile.position, profile.speed) == (17.0, 0.0)
