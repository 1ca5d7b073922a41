import struct

import pytest

from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.readings import Feedback
from drivers.dynamixel.settings import read_memories
from drivers.dynamixel.torque import WATCHDOG, TorqueSwitch, goal_row, holds, shut_down
from tests.support.dynamixel import Rig, parts_of


class Switching(Rig):
    def __init__(self, name="koch_v11"):
        super().__init__(name)
        self.wired(DynamixelBus)
        self.parts = list(parts_of(self.config).values())
        memories = read_memories(self.bus, self.clock, self.parts)
        self.switch = TorqueSwitch(self.bus, self.clock, self.config.gripper, memories)
        self.goals = {part.id: self.servo(part.id).table.get(reg.POSITION) for part in self.parts if part.leads}

    def order(self):
        self.switch.order(self.parts, self.goals, {part.joint.name: 5 for part in self.parts})

    def obeying(self, **changes):
        fed = {part.id: said(**changes) for part in self.parts}
        return self.switch.obeying(self.parts, self.goals, fed)


def said(torque=1, watchdog=WATCHDOG, hardware=0):
    return Feedback(2048, 0, 0, 120, 30, hardware, torque, 0, watchdog, 2)


def test_a_goal_row_fills_the_three_registers_from_the_acceleration_on():
    assert struct.unpack("<IIi", goal_row(70, 5, -3)) == (70, 5, -3)
    cells = (reg.PROFILE_ACCELERATION, reg.PROFILE_VELOCITY, reg.GOAL_POSITION)
    assert [cell.address - 108 for cell in cells] == [0, 4, 8]
    assert len(goal_row(1, 1, 1)) == reg.GOAL_POSITION.end - 108


@pytest.mark.parametrize("name", ["koch_v11", "wx250s"])
def test_after_an_order_every_servo_obeys(name):
    rig = Switching(name)
    assert rig.obeying() == frozenset()
    rig.order()
    assert rig.obeying() == {part.id for part in rig.parts}
    assert set(rig.cells(reg.PROFILE_VELOCITY)) == {5}


def test_servos_that_limit_no_current_are_told_none():
    rig = Switching()
    rig.parts = rig.parts[:2]
    rig.order()
    addresses = [int.from_bytes(frame[8:10], "little") for frame in rig.bus._transport.sent if frame[7] == 0x83]
    assert addresses == [98, 100, 108, 98, 64]
    assert rig.obeying() == {1, 2}


def test_who_has_no_torque_or_no_watchdog_or_was_not_heard_does_not_obey():
    rig = Switching()
    rig.order()
    assert rig.obeying(torque=0) == frozenset()
    assert rig.obeying(watchdog=0) == frozenset()
    assert rig.switch.obeying(rig.parts, rig.goals, {2: said()}) == {2}


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        (3, reg.POSITION_D),
        (6, reg.GOAL_CURRENT),
        (1, reg.GOAL_PWM),
        (2, reg.PROFILE_ACCELERATION),
        (4, reg.GOAL_POSITION),
    ],
)
def test_who_has_one_register_wrong_does_not_obey(number, cell):
    rig = Switching()
    rig.order()
    rig.servo(number).table.put(cell, 7)
    assert rig.obeying() == {part.id for part in rig.parts} - {number}


def test_gains_that_are_not_configured_may_be_anything():
    rig = Switching()
    rig.order()
    rig.servo(1).table.put(reg.POSITION_D, 7)
    assert 1 in rig.obeying()


@pytest.mark.parametrize(
    ("torque", "watchdog", "holding"),
    [(1, WATCHDOG, True), (0, WATCHDOG, False), (1, 0, False), (1, reg.WATCHDOG_TRIPPED, False)],
)
def test_a_servo_holds_with_torque_and_an_armed_watchdog(torque, watchdog, holding):
    assert holds(said(torque, watchdog)) is holding


def test_only_an_error_without_torque_is_a_shutdown():
    parts = list(parts_of(Rig().config).values())[:4]
    fed = {1: said(), 2: said(hardware=1), 3: said(torque=0), 4: said(torque=0, hardware=32)}
    assert [part.id for part in shut_down(parts, fed)] == [4]
