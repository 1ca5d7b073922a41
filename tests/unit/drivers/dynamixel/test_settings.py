import pytest

from armctl.errors import HardwareError
from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.settings import check_settings, differences, read_heads, read_memories, write_settings
from tests.support.dynamixel import Rig, parts_of


@pytest.fixture
def rig():
    it = Rig().wired(DynamixelBus)
    it.parts = list(parts_of(it.config).values())
    return it


def test_every_servo_says_who_it_is(rig):
    heads = read_heads(rig.bus, rig.clock, rig.parts)
    assert [heads[number]["model"] for number in range(1, 7)] == [1060, 1060, 1200, 1200, 1200, 1200]
    assert all(heads[number]["id"] == number for number in heads)


def test_memories_hold_all_that_is_compared_later(rig):
    memories = read_memories(rig.bus, rig.clock, rig.parts)
    assert memories[3]["current_limit"] == 1750
    assert "current_limit" not in memories[1]
    assert {"homing_offset", "min_position", "secondary_id", "velocity_limit"} <= memories[1].keys()


def test_only_what_differs_is_written_and_the_direction_is_left(rig):
    rig.servo(3).table.put(reg.DRIVE_MODE, reg.DRIVE_REVERSED | reg.DRIVE_GOAL_TORQUE)
    memories = read_memories(rig.bus, rig.clock, rig.parts)
    assert [differences(part, memories[part.id]) for part in rig.parts if part.id != 3] == [[]] * 5
    kept = write_settings(rig.bus, rig.clock, rig.parts, memories)
    assert kept.keys() == {3}
    assert kept[3]["drive_mode"] == reg.DRIVE_REVERSED


def test_nothing_is_written_to_memory_that_is_right(rig):
    memories = read_memories(rig.bus, rig.clock, rig.parts)
    sent = len(rig.loop.sent)
    assert write_settings(rig.bus, rig.clock, rig.parts, memories) == {}
    assert len(rig.loop.sent) == sent


def test_a_servo_with_torque_refuses_and_is_named(rig):
    rig.servo(4).table.put(reg.OPERATING_MODE, 3)
    rig.servo(4).write(reg.TORQUE_ENABLE.address, b"\1")
    memories = read_memories(rig.bus, rig.clock, rig.parts)
    with pytest.raises(HardwareError, match=r"wrist_flex \(servo 4\) did not keep its settings"):
        write_settings(rig.bus, rig.clock, rig.parts, memories)
    with pytest.raises(HardwareError, match="wrist_flex .* has operating mode 3 in place of 4, and holds"):
        check_settings(rig.parts, memories)


def test_an_answer_delay_alone_does_not_matter_to_a_servo_that_holds(rig):
    rig.servo(4).table.put(reg.RETURN_DELAY, 250)
    memories = read_memories(rig.bus, rig.clock, rig.parts)
    assert differences(rig.parts[3], memories[4]) == [(reg.RETURN_DELAY, 0)]
    check_settings(rig.parts, memories)
