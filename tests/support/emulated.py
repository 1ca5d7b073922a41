"""The SO-101 with its driver on one side and emulated servos on the other, in one process on a stepped clock."""

import math

import numpy as np

from drivers.feetech import messages
from drivers.feetech.arm import FeetechArm
from sim.emulators.feetech.emulator import FeetechEmulator
from tests.support.arms import HOME, so101
from tests.support.servo_rig import ServoRig

STEP = math.tau / 4096
"""What the encoder tells apart [rad]."""
ALL = (1, 2, 3, 4, 5, 6)
HOME_ARRAY = np.array(HOME)


class EmulatedArm(ServoRig):
    """The SO-101 with everything that is behind it."""

    messages = messages

    def __init__(self, config=None, built=None, positions=HOME):
        super().__init__(FeetechArm, FeetechEmulator, config or so101(), built, positions)

    def registers(self, number):
        return self.servo(number).memory


def connected(**given):
    return EmulatedArm(**given).connected()


def enabled(**given):
    return EmulatedArm(**given).enabled()


def turned(joint, angle):
    """The home position with one joint turned on by an angle."""
    positions = HOME_ARRAY.copy()
    positions[joint] += angle
    return positions


def cells(rig, cell):
    return [rig.registers(number).get(cell) for number in ALL]


def torque(rig):
    return cells(rig, messages.TORQUE_ENABLE)
