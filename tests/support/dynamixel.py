"""An arm of DYNAMIXEL servos: driver on one side, emulated servos on the other, in one process on a stepped clock."""

import math
from functools import cache

import numpy as np

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.hal.command import ApprovedCommand, supervisor_seal
from drivers.dynamixel.arm import DynamixelArm
from drivers.dynamixel.codec import FrameParser
from drivers.dynamixel.joints import parts, scales
from sim.emulators.dynamixel.emulator import DynamixelEmulator
from tests.support.arms import context
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport

PERIOD = 0.01
STEP = math.tau / 4096
"""What the encoders tell apart [rad]."""
ARMS = ["koch_v11", "openmanipulator_x", "wx250s"]
GRIPPER = {"koch_v11": 0.8, "openmanipulator_x": 0.0, "wx250s": 0.026}


@cache
def arm(name):
    return load(builtin("arms", name), ArmConfig)


KOCH, OPEN, WIDOW = (arm(name) for name in ARMS)
ALL = (1, 2, 3, 4, 5, 6)
"""The ids of the first one's servos."""


def parts_of(config):
    return {part.id: part for part in parts(scales(config))}


class Rig:
    """The arm, what is behind it, and time. ``config`` is the driver's, ``built`` that of the servos."""

    def __init__(self, config="koch_v11", built=None, positions=None, *, paced=False):
        self.config = arm(config) if isinstance(config, str) else config
        self.home = positions or (*self.config.poses["home"], GRIPPER[self.config.name])
        self.clock = SteppedClock()
        self.plant = ExactPlant(self.home)
        self.emulator = DynamixelEmulator(self.plant, built or self.config, self.clock, paced=paced)
        self.wires = []
        self.arm = DynamixelArm(context(self.config, self.clock, "/dev/loop"), self._open)
        self.sequence = 0
        self.wait(PERIOD)

    def _open(self, path, baud, clock):
        assert (path, baud, clock) == ("/dev/loop", self.config.wire.baud, self.clock)
        self.wires.append(LoopTransport(self.emulator, clock))
        return self.wires[-1]

    @property
    def wire(self):
        return self.wires[-1]

    @property
    def sent(self):
        """Every frame sent over the present port."""
        return FrameParser().feed(b"".join(self.wire.sent))

    def servo(self, number):
        return self.emulator.servo(number)

    def cells(self, cell):
        return [servo.table.get(cell) for servo in self.emulator.servos if servo.table.has(cell)]

    def wait(self, seconds):
        """Let time pass for the servos, nobody asking them anything."""
        for _ in range(round(seconds / PERIOD)):
            self.clock.advance(PERIOD)
            self.emulator.advance()

    def read_for(self, seconds):
        """Read at the control rate and return the last state."""
        state = None
        for _ in range(round(seconds / PERIOD)):
            state = self.arm.read()
            self.wait(PERIOD)
        return state

    def command(self, positions, speed=0.4, **changes):
        self.sequence += 1
        now = self.clock.now()
        values = {
            "stamp": now,
            "deadline": now + 0.1,
            "sequence": self.sequence,
            "epoch": 1,
            "speeds": positions * 0 + speed,
        }
        return ApprovedCommand(seal=supervisor_seal(), positions=positions, **(values | changes))

    def run(self, positions, seconds, speed=0.4):
        """Send ``positions`` and read, at the control rate, and return the last state."""
        state = None
        for _ in range(round(seconds / PERIOD)):
            self.arm.send(self.command(positions, speed))
            state = self.arm.read()
            self.wait(PERIOD)
        return state


def connected(*given, **named):
    rig = Rig(*given, **named)
    rig.arm.connect()
    return rig


def enabled(*given, **named):
    rig = connected(*given, **named)
    rig.arm.enable()
    return rig


def turned(rig, joint, angle):
    """The home position with one joint turned on by an angle."""
    positions = np.array(rig.home)
    positions[joint] += angle
    return positions


def at(rig, joint):
    return rig.plant.positions()[joint]
