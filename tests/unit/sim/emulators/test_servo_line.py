"""What all emulated servos on one line do, seen at those of two protocols."""

import pytest

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from drivers.dynamixel import codec as dynamixel
from drivers.feetech import codec as feetech
from sim.emulators.dynamixel.emulator import DynamixelEmulator
from sim.emulators.feetech.emulator import FeetechEmulator
from tests.support.plants import ExactPlant

LINES = {
    "feetech": ("so101", FeetechEmulator, feetech.ping(2)),
    "dynamixel": ("koch_v11", DynamixelEmulator, dynamixel.ping(2)),
}


@pytest.fixture(params=LINES.values(), ids=LINES)
def line(request):
    name, create, ping = request.param
    config = load(builtin("arms", name), ArmConfig)
    clock = SteppedClock()
    return create(ExactPlant([*config.poses["rest"], config.gripper.closed]), config, clock), clock, ping


def test_an_instruction_in_two_pieces_is_answered_unless_there_was_a_pause_between_them(line):
    device, clock, ping = line
    device.receive(ping[:4])
    device.receive(ping[4:])
    assert device.take()
    device.receive(ping[:4])
    clock.advance(0.01)
    device.receive(ping[4:])
    assert not device.take()
    device.receive(ping)
    assert device.take()


def test_a_second_servo_of_one_id_comes_and_goes_and_one_of_no_id_there_is_not(line):
    device, _, _ = line
    device.duplicate(2, True)
    device.duplicate(3, True)
    device.duplicate(2, True)
    assert sorted(servo.id for servo in device.strangers) == [2, 3]
    assert device.faults.collide
    device.duplicate(2, False)
    device.duplicate(3, False)
    assert not device.strangers
    assert not device.faults.collide
    for on in (True, False):
        with pytest.raises(KeyError):
            device.duplicate(99, on)
