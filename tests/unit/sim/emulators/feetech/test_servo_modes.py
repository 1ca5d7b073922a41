"""Modes other than position, turns, and the units that settings choose."""

import math

import pytest

from drivers.feetech import messages as reg
from tests.unit.sim.emulators.feetech.bench import DT, UNIT, Bench


@pytest.mark.parametrize("speed", [500, -500])
def test_in_speed_mode_it_turns_without_end_at_the_signed_goal_speed(speed):
    bench = Bench()
    bench.setup(reg.OPERATING_MODE, 1)
    bench.write(reg.ACCELERATION, 50)
    bench.write(reg.GOAL_SPEED, speed)
    bench.write(reg.TORQUE_ENABLE, 1)
    bench.run(10.0)
    assert bench.get(reg.SPEED) == pytest.approx(speed, abs=2)
    assert abs(bench.angle) / UNIT > 4096
    assert 0 <= bench.get(reg.POSITION) < 4096
    bench.write(reg.GOAL_SPEED, 0)
    bench.run(0.5)
    assert bench.get(reg.SPEED) == 0


def test_in_pwm_mode_the_goal_time_register_is_a_signed_share_of_the_supply():
    bench = Bench()
    bench.setup(reg.OPERATING_MODE, 2)
    bench.write(reg.GOAL_TIME, -500)
    bench.write(reg.TORQUE_ENABLE, 1)
    bench.run(0.5)
    assert bench.get(reg.SPEED) == pytest.approx(-1700, rel=0.02)
    assert bench.servo.drive(DT).effort == pytest.approx(0.5)


def test_in_step_mode_goals_are_counted_from_the_last_one():
    bench = Bench()
    bench.setup(reg.OPERATING_MODE, 3)
    for _ in range(3):
        bench.write(reg.GOAL_POSITION, 300)
    bench.run(1.0)
    assert bench.angle == pytest.approx(900 * UNIT, abs=UNIT)
    bench.write(reg.GOAL_POSITION, -900)
    bench.run(1.0)
    assert bench.angle == pytest.approx(0.0, abs=UNIT)


def test_the_multi_turn_bit_lets_readings_leave_the_turn_and_go_negative():
    bench = Bench(angle=-3.0)
    bench.setup(reg.HOMING_OFFSET, 904)
    bench.setup(reg.PHASE, 12 | reg.Phase.MULTI_TURN)
    bench.run(DT)
    assert bench.get(reg.POSITION) == round(2048 - 3.0 / UNIT) - 904 < 0
    bench.setup(reg.PHASE, 12)
    bench.run(DT)
    assert bench.get(reg.POSITION) == round(2048 - 3.0 / UNIT) - 904 + 4096


def test_turns_are_lost_with_the_supply():
    bench = Bench()
    bench.setup(reg.PHASE, 12 | reg.Phase.MULTI_TURN)
    bench.angle = math.tau * 2
    assert bench.run(DT).get(reg.POSITION) == 2048 + 2 * 4096
    bench.servo.power_up()
    assert bench.run(DT).get(reg.POSITION) == 2048


def test_without_position_limits_a_goal_may_be_turns_away():
    bench = Bench()
    bench.setup(reg.MAX_POSITION, 0)
    bench.go(2048 + 2 * 4096)
    bench.run(4.0)
    assert bench.angle == pytest.approx(2 * math.tau, abs=UNIT)


def test_without_its_bit_speeds_are_in_units_of_fifty_steps():
    bench = Bench()
    bench.setup(reg.PHASE, reg.Phase.ZERO_IS_FASTEST)
    bench.go(4000, speed=10)
    bench.run(0.5)
    assert bench.get(reg.SPEED) == 10
    assert max(bench.speeds) / UNIT == pytest.approx(500, rel=0.02)


def test_without_its_bit_goal_speed_zero_means_stand_still():
    bench = Bench()
    bench.setup(reg.PHASE, reg.Phase.FINE_SPEED)
    bench.go(2500, speed=0)
    assert bench.run(0.5).get(reg.POSITION) == 2048


def test_the_acceleration_limit_of_the_factory_registers_holds():
    bench = Bench()
    bench.setup(reg.MAX_ACCELERATION, 5)
    bench.go(4000, speed=3000, acceleration=100)
    bench.run(0.4)
    assert max(bench.speeds) / UNIT == pytest.approx(200, rel=0.1)
