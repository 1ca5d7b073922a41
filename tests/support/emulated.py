"""The SO-101 with its driver on one side and emulated servos on the other, in one process on a stepped clock."""

import math

import numpy as np

from drivers.feetech import messages as reg
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

    def __init__(self, config=None, built=None, positions=HOME):
        super().__init__(FeetechArm, FeetechEmulator, config or so101(), built, positions)


def connected(**given):
    rig = EmulatedArm(**given)
    rig.arm.connect()
    return rig


def enabled(**given):
    rig = connected(**given)
    rig.arm.enable()
    return rig


def turned(joint, angle):
    """The home position with one joint turned on by an angle."""
    positions = HOME_ARRAY.copy()
    positions[joint] += angle
    return positions


def cells(rig, cell):
    return [rig.servo(number).memory.get(cell) for number in ALL]


def torque(rig):
    return cells(rig, reg.TORQUE_ENABLE)
