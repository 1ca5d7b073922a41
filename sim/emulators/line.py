"""`Line`: answers on their way to the host, in order, each byte in its time, broken where the faults say so."""

from __future__ import annotations

from collections import deque
from typing import Final

from armctl.clock import Clock
from sim.emulators.faults import WireFaults

BITS_PER_BYTE: Final = 10
"""Start bit, eight bits, stop bit."""


class Line:
    """The way from an emulated device to the host.

    Attributes:
        faults: What is wrong with it.
        byte_time: How long a byte takes [s]; 0 where nothing is paced.

    Args:
        clock: Time.
        baud: Speed in bits a second that answers are paced at; 0 for at once.
    """

    def __init__(self, clock: Clock, baud: int = 0) -> None:
        self._clock = clock
        self.faults = WireFaults()
        self.byte_time = BITS_PER_BYTE / baud if baud else 0.0
        self._answers: deque[tuple[float, bytes]] = deque()

    def heard(self, data: bytes) -> None:
        """Take note of bytes from the host: an adapter that echoes returns them."""
        if self.faults.echo:
            self._queue(self._clock.now(), data)

    def answer(self, unit: int, data: bytes, delay: float = 0.0) -> None:
        """Send ``data`` of ``unit`` to the host, as far as the faults let it through.

        Args:
            unit: Servo or device it comes from.
            data: One whole answer.
            delay: The unit's own delay before it answers [s].
        """
        arriving = self.faults.apply(unit, data)
        self._queue(self._clock.now() + self.faults.lateness(unit) + delay, arriving)

    def take(self) -> bytes:
        """Return the bytes to the host that are due by now."""
        now = self._clock.now()
        out = b""
        while self._answers and self._answers[0][0] <= now:
            out += self._answers.popleft()[1]
        return out

    def due(self) -> float | None:
        """Return when the next bytes to the host are due [s], None when there are none."""
        return self._answers[0][0] if self._answers else None

    def _queue(self, due: float, data: bytes) -> None:
        if data:
            # One wire: nothing overtakes, and each byte takes its time.
            last = self._answers[-1][0] if self._answers else 0.0
            self._answers.append((max(due, last) + len(data) * self.byte_time, data))
