import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.feetech import messages as reg
from sim.emulators.feetech.servo import HERE_IS_MIDDLE
from tests.unit.sim.emulators.feetech.bench import DT, UNIT, Bench


def test_a_servo_that_was_just_switched_on_is_limp_and_its_goal_is_where_it_stands():
    bench = Bench(angle=0.5)
    assert bench.get(reg.TORQUE_ENABLE) == 0
    assert bench.get(reg.GOAL_POSITION) == bench.get(reg.POSITION) == round(2048 + 0.5 / UNIT)


def test_a_goal_alone_switches_torque_on():
    bench = Bench()
    bench.write(reg.GOAL_POSITION, 2148)
    assert bench.get(reg.TORQUE_ENABLE) == 1
    assert bench.run(0.5).get(reg.POSITION) == 2148


def test_torque_on_with_an_old_goal_jumps_as_the_real_one_does():
    bench = Bench()
    bench.go(2348)
    bench.run(1.0)
    bench.write(reg.TORQUE_ENABLE, 0)
    bench.angle = 0.0
    bench.run(0.1)
    bench.write(reg.TORQUE_ENABLE, 1)
    assert bench.run(1.0).get(reg.POSITION) == 2348


def test_a_limp_servo_stays_where_it_is_put():
    bench = Bench()
    bench.go(2348)
    bench.write(reg.TORQUE_ENABLE, 0)
    assert bench.run(0.5).get(reg.POSITION) == 2048


@pytest.mark.parametrize(("speed", "expected"), [(100, 100), (1000, 1000), (0, 3400), (9000, 3400)])
def test_goal_speed_is_the_top_speed_and_zero_means_the_fastest(speed, expected):
    bench = Bench()
    bench.go(4000, speed=speed)
    bench.run(0.3)
    assert max(bench.speeds) / UNIT == pytest.approx(expected, rel=0.02)


def test_the_profile_is_a_trapezoid_that_ends_on_the_goal_without_overshoot():
    bench = Bench()
    bench.go(2048 + 600, speed=400, acceleration=10)
    positions = []
    for _ in range(700):
        bench.run(DT)
        positions.append(bench.get(reg.POSITION))
    assert positions == sorted(positions)
    assert positions[-1] == 2648
    steepest = max(abs(b - a) for a, b in zip(bench.speeds, bench.speeds[1:], strict=False)) / DT / UNIT
    assert steepest == pytest.approx(1000, rel=0.25)
    moving = sum(speed > 1e-9 for speed in bench.speeds) * DT
    assert moving == pytest.approx(600 / 400 + 400 / 1000, rel=0.05)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4095), st.integers(1, 3000), st.integers(1, 254)), min_size=1, max_size=5))
def test_speed_and_acceleration_stay_within_their_limits_whatever_is_ordered(orders):
    bench = Bench()
    for goal, speed, acceleration in orders:
        before = abs(bench.speeds[-1]) / UNIT if bench.speeds else 0.0
        start = len(bench.speeds)
        bench.go(goal, speed, acceleration)
        bench.run(0.2)
        for value in bench.speeds[start:]:
            assert abs(value) / UNIT <= max(speed, before) * 1.26 + 1


def test_a_goal_outside_of_the_position_limits_ends_at_the_limit_without_complaint():
    bench = Bench()
    bench.setup(reg.MAX_POSITION, 2300)
    bench.go(3000)
    bench.run(1.0)
    assert bench.get(reg.POSITION) == 2300
    assert bench.get(reg.STATUS) == 0


def test_the_homing_offset_shifts_the_reading_and_wraps():
    bench = Bench(angle=(628 - 2048) * UNIT)
    bench.setup(reg.HOMING_OFFSET, 904)
    assert bench.run(0.1).get(reg.POSITION) == 3820


def test_here_is_middle_rewrites_the_offset_and_moves_nothing():
    bench = Bench(angle=0.3)
    bench.go(2048 + round(0.3 / UNIT))
    bench.write(reg.TORQUE_ENABLE, HERE_IS_MIDDLE)
    assert bench.run(DT).get(reg.POSITION) == 2048
    assert bench.get(reg.TORQUE_ENABLE) == 1
    assert abs(bench.get(reg.HOMING_OFFSET)) == round(0.3 / UNIT)


@given(st.floats(-3.1, 3.1))
def test_half_turn_homing_always_fits_the_offset_register(angle):
    bench = Bench(angle=angle)
    bench.servo.call_here(2048)
    bench.run(DT)
    assert bench.get(reg.POSITION) in {2047, 2048, 2049}
    assert abs(bench.get(reg.HOMING_OFFSET)) <= 2047


def test_sign_minus_one_turns_the_other_way():
    bench = Bench(sign=-1)
    bench.go(2148)
    assert bench.run(0.5).angle == pytest.approx(-100 * UNIT)
    assert bench.get(reg.POSITION) == 2148


def test_an_assembled_servo_reads_as_calibrated():
    bench = Bench(angle=0.4, zero_step=2100, homing_offset=-300)
    assert bench.get(reg.POSITION) == 2100 + round(0.4 / UNIT)
    assert bench.get(reg.HOMING_OFFSET) == -300


def test_overload_trips_after_its_time_leaves_the_protective_torque_and_ignores_goals_behind_the_obstacle():
    bench = Bench()
    bench.go(2200)
    bench.effort = 0.9
    bench.run(1.9)
    assert bench.get(reg.STATUS) == 0
    bench.run(0.2)
    assert bench.get(reg.STATUS) == 0x20
    assert bench.servo.drive(DT).effort == pytest.approx(0.2)
    at = bench.get(reg.POSITION)
    bench.effort = 0.0
    bench.go(at + 300)
    assert bench.run(0.5).get(reg.POSITION) == at


@pytest.mark.parametrize("recover", [lambda bench: bench.write(reg.TORQUE_ENABLE, 0), lambda bench: bench.go(2100)])
def test_overload_ends_by_torque_off_or_by_a_goal_away_from_the_obstacle(recover):
    bench = Bench()
    bench.go(2200)
    bench.effort = 0.9
    bench.run(2.5)
    bench.effort = 0.0
    recover(bench)
    bench.run(DT)
    assert bench.get(reg.STATUS) == 0
    assert bench.servo.drive(DT).effort == pytest.approx(1.0)


def test_a_short_overload_does_not_trip():
    bench = Bench()
    bench.go(2200)
    for _ in range(5):
        bench.effort = 0.9
        bench.run(1.0)
        bench.effort = 0.1
        bench.run(0.1)
    assert bench.get(reg.STATUS) == 0


def test_a_blocked_shaft_stands_still_under_rising_load_and_trips():
    bench = Bench()
    bench.servo.faults.blocked = True
    bench.go(2300)
    bench.run(0.5)
    assert bench.get(reg.POSITION) == 2048
    assert bench.get(reg.LOAD) == 1000
    bench.run(2.0)
    assert bench.get(reg.STATUS) == 0x20


def test_load_has_the_servos_direction_and_stays_within_the_torque_limit():
    bench = Bench(sign=-1)
    bench.write(reg.TORQUE_LIMIT, 300)
    bench.go(2048)
    bench.effort = 0.5
    assert bench.run(0.1).get(reg.LOAD) == -300


@pytest.mark.parametrize("celsius", [70, 85])
def test_heat_sets_its_bit_and_cuts_torque(celsius):
    bench = Bench()
    bench.go(2048)
    bench.servo.set_temperature(celsius)
    bench.run(DT)
    assert bench.get(reg.STATUS) == 0x04
    assert bench.get(reg.TORQUE_ENABLE) == 0
    assert bench.get(reg.TEMPERATURE) == celsius


def test_heat_leaves_torque_on_where_the_unloading_register_says_so():
    bench = Bench()
    bench.setup(reg.UNLOADING, 0)
    bench.go(2048)
    bench.servo.set_temperature(80)
    bench.run(DT)
    assert (bench.get(reg.STATUS), bench.get(reg.TORQUE_ENABLE)) == (0x04, 1)


@pytest.mark.parametrize(("volts", "status"), [(3.9, 1), (4.0, 0), (14.0, 0), (14.1, 1)])
def test_voltage_outside_of_its_limits_sets_its_bit_and_keeps_torque(volts, status):
    bench = Bench()
    bench.go(2048)
    bench.servo.set_supply(volts)
    bench.run(DT)
    assert bench.get(reg.STATUS) == status
    assert bench.get(reg.TORQUE_ENABLE) == 1
    assert bench.get(reg.VOLTAGE) == round(volts * 10)


def test_power_up_loses_what_was_ordered_and_keeps_what_was_calibrated():
    bench = Bench()
    bench.setup(reg.GAIN_P, 16)
    bench.write(reg.TORQUE_LIMIT, 500)
    bench.go(2300, acceleration=50)
    bench.run(0.5)
    bench.servo.power_up()
    assert [bench.get(cell) for cell in (reg.TORQUE_ENABLE, reg.ACCELERATION, reg.TORQUE_LIMIT)] == [0, 0, 1000]
    assert bench.get(reg.GAIN_P) == 16
    assert bench.get(reg.GOAL_POSITION) == bench.get(reg.POSITION) == 2300


def test_a_frozen_servo_repeats_itself_while_it_moves():
    bench = Bench()
    bench.servo.faults.frozen = True
    bench.go(2300)
    bench.run(1.0)
    assert bench.get(reg.POSITION) == 2048
    assert bench.angle == pytest.approx(252 * UNIT)


def test_a_reversed_servo_runs_away_from_its_goal():
    bench = Bench()
    bench.servo.faults.reversed = True
    bench.go(2300, speed=200)
    assert bench.run(0.3).angle < -0.01


def test_a_slipped_encoder_reads_too_much():
    bench = Bench()
    bench.servo.faults.slip = 57
    assert bench.run(DT).get(reg.POSITION) == 2105


def test_moving_is_told_while_it_moves():
    bench = Bench()
    bench.go(2300)
    assert bench.run(0.02).get(reg.MOVING) == 1
    assert bench.run(1.0).get(reg.MOVING) == 0


def test_a_damped_servo_stays_limp_to_the_host_and_resists_a_little():
    bench = Bench()
    bench.go(2300)
    bench.write(reg.TORQUE_ENABLE, reg.TORQUE_DAMPED)
    bench.run(0.2)
    drive = bench.servo.drive(DT)
    assert drive.torque_on
    assert drive.effort == pytest.approx(0.1)
    assert bench.get(reg.POSITION) == 2048
    assert bench.get(reg.LOAD) == 0


def test_over_current_sets_its_bit_after_its_time_and_cuts_torque_until_it_is_switched_off():
    bench = Bench()
    bench.setup(reg.PROTECTION_CURRENT, 100)
    bench.setup(reg.OVERCURRENT_TIME, 50)
    bench.go(2048)
    bench.effort = 0.3
    bench.run(0.45)
    assert (bench.get(reg.STATUS), bench.get(reg.TORQUE_ENABLE)) == (0, 1)
    assert bench.get(reg.CURRENT) == 111
    bench.run(0.1)
    assert (bench.get(reg.STATUS), bench.get(reg.TORQUE_ENABLE)) == (0x08, 0)
    bench.effort = 0.0
    bench.write(reg.TORQUE_ENABLE, 0)
    bench.write(reg.TORQUE_ENABLE, 1)
    bench.run(0.1)
    assert (bench.get(reg.STATUS), bench.get(reg.TORQUE_ENABLE)) == (0, 1)


def test_a_hand_turns_the_joint_against_the_motor_which_feels_it_and_goes_back():
    bench = Bench()
    bench.go(2048)
    bench.run(0.05)
    bench.servo.push(0.2)
    bench.run(0.15)
    assert bench.get(reg.POSITION) > 2100
    assert bench.get(reg.LOAD) == -1000
    bench.run(1.0)
    assert bench.get(reg.POSITION) == pytest.approx(2048, abs=1)


def test_a_limp_joint_stays_where_a_hand_put_it():
    bench = Bench()
    bench.servo.push(0.2)
    bench.run(1.0)
    assert bench.angle == pytest.approx(0.2, abs=0.006)


def test_a_servo_describes_itself_in_a_few_words():
    bench = Bench()
    bench.servo.set_supply(7.4)
    assert bench.run(DT).servo.describe() == "step 2048, torque off, load 0 %, 7.4 V, 32 °C, status 0x00"
    assert bench.servo.status_bits == {
        "voltage": 1,
        "encoder": 2,
        "overheat": 4,
        "overcurrent": 8,
        "overload": 32,
    }


def test_what_a_servo_draws_grows_with_the_square_of_its_load():
    bench = Bench()
    bench.go(2048)
    bench.effort = 0.5
    bench.run(DT)
    half = bench.servo.draws
    bench.effort = 1.0
    bench.run(DT)
    assert bench.servo.draws == pytest.approx(4 * half) == pytest.approx(2.405)


def test_what_is_read_right_after_a_new_offset_counts_with_it():
    bench = Bench(angle=0.5)
    bench.setup(reg.HOMING_OFFSET, 100)
    assert bench.get(reg.POSITION) == 2048 + round(0.5 / UNIT) - 100
    bench.servo.call_here(1000)
    assert bench.get(reg.POSITION) == 1000
