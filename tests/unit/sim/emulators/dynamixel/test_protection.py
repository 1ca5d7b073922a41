import pytest

from drivers.dynamixel import messages as reg
from sim.emulators.dynamixel.protection import OVERLOAD_TIME
from tests.unit.sim.emulators.dynamixel.bench import DT, STEP, Shaft

VOLTAGE, OVERHEAT, ENCODER, SHOCK, OVERLOAD = 0x01, 0x04, 0x08, 0x10, 0x20


def state(shaft):
    return shaft.get(reg.HARDWARE_ERROR), shaft.get(reg.TORQUE_ENABLE)


@pytest.mark.parametrize(("model", "hottest"), [(1200, 70), (1060, 72), (1020, 80)])
def test_heat_above_its_limit_cuts_torque_until_it_starts_anew(model, hottest):
    shaft = Shaft(model=model).on()
    shaft.servo.set_temperature(hottest)
    assert state(shaft.run(DT)) == (0, 1)
    shaft.servo.set_temperature(hottest + 1)
    assert state(shaft.run(DT)) == (OVERHEAT, 0)
    assert shaft.get(reg.TEMPERATURE) == hottest + 1
    assert shaft.servo.alert == 0x80
    shaft.servo.set_temperature(30)
    shaft.run(DT).set(torque_enable=1)
    assert state(shaft.run(DT)) == (OVERHEAT, 0)
    shaft.servo.power_up()
    shaft.set(torque_enable=1)
    assert state(shaft.run(DT)) == (0, 1)


@pytest.mark.parametrize(("model", "lowest", "highest"), [(1060, 6.0, 14.0), (1020, 9.5, 16.0)])
def test_a_wrong_supply_is_told_as_long_as_it_lasts_and_keeps_torque(model, lowest, highest):
    shaft = Shaft(model=model).on()
    for volts, error in ((lowest - 0.1, VOLTAGE), (lowest, 0), (highest, 0), (highest + 0.1, VOLTAGE), (12.0, 0)):
        shaft.servo.set_supply(volts)
        assert state(shaft.run(DT)) == (error, 1)
        assert shaft.get(reg.VOLTAGE) == round(volts * 10)


@pytest.mark.parametrize("volts", [3.4, 7.1])
def test_an_xl330_latches_a_wrong_supply_and_lets_go(volts):
    shaft = Shaft(model=1200).on()
    shaft.servo.set_supply(volts)
    assert state(shaft.run(DT)) == (VOLTAGE, 0)
    shaft.servo.set_supply(5.0)
    assert state(shaft.run(DT)) == (VOLTAGE, 0)
    shaft.servo.power_up()
    assert state(shaft.run(DT)) == (0, 0)


def test_a_lasting_overload_shuts_down_and_a_short_one_does_not():
    shaft = Shaft().on()
    for _ in range(3):
        shaft.effort = 0.95
        shaft.run(OVERLOAD_TIME - 0.1)
        shaft.effort = 0.1
        assert state(shaft.run(0.1)) == (0, 1)
    shaft.effort = 0.95
    assert state(shaft.run(OVERLOAD_TIME + 0.1)) == (OVERLOAD, 0)
    shaft.effort = 0.0
    assert state(shaft.run(1.0)) == (OVERLOAD, 0)


def test_a_blocked_shaft_strains_more_the_further_its_goal_and_shuts_down():
    shaft = Shaft().on(goal_position=2078)
    shaft.servo.faults.blocked = True
    # P = 800: PWM 800/128 a step, of 885.
    assert shaft.run(DT).get(reg.PWM) == pytest.approx(30 * 800 / 128, abs=5)
    shaft.set(goal_position=2300)
    assert shaft.run(DT).get(reg.PWM) == 885
    assert state(shaft.run(OVERLOAD_TIME + 0.1)) == (OVERLOAD, 0)
    assert shaft.get(reg.POSITION) == 2048


def test_the_shutdown_register_decides_what_cuts_torque():
    shaft = Shaft(model=1200)
    shaft.set(shutdown=0)
    shaft.on()
    shaft.servo.set_temperature(90)
    assert state(shaft.run(DT)) == (OVERHEAT, 1)
    shaft.servo.set_temperature(30)
    assert state(shaft.run(DT)) == (0, 1)


@pytest.mark.parametrize(("bit", "torque"), [(SHOCK, 0), (ENCODER, 1), (VOLTAGE, 1)])
def test_errors_can_be_set_on_purpose(bit, torque):
    shaft = Shaft().on()
    shaft.servo.faults.status = bit
    assert state(shaft.run(DT)) == (bit, torque)
    assert bit in shaft.servo.status_bits.values()


def test_a_servo_that_was_shut_down_does_not_come_on_by_a_goal_either():
    shaft = Shaft()
    shaft.set(drive_mode=8)
    shaft.servo.set_temperature(90)
    shaft.run(DT)
    shaft.set(goal_position=2100)
    assert state(shaft.run(0.3)) == (OVERHEAT, 0)
    assert shaft.get(reg.POSITION) == 2048


def test_a_silent_bus_stops_the_servo_and_goals_are_refused_until_zero_is_written():
    shaft = Shaft().on(watchdog=5, profile_velocity=20, profile_acceleration=3, goal_position=3000)
    shaft.run(0.09)
    assert shaft.get(reg.WATCHDOG) == 5
    shaft.run(0.02)
    assert shaft.get(reg.WATCHDOG) == 255
    assert (shaft.get(reg.PROFILE_VELOCITY), shaft.get(reg.PROFILE_ACCELERATION)) == (0, 0)
    stopped = shaft.angle
    assert shaft.run(0.5).angle == pytest.approx(stopped, abs=2 * STEP)
    assert shaft.get(reg.TORQUE_ENABLE) == 1
    assert shaft.write(reg.GOAL_POSITION, 2100) == 4
    assert shaft.write(reg.WATCHDOG, 5) == 4
    shaft.set(watchdog=0)
    assert shaft.run(0.2).angle == pytest.approx(stopped, abs=2 * STEP)
    shaft.set(goal_position=2100)
    assert shaft.run(1.0).get(reg.POSITION) == 2100


def test_any_instruction_on_the_bus_keeps_the_watchdog_quiet():
    shaft = Shaft().on(watchdog=1)
    assert shaft.run(1.0, talk=True).get(reg.WATCHDOG) == 1
    assert shaft.run(0.03).get(reg.WATCHDOG) == 255


def test_the_watchdog_sleeps_without_torque_and_when_it_is_off():
    shaft = Shaft()
    shaft.set(watchdog=1)
    assert shaft.run(1.0).get(reg.WATCHDOG) == 1
    shaft.on(watchdog=0)
    assert shaft.run(1.0).get(reg.WATCHDOG) == 0


def test_a_silent_bus_stops_a_servo_that_turns_on_and_on():
    shaft = Shaft()
    shaft.set(operating_mode=1)
    shaft.on(watchdog=2, goal_velocity=50)
    shaft.run(0.2)
    assert shaft.run(0.1).speeds[-1] == pytest.approx(0.0, abs=1e-3)
    shaft.set(watchdog=0)
    assert shaft.run(0.1).speeds[-1] == pytest.approx(0.0, abs=1e-3)
