"""An arm of bus servos: driver on one side, emulated servos on the other, in one process on a stepped clock."""

import pytest

from armctl.clock import SteppedClock
from armctl.errors import CommandRefusedError
from tests.support.approving import approved
from tests.support.arms import context
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport

PERIOD = 0.01


class ServoRig:
    """The arm, what is behind it, and time. ``config`` is the driver's, ``built`` that of the servos.

    Each kind of servo says what its registers are called (``messages``) and where they are (``registers``).
    """

    def __init__(self, driver, emulator, config, built, positions):
        self.config = config
        self.home = positions
        self.clock = SteppedClock()
        self.plant = ExactPlant(positions)
        self.emulator = emulator(self.plant, built or config, self.clock)
        self.wires = []
        self.arm = driver(context(config, self.clock, "/dev/loop"), self._open)
        self.sequence = 0

    def _open(self, path, baud, clock):
        assert (path, baud, clock) == ("/dev/loop", self.config.wire.baud, self.clock)
        self.wires.append(LoopTransport(self.emulator, clock))
        return self.wires[-1]

    def connected(self):
        self.arm.connect()
        return self

    def enabled(self):
        self.arm.connect()
        self.arm.enable()
        return self

    def wired(self, bus):
        """Put a driver's ``bus`` on a wire of its own, ``loop``, with nothing of the driver above it."""
        self.loop = LoopTransport(self.emulator, self.clock)
        self.bus = bus(self.loop, self.clock)
        return self

    @property
    def wire(self):
        return self.wires[-1]

    def servo(self, number):
        return self.emulator.servo(number)

    def wait(self, seconds):
        """Let time pass for the servos, nobody asking them anything."""
        for _ in range(round(seconds / PERIOD)):
            self.clock.advance(PERIOD)
            self.emulator.advance()

    def command(self, positions, speed=0.4, **changes):
        self.sequence += 1
        return approved(positions, speed, self.clock.now(), self.sequence, **changes)

    def run(self, positions, seconds, speed=0.4):
        """Send ``positions`` and read, at the control rate, and return the last state."""
        state = None
        for _ in range(round(seconds / PERIOD)):
            self.arm.send(self.command(positions, speed))
            state = self.arm.read()
            self.wait(PERIOD)
        return state


def refused(rig, error, words):
    """Connect in vain: the port is given up and nothing can be read; return what was said."""
    with pytest.raises(error, match=words) as refusal:
        rig.arm.connect()
    assert rig.wire.closed
    with pytest.raises(CommandRefusedError):
        rig.arm.read()
    return str(refusal.value)
