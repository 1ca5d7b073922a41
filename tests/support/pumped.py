"""A pseudo-terminal on a stepped clock: the real port of a driver, and a device that is served while the driver waits.

Bytes go through the kernel, so the terminal, its exclusive use and its end are real; time is not. It stands while bytes
are in flight, and steps on only when neither side has anything to do, so no answer is ever late because a computer is
busy, and nobody waits.
"""

from __future__ import annotations

import os
import select
import time
import tty

from armctl.clock import SteppedClock
from drivers.transport import SerialTransport, open_serial
from sim.emulators.pty import Device
from tests.support.wires import TURN_ROUND

PATIENCE = 30.0
"""How long the kernel may take to pass bytes on [s]; it takes microseconds."""
CHUNK = 4096


class Wire:
    """A terminal with ``device`` behind it.

    Attributes: ``path``, what a driver opens; ``heard`` and ``said``, how many bytes the device took and gave so far.
    """

    def __init__(self, device: Device, clock: SteppedClock) -> None:
        self.clock = clock
        self.device = device
        self.heard = self.said = 0
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)

    @property
    def plugged(self) -> bool:
        return self._master >= 0

    def open(self, path: str, baud: int, clock: SteppedClock) -> PumpedTransport:
        """Open the port as drivers do; see `drivers.transport.PortOpener`."""
        return PumpedTransport(open_serial(path, baud, clock), self)

    def unplug(self) -> None:
        if self.plugged:
            os.close(self._master)
            os.close(self._slave)
            self._master = self._slave = -1

    def serve(self, awaited: int) -> None:
        """Have the device hear everything until it heard ``awaited`` bytes in all, and send what is due."""
        self.device.advance()
        while select.select([self._master], (), (), PATIENCE if self.heard < awaited else 0.0)[0]:
            data = os.read(self._master, CHUNK)
            self.heard += len(data)
            self.device.receive(data)
        assert self.heard >= awaited, "the kernel kept bytes for itself"
        rest = self.device.take()
        self.said += len(rest)
        while rest:
            select.select((), [self._master], (), PATIENCE)
            rest = rest[os.write(self._master, rest) :]


class PumpedTransport:
    """The real transport on the terminal; serves the device whenever it would wait."""

    def __init__(self, port: SerialTransport, wire: Wire) -> None:
        self._port, self._wire, self._clock = port, wire, wire.clock
        self._sent, self._taken = wire.heard, wire.said

    def write(self, data: bytes, deadline: float) -> None:
        self._port.write(data, deadline)
        self._sent += len(data)
        self._clock.advance(TURN_ROUND)
        self._pump()

    def read(self, size: int, deadline: float) -> bytes:
        while self._pump():
            if self._wire.said > self._taken:
                return self._arrived(size)
            if self._clock.now() >= deadline:
                return b""
            due = self._wire.device.due()
            self._clock.sleep_until(deadline if due is None else min(due, deadline))
        return self._port.read(size, self._clock.now())

    def discard_input(self) -> int:
        self._pump()
        dropped = 0
        while self._wire.said > self._taken:
            dropped += len(self._arrived(CHUNK))
        return dropped + self._port.discard_input()

    def close(self) -> None:
        self._port.close()

    def _pump(self) -> bool:
        """Have the device hear all that was written and say what is due; return False when there is none any more."""
        if self._wire.plugged:
            self._wire.serve(self._sent)
        return self._wire.plugged

    def _arrived(self, size: int) -> bytes:
        """Return bytes that are on their way; a terminal may say that there are some a moment before it has them."""
        limit = time.monotonic() + PATIENCE
        while not (data := self._port.read(size, self._clock.now() + PATIENCE)):
            assert time.monotonic() < limit, f"{self._wire.said - self._taken} bytes were said and did not come"
        self._taken += len(data)
        return data
