"""What servos do by themselves, and how they are brought back on purpose: watchdog, shutdown, restart."""

import math

import numpy as np
import pytest

from armctl.clock import SteppedClock
from armctl.errors import CommandRefusedError, HardwareError
from armctl.hal.state import JointFault
from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.messages import Hardware
from drivers.dynamixel.recovery import MOST, PAUSE, PERIOD, Recovery
from drivers.dynamixel.torque import WATCHDOG
from tests.support.dynamixel import Rig, arm, enabled, parts_of
from tests.support.servo_rig import PERIOD as CYCLE
from tests.support.wires import LoopTransport

TRIP = WATCHDOG * reg.WATCHDOG_UNIT + 0.05
STEP = math.tau / 4096


def home(rig, joint=None, angle=0.0):
    positions = np.array(rig.home)
    if joint is not None:
        positions[joint] += angle
    return positions


def at(rig, joint):
    return rig.plant.positions()[joint]


def overloaded(number=3):
    """A rig of which one servo took its own torque away, and nothing blocks it any more."""
    rig = enabled()
    rig.servo(number).faults.blocked = True
    rig.arm.send(rig.command(home(rig, 2, 0.4)))
    for _ in range(400):
        if any(rig.arm.read().faults):
            rig.servo(number).faults.blocked = False
            return rig
        rig.wait(4 * CYCLE)
    raise AssertionError("it did not shut itself down")


# --- bus watchdog --------------------------------------------------------------------------------------------------


def test_reading_alone_keeps_the_watchdog_from_tripping():
    rig = enabled()
    state = rig.read_for(2.0)
    assert state.torque_on
    assert set(rig.cells(reg.WATCHDOG)) == {WATCHDOG}


def test_an_arm_whose_host_falls_silent_stops_by_itself_and_keeps_its_torque():
    rig = enabled()
    rig.arm.send(rig.command(home(rig, 0, 1.0)))
    rig.wait(TRIP)
    stands = at(rig, 0)
    assert 0.05 < stands - rig.home[0] < 0.2
    rig.wait(1.0)
    assert at(rig, 0) == pytest.approx(stands, abs=STEP)
    assert set(rig.cells(reg.TORQUE_ENABLE)) == {1}


def test_a_tripped_watchdog_is_told_gets_no_goals_and_is_not_cleared_by_itself():
    rig = enabled()
    rig.wait(TRIP)
    state = rig.arm.read()
    assert all(JointFault.RESTARTED in fault for fault in state.faults)
    assert not state.torque_on
    for _ in range(5):
        rig.arm.send(rig.command(home(rig, 0, 0.2)))
        rig.arm.hold()
        state = rig.arm.read()
    assert set(rig.cells(reg.WATCHDOG)) == {reg.WATCHDOG_TRIPPED}
    assert all(JointFault.RESTARTED in fault for fault in state.faults)


def test_enabling_clears_a_tripped_watchdog_with_the_goal_where_the_arm_is():
    rig = enabled()
    rig.arm.send(rig.command(home(rig, 0, 1.0)))
    rig.wait(TRIP)
    stands = at(rig, 0)
    rig.arm.read()
    rig.arm.enable()
    state = rig.read_for(0.5)
    assert state.torque_on
    assert not any(state.faults)
    assert at(rig, 0) == pytest.approx(stands, abs=2 * STEP)
    state = rig.run(home(rig, 0, 0.4), 1.0)
    assert at(rig, 0) == pytest.approx(rig.home[0] + 0.4, abs=0.02)


def test_an_arm_left_with_its_torque_on_is_found_stopped_and_can_be_taken_on():
    rig = enabled()
    rig.arm.close()
    rig.wait(TRIP)
    rig.arm.connect()
    assert rig.arm.read().torque_on
    rig.arm.enable()
    assert set(rig.cells(reg.WATCHDOG)) == {WATCHDOG}
    assert not any(rig.arm.read().faults)


# --- restart -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("boot_time", [0.0, 0.005, 0.03, 0.2])
@pytest.mark.parametrize("number", [2, 6])
def test_a_restarted_servo_is_told_within_two_readings_of_answering_and_gets_no_goal(number, boot_time):
    rig = enabled()
    rig.run(home(rig), 0.05)
    rig.emulator.power_cycle(number, boot_time)
    rig.run(home(rig), boot_time)
    state = rig.run(home(rig), 0.03)
    assert state.complete
    assert JointFault.RESTARTED in state.faults[number - 1]
    assert not state.torque_on
    goal = rig.servo(number).table.get(reg.GOAL_POSITION)
    rig.run(home(rig) + 0.02, 0.05)
    rig.arm.hold()
    assert rig.servo(number).table.get(reg.GOAL_POSITION) == goal
    assert JointFault.RESTARTED in rig.read_for(0.5).faults[number - 1]


def test_what_a_restarted_servo_reads_is_never_its_zeros():
    rig = enabled()
    before = rig.arm.read().positions[1]
    rig.emulator.power_cycle(2, 0.0)
    for _ in range(3):
        assert rig.arm.read().positions[1] == pytest.approx(before, abs=2 * STEP)


def test_a_restarted_servo_sags_freely_and_enabling_takes_it_from_where_it_is():
    rig = enabled()
    rig.emulator.power_cycle(2, 0.05)
    rig.plant.push(1, 1.2)
    rig.run(home(rig), 0.2)
    assert rig.cells(reg.TORQUE_ENABLE)[1] == 0
    rig.arm.enable()
    state = rig.read_for(0.3)
    assert at(rig, 1) == pytest.approx(1.2, abs=0.01)
    assert state.torque_on
    assert not any(state.faults)


def test_a_shadow_that_restarted_is_told_for_its_joint_and_comes_back_with_it():
    rig = enabled("wx250s")
    rig.emulator.power_cycle(3, 0.0)
    state = rig.read_for(0.05)
    assert JointFault.RESTARTED in state.faults[1]
    assert not state.torque_on
    rig.arm.enable()
    assert rig.read_for(0.1).torque_on


def test_torque_that_somebody_switched_off_is_told_at_once():
    rig = enabled()
    rig.servo(4).write(reg.TORQUE_ENABLE.address, b"\0")
    state = rig.arm.read()
    assert JointFault.RESTARTED in state.faults[3]
    assert not state.torque_on


# --- shutdown ------------------------------------------------------------------------------------------------------


def test_an_overload_is_told_for_its_joint_which_is_limp_while_the_others_hold():
    rig = overloaded()
    state = rig.arm.read()
    assert state.faults[2] == JointFault.OVERLOAD
    assert state.complete
    assert not state.torque_on
    assert rig.cells(reg.TORQUE_ENABLE) == [1, 1, 0, 1, 1, 1]


def test_enabling_restarts_what_shut_itself_down_and_the_next_time_switches_it_on():
    rig = overloaded()
    with pytest.raises(HardwareError, match=r"elbow_flex \(servo 3\) had shut itself down and starts anew"):
        rig.arm.enable()
    rig.plant.push(2, 1.5)
    state = rig.read_for(0.3)
    assert state.complete
    assert JointFault.OVERLOAD not in state.faults[2]
    rig.arm.enable()
    state = rig.read_for(0.3)
    assert state.torque_on
    assert not any(state.faults)
    assert at(rig, 2) == pytest.approx(1.5, abs=0.01)
    assert rig.servo(3).table.get(reg.POSITION_P) == 1500


def test_recovering_one_joint_leaves_the_others_as_they_are():
    rig = overloaded()
    goals = rig.cells(reg.GOAL_POSITION)
    assert not rig.arm.recover("elbow_flex")
    steps = 1
    while not rig.arm.recover("elbow_flex"):
        rig.wait(CYCLE)
        steps += 1
    assert 5 < steps < 30
    state = rig.arm.read()
    assert state.torque_on
    assert not any(state.faults)
    after = rig.cells(reg.GOAL_POSITION)
    assert [goal for n, goal in enumerate(after) if n != 2] == [goal for n, goal in enumerate(goals) if n != 2]


def test_recovering_a_joint_that_holds_changes_nothing():
    rig = enabled()
    goals = rig.cells(reg.GOAL_POSITION)
    assert rig.arm.recover("wrist_flex")
    assert rig.cells(reg.GOAL_POSITION) == goals


def test_recovering_a_joint_that_does_not_exist_or_does_not_answer_is_refused():
    rig = enabled()
    with pytest.raises(CommandRefusedError, match="has no joint 'tail'"):
        rig.arm.recover("tail")
    rig.emulator.faults.muted = {2}
    with pytest.raises(HardwareError, match=r"No answer from shoulder_lift \(servo 2\)"):
        rig.arm.recover("shoulder_lift")


def test_a_servo_that_does_not_come_back_is_named():
    rig = overloaded()
    assert not rig.arm.recover("elbow_flex")
    rig.emulator.faults.muted = {3}
    assert not rig.arm.recover("elbow_flex")
    rig.read_for(2.1)
    with pytest.raises(HardwareError, match=r"No answer from elbow_flex \(servo 3\)"):
        rig.arm.recover("elbow_flex")


def test_a_servo_that_shuts_itself_down_again_at_once_is_not_restarted_again():
    rig = enabled()
    rig.servo(3).faults.status = int(Hardware.OVERLOAD)
    rig.wait(0.02)
    with pytest.raises(HardwareError, match="starts anew"):
        rig.arm.enable()
    rig.read_for(0.3)
    with pytest.raises(HardwareError, match=r"elbow_flex \(servo 3\) was restarted 0\.\d s ago and shut itself down"):
        rig.arm.enable()


def test_a_dip_of_the_supply_is_told_as_such_and_can_be_recovered_from_when_it_is_over():
    """An XL330 that saw 3.3 V for a moment keeps its error until it is restarted."""
    rig = enabled()
    rig.servo(5).set_supply(3.3)
    state = rig.read_for(0.1)
    assert JointFault.VOLTAGE in state.faults[4]
    rig.servo(5).set_supply(5.0)
    state = rig.read_for(0.1)
    assert state.faults[4] == JointFault.RESTARTED
    with pytest.raises(HardwareError, match="starts anew"):
        rig.arm.enable()
    rig.read_for(0.3)
    rig.arm.enable()
    assert not any(rig.arm.read().faults)


def test_a_servo_that_was_too_hot_is_told_as_overloaded_once_it_is_cool():
    rig = enabled()
    rig.servo(5).set_temperature(75)
    assert JointFault.OVERHEAT in rig.read_for(0.1).faults[4]
    rig.servo(5).set_temperature(60)
    assert JointFault.OVERHEAT in rig.read_for(0.1).faults[4]
    rig.servo(5).set_temperature(40)
    assert rig.read_for(0.1).faults[4] == JointFault.OVERLOAD


# --- how often -----------------------------------------------------------------------------------------------------


class Restarting:
    def __init__(self):
        self.rig = Rig()
        self.clock = self.rig.clock
        self.bus = DynamixelBus(LoopTransport(self.rig.emulator, self.clock), self.clock)
        self.recovery = Recovery(self.clock)
        self.part = parts_of(arm("koch_v11"))[2]

    def restart(self):
        self.recovery.restart(self.bus, self.part)

    def later(self, seconds):
        self.clock.advance(seconds)
        self.rig.emulator.advance()


def test_restarts_need_a_pause_between_them():
    it = Restarting()
    it.restart()
    it.later(PAUSE * 0.9)
    with pytest.raises(HardwareError, match=r"shoulder_lift \(servo 2\) was restarted 1\.8 s ago"):
        it.restart()
    it.later(PAUSE * 0.2)
    it.restart()


def test_a_servo_is_restarted_only_so_often_in_a_minute():
    it = Restarting()
    for _ in range(MOST):
        it.restart()
        it.later(PAUSE * 2)
    with pytest.raises(HardwareError, match=f"shut itself down {MOST} times within 60 s"):
        it.restart()
    it.later(PERIOD)
    it.restart()


def test_a_restart_that_is_not_confirmed_is_told_and_a_lost_answer_is_asked_for_again():
    it = Restarting()
    it.rig.emulator.faults.muted = {2}
    with pytest.raises(HardwareError, match=r"shoulder_lift \(servo 2\) does not confirm"):
        it.restart()


def test_how_long_ago_a_servo_was_restarted_is_known():
    it = Restarting()
    assert it.recovery.since(it.part) is None
    it.restart()
    it.later(0.5)
    assert it.recovery.since(it.part) == pytest.approx(0.5, abs=0.02)


def test_each_servo_is_counted_for_itself():
    clock = SteppedClock()
    recovery = Recovery(clock)
    rig = Rig()
    bus = DynamixelBus(LoopTransport(rig.emulator, rig.clock), rig.clock)
    for number in (1, 2, 3):
        recovery.restart(bus, parts_of(arm("koch_v11"))[number])
