import pytest

from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.identity import Eeprom
from drivers.feetech.joints import scales
from drivers.feetech.reader import CyclicReader
from drivers.feetech.torque import Torque
from tests.support.emulated import ALL, EmulatedArm


class Rig(EmulatedArm):
    def __init__(self):
        super().__init__()
        self.wired(FeetechBus)
        self.reader = CyclicReader(self.bus, self.clock, ALL, 0.008, 1)
        self.joints = scales(self.config)
        memories = {number: Eeprom.of(self.servo(number).memory.read(0, reg.EEPROM_SIZE)) for number in ALL}
        self.reader.update()
        self.torque = Torque(self.joints, self.config, memories, self.reader, self.bus)

    def give(self):
        self.torque.take_goals(self.joints)
        self.torque.order(self.joints)
        self.reader.update()
        assert all(self.torque.has(joint) for joint in self.joints)
        self.torque.given()
        return self

    def cells(self, cell):
        return [self.servo(number).memory.get(cell) for number in ALL]


def test_torque_is_on_only_when_every_servo_says_so():
    rig = Rig()
    assert not rig.torque.on
    rig.give()
    assert rig.torque.on
    rig.servo(4).memory.put(reg.TORQUE_ENABLE, 0)
    rig.reader.update()
    assert not rig.torque.on


def test_what_was_not_given_yet_cannot_have_been_lost():
    rig = Rig()
    rig.torque.notice_restarts()
    assert rig.torque.restarted == set()


@pytest.mark.parametrize(
    ("cell", "value"), [(reg.TORQUE_ENABLE, 0), (reg.TORQUE_ENABLE, 2), (reg.ACCELERATION, 0), (reg.TORQUE_LIMIT, 1000)]
)
def test_a_servo_that_lost_any_of_what_it_was_given_has_restarted_and_gets_no_goal(cell, value):
    rig = Rig().give()
    rig.servo(4).memory.put(cell, value)
    rig.reader.update()
    rig.torque.notice_restarts()
    assert rig.torque.restarted == {4}
    before = rig.cells(reg.GOAL_POSITION)
    rig.torque.follow(rig.joints, [goal + 3 for goal in before], [0.4] * 6)
    assert [after - goal for after, goal in zip(rig.cells(reg.GOAL_POSITION), before, strict=True)] == [
        3,
        3,
        3,
        0,
        3,
        3,
    ]


def test_a_whole_arm_gets_one_frame_with_each_servos_own_goal_and_speed():
    rig = Rig().give()
    rig.loop.sent.clear()
    goals = [2000 + number for number in ALL]
    rig.torque.follow(rig.joints, goals, [0.1 * number for number in ALL])
    assert len(rig.loop.sent) == 1
    assert rig.cells(reg.GOAL_POSITION) == goals == [rig.torque.goals[number] for number in ALL]
    assert rig.cells(reg.GOAL_SPEED) == [joint.speed_limit(0.1 * n) for joint, n in zip(rig.joints, ALL, strict=True)]


def test_who_gets_no_goal_is_not_thought_to_have_one():
    rig = Rig().give()
    before = rig.torque.goals[3]
    rig.emulator.faults.drop_next(3, 2)
    rig.reader.update()
    rig.torque.follow(rig.joints, [2000] * 6, [0.4] * 6)
    assert rig.torque.goals[3] == before == rig.servo(3).memory.get(reg.GOAL_POSITION)
    assert rig.torque.goals[2] == 2000


def test_resting_without_torque_sends_nothing():
    rig = Rig()
    rig.loop.sent.clear()
    rig.torque.rest(rig.joints)
    assert rig.loop.sent == []


def test_forgetting_leaves_no_goal_to_rest_at():
    rig = Rig().give()
    rig.torque.forget()
    rig.loop.sent.clear()
    rig.torque.rest(rig.joints)
    rig.torque.follow(rig.joints, [2000] * 6, [0.4] * 6)
    assert rig.loop.sent == []
