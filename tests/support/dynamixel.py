"""An arm of DYNAMIXEL servos: driver on one side, emulated servos on the other, in one process on a stepped clock."""

import math
from functools import cache, partial

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from drivers.dynamixel import messages
from drivers.dynamixel.arm import DynamixelArm
from drivers.dynamixel.codec import FrameParser
from drivers.dynamixel.joints import parts, scales
from sim.emulators.dynamixel.emulator import DynamixelEmulator
from tests.support.servo_rig import PERIOD, ServoRig

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


class Rig(ServoRig):
    """An arm by its name, or by its configuration, with everything that is behind it."""

    messages = messages

    def __init__(self, config="koch_v11", built=None, positions=None, *, paced=False):
        chosen = arm(config) if isinstance(config, str) else config
        home = positions or (*chosen.poses["home"], GRIPPER[chosen.name])
        super().__init__(DynamixelArm, partial(DynamixelEmulator, paced=paced), chosen, built, home)
        self.wait(PERIOD)

    @property
    def sent(self):
        """Every frame sent over the present port."""
        return FrameParser().feed(b"".join(self.wire.sent))

    def registers(self, number):
        return self.servo(number).table

    def cells(self, cell):
        return [servo.table.get(cell) for servo in self.emulator.servos if servo.table.has(cell)]

    def read_for(self, seconds):
        """Read at the control rate and return the last state."""
        state = None
        for _ in range(round(seconds / PERIOD)):
            state = self.arm.read()
            self.wait(PERIOD)
        return state


def connected(*given, **named):
    return Rig(*given, **named).connected()


def enabled(*given, **named):
    return Rig(*given, **named).enabled()


def turned(rig, joint, angle):
    """The home position with one joint turned on by an angle."""
    positions = np.array(rig.home)
    positions[joint] += angle
    return positions


def at(rig, joint):
    return rig.plant.positions()[joint]
