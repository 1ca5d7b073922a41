"""Arms behind G-code controllers with their emulated device, in one process on a stepped clock."""

import math
from functools import cache

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from drivers.gcode.arm import create
from sim.emulators.gcode.emulator import create as create_device
from tests.support.approving import approved
from tests.support.arms import context
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport

PERIOD = 0.05


@cache
def config(name):
    return load(builtin("arms", name), ArmConfig)


def changed(name, **gcode):
    """The arm's configuration with some of its controller's values changed."""
    base = config(name)
    return base.model_copy(update={"gcode": base.gcode.model_copy(update=gcode)})


def device(name, clock, *, paced=False, at="rest"):
    arm = config(name)
    return create_device(ExactPlant([*arm.poses[at], arm.gripper.closed]), arm, clock, paced=paced)


def grbl_device(clock, **given):
    return device("grbl_arm", clock, **given)


def uarm_device(clock, **given):
    return device("uarm_swift_pro", clock, **given)


class GcodeRig:
    """The arm, the device behind it, and time; nothing connected yet.

    ``resets`` lets the device start anew when its port is opened, as Arduino boards do.
    """

    def __init__(self, name, *, changes=None, resets=False, paced=False):
        self.config = config(name) if changes is None else changes
        self.clock = SteppedClock()
        self.plant = ExactPlant([*self.config.poses["rest"], self.config.gripper.closed])
        self.device = create_device(self.plant, config(name), self.clock, paced=paced)
        self.resets = resets
        self.wires = []
        self.arm = create(context(self.config, self.clock, "/dev/loop"), self._open)
        self.sequence = 0

    def _open(self, path, baud, clock):
        assert (path, baud, clock) == ("/dev/loop", 115200, self.clock)
        if self.resets:
            self.device.restart()
        self.wires.append(LoopTransport(self.device, clock))
        return self.wires[-1]

    @property
    def sent(self):
        """All that was sent on the newest port."""
        return b"".join(self.wires[-1].sent)

    def enabled(self):
        self.arm.connect()
        self.arm.enable()
        return self

    def command(self, positions, speed=0.3, **changes):
        self.sequence += 1
        return approved(positions, speed, self.clock.now(), self.sequence, valid=0.2, **changes)

    def pass_time(self, seconds):
        """Time passes for the device only, as when this program hangs."""
        until = self.clock.now() + seconds
        while self.clock.now() < until:
            self.clock.advance(0.004)
            self.device.advance()

    def run(self, seconds, positions=None, speed=0.3):
        """Read (and send, where there are ``positions``) at the control rate, and return the last state."""
        state = None
        for _ in range(math.ceil(seconds / PERIOD)):
            started = self.clock.now()
            state = self.arm.read()
            if positions is not None:
                self.arm.send(self.command(positions, speed))
            self.pass_time(max(0.0, started + PERIOD - self.clock.now()))
        return state

    def stream(self, joint, speed, seconds):
        """Turn one joint at a speed, set-point by set-point; return last set-point and state."""
        target = self.arm.read().positions.copy()
        for _ in range(round(seconds / PERIOD)):
            target[joint] += speed * PERIOD
            state = self.run(PERIOD, target, abs(speed) * 1.1)
        return target, state
