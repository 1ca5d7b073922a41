import pytest

from armctl.errors import HardwareError
from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.joints import scales
from drivers.feetech.messages import Instruction
from drivers.feetech.settings import read_memories, write_settings
from tests.support.emulated import ALL, EmulatedArm


class Rig(EmulatedArm):
    def __init__(self):
        super().__init__()
        self.wired(FeetechBus)

    def memories(self):
        return read_memories(self.bus, self.clock, ALL)

    def write(self, joints=None):
        chosen = scales(self.config) if joints is None else joints
        write_settings(self.bus, self.clock, chosen, self.memories(), self.config)

    def written(self):
        return [frame for frame in self.loop.sent if frame[4] in {Instruction.WRITE, Instruction.SYNC_WRITE}]


def test_gains_and_answer_settings_are_brought_to_the_configuration():
    rig = Rig()
    rig.servo(2).memory.put(reg.RETURN_DELAY, 250)
    rig.write()
    for number in ALL:
        memory = rig.servo(number).memory
        assert [memory.get(cell) for cell in (reg.GAIN_P, reg.GAIN_D, reg.GAIN_I)] == [16, 32, 0]
        assert memory.get(reg.RETURN_DELAY) == 0


def test_the_memory_is_locked_again():
    rig = Rig()
    rig.write()
    assert all(rig.servo(number).memory.get(reg.LOCK) == 1 for number in ALL)


def test_what_is_right_already_is_not_written():
    rig = Rig()
    rig.write()
    rig.loop.sent.clear()
    rig.write()
    assert rig.written() == []


def test_only_the_servos_named_are_written():
    rig = Rig()
    rig.write(scales(rig.config)[:2])
    assert rig.servo(1).memory.get(reg.GAIN_P) == 16
    assert rig.servo(3).memory.get(reg.GAIN_P) == 32


def test_a_servo_that_does_not_confirm_writes_is_set_up_all_the_same():
    rig = Rig()
    rig.servo(4).memory.put(reg.RESPONSE_LEVEL, 0)
    rig.write()
    assert rig.servo(4).memory.get(reg.RESPONSE_LEVEL) == 1
    assert rig.servo(4).memory.get(reg.GAIN_P) == 16


def test_a_servo_that_does_not_keep_its_settings_is_named_and_locked():
    rig = Rig()
    memory = rig.servo(5).memory
    memory.write = lambda address, data: ()
    with pytest.raises(HardwareError, match=r"wrist_roll \(servo 5\) did not keep"):
        rig.write()
    assert memory.get(reg.LOCK) == 1


def test_lost_answers_are_asked_for_again():
    rig = Rig()
    rig.emulator.faults.drop_next(2, 3)
    assert set(rig.memories()) == set(ALL)


def test_a_servo_that_never_answers_is_left_out():
    rig = Rig()
    rig.emulator.faults.muted = {2}
    assert set(rig.memories()) == {1, 3, 4, 5, 6}


@pytest.mark.parametrize(("threshold", "kept"), [(25, 80), (50, 80), (51, 51), (80, 80)])
def test_a_gripper_that_would_be_overloaded_by_its_own_grip_gets_the_factorys_threshold(threshold, kept):
    rig = Rig()
    for number in (5, 6):
        rig.servo(number).memory.put(reg.OVERLOAD_TORQUE, threshold)
    rig.write()
    assert rig.servo(6).memory.get(reg.OVERLOAD_TORQUE) == kept
    assert rig.servo(5).memory.get(reg.OVERLOAD_TORQUE) == threshold
