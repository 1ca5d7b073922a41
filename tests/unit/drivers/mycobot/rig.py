"""The driver on its emulated device in the same process, on a stepped clock."""

import numpy as np

from armctl.clock import SteppedClock
from drivers.mycobot import arm as driver
from drivers.mycobot.codec import FrameParser
from sim.emulators.mycobot.emulator import MycobotEmulator
from tests.support.approving import approved
from tests.support.arms import context
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport
from tests.unit.sim.emulators.mycobot.rig import HOME, mycobot280

PERIOD = 0.05
NOTHING = np.array(HOME)
"""Where the arm stands at first: going there is no motion."""


class Rig:
    def __init__(self, config=None, *, paced=False, at=HOME, plant=None):
        self.config = config or mycobot280()
        self.clock = SteppedClock()
        self.plant = plant or ExactPlant(at)
        self.device = MycobotEmulator(self.plant, self.config, self.clock, paced=paced)
        self.wires = []
        self.arm = driver.create(context(self.config, self.clock, "/dev/loop"), self._open)
        self.sequence = 0

    def _open(self, path, baud, clock):
        assert baud == 115200
        self.wires.append(LoopTransport(self.device, clock))
        return self.wires[-1]

    @property
    def faults(self):
        return self.device.faults

    @property
    def controller(self):
        return self.device.controller

    @property
    def wire(self):
        return self.wires[-1]

    def commands_sent(self):
        """What was sent since the last time, as commands."""
        frames = [FrameParser().feed(data)[0] for data in self.wire.sent]
        self.wire.sent.clear()
        return [frame.command for frame in frames]

    def connected(self):
        self.arm.connect()
        return self

    def enabled(self):
        self.arm.connect()
        self.arm.enable()
        return self

    def command(self, positions, speed=0.4, **changes):
        self.sequence += 1
        return approved(positions, speed, self.clock.now(), self.sequence, valid=0.2, **changes)

    def send(self, positions, speed=0.4):
        self.arm.send(self.command(positions, speed))

    def wait(self, seconds):
        """Let time pass, period by period, reading; return the last reading."""
        due = self.clock.now()
        until = due + seconds
        state = self.arm.read()
        while self.clock.now() < until:
            due += PERIOD
            self.clock.sleep_until(due)
            state = self.arm.read()
        return state

    def timed(self, call):
        """Return how long a call takes [s], whatever comes of it."""
        started = self.clock.now()
        try:
            call()
        finally:
            self.took = self.clock.now() - started
        return self.took


def far(rig, joint=0, way=0.8):
    """Where the arm stands, but for one joint."""
    goal = rig.plant.positions()
    goal[joint] += way
    return goal


def reads(rig, count):
    """So many readings, with half a period between them."""
    states = []
    for _ in range(count):
        states.append(rig.arm.read())
        rig.clock.advance(PERIOD / 2)
    return states
