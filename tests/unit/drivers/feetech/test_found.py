import pytest

from armctl.errors import HardwareError
from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.found import check_line, identify, look, names, read_complete
from drivers.feetech.joints import scales
from drivers.feetech.reader import CyclicReader
from tests.support.emulated import ALL, EmulatedArm


class Rig(EmulatedArm):
    def __init__(self):
        super().__init__()
        self.wired(FeetechBus)
        self.reader = CyclicReader(self.bus, self.clock, ALL, 0.008, 1)
        self.joints = scales(self.config)

    def look(self):
        look(self.bus, self.clock, self.reader, self.joints, self.config)


def test_the_memory_of_every_servo_is_brought_and_nothing_is_written():
    rig = Rig()
    memories = identify(rig.bus, rig.clock, rig.joints, {})
    assert set(memories) == set(ALL)
    assert memories[3].homing_offset == 0
    assert not any(frame[4] in {reg.Instruction.WRITE, reg.Instruction.SYNC_WRITE} for frame in rig.loop.sent)


def test_what_was_left_open_is_locked_and_only_that():
    rig = Rig()
    rig.servo(3).memory.put(reg.LOCK, 0)
    rig.look()
    written = [frame for frame in rig.loop.sent if frame[4] == reg.Instruction.SYNC_WRITE]
    assert [frame[5:-1] for frame in written] == [bytes((reg.LOCK.address, 1, 3, 1))]
    assert rig.servo(3).memory.get(reg.LOCK) == 1


def test_a_lost_order_to_lock_is_repeated():
    rig = Rig()
    memory = rig.servo(3).memory
    write, lost = memory.write, []
    memory.put(reg.LOCK, 0)

    def deaf_once(address, data):
        if address == reg.LOCK.address and not lost:
            lost.append(address)
            return ()
        return write(address, data)

    memory.write = deaf_once
    rig.look()
    assert memory.get(reg.LOCK) == 1


def test_a_silent_servo_is_named_after_three_questions():
    rig = Rig()
    rig.emulator.faults.muted = {4}
    with pytest.raises(HardwareError, match=r"No answer from wrist_flex \(servo 4\); nothing was switched on"):
        read_complete(rig.reader, rig.joints, rig.clock, rig.clock.now() + 1.0)
    assert 3 <= len(rig.loop.sent) <= 6


def test_at_first_it_is_asked_for_longer_as_a_busy_computer_may_be_late():
    rig = Rig()
    rig.emulator.faults.drop_next(4, 30)
    rig.look()
    assert rig.reader.fresh == set(ALL)


def test_one_quick_reading_shows_that_the_line_is_quick_enough():
    rig = Rig()
    rig.reader.update()
    rig.emulator.faults.delay_next(1, 0.02)
    check_line(rig.reader, rig.clock, 6, 0.008, 100.0)


def test_a_line_on_which_every_reading_is_late_is_refused_with_figures():
    rig = Rig()
    rig.reader.update()
    rig.emulator.faults.delay = 0.02
    with pytest.raises(HardwareError, match="no complete reading within 8 ms, as 100 readings a second need"):
        check_line(rig.reader, rig.clock, 6, 0.008, 100.0)


def test_joints_are_named_with_their_servos():
    assert names(Rig().joints[:2]) == "shoulder_pan (servo 1), shoulder_lift (servo 2)"
