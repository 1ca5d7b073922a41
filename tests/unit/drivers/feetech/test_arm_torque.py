"""The arm gets torque without a jump, also after a restart, and lets go."""

import pytest

from armctl.errors import CommandRefusedError, HardwareError
from armctl.hal.state import JointFault
from drivers.feetech import messages as reg
from drivers.feetech.messages import Instruction
from tests.support.arms import HOME
from tests.support.emulated import HOME_ARRAY, STEP, EmulatedArm, cells, connected, enabled, torque, turned
from tests.support.servo_rig import PERIOD

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


def test_a_joint_outside_of_its_servos_limits_is_not_pulled_back():
    rig = EmulatedArm()
    rig.servo(3).memory.put(reg.MIN_POSITION, 1000)
    rig.arm.connect()
    rig.plant.push(2, (900 - 2048) * STEP)
    rig.wait(0.05)
    with pytest.raises(HardwareError, match="elbow_flex stands at step 900, outside .* 1000 to 4095"):
        rig.arm.enable()
    assert torque(rig) == [0] * 6


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


# --- release --------------------------------------------------------------------------------------------------------


def test_releasing_switches_every_joint_off_even_when_one_is_silent_and_names_it():
    rig = enabled()
    rig.emulator.faults.muted = {1}
    with pytest.raises(HardwareError, match=r"still be on at shoulder_pan \(servo 1\)"):
        rig.arm.release()
    assert torque(rig) == [0] * 6
