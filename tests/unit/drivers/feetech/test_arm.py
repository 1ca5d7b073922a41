import math

import numpy as np
import pytest

from armctl.errors import CommandRefusedError, HardwareError, IdentityError, LinkLostError
from armctl.hal.state import JointFault
from drivers import transport
from drivers.feetech import messages as reg
from drivers.feetech.arm import create
from drivers.feetech.messages import Instruction
from drivers.transport import PortInfo
from tests.support.arms import HOME, context, so101, with_servo
from tests.support.emulated import PERIOD, EmulatedArm, enabled
from tests.support.wires import LoopTransport

STEP = math.tau / 4096
ALL = (1, 2, 3, 4, 5, 6)
HOME_ARRAY = np.array(HOME)


def turned(joint, angle):
    """The home position with one joint turned on by an angle."""
    positions = HOME_ARRAY.copy()
    positions[joint] += angle
    return positions


def connected(**given):
    rig = EmulatedArm(**given)
    rig.arm.connect()
    return rig


def cells(rig, cell):
    return [rig.servo(number).memory.get(cell) for number in ALL]


def torque(rig):
    return cells(rig, reg.TORQUE_ENABLE)


# --- connect -------------------------------------------------------------------------------------------------------


def test_the_registry_factory_gives_an_arm_that_knows_itself_before_connecting():
    arm = create(context(so101(), EmulatedArm().clock, "/dev/nowhere"))
    assert arm.info.name == "so101"
    assert arm.info.joints[-1] == "gripper"
    assert arm.info.capabilities.real
    assert arm.info.capabilities.measures_temperature


def test_connecting_neither_moves_nor_switches_nor_changes_goals():
    rig = EmulatedArm()
    before = [cells(rig, cell) for cell in (reg.TORQUE_ENABLE, reg.GOAL_POSITION, reg.TORQUE_LIMIT)]
    rig.arm.connect()
    rig.wait(0.2)
    assert [cells(rig, cell) for cell in (reg.TORQUE_ENABLE, reg.GOAL_POSITION, reg.TORQUE_LIMIT)] == before
    assert rig.plant.positions() == pytest.approx(HOME)


def test_connecting_to_limp_servos_sets_gains_once_and_a_second_time_writes_nothing_to_memory():
    rig = connected()
    assert cells(rig, reg.GAIN_P) == [16] * 6
    rig.arm.close()
    rig.arm.connect()
    assert not any(frame[4] == Instruction.WRITE for frame in rig.wire.sent)


def test_gains_of_a_servo_that_holds_are_left_alone():
    rig = EmulatedArm()
    rig.servo(2).write(reg.TORQUE_ENABLE.address, b"\1")
    rig.arm.connect()
    assert cells(rig, reg.GAIN_P) == [16, 32, 16, 16, 16, 16]


def test_a_memory_left_unlocked_is_locked():
    rig = EmulatedArm()
    rig.servo(3).memory.put(reg.LOCK, 0)
    rig.arm.connect()
    assert cells(rig, reg.LOCK) == [1] * 6


def test_a_memory_that_stays_open_is_told_and_the_arm_is_not_used():
    rig = EmulatedArm()
    memory = rig.servo(3).memory
    write = memory.write
    memory.put(reg.LOCK, 0)
    memory.write = lambda address, data: () if address == reg.LOCK.address else write(address, data)
    refused(rig, HardwareError, r"The memory of elbow_flex \(servo 3\) stays open")


def test_a_memory_that_is_locked_is_not_written_to_be_locked():
    rig = connected()
    rig.arm.close()
    rig.arm.connect()
    assert not any(frame[4] == Instruction.SYNC_WRITE for frame in rig.wire.sent)


def refused(rig, error, words):
    with pytest.raises(error, match=words) as refusal:
        rig.arm.connect()
    assert rig.wire.closed
    with pytest.raises(CommandRefusedError):
        rig.arm.read()
    return str(refusal.value)


def test_when_no_servo_answers_power_and_cable_are_named():
    rig = EmulatedArm()
    rig.emulator.faults.muted = set(ALL)
    assert "power supply" in refused(rig, IdentityError, "No servo answers")


def test_when_only_the_echo_answers_that_is_said():
    rig = EmulatedArm()
    rig.emulator.faults.muted = set(ALL)
    rig.emulator.faults.echo = True
    assert "returns what is sent" in refused(rig, IdentityError, "No servo answers")


def test_one_missing_servo_is_named():
    rig = EmulatedArm()
    rig.emulator.faults.muted = {3}
    refused(rig, IdentityError, r"Servo 3 \(elbow_flex\) does not answer; answering: 1, 2, 4, 5, 6\.")


def test_a_servo_with_the_factory_id_shows_as_missing_and_garbled():
    rig = EmulatedArm()
    rig.servo(3).memory.put(reg.ID, 1)
    said = refused(rig, IdentityError, r"Servo 3 \(elbow_flex\) does not answer; answering: 1, 2, 4, 5, 6\.")
    assert "never numbered has the id 1" in said


def test_garbled_answers_hint_at_speed_and_double_ids():
    rig = EmulatedArm()
    rig.emulator.faults.corrupt_next(3, 100)
    assert "two servos" in refused(rig, IdentityError, "Servo 3")


def test_another_model_is_refused():
    refused(EmulatedArm(built=with_servo(so101(), "gripper", model=2825)), IdentityError, "gripper .* STS3250")


def test_a_calibration_ten_degrees_off_is_refused():
    rig = EmulatedArm(
        config=with_servo(so101(), "elbow_flex", homing_offset=100),
        built=with_servo(so101(), "elbow_flex", homing_offset=214),
    )
    refused(rig, IdentityError, r"offset 214.* with 100, 10\.0°")


def test_the_wrong_supply_is_refused_with_figures():
    rig = EmulatedArm()
    for number in ALL:
        rig.servo(number).set_supply(4.1)
    rig.wait(0.1)
    refused(rig, HardwareError, r"4\.1 V; 4\.5 to 13\.0 V")


def test_a_line_slower_than_a_control_period_is_refused():
    rig = EmulatedArm()
    rig.emulator.faults.delay = 0.016
    refused(rig, HardwareError, "too slow|No answer")


def test_an_adapter_that_echoes_gives_right_values():
    rig = EmulatedArm()
    rig.emulator.faults.echo = True
    rig.arm.connect()
    rig.arm.enable()
    assert rig.arm.read().positions == pytest.approx(HOME, abs=STEP)


def test_connecting_again_gives_up_the_old_port_first():
    rig = connected()
    rig.arm.connect()
    assert rig.wires[0].closed
    assert rig.arm.read().complete


def test_a_port_lost_while_connecting_is_given_up():
    rig = EmulatedArm()
    rig.emulator.receive = lambda data: setattr(rig.wire, "gone", True)
    with pytest.raises(LinkLostError):
        rig.arm.connect()
    assert rig.wire.closed


# --- read ----------------------------------------------------------------------------------------------------------


def test_a_reading_has_units_signs_and_stamps():
    rig = connected(config=with_servo(so101(), "elbow_flex", sign=-1))
    rig.servo(3).set_temperature(41)
    rig.wait(0.1)
    state = rig.arm.read()
    assert state.positions == pytest.approx(HOME, abs=STEP)
    assert state.temperatures[2] == 41
    assert state.voltages == pytest.approx([12.0] * 6)
    assert state.stamps == pytest.approx([state.stamp] * 6)
    assert state.complete
    assert not state.torque_on


def test_speed_and_effort_have_the_joints_direction():
    rig = enabled(config=with_servo(so101(), "elbow_flex", sign=-1))
    rig.plant.load[2] = 0.3
    state = rig.run(turned(2, 0.3), 0.3)
    assert state.velocities[2] == pytest.approx(0.5, abs=0.1)
    assert state.efforts[2] == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(
    ("number", "do", "fault"),
    [
        (2, lambda servo: servo.set_supply(15.0), JointFault.VOLTAGE),
        (3, lambda servo: servo.set_temperature(72), JointFault.OVERHEAT),
    ],
)
def test_what_a_servo_complains_about_is_told_for_its_joint(number, do, fault):
    rig = connected()
    do(rig.servo(number))
    rig.wait(0.05)
    faults = rig.arm.read().faults
    assert fault in faults[number - 1]
    assert all(not other for index, other in enumerate(faults) if index != number - 1)


def test_a_load_near_the_servos_limit_is_told_before_it_gives_way():
    rig = enabled()
    rig.plant.load[1] = 0.85
    until = rig.clock.now() + 1.5
    while not (state := rig.arm.read()).faults[1]:
        assert rig.clock.now() < until
        rig.wait(PERIOD)
    assert state.faults[1] == JointFault.OVERLOAD
    assert rig.servo(2).status == 0
    assert state.torque_on


def test_a_current_near_the_servos_limit_is_told_before_it_lets_go():
    rig = EmulatedArm()
    rig.servo(2).memory.put(reg.PROTECTION_CURRENT, 200)
    rig.arm.connect()
    rig.arm.enable()
    rig.plant.load[1] = 0.6
    until = rig.clock.now() + 1.5
    while not (state := rig.arm.read()).faults[1]:
        assert rig.clock.now() < until
        rig.wait(PERIOD)
    assert state.faults[1] == JointFault.OVERCURRENT
    assert rig.servo(2).memory.get(reg.TORQUE_ENABLE) == 1


def test_a_silent_joint_is_stale_with_its_old_stamp_and_the_others_are_fresh():
    rig = enabled()
    before = rig.arm.read()
    rig.emulator.faults.muted = {4}
    rig.plant.push(3, 0.7)
    rig.wait(0.05)
    state = rig.arm.read()
    assert state.missing(rig.arm.info.joints) == ("wrist_flex",)
    assert state.stamps[3] == before.stamps[3]
    assert state.positions[3] == before.positions[3]
    assert state.stamp > before.stamp


def test_the_count_may_wrap_without_a_jump():
    config = with_servo(so101(), "shoulder_pan", zero_step=2800)
    rig = connected(config=config)
    angles = []
    for angle in np.arange(1.95, 2.05, 0.01):
        rig.plant.push(0, angle)
        rig.wait(0.01)
        angles.append(rig.arm.read().positions[0])
    assert np.diff(angles) == pytest.approx(np.full(len(angles) - 1, 0.01), abs=2 * STEP)


# --- enable --------------------------------------------------------------------------------------------------------


def test_enabling_does_not_move_an_arm_that_was_moved_by_hand_after_its_last_goal():
    rig = enabled()
    rig.run(HOME_ARRAY + 0.1, 0.3)
    rig.arm.release()
    rig.plant.push(0, -1.0)
    rig.wait(0.1)
    rig.arm.enable()
    rig.wait(0.5)
    assert rig.plant.positions()[0] == pytest.approx(-1.0, abs=0.01)
    assert rig.arm.read().torque_on


def test_limits_are_set_before_the_goal_and_the_goal_before_torque():
    rig = connected()
    rig.wire.sent.clear()
    rig.arm.enable()
    writes = [frame[5] for frame in rig.wire.sent if frame[4] == Instruction.SYNC_WRITE]
    assert writes == [reg.TORQUE_LIMIT.address, reg.ACCELERATION.address, reg.TORQUE_ENABLE.address]


def test_the_gripper_gets_its_share_of_torque_and_the_others_nearly_all():
    assert cells(enabled(), reg.TORQUE_LIMIT) == [980] * 5 + [500]


def test_enabling_with_a_silent_joint_switches_nothing_on():
    rig = connected()
    rig.emulator.faults.muted = {5}
    with pytest.raises(HardwareError, match=r"wrist_roll \(servo 5\); nothing was switched on"):
        rig.arm.enable()
    assert torque(rig) == [0] * 6


def test_a_joint_outside_of_its_servos_limits_is_not_pulled_back():
    rig = EmulatedArm()
    rig.servo(3).memory.put(reg.MIN_POSITION, 1000)
    rig.arm.connect()
    rig.plant.push(2, (900 - 2048) * STEP)
    rig.wait(0.05)
    with pytest.raises(HardwareError, match="elbow_flex stands at step 900, outside .* 1000 to 4095"):
        rig.arm.enable()
    assert torque(rig) == [0] * 6


def test_the_arm_that_comes_back_must_be_the_one_that_went():
    rig = connected()
    rig.servo(3).memory.put(reg.HOMING_OFFSET, 5)
    for _ in range(2):
        with pytest.raises(IdentityError, match="another calibration than the arm that was connected before"):
            rig.arm.connect()
    rig.servo(3).memory.put(reg.HOMING_OFFSET, 0)
    rig.arm.connect()


def test_an_adapter_that_comes_back_under_another_name_is_found_and_its_arm_stays_limp(monkeypatch):
    names = ["/dev/loop"]
    monkeypatch.setattr(transport, "list_ports", lambda: (PortInfo(names[-1], "adapter", "SN1", True),))
    rig = EmulatedArm()
    opened = []
    rig.arm._open_port = lambda path, baud, clock: opened.append(path) or LoopTransport(rig.emulator, clock)
    rig.arm.connect()
    assert rig.arm.info.identity == "SN1"
    names.append("/dev/loop7")
    rig.arm.connect()
    assert opened == names
    assert torque(rig) == [0] * 6


def test_broken_answers_are_counted_and_told(caplog):
    rig = connected()
    rig.emulator.faults.corrupt_next(2)
    rig.arm.read()
    assert "broken or foreign pieces" in caplog.text


def test_torque_that_does_not_come_on_is_told():
    rig = connected()
    rig.servo(2).write = lambda address, data: None
    with pytest.raises(HardwareError, match=r"did not come on at shoulder_lift \(servo 2\)"):
        rig.arm.enable()
    with pytest.raises(CommandRefusedError, match="torque is off"):
        rig.arm.send(rig.command(HOME_ARRAY))


def test_enabling_ends_an_overload():
    rig = enabled()
    rig.servo(3).faults.blocked = True
    rig.run(turned(2, 0.1), 2.5)
    assert JointFault.OVERLOAD in rig.arm.read().faults[2]
    rig.servo(3).faults.blocked = False
    rig.arm.enable()
    rig.wait(0.05)
    assert JointFault.OVERLOAD not in rig.arm.read().faults[2]


# --- send ----------------------------------------------------------------------------------------------------------


def test_a_stream_of_commands_is_followed_closely():
    rig = enabled()
    target = HOME_ARRAY.copy()
    for _ in range(100):
        target[0] += 0.5 * PERIOD
        rig.arm.send(rig.command(target.copy()))
        state = rig.arm.read()
        rig.wait(PERIOD)
    assert state.positions[0] == pytest.approx(target[0], abs=0.03)
    rig.wait(0.1)
    assert rig.plant.positions()[0] == pytest.approx(target[0], abs=STEP)


def test_the_servo_itself_is_bounded_by_the_commands_speed():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 0.5), speed=0.1))
    rig.wait(1.0)
    assert rig.plant.positions()[0] == pytest.approx(0.1, abs=0.02)


def test_no_command_makes_a_joint_faster_than_configured():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 0.5), speed=5.0))
    assert rig.servo(1).memory.get(reg.GOAL_SPEED) == math.ceil(0.52 / STEP)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deadline": 0.0}, "too late"),
        ({"sequence": 1}, "already carried out"),
        ({"sequence": 99, "epoch": 0}, "epoch 0 was refused"),
        ({"positions": np.zeros(5)}, "for 5 joints"),
        ({"positions": np.full(6, np.nan)}, "not a number"),
        ({"speeds": np.zeros(6)}, "without speed"),
        ({"speeds": np.full(6, np.inf)}, "not a number"),
        ({"positions": np.array([3.5, 0, 0, 0, 0, 0])}, "shoulder_pan cannot go to 3.500 rad"),
    ],
)
def test_a_command_that_is_not_right_is_refused_and_changes_nothing(changes, words):
    rig = enabled()
    rig.run(HOME_ARRAY, 0.02)
    goals, sent = cells(rig, reg.GOAL_POSITION), len(rig.wire.sent)
    with pytest.raises(CommandRefusedError, match=words):
        rig.arm.send(rig.command(**({"positions": HOME_ARRAY + 0.1} | changes)))
    assert cells(rig, reg.GOAL_POSITION) == goals
    assert len(rig.wire.sent) == sent
    rig.arm.send(rig.command(HOME_ARRAY))


def test_a_command_from_before_a_reconnect_is_refused():
    rig = enabled()
    old = rig.command(HOME_ARRAY + 0.1, deadline=math.inf)
    rig.arm.send(old)
    rig.arm.connect()
    rig.arm.enable()
    with pytest.raises(CommandRefusedError, match="already carried out"):
        rig.arm.send(old)


def test_a_command_before_torque_is_on_is_refused_as_it_would_switch_torque_on():
    rig = connected()
    with pytest.raises(CommandRefusedError, match="torque is off"):
        rig.arm.send(rig.command(HOME_ARRAY))
    assert torque(rig) == [0] * 6


def test_a_silent_joint_gets_no_goal_and_the_others_do():
    rig = enabled()
    rig.emulator.faults.muted = {2}
    rig.arm.read()
    before = cells(rig, reg.GOAL_POSITION)
    rig.arm.send(rig.command(HOME_ARRAY + 0.05))
    after = cells(rig, reg.GOAL_POSITION)
    assert after[1] == before[1]
    assert all(a != b for n, (a, b) in enumerate(zip(after, before, strict=True)) if n != 1)


# --- restart -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("boot_time", [0.0, 0.005, 0.03, 0.2])
@pytest.mark.parametrize("number", [2, 6])
def test_a_restarted_servo_is_told_within_50_ms_of_answering_and_gets_no_goal(number, boot_time):
    rig = enabled()
    rig.run(HOME_ARRAY, 0.05)
    rig.emulator.power_cycle(number, boot_time)
    rig.run(HOME_ARRAY + 0.02, boot_time)
    state = rig.run(HOME_ARRAY + 0.02, 0.05)
    assert JointFault.RESTARTED in state.faults[number - 1]
    assert not state.torque_on
    goal = rig.servo(number).memory.get(reg.GOAL_POSITION)
    rig.run(HOME_ARRAY + 0.04, 0.05)
    rig.arm.hold()
    assert rig.servo(number).memory.get(reg.GOAL_POSITION) == goal


def test_a_restarted_servo_sags_freely_and_enabling_takes_it_from_where_it_is():
    rig = enabled()
    rig.emulator.power_cycle(2, 0.05)
    rig.plant.push(1, -1.2)
    rig.run(HOME_ARRAY, 0.2)
    assert torque(rig)[1] == 0
    rig.arm.enable()
    rig.wait(0.3)
    assert rig.plant.positions()[1] == pytest.approx(-1.2, abs=0.01)
    state = rig.arm.read()
    assert state.torque_on
    assert not any(state.faults)


def test_a_servo_that_restarted_with_torque_on_is_taken_from_where_it_stands():
    """Sources differ on whether torque is on after power-up; its old goal must not come back either way."""
    rig = enabled()
    rig.emulator.power_cycle(2, 0.0)
    rig.plant.push(1, -0.94)
    rig.wait(0.02)
    rig.servo(2).memory.put(reg.GOAL_POSITION, round(2048 - 0.94 / STEP))
    rig.servo(2).memory.put(reg.TORQUE_ENABLE, 1)
    rig.arm.enable()
    rig.wait(0.3)
    assert rig.plant.positions()[1] == pytest.approx(-0.94, abs=0.005)


def test_enabling_again_keeps_what_the_arm_holds():
    rig = enabled()
    rig.arm.send(rig.command(turned(5, -0.2)))
    goals = cells(rig, reg.GOAL_POSITION)
    rig.arm.enable()
    assert cells(rig, reg.GOAL_POSITION) == goals


def test_torque_that_went_off_at_rest_is_told_within_four_readings():
    rig = enabled()
    rig.servo(4).write(reg.TORQUE_ENABLE.address, b"\0")
    state = [rig.arm.read() for _ in range(4)][-1]
    assert JointFault.RESTARTED in state.faults[3]


def test_no_restart_is_imagined_on_a_bad_line():
    rig = enabled()
    rig.emulator.faults.loss = 0.05
    rig.emulator.faults.corruption = 0.05
    rig.emulator.faults.noise = 0.1
    for _ in range(300):
        rig.arm.send(rig.command(HOME_ARRAY))
        state = rig.arm.read()
        assert not any(state.faults)
        assert state.positions == pytest.approx(HOME, abs=2 * STEP)
        rig.wait(PERIOD)


# --- hold, release, close ------------------------------------------------------------------------------------------


def test_holding_in_the_middle_of_a_motion_stops_at_the_last_set_point():
    rig = enabled()
    target = HOME_ARRAY.copy()
    for _ in range(50):
        target[0] += 0.5 * PERIOD
        rig.arm.send(rig.command(target.copy()))
        rig.arm.read()
        rig.wait(PERIOD)
    rig.arm.hold()
    rig.wait(0.5)
    assert rig.plant.positions()[0] == pytest.approx(target[0], abs=0.01)


def test_holding_on_the_way_to_a_distant_goal_stops_where_it_is():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 1)))
    rig.wait(0.5)
    rig.arm.hold()
    at = rig.plant.positions()[0]
    rig.wait(0.5)
    assert rig.plant.positions()[0] == pytest.approx(at, abs=0.02)


def test_holding_again_and_again_does_not_sink():
    rig = enabled()
    goal = cells(rig, reg.GOAL_POSITION)
    for _ in range(20):
        rig.plant.push(1, -0.9 - 0.04)
        rig.arm.hold()
    assert cells(rig, reg.GOAL_POSITION) == goal


def test_holding_keeps_the_gripper_squeezing():
    rig = enabled()
    rig.arm.send(rig.command(turned(5, -0.2)))
    goal = rig.servo(6).memory.get(reg.GOAL_POSITION)
    rig.arm.hold()
    assert rig.servo(6).memory.get(reg.GOAL_POSITION) == goal


@pytest.mark.parametrize("way", [-1, 1])
def test_holding_lets_an_overloaded_joint_give_way_and_ends_its_protection(way):
    rig = enabled()
    rig.servo(3).faults.blocked = True
    rig.run(turned(2, 0.1 * way), 2.5)
    assert JointFault.OVERLOAD in rig.arm.read().faults[2]
    stands = rig.servo(3).memory.get(reg.POSITION)
    rig.arm.hold()
    assert (stands - rig.servo(3).memory.get(reg.GOAL_POSITION)) * way == 12
    rig.servo(3).faults.blocked = False
    rig.wait(0.3)
    assert JointFault.OVERLOAD not in rig.arm.read().faults[2]
    assert rig.servo(3).memory.get(reg.TORQUE_ENABLE) == 1


def test_a_joint_that_is_to_stay_is_given_little_speed():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 1)))
    rig.wait(0.5)
    rig.arm.hold()
    assert all(rig.servo(number).memory.get(reg.GOAL_SPEED) <= 66 for number in range(1, 7))


def test_holding_without_torque_switches_nothing_on():
    rig = connected()
    rig.arm.hold()
    assert torque(rig) == [0] * 6


def test_holding_works_on_an_arm_that_was_found_with_torque_on():
    rig = enabled()
    rig.arm.send(rig.command(turned(0, 1), speed=0.2))
    rig.arm.close()
    rig.arm.connect()
    rig.arm.hold()
    at = rig.plant.positions()[0]
    rig.wait(0.5)
    assert rig.plant.positions()[0] == pytest.approx(at, abs=0.02)


def test_releasing_switches_every_joint_off_even_when_one_is_silent_and_names_it():
    rig = enabled()
    rig.emulator.faults.muted = {1}
    with pytest.raises(HardwareError, match=r"still be on at shoulder_pan \(servo 1\)"):
        rig.arm.release()
    assert torque(rig) == [0] * 6


def test_a_lost_order_to_release_is_repeated():
    rig = enabled()
    servo, calls = rig.servo(3), []
    write = servo.write
    servo.write = lambda address, data: calls.append(1) or (len(calls) > 1 and write(address, data))
    rig.arm.release()
    assert torque(rig) == [0] * 6


@pytest.mark.parametrize("keep", [True, False])
def test_closing_leaves_torque_as_asked_and_may_be_repeated(keep):
    rig = enabled()
    rig.arm.close(keep_torque=keep)
    rig.arm.close(keep_torque=keep)
    assert torque(rig) == [int(keep)] * 6
    assert rig.wire.closed


def test_closing_a_lost_port_is_silent():
    rig = enabled()
    rig.wire.gone = True
    rig.arm.close(keep_torque=False)
    assert rig.wire.closed


def test_closing_gives_the_port_up_even_when_a_servo_does_not_let_go():
    rig = enabled()
    rig.emulator.faults.muted = {1}
    with pytest.raises(HardwareError, match="still be on"):
        rig.arm.close(keep_torque=False)
    assert rig.wire.closed


CALLS = {
    "read": lambda rig: rig.arm.read(),
    "enable": lambda rig: rig.arm.enable(),
    "send": lambda rig: rig.arm.send(rig.command(HOME_ARRAY)),
    "hold": lambda rig: rig.arm.hold(),
    "release": lambda rig: rig.arm.release(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_lost_port_ends_every_call_with_link_lost(call):
    rig = enabled()
    rig.wire.gone = True
    with pytest.raises(LinkLostError):
        call(rig)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_call_before_connecting_is_refused(call):
    with pytest.raises(CommandRefusedError):
        call(EmulatedArm())


@pytest.mark.parametrize("muted", [{1}, {1, 2, 3}, set(ALL)])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("rate", [20, 100, 500])
def test_no_call_takes_longer_than_100_ms_whoever_is_silent(call, muted, rate):
    rig = enabled(config=so101().model_copy(update={"rate_hz": rate}))
    rig.emulator.faults.muted = muted
    started = rig.clock.now()
    try:
        call(rig)
    except HardwareError as error:
        assert "answer" in str(error)
    assert rig.clock.now() - started <= 0.1
