import pytest

from armctl.config.arm import ServoConfig
from armctl.errors import ConfigError
from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import Problem
from sim.emulators.dynamixel.servo import Servo
from sim.emulators.motors import Measured
from tests.unit.sim.emulators.dynamixel.bench import DT, MEGABAUD, MODELS, STEP, Shaft

RPM = 0.229 * 4096 / 60
"""Steps/s of one unit of a velocity."""


def test_a_servo_that_was_just_switched_on_is_limp_and_its_goal_is_where_it_stands():
    shaft = Shaft(angle=0.5)
    assert shaft.get(reg.TORQUE_ENABLE) == 0
    assert shaft.get(reg.GOAL_POSITION) == shaft.get(reg.POSITION) == round(2048 + 0.5 / STEP)


def test_a_goal_does_nothing_without_torque():
    shaft = Shaft()
    shaft.set(goal_position=2300)
    assert shaft.run(0.3).get(reg.POSITION) == 2048


def test_a_goal_switches_torque_on_where_the_drive_mode_says_so():
    shaft = Shaft()
    shaft.set(drive_mode=8, goal_position=2300)
    assert shaft.get(reg.TORQUE_ENABLE) == 1
    assert shaft.run(0.3).get(reg.POSITION) == 2300


def test_torque_on_holds_where_it_is_whatever_the_goal_was():
    shaft = Shaft()
    shaft.on(goal_position=2300)
    shaft.run(0.5)
    shaft.set(torque_enable=0)
    shaft.turn(0.0)
    shaft.set(torque_enable=1)
    assert shaft.run(0.5).get(reg.POSITION) == 2048
    assert shaft.get(reg.GOAL_POSITION) == 2048


def test_torque_on_again_changes_nothing():
    shaft = Shaft().on(profile_velocity=10, goal_position=2300)
    shaft.run(0.1).set(torque_enable=1)
    assert shaft.get(reg.GOAL_POSITION) == 2300


@pytest.mark.parametrize(
    ("units", "expected"), [(20, 20 * RPM), (100, 100 * RPM), (0, 46 * 4096 / 60), (9000, 200 * RPM)]
)
def test_profile_velocity_is_the_top_speed_zero_the_fastest_and_the_velocity_limit_the_end(units, expected):
    shaft = Shaft(angle=-3.0).on(profile_velocity=units, goal_position=4000)
    shaft.run(0.5)
    assert max(shaft.speeds) / STEP == pytest.approx(expected, rel=0.02)


def test_profile_velocity_and_acceleration_make_a_trapezoid():
    shaft = Shaft().on(profile_acceleration=4, profile_velocity=26, goal_position=2648)
    places = [shaft.run(DT).get(reg.POSITION) for _ in range(800)]
    assert places == sorted(places)
    assert places[-1] == 2648
    top, rate = 26 * RPM, 4 * 214.577 * 4096 / 3600
    moving = sum(speed > 1e-9 for speed in shaft.speeds) * DT
    assert moving == pytest.approx(600 / top + top / rate, rel=0.05)


def test_the_profile_counts_when_the_goal_comes_not_when_it_is_written():
    shaft = Shaft().on(profile_velocity=20, goal_position=2648)
    shaft.run(0.1).set(profile_velocity=100)
    shaft.run(0.1)
    assert shaft.speeds[-1] / STEP == pytest.approx(20 * RPM, rel=0.02)
    shaft.set(goal_position=2649)
    shaft.run(0.1)
    assert shaft.speeds[-1] / STEP == pytest.approx(100 * RPM, rel=0.02)


@pytest.mark.parametrize(("ramp", "top"), [(0, 300.0), (500, 400.0), (2000, 600.0)])
def test_a_timed_profile_takes_the_time_it_was_given(ramp, top):
    shaft = Shaft()
    shaft.set(drive_mode=4)
    shaft.on(profile_acceleration=ramp, profile_velocity=2000, goal_position=2648)
    shaft.run(1.85)
    assert shaft.get(reg.POSITION) < 2648
    shaft.run(0.25)
    assert shaft.get(reg.POSITION) == 2648
    assert max(shaft.speeds) / STEP == pytest.approx(top, rel=0.03)


def test_moving_and_its_shape_are_told_while_it_moves():
    shaft = Shaft().on(profile_acceleration=4, profile_velocity=26, goal_position=2648)
    shaft.run(0.1)
    assert (shaft.get(reg.MOVING), shaft.get(reg.MOVING_STATUS)) == (1, 0x30 | 0x02)
    assert shaft.get(reg.POSITION_TRAJECTORY) == pytest.approx(shaft.get(reg.POSITION), abs=2)
    shaft.run(5.0)
    assert (shaft.get(reg.MOVING), shaft.get(reg.MOVING_STATUS)) == (0, 0x30 | 0x01)


@pytest.mark.parametrize(("units", "moving"), [(10, 0), (11, 1), (-11, 1)])
def test_without_a_profile_moving_means_faster_than_the_threshold(units, moving):
    shaft = Shaft()
    shaft.servo.measure(Measured(0.0, units * RPM * STEP, 0.0), DT)
    assert (shaft.get(reg.VELOCITY), shaft.get(reg.MOVING)) == (units, moving)


def test_a_following_error_is_told():
    shaft = Shaft().on(goal_position=2148)
    shaft.servo.faults.blocked = True
    assert not shaft.run(0.1).get(reg.MOVING_STATUS) & 0x08
    shaft.set(goal_position=2149)
    assert shaft.run(0.1).get(reg.MOVING_STATUS) & 0x08


@pytest.mark.parametrize("model", MODELS)
def test_velocity_mode_turns_on_and_on_and_comes_to_its_speed_by_the_profile_acceleration(model):
    shaft = Shaft(model=model)
    shaft.set(operating_mode=1)
    shaft.on(profile_acceleration=2, goal_velocity=40)
    assert shaft.run(0.2).speeds[-1] / STEP == pytest.approx(2 * 214.577 * 4096 / 3600 * 0.2, rel=0.05)
    shaft.run(8.0)
    assert shaft.get(reg.VELOCITY) == 40
    assert shaft.get(reg.POSITION) > 2048 + 4096
    shaft.set(profile_acceleration=0, goal_velocity=-40)
    assert shaft.run(0.1).get(reg.VELOCITY) == -40


def test_a_shaft_freed_in_velocity_mode_does_not_leap():
    shaft = Shaft()
    shaft.set(operating_mode=1)
    shaft.on(goal_velocity=50)
    shaft.servo.faults.blocked = True
    shaft.run(0.6)
    shaft.servo.faults.blocked = False
    shaft.run(0.5)
    assert shaft.angle / STEP < 50 * RPM * 0.5 + 200


@pytest.mark.parametrize("model", MODELS)
def test_pwm_mode_drives_with_a_share_of_the_force_and_speed(model):
    shaft = Shaft(model=model)
    shaft.set(operating_mode=16)
    shaft.on(goal_pwm=-443)
    drive = shaft.servo.drive(DT)
    assert drive.effort == pytest.approx(0.5, abs=0.01)
    shaft.run(0.5)
    fastest = shaft.servo._motor.speed
    assert shaft.speeds[-1] / STEP == pytest.approx(-fastest / 2, rel=0.02)
    shaft.set(goal_pwm=0)
    assert not shaft.servo.drive(DT).torque_on


def test_current_mode_pushes_with_its_current():
    shaft = Shaft()
    shaft.set(operating_mode=0)
    shaft.on(goal_current=-100)
    drive = shaft.servo.drive(DT)
    assert drive.effort == pytest.approx(100 * 0.00269 / 2.3)
    assert shaft.run(0.2).angle < -0.1


def test_with_limited_current_it_goes_to_its_goal_and_presses_no_harder():
    shaft = Shaft(model=1200, operating_mode=5)
    shaft.on(goal_current=350, goal_position=2348)
    assert shaft.servo.drive(DT).effort == pytest.approx(0.35 / 1.47)
    assert shaft.run(0.5).get(reg.POSITION) == 2348
    shaft.effort = 1.0
    assert shaft.run(DT).get(reg.CURRENT) == 350
    shaft.run(10.0)
    assert shaft.get(reg.HARDWARE_ERROR) == 0


def test_a_lower_limit_register_counts_at_once():
    shaft = Shaft(model=1200, operating_mode=5)
    shaft.set(current_limit=147, pwm_limit=885)
    shaft.set(torque_enable=1)
    assert shaft.servo.drive(DT).effort == pytest.approx(0.1)


def test_an_xl430_tells_its_load_in_place_of_a_current():
    shaft = Shaft(model=1060).on()
    shaft.effort = -0.4
    assert shaft.run(DT).get(reg.LOAD) == -400


def test_the_count_is_not_cleared_while_it_moves():
    shaft = Shaft(operating_mode=4).on(profile_velocity=20, goal_position=9000)
    shaft.run(0.1)
    assert shaft.servo.clear_turns() is Problem.RESULT
    assert shaft.get(reg.GOAL_POSITION) == 9000


def test_clearing_the_count_with_torque_on_moves_nothing():
    shaft = Shaft(operating_mode=4).on(goal_position=2048 + 4096)
    shaft.run(2.0)
    before = shaft.angle
    assert shaft.servo.clear_turns() is Problem.NONE
    shaft.run(0.3)
    assert shaft.angle == pytest.approx(before, abs=STEP)
    assert shaft.get(reg.POSITION) == 2048


def test_changing_the_mode_resets_gains_profile_and_what_limits_force():
    shaft = Shaft()
    shaft.set(position_p=1, profile_velocity=5, profile_acceleration=6, goal_pwm=7, goal_current=8)
    shaft.set(operating_mode=3)
    assert shaft.get(reg.GOAL_PWM) == 7
    shaft.set(operating_mode=5)
    values = [shaft.get(cell) for cell in (reg.POSITION_P, reg.PROFILE_VELOCITY, reg.PROFILE_ACCELERATION)]
    assert values == [800, 0, 0]
    assert (shaft.get(reg.GOAL_PWM), shaft.get(reg.GOAL_CURRENT)) == (885, 1193)


def test_power_up_loses_what_was_ordered_and_keeps_what_was_set():
    shaft = Shaft()
    shaft.set(return_delay=9)
    shaft.on(position_p=1, goal_position=2300)
    shaft.run(0.5)
    shaft.servo.power_up()
    assert [shaft.get(cell) for cell in (reg.TORQUE_ENABLE, reg.POSITION_P, reg.RETURN_DELAY)] == [0, 800, 9]
    assert shaft.get(reg.GOAL_POSITION) == shaft.get(reg.POSITION) == 2300


@pytest.mark.parametrize(("bits", "torque", "gain"), [(0, 0, 800), (1, 1, 800), (2, 0, 123), (3, 1, 123)])
def test_the_startup_register_brings_torque_and_the_stored_ram(bits, torque, gain):
    shaft = Shaft()
    shaft.set(position_p=123, startup=bits)
    assert shaft.servo.store() is Problem.NONE
    shaft.servo.power_up()
    assert (shaft.get(reg.TORQUE_ENABLE), shaft.get(reg.POSITION_P)) == (torque, gain)


def test_a_limp_servo_has_no_moving_status():
    assert Shaft().run(DT).get(reg.MOVING_STATUS) == 0


def test_a_backup_is_made_and_used_without_torque_only():
    shaft = Shaft()
    assert shaft.servo.restore() is Problem.RESULT
    shaft.on()
    assert shaft.servo.store() is Problem.RESULT
    assert shaft.get(reg.BACKUP_READY) == 0


def test_the_tick_counts_milliseconds_and_wraps():
    shaft = Shaft()
    shaft.run(1.0)
    assert shaft.get(reg.TICK) == pytest.approx(1000, abs=4)
    for _ in range(40):
        shaft.servo.measure(Measured(0.0, 0.0, 0.0), 1.0)
    assert shaft.get(reg.TICK) == pytest.approx(41_000 - 32_768, abs=4)


def test_a_registered_write_waits_and_is_checked_at_once():
    servo = Shaft().servo
    assert servo.register(reg.LED.address, b"\2") is Problem.RANGE
    assert servo.act() is Problem.INSTRUCTION
    assert servo.register(reg.LED.address, b"\1") is Problem.NONE
    assert servo.table.get(reg.LED) == 0
    assert servo.act() is Problem.NONE
    assert servo.table.get(reg.LED) == 1
    assert servo.act() is Problem.INSTRUCTION


def test_a_frozen_servo_repeats_itself_while_it_moves():
    shaft = Shaft().on()
    shaft.servo.faults.frozen = True
    shaft.set(goal_position=2300)
    shaft.run(1.0)
    assert shaft.get(reg.POSITION) == 2048
    assert shaft.angle == pytest.approx(252 * STEP)


def test_a_reversed_servo_runs_away_from_its_goal():
    shaft = Shaft().on(profile_velocity=20)
    shaft.servo.faults.reversed = True
    shaft.set(goal_position=2300)
    assert shaft.run(0.3).angle < -0.01


def test_a_hand_turns_the_joint_against_the_motor_and_lets_go():
    shaft = Shaft().on()
    shaft.servo.push(0.3)
    shaft.run(0.25)
    assert shaft.angle > 0.2
    assert shaft.run(2.0).angle == pytest.approx(0.0, abs=0.01)


def test_it_says_in_words_how_it_is():
    shaft = Shaft(model=1200).on()
    shaft.effort = 0.25
    words = shaft.run(DT).servo.describe()
    assert words == "XL330-M288, step 2048, torque on, load 25 %, 5.0 V, 32 °C, hardware error 0x00"


@pytest.mark.parametrize(
    ("wrong", "word"),
    [({"model": 777}, "no DYNAMIXEL"), ({"model": 1060, "operating_mode": 5}, "no operating mode 5")],
)
def test_a_servo_that_does_not_exist_cannot_be_emulated(wrong, word):
    with pytest.raises(ConfigError, match=word):
        Servo(ServoConfig(id=1, **wrong), Measured(0.0, 0.0, 0.0), MEGABAUD)
    with pytest.raises(ConfigError, match="500000"):
        Servo(ServoConfig(id=1, model=1020), Measured(0.0, 0.0, 0.0), 500_000)
