import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import MODELS
from sim.emulators.dynamixel.memory import ControlTable
from sim.emulators.dynamixel.motor import MOTORS
from sim.emulators.dynamixel.orders import largest_share, lead, profile_limits


def table(number=1020, **cells):
    made = ControlTable(MODELS[number])
    made.lose_power()
    for name, value in cells.items():
        made.put(getattr(reg, name.upper()), value)
    return made


def test_without_a_profile_velocity_there_is_no_limit_at_all():
    assert profile_limits(table(profile_acceleration=5), 100.0) == (math.inf, math.inf)


def test_units_are_the_makers():
    top, rate = profile_limits(table(profile_velocity=100, profile_acceleration=10), 1.0)
    assert top == pytest.approx(1563.3, abs=0.1)  # 22.9 rpm
    assert rate == pytest.approx(2441.4, abs=0.1)
    assert profile_limits(table(profile_velocity=100), 1.0)[1] == math.inf


def test_no_profile_is_faster_than_the_velocity_limit_and_none_stands_still():
    assert profile_limits(table(profile_velocity=500, velocity_limit=100), 1.0)[0] == pytest.approx(1563.3, abs=0.1)
    assert profile_limits(table(profile_velocity=500, velocity_limit=0), 1.0)[0] == pytest.approx(15.633, abs=0.001)


@given(st.integers(1, 32767), st.integers(0, 32767), st.floats(1, 1e6))
def test_a_timed_way_takes_its_time_and_its_ramps_at_most_half_of_it(whole, ramp, distance):
    top, rate = profile_limits(table(drive_mode=4, profile_velocity=whole, profile_acceleration=ramp), -distance)
    ramps = top / rate
    assert ramps == pytest.approx(min(ramp, whole / 2) / 1000, rel=1e-9)
    assert distance / top + ramps == pytest.approx(whole / 1000, rel=1e-9)


def test_full_drive_is_reached_the_sooner_the_larger_the_gain():
    assert lead(table(position_p=800)) == pytest.approx(885 * 128 / 800)
    assert lead(table(position_p=0)) == 885 * 128


@pytest.mark.parametrize(
    ("mode", "pwm", "current", "share"),
    [
        (3, 885, 100, 1.0),
        (3, 354, 100, 0.4),
        (3, -354, 100, 0.4),
        (5, 885, 171, 0.2),
        (5, 88, 171, 0.0994),
        (0, 885, -171, 0.2),
    ],
)
def test_force_is_limited_by_pwm_and_in_the_modes_with_current_by_current(mode, pwm, current, share):
    cells = table(operating_mode=mode, goal_pwm=pwm, goal_current=current)
    assert largest_share(cells, MOTORS[1020]) == pytest.approx(share, abs=1e-3)


def test_limit_registers_count_where_they_are_lower_than_the_goals():
    assert largest_share(table(pwm_limit=177), MOTORS[1020]) == pytest.approx(0.2)
    assert largest_share(table(operating_mode=5, current_limit=171), MOTORS[1020]) == pytest.approx(0.2, abs=1e-3)


def test_no_limit_makes_a_motor_stronger_than_it_is():
    assert largest_share(table(1200, operating_mode=5), MOTORS[1200]) == 1.0
    assert largest_share(table(1060), MOTORS[1060]) == 1.0
