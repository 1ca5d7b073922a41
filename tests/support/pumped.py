"""A pseudo-terminal on a stepped clock: the real port of a driver, and a device that is served while the driver waits.

Bytes go through the kernel, so the terminal, its exclusive use and its end are real; time is not. It stands while bytes
are in flight, and steps on only when neither side has anything to do, so no answer is ever late because a computer is
busy, and nobody waits.
"""

from __future__ import annotations

import time

from armctl.clock import SteppedClock
from drivers.transport import SerialTransport, open_serial
from sim.emulators.pty import Device, PtyServer
from tests.support.wires import TURN_ROUND

PATIENCE = 10.0
"""How long the kernel may take to pass bytes on [s]; it takes microseconds."""


class Counted:
    """A device, and how many bytes went in and came out."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.heard = self.said = 0
        self.due = device.due
        self.advance = device.advance

    def receive(self, data: bytes) -> None:
        self.heard += len(data)
        self._device.receive(data)

    def take(self) -> bytes:
        data = self._device.take()
        self.said += len(data)
        return data


class Wire:
    """A terminal with ``device`` behind it. Attributes: ``path``, what a driver opens."""

    def __init__(self, device: Device, clock: SteppedClock) -> None:
        self.clock = clock
        self.device = Counted(device)
        self.server = PtyServer(self.device, clock)
        self.path = self.server.path

    def open(self, path: str, baud: int, clock: SteppedClock) -> PumpedTransport:
        """Open the port as drivers do; see `armctl.hal.registry`."""
        return PumpedTransport(open_serial(path, baud, clock), self)

    def unplug(self) -> None:
        self.server.unplug()


class PumpedTransport:
    """The real transport on the terminal; serves the device whenever it would wait."""

    def __init__(self, port: SerialTransport, wire: Wire) -> None:
        self._port, self._wire, self._clock = port, wire, wire.clock
        self._written = self._taken = 0
        self._begun = wire.device.heard, wire.device.said

    def write(self, data: bytes, deadline: float) -> None:
        self._port.write(data, deadline)
        self._written += len(data)
        self._clock.advance(TURN_ROUND)
        self._pump()

    def read(self, size: int, deadline: float) -> bytes:
        while self._pump():
            if self._in_flight() > 0:
                return self._arrived(size)
            if self._clock.now() >= deadline:
                return b""
            due = self._wire.device.due()
            self._clock.sleep_until(deadline if due is None else min(due, deadline))
        return self._port.read(size, self._clock.now())

    def discard_input(self) -> int:
        self._pump()
        dropped = 0
        while self._in_flight() > 0:
            dropped += len(self._arrived(1 << 16))
        return dropped + self._port.discard_input()

    def close(self) -> None:
        self._port.close()

    def _arrived(self, size: int) -> bytes:
        """Return bytes that are on their way; a terminal may say that there are some a moment before it has them."""
        limit = time.monotonic() + PATIENCE
        while not (data := self._port.read(size, self._clock.now() + PATIENCE)):
            assert time.monotonic() < limit, "the kernel kept bytes for itself"
        self._taken += len(data)
        return data

    def _in_flight(self) -> int:
        """Return how many bytes the device sent that were not read yet."""
        return self._wire.device.said - self._begun[1] - self._taken

    def _pump(self) -> bool:
        """Have the device hear all that was written and say what is due; return False when there is none any more."""
        wire = self._wire
        if not wire.server.plugged:
            return False
        wire.device.advance()
        wire.server.serve(0.0)
        while wire.device.heard - self._begun[0] < self._written:
            wire.server.serve(PATIENCE)
        return True
