"""`Line`: bytes on their way between host and device, in order, each in its time, broken where the faults say so.

Without pacing everything passes at once. Paced, a byte takes ten bits' time in either direction, there is one wire for
both (half duplex), and where two speak at the same time neither is understood.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from armctl.clock import Clock
from sim.emulators.faults import WireFaults

BITS_PER_BYTE: Final = 10
"""Start bit, eight bits, stop bit."""
_HAIR: Final = 1e-9
"""Adding up the times of bytes is not exact [s]."""


@dataclass
class _Piece:
    """Bytes on the wire, the first of them from ``start`` [s] on, each taking ``byte_time`` [s]."""

    start: float
    data: bytes
    byte_time: float

    @property
    def end(self) -> float:
        """When the last byte has arrived [s]."""
        return self.start + len(self.data) * self.byte_time

    def arrived(self, now: float) -> int:
        """Return how many of the bytes have arrived by ``now`` [s]."""
        if not self.byte_time:
            return len(self.data) if self.start <= now else 0
        return min(len(self.data), max(0, int((now + _HAIR - self.start) / self.byte_time)))

    def take(self, count: int) -> bytes:
        """Take off and return the first ``count`` bytes."""
        taken, self.data = self.data[:count], self.data[count:]
        self.start += count * self.byte_time
        return taken

    def garble(self, start: float, end: float) -> None:
        """Leave nothing of the bytes that are on the wire between ``start`` and ``end`` [s]."""
        if self.start + _HAIR >= end or self.end - _HAIR <= start:
            return
        first = max(0, math.floor((start + _HAIR - self.start) / self.byte_time))
        behind = min(len(self.data), math.ceil((end - _HAIR - self.start) / self.byte_time))
        self.data = self.data[:first] + bytes(max(0, behind - first)) + self.data[behind:]


class Line:
    """The way between host and device.

    Attributes:
        faults: What is wrong with it.
        byte_time: How long a byte takes [s]; 0 where nothing is paced.

    Args:
        clock: Time.
        baud: Speed in bits a second that bytes are paced at; 0 for at once.
    """

    def __init__(self, clock: Clock, baud: int = 0) -> None:
        self._clock = clock
        self.faults = WireFaults()
        self.byte_time = BITS_PER_BYTE / baud if baud else 0.0
        self._answers: deque[_Piece] = deque()
        self._instructions: deque[_Piece] = deque()
        self._answers_until = self._instructions_until = 0.0

    def receive(self, data: bytes) -> None:
        """Take bytes from the host; `arrived` tells when they are there."""
        if not data:
            return
        piece = _Piece(max(self._clock.now(), self._instructions_until), data, self.byte_time)
        start, end = piece.start, piece.end
        if self.byte_time:
            for answer in self._answers:
                piece.garble(answer.start, answer.end)
                answer.garble(start, end)
        self.heard(data, start)
        self._instructions.append(piece)
        self._instructions_until = end

    def heard(self, data: bytes, start: float | None = None) -> None:
        """Take note of bytes from ``start`` [s] on, for an adapter that echoes; enough where the line is not paced."""
        if self.faults.echo and data:
            self._answers.append(_Piece(self._clock.now() if start is None else start, data, self.byte_time))

    def arrived(self) -> Iterator[tuple[float, bytes]]:
        """Yield the bytes from the host that have arrived and not been yielded before, with the time of the last [s].

        Paced, each comes by itself, so that it shows when a frame was complete and answers can get in between.
        """
        now = self._clock.now()
        while self._instructions and (count := self._instructions[0].arrived(now)):
            piece = self._instructions[0]
            data = piece.take(1 if self.byte_time else count)
            if not piece.data:
                self._instructions.popleft()
            yield piece.start, data

    def answer(self, unit: int, data: bytes, delay: float = 0.0, heard_at: float | None = None) -> None:
        """Send ``data`` of ``unit`` to the host, as far as the faults let it through.

        Args:
            unit: Servo or device it comes from.
            data: One whole answer.
            delay: The unit's own delay before it answers, from when the one before it was through [s].
            heard_at: When it heard what it answers to [s]; now where it is left out.
        """
        arriving = self.faults.apply(unit, data)
        asked = self._clock.now() if heard_at is None else heard_at
        # One wire: nothing overtakes.
        start = max(asked + self.faults.lateness(unit), self._answers_until) + delay
        if not arriving:
            return
        piece = _Piece(start, arriving, self.byte_time)
        end = piece.end
        if self.byte_time:
            for instruction in self._instructions:
                piece.garble(instruction.start, instruction.end)
                instruction.garble(start, end)
        self._answers.append(piece)
        self._answers_until = end

    def take(self) -> bytes:
        """Return the bytes to the host that are due by now."""
        now = self._clock.now()
        out = b""
        while self._answers and (count := self._answers[0].arrived(now)):
            out += self._answers[0].take(count)
            if self._answers[0].data:
                break
            self._answers.popleft()
        return out

    def due(self) -> float | None:
        """Return when the next bytes in either direction are through [s], None when there are none on the way."""
        ends = [pieces[0].end for pieces in (self._instructions, self._answers) if pieces]
        return min(ends, default=None)
