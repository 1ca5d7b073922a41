"""The arm gets torque without a jump, holds, and lets go."""

import math

import numpy as np
import pytest

from armctl.errors import CommandRefusedError, HardwareError
from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import Instruction
from drivers.dynamixel.torque import WATCHDOG
from tests.support.arms import with_servo
from tests.support.dynamixel import ARMS, KOCH, OPEN, STEP, WIDOW, Rig, at, connected, enabled, turned

# --- torque --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ARMS)
def test_torque_comes_on_without_a_jump_and_with_the_watchdog_armed(name):
    rig = enabled(name)
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {1}
    assert set(rig.cells(reg.WATCHDOG)) == {WATCHDOG}
    state = rig.read_for(0.3)
    assert state.torque_on
    assert not any(state.faults)
    assert rig.plant.positions() == pytest.approx(rig.home, abs=STEP)


def test_enabling_does_not_move_an_arm_that_was_moved_by_hand_after_its_last_goal():
    rig = enabled()
    rig.run(turned(rig, 0, 0.1), 0.4)
    rig.arm.release()
    rig.plant.push(0, -1.0)
    rig.wait(0.1)
    rig.arm.enable()
    rig.read_for(0.5)
    assert at(rig, 0) == pytest.approx(-1.0, abs=0.01)


@pytest.mark.parametrize("turns", [-2, 1])
def test_a_limp_joint_turned_over_by_hand_is_taken_where_it_is_and_moves_the_short_way(turns):
    rig = connected()
    rig.plant.push(4, rig.home[4] + turns * math.tau)
    rig.wait(0.05)
    assert rig.arm.read().positions[4] == pytest.approx(rig.home[4], abs=STEP)
    rig.arm.enable()
    rig.run(turned(rig, 4, 0.1), 0.5)
    assert at(rig, 4) == pytest.approx(rig.home[4] + turns * math.tau + 0.1, abs=0.01)


def test_what_the_arm_relies_on_is_set_before_torque_and_the_watchdog_cleared_first():
    rig = connected()
    rig.wire.sent.clear()
    rig.arm.enable()
    orders = [frame.data for frame in rig.sent if frame.instruction == Instruction.SYNC_WRITE]
    addresses = [int.from_bytes(data[:2], "little") for data in orders]
    assert addresses == [98, 80, 100, 102, 108, 98, 64]
    assert orders[0][5] == 0
    assert orders[-2][5] == WATCHDOG


def test_gains_are_set_where_configured_and_left_elsewhere():
    rig = enabled()
    assert [servo.table.get(reg.POSITION_P) for servo in rig.emulator.servos] == [640, 640, 1500, 400, 400, 400]
    assert rig.servo(3).table.get(reg.POSITION_D) == 600


@pytest.mark.parametrize(
    ("config", "number", "pwm", "current"),
    [
        (KOCH, 6, 885, 350),
        (OPEN, 15, 885, 100),
        (WIDOW, 9, 266, None),
        (WIDOW, 2, 885, 1193),
        (KOCH.model_copy(update={"gripper": KOCH.gripper.model_copy(update={"current_limit": None})}), 6, 885, 875),
        (KOCH.model_copy(update={"gripper": KOCH.gripper.model_copy(update={"current_limit": 5.0})}), 6, 885, 1750),
        (with_servo(KOCH, "gripper", operating_mode=4), 6, 442, 1750),
    ],
)
def test_the_gripper_gets_its_share_of_current_or_drive_and_the_others_all(config, number, pwm, current):
    rig = enabled(config)
    assert rig.servo(number).table.get(reg.GOAL_PWM) == pwm
    assert current is None or rig.servo(number).table.get(reg.GOAL_CURRENT) == current


def test_a_joint_outside_of_its_servos_limits_is_not_pulled_back():
    rig = Rig(WIDOW)
    rig.servo(6).table.put(reg.MIN_POSITION, 100)
    rig.arm.connect()
    rig.plant.push(3, (90 - 2048) * STEP)
    rig.wait(0.05)
    with pytest.raises(HardwareError, match="forearm_roll stands at step 90, outside .* 100 to 4095"):
        rig.arm.enable()
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {0}
    rig.plant.push(3, (95 - 2048) * STEP)
    rig.wait(0.05)
    rig.arm.enable()
    assert rig.servo(6).table.get(reg.GOAL_POSITION) == 100


@pytest.mark.parametrize("config", [KOCH, WIDOW])
def test_torque_that_does_not_come_on_is_told_and_no_command_is_taken(config):
    rig = connected(config)
    rig.servo(3).write = lambda address, data, **kw: None
    with pytest.raises(HardwareError, match=r"did not come on at .* \(servo 3\)"):
        rig.arm.enable()
    with pytest.raises(CommandRefusedError, match="torque is off"):
        rig.arm.send(rig.command(np.array(rig.home)))


def test_an_order_that_gets_lost_is_given_again():
    rig = connected()
    servo, lost = rig.servo(3), []
    write = servo.write
    servo.write = lambda address, data, **kw: lost.append(address) if len(lost) < 4 else write(address, data, **kw)
    rig.arm.enable()
    assert len(lost) == 4
    assert rig.servo(3).table.get(reg.TORQUE_ENABLE) == 1
    assert rig.servo(3).table.get(reg.POSITION_P) == 1500


@pytest.mark.parametrize("cell", [reg.GOAL_CURRENT, reg.POSITION_I, reg.PROFILE_ACCELERATION, reg.WATCHDOG])
def test_torque_without_all_that_goes_with_it_does_not_count(cell):
    rig = connected()
    servo = rig.servo(3)
    write = servo.write
    servo.write = lambda address, data, **kw: (
        None if address <= cell.address < address + len(data) else write(address, data, **kw)
    )
    servo.table.put(cell, 1)
    with pytest.raises(HardwareError, match=r"did not come on at elbow_flex \(servo 3\)"):
        rig.arm.enable()


def test_enabling_again_keeps_what_the_arm_holds():
    rig = enabled()
    rig.run(turned(rig, 5, -0.2), 0.2)
    rig.arm.send(rig.command(turned(rig, 5, -0.3)))
    goals = rig.cells(reg.GOAL_POSITION)
    rig.arm.enable()
    assert rig.cells(reg.GOAL_POSITION) == goals


# --- hold and release -----------------------------------------------------------------------------------------------


def test_holding_on_the_way_to_a_distant_goal_stops_where_it_is():
    rig = enabled()
    rig.arm.send(rig.command(turned(rig, 0, 1)))
    rig.read_for(0.5)
    rig.arm.hold()
    held = at(rig, 0)
    rig.read_for(0.5)
    assert at(rig, 0) == pytest.approx(held, abs=0.03)


def test_holding_again_and_again_does_not_sink():
    rig = enabled()
    goals = rig.cells(reg.GOAL_POSITION)
    for _ in range(20):
        rig.plant.push(1, rig.home[1] - 0.04)
        rig.arm.hold()
    assert rig.cells(reg.GOAL_POSITION) == goals


@pytest.mark.parametrize(("name", "squeeze"), [("koch_v11", -0.3), ("openmanipulator_x", -0.01), ("wx250s", -0.01)])
def test_holding_keeps_the_gripper_squeezing(name, squeeze):
    rig = enabled(name)
    rig.arm.send(rig.command(turned(rig, -1, squeeze), speed=0.02))
    goal = rig.cells(reg.GOAL_POSITION)[-1]
    rig.arm.hold()
    assert rig.cells(reg.GOAL_POSITION)[-1] == goal


def test_a_joint_that_is_to_stay_is_given_little_speed():
    rig = enabled()
    rig.arm.hold()
    assert set(rig.cells(reg.PROFILE_VELOCITY)) == {5}


@pytest.mark.parametrize("name", ["koch_v11", "wx250s"])
def test_releasing_switches_every_servo_off_even_when_one_is_silent_and_names_it(name):
    rig = enabled(name)
    rig.emulator.faults.muted = {1}
    with pytest.raises(HardwareError, match=r"still be on at .* \(servo 1\)"):
        rig.arm.release()
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {0}
