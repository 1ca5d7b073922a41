"""The SO-101 with its driver on one side and emulated servos on the other, in one process on a stepped clock."""

import math

import numpy as np

from armctl.clock import SteppedClock
from armctl.hal.command import ApprovedCommand, supervisor_seal
from drivers.feetech import messages as reg
from drivers.feetech.arm import FeetechArm
from sim.emulators.feetech.emulator import FeetechEmulator
from tests.support.arms import HOME, context, so101
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport

PERIOD = 0.01
STEP = math.tau / 4096
"""What the encoder tells apart [rad]."""
ALL = (1, 2, 3, 4, 5, 6)
HOME_ARRAY = np.array(HOME)


class EmulatedArm:
    """A rig: the arm, what is behind it, and time. ``config`` is the driver's, ``built`` that of the servos."""

    def __init__(self, config=None, built=None, positions=HOME):
        self.config = config or so101()
        self.clock = SteppedClock()
        self.plant = ExactPlant(positions)
        self.emulator = FeetechEmulator(self.plant, built or self.config, self.clock)
        self.wires = []
        self.arm = FeetechArm(context(self.config, self.clock, "/dev/loop"), self._open)
        self.sequence = 0

    def _open(self, path, baud, clock):
        assert (path, baud, clock) == ("/dev/loop", self.config.wire.baud, self.clock)
        self.wires.append(LoopTransport(self.emulator, clock))
        return self.wires[-1]

    @property
    def wire(self):
        return self.wires[-1]

    def servo(self, number):
        return self.emulator.servo(number)

    def wait(self, seconds):
        """Let time pass for the servos."""
        for _ in range(round(seconds / PERIOD)):
            self.clock.advance(PERIOD)
            self.emulator.advance()

    def command(self, positions, speed=0.5, **changes):
        self.sequence += 1
        now = self.clock.now()
        values = {
            "stamp": now,
            "deadline": now + 0.1,
            "sequence": self.sequence,
            "epoch": 1,
            "speeds": speeds_of(positions, speed),
        }
        return ApprovedCommand(seal=supervisor_seal(), positions=positions, **(values | changes))

    def run(self, positions, seconds, speed=0.5):
        """Send ``positions`` and read, at the control rate, and return the last state."""
        state = None
        for _ in range(round(seconds / PERIOD)):
            self.arm.send(self.command(positions, speed))
            state = self.arm.read()
            self.wait(PERIOD)
        return state


def speeds_of(positions, speed):
    return positions * 0 + speed


def enabled(**given):
    rig = EmulatedArm(**given)
    rig.arm.connect()
    rig.arm.enable()
    return rig


def turned(joint, angle):
    """The home position with one joint turned on by an angle."""
    positions = HOME_ARRAY.copy()
    positions[joint] += angle
    return positions


def connected(**given):
    rig = EmulatedArm(**given)
    rig.arm.connect()
    return rig


def cells(rig, cell):
    return [rig.servo(number).memory.get(cell) for number in ALL]


def torque(rig):
    return cells(rig, reg.TORQUE_ENABLE)
