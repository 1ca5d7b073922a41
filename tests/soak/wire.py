"""The wire between driver and emulated servos on a stepped clock, with the checker's ear on it."""

from __future__ import annotations

from armctl.clock import SteppedClock
from armctl.errors import LinkLostError, PortError
from sim.emulators.feetech.emulator import FeetechEmulator
from tests.soak.checker import Checker

TURN_ROUND = 0.0005
"""Time a request takes [s]."""
POSITION = 56
"""Register of the present position."""


class Wire:
    """Port, servos and checker.

    Attributes:
        plugged: The port is there.
        stalled: It takes no bytes.
    """

    def __init__(self, emulator: FeetechEmulator, clock: SteppedClock, checker: Checker) -> None:
        self.emulator = emulator
        self.clock = clock
        self.checker = checker
        self.plugged = True
        self.stalled = False

    def open(self, path: str, baud: int, clock: SteppedClock) -> Port:
        if not self.plugged:
            raise PortError(f"{path} is not there.", "Plug it in.")
        return Port(self)

    def look(self) -> None:
        """Move the servos on to now and show the checker where their registers say they are."""
        self.emulator.advance()
        steps = []
        for servo in self.emulator.servos:
            raw = int.from_bytes(servo.memory.read(POSITION, 2), "little")
            steps.append(-(raw & 0x7FFF) if raw & 0x8000 else raw)
        self.checker.reading(self.clock.now(), steps)


class Port:
    """What a driver has open."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._closed = False
        self._input = b""

    def write(self, data: bytes, deadline: float) -> None:
        self._check()
        wire = self._wire
        if wire.stalled:
            wire.clock.sleep_until(deadline)
            raise LinkLostError("The port takes no bytes.")
        wire.clock.advance(TURN_ROUND)
        wire.look()
        wire.checker.written(wire.clock.now(), data)
        wire.emulator.receive(data)

    def read(self, size: int, deadline: float) -> bytes:
        self._check()
        wire = self._wire
        self._take()
        if not self._input:
            due = wire.emulator.due()
            wire.clock.sleep_until(deadline if due is None else min(due, deadline))
            wire.look()
            self._take()
        data, self._input = self._input[:size], self._input[size:]
        return data

    def discard_input(self) -> int:
        self._check()
        self._take()
        dropped, self._input = len(self._input), b""
        return dropped

    def close(self) -> None:
        self._closed = True

    def _take(self) -> None:
        came = self._wire.emulator.take()
        if came:
            self._wire.checker.answered(self._wire.clock.now(), came)
        self._input += came

    def _check(self) -> None:
        if self._closed or not self._wire.plugged:
            raise LinkLostError("The port is gone.")
