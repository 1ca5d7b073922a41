"""Connecting, over the whole driver: what is refused and in which words, what is set up, and that nothing moves."""

import pytest

from armctl.errors import HardwareError, IdentityError
from drivers.dynamixel import connection
from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import Instruction
from tests.support.arms import with_servo
from tests.support.dynamixel import KOCH, OPEN, WIDOW, Rig, connected, enabled
from tests.support.servo_rig import refused


def writes(rig):
    """Address and servo of every order to one servo, and addresses of those to all."""
    orders = {Instruction.WRITE: lambda frame: (frame.id, int.from_bytes(frame.data[:2], "little"))}
    return [orders[frame.instruction](frame) for frame in rig.sent if frame.instruction in orders]


@pytest.mark.parametrize("name", ["koch_v11", "openmanipulator_x", "wx250s"])
def test_connecting_neither_moves_nor_switches_nor_changes_goals(name):
    rig = Rig(name)
    cells = (reg.TORQUE_ENABLE, reg.GOAL_POSITION, reg.PROFILE_VELOCITY, reg.WATCHDOG, reg.GOAL_PWM)
    before = [rig.cells(cell) for cell in cells]
    rig.arm.connect()
    rig.read_for(0.2)
    assert [rig.cells(cell) for cell in cells] == before
    assert rig.plant.positions() == pytest.approx(rig.home)


def test_settings_are_written_where_they_differ_and_a_second_time_not_at_all():
    rig = Rig()
    rig.servo(2).table.put(reg.RETURN_DELAY, 250)
    rig.servo(4).table.put(reg.DRIVE_MODE, reg.DRIVE_TIMED)
    rig.servo(6).table.put(reg.OPERATING_MODE, 3)
    rig.arm.connect()
    assert writes(rig) == [(2, 9), (4, 10), (6, 11)]
    assert rig.cells(reg.RETURN_DELAY) == [0] * 6
    assert rig.cells(reg.DRIVE_MODE) == [0] * 6
    assert rig.cells(reg.OPERATING_MODE) == [4, 4, 4, 4, 4, 5]
    rig.arm.connect()
    assert writes(rig) == []


def test_the_direction_of_a_servo_is_kept_when_its_drive_mode_is_set():
    rig = Rig("openmanipulator_x")
    rig.servo(15).table.put(reg.DRIVE_MODE, reg.DRIVE_REVERSED | reg.DRIVE_TIMED)
    rig.arm.connect()
    assert rig.servo(15).table.get(reg.DRIVE_MODE) == reg.DRIVE_REVERSED


def test_a_servo_that_does_not_keep_its_settings_is_named():
    rig = Rig()
    rig.servo(5).table.put(reg.RETURN_DELAY, 250)
    write = rig.servo(5).write
    rig.servo(5).write = lambda address, data, **kw: (
        reg.Problem.NONE if address == reg.RETURN_DELAY.address else write(address, data, **kw)
    )
    refused(rig, HardwareError, r"wrist_roll \(servo 5\) did not keep its settings")


def test_a_servo_that_holds_in_another_mode_is_refused_and_goes_on_holding():
    rig = Rig()
    rig.servo(2).table.put(reg.OPERATING_MODE, 3)
    rig.servo(2).write(reg.TORQUE_ENABLE.address, b"\1")
    refused(rig, HardwareError, r"shoulder_lift \(servo 2\) has operating mode 3 in place of 4, and holds")
    assert rig.servo(2).table.get(reg.TORQUE_ENABLE) == 1


def test_an_answer_delay_of_a_servo_that_holds_is_left_alone():
    rig = Rig()
    rig.servo(2).table.put(reg.RETURN_DELAY, 250)
    rig.servo(2).write(reg.TORQUE_ENABLE.address, b"\1")
    rig.arm.connect()
    assert rig.servo(2).table.get(reg.RETURN_DELAY) == 250


def test_servos_told_to_keep_silent_speak_again():
    rig = Rig()
    rig.servo(3).table.put(reg.STATUS_RETURN_LEVEL, 0)
    rig.arm.connect()
    assert rig.arm.read().complete


def test_missing_servos_are_named_with_those_that_answer():
    rig = Rig()
    rig.emulator.faults.muted = {3}
    refused(rig, IdentityError, r"Servo 3 \(elbow_flex\) does not answer; answering: 1, 2, 4, 5, 6\.")
    rig.emulator.faults.muted = {3, 6}
    refused(rig, IdentityError, r"Servos 3 \(elbow_flex\), 6 \(gripper\) do not answer; answering: 1, 2, 4, 5\.")


def test_a_servo_with_another_id_shows_among_those_that_answer():
    rig = Rig()
    rig.servo(3).table.put(reg.ID, 77)
    refused(rig, IdentityError, r"Servo 3 \(elbow_flex\) does not answer; answering: 1, 2, 4, 5, 6, 77\.")


def test_a_servo_that_falls_silent_while_its_memory_is_read_is_named():
    rig = Rig()
    execute = rig.emulator._say_in_turn

    def falls_silent(packet, awake, time):
        if packet.data[:2] == b"\x2c\x00":
            rig.emulator.faults.muted = {4}
        execute(packet, awake, time)

    rig.emulator._say_in_turn = falls_silent
    refused(rig, IdentityError, r"Servo 4 \(wrist_flex\) does not answer")


def test_a_program_that_probes_new_ports_is_named(monkeypatch):
    monkeypatch.setattr(connection, "modem_manager_runs", lambda: True)
    rig = Rig()
    rig.emulator.faults.muted = {3}
    assert "ModemManager" in refused(rig, IdentityError, "Servo 3")


def test_two_servos_with_one_id_are_refused():
    rig = Rig()
    rig.emulator.duplicate(4, on=True)
    rig.emulator.faults.collide = False
    refused(rig, IdentityError, r"Two servos answer as 4 \(wrist_flex\)")


def test_another_model_is_refused_with_both_names():
    rig = Rig(built=with_servo(KOCH, "shoulder_lift", model=1200))
    words = r"shoulder_lift \(servo 2\) is an XL330-M288 \(model 1200\); the configuration says an XL430-W250"
    refused(rig, IdentityError, words)


def test_an_unknown_model_is_refused_with_its_number():
    rig = Rig()
    rig.servo(1).table.put(reg.MODEL, 4711)
    refused(rig, IdentityError, r"of the unknown model 4711")


def test_firmware_without_a_bus_watchdog_is_refused():
    rig = Rig()
    rig.servo(1).table.put(reg.FIRMWARE, 37)
    refused(rig, IdentityError, r"shoulder_pan \(servo 1\) has firmware 37; 38 or newer is needed")
    rig.servo(1).table.put(reg.FIRMWARE, 38)
    rig.arm.connect()


def test_a_calibration_ten_degrees_off_is_refused():
    rig = Rig(
        config=with_servo(KOCH, "elbow_flex", homing_offset=100),
        built=with_servo(KOCH, "elbow_flex", homing_offset=214),
    )
    refused(rig, IdentityError, r"elbow_flex \(servo 3\) holds homing offset 214.* with 100, 10\.0°")


def test_an_offset_that_position_mode_does_not_heed_is_refused():
    unknown = with_servo(WIDOW, "waist", homing_offset=None)
    rig = Rig(unknown, built=with_servo(WIDOW, "waist", homing_offset=1025))
    refused(rig, IdentityError, r"waist \(servo 1\) holds homing offset 1025; in position mode \(3\) it heeds 1024")


@pytest.mark.parametrize(("config", "joint"), [(WIDOW, "shoulder"), (OPEN, "joint2")])
def test_an_arm_with_its_makers_zero_is_refused_once_somebody_moved_it(config, joint):
    rig = Rig(config, built=with_servo(config, joint, homing_offset=57))
    refused(rig, IdentityError, rf"{joint} \(servo \d+\) holds homing offset 57.* with 0, 5\.0°")
    with pytest.raises(IdentityError, match="set it back to 0"):
        rig.arm.connect()


def test_a_second_servo_trimmed_to_the_first_is_fine():
    rig = Rig(WIDOW)
    rig.servo(3).table.put(reg.HOMING_OFFSET, 12)
    rig.arm.connect()


def test_an_offset_beyond_a_quarter_turn_is_fine_over_several_turns():
    rig = connected(config=with_servo(KOCH, "elbow_flex", homing_offset=2000))
    assert rig.arm.read().positions == pytest.approx(rig.home, abs=0.002)


@pytest.mark.parametrize(
    ("number", "mode", "words"),
    [
        (7, 0, r"wrist_angle \(servo 7\) does not count the other way round .* says it does\."),
        (1, 1, r"waist \(servo 1\) counts the other way round .* says it does not\."),
        (3, 0, r"shoulder \(servo 3\) does not count the other way round"),
    ],
)
def test_a_servo_that_turns_the_wrong_way_is_refused(number, mode, words):
    rig = Rig(WIDOW)
    rig.servo(number).table.put(reg.DRIVE_MODE, mode)
    refused(rig, IdentityError, words)


@pytest.mark.parametrize(
    ("number", "secondary", "words"),
    [
        (3, 255, r"shoulder \(servo 3\) should follow servo 2; its secondary id is 255"),
        (5, 2, r"elbow \(servo 5\) should follow servo 4; its secondary id is 2"),
        (6, 1, r"forearm_roll \(servo 6\) follows servo 1 \(secondary id\); it should follow none"),
    ],
)
def test_a_servo_that_follows_the_wrong_one_is_refused(number, secondary, words):
    rig = Rig(WIDOW)
    rig.servo(number).table.put(reg.SECONDARY_ID, secondary)
    refused(rig, IdentityError, words)


@pytest.mark.parametrize("slip", [-60, 60, 4096 + 60])
def test_two_servos_of_one_joint_that_read_differently_are_refused(slip):
    rig = Rig(WIDOW)
    rig.servo(5).faults.slip = slip
    rig.wait(0.02)
    refused(rig, IdentityError, "elbow: servos 4 and 5 read .*, 5° apart")


def test_two_servos_of_one_joint_may_differ_a_little_and_by_whole_turns():
    rig = Rig(WIDOW)
    rig.servo(5).faults.slip = 20
    rig.servo(3).faults.slip = -4096
    rig.wait(0.02)
    rig.arm.connect()


def test_position_limits_inside_the_joints_travel_are_refused_in_position_mode_only():
    rig = Rig(WIDOW)
    rig.servo(6).table.put(reg.MIN_POSITION, 200)
    refused(rig, IdentityError, r"forearm_roll \(servo 6\) stops by itself at 200 and 4095; .* from 9\d to 400\d steps")
    rig = Rig(KOCH)
    rig.servo(2).table.put(reg.MIN_POSITION, 2000)
    rig.arm.connect()


@pytest.mark.parametrize(
    ("number", "volts", "words"),
    [
        (1, 13.2, r"shoulder_pan \(servo 1\) measures a supply of 13\.2 V; 6\.0 to 13\.0 V"),
        (2, 5.0, r"6\.0 to 13\.0 V"),
        (3, 7.2, r"elbow_flex \(servo 3\) measures a supply of 7\.2 V; 4\.0 to 7\.0 V"),
    ],
)
def test_the_supply_must_fit_the_arm_and_each_servo(number, volts, words):
    rig = Rig()
    rig.servo(number).set_supply(volts)
    rig.wait(0.05)
    refused(rig, HardwareError, words)


def test_a_line_that_is_only_just_too_slow_is_called_so():
    rig = Rig()
    receive = rig.emulator.receive
    rig.emulator.receive = lambda data: rig.clock.advance(0.0075) or receive(data)
    refused(rig, HardwareError, "The line is too slow: no complete reading within 8 ms, as 100 readings a second need")


def test_an_arm_that_holds_is_found_with_its_goals_and_holds_on():
    rig = enabled()
    goals = rig.cells(reg.GOAL_POSITION)
    rig.arm.close()
    rig.arm.connect()
    assert rig.arm.read().torque_on
    rig.arm.hold()
    assert rig.cells(reg.GOAL_POSITION) == goals
