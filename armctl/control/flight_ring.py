"""The flight recorder's memory: the last minutes in a ring of segments, shared with the process that writes files.

The ring is one piece of anonymous memory of fixed size. Control writes frames into it and never waits; the writer
process reads it through the same descriptor, also after control was killed. Each segment begins with a checkpoint, from
which the supervisor can be run again, so whole segments are forgotten at once, the oldest first.

Layout: head, facts (what the recording is about), then segments. A segment is a generation and the number of bytes in
use, then frames: length, CRC-32, payload. Whatever was torn, because the writer died in the middle or the ring came
round, shows in generation or CRC and is left out.
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from dataclasses import dataclass
from typing import Final

MAGIC: Final = b"armflyt1"
_HEAD: Final = struct.Struct("<8sIIQ")
"""Magic, length of the facts, number of segments, bytes of a segment."""
_SEGMENT: Final = struct.Struct("<QQ")
"""Generation (0: never used), bytes of frames in use."""
_FRAME: Final = struct.Struct("<II")
"""Length and CRC-32 of the payload."""
FEWEST: Final = 3
"""Segments a ring must have: one being written, one being forgotten, one to read."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A copy of one segment.

    Attributes:
        generation: Grows by one with each segment begun.
        frames: Payloads in order; the first is the checkpoint.
    """

    generation: int
    frames: tuple[bytes, ...]


class Ring:
    """The writing end.

    Args:
        facts: What the recording is about; any bytes.
        segments: Number of segments, at least `FEWEST`.
        size: Bytes of one segment.

    Attributes:
        fileno: Descriptor of the memory, for the process that writes files.

    Raises:
        ValueError: Fewer segments than `FEWEST`.
    """

    def __init__(self, facts: bytes, segments: int, size: int) -> None:
        if segments < FEWEST:
            raise ValueError(f"A ring has at least {FEWEST} segments, not {segments}.")
        self._count = segments
        self._size = _SEGMENT.size + size
        self._first = _HEAD.size + len(facts)
        self._generation = 0
        self._start = self._used = self._room = 0
        total = self._first + segments * self._size
        self.fileno = os.memfd_create("armctl-flight")
        os.ftruncate(self.fileno, total)
        # Every page is there from the start: fetching one takes the kernel as long as several ticks' frames.
        self._map = mmap.mmap(self.fileno, total, flags=mmap.MAP_SHARED | mmap.MAP_POPULATE)
        self._map[: self._first] = _HEAD.pack(MAGIC, len(facts), segments, self._size) + facts

    @property
    def room(self) -> int:
        """Bytes left in the segment that is being written."""
        return self._room - self._used

    def begin(self, checkpoint: bytes) -> bool:
        """Begin a segment, forgetting the oldest one when all are in use; False when ``checkpoint`` does not fit."""
        self._generation += 1
        self._start = self._first + (self._generation - 1) % self._count * self._size
        # Emptied before it is renamed: a reader in between finds the old name and nothing in it.
        _SEGMENT.pack_into(self._map, self._start, 0, 0)
        _SEGMENT.pack_into(self._map, self._start, self._generation, 0)
        self._used, self._room = 0, self._size - _SEGMENT.size
        return self.add(checkpoint)

    def add(self, payload: bytes) -> bool:
        """Write one frame; False, and nothing is written, when the segment has no room for it."""
        needed = _FRAME.size + len(payload)
        if self._used + needed > self._room:
            return False
        place = self._start + _SEGMENT.size + self._used
        body = place + _FRAME.size
        _FRAME.pack_into(self._map, place, len(payload), zlib.crc32(payload))
        self._map[body : body + len(payload)] = payload
        self._used += needed
        # Last of all, so that a reader never finds a frame that is not there yet.
        _SEGMENT.pack_into(self._map, self._start, self._generation, self._used)
        return True

    def close(self) -> None:
        """Give the memory up; may be called once."""
        self._map.close()
        os.close(self.fileno)


def read_ring(fileno: int) -> tuple[bytes, list[Segment]]:
    """Return the facts and the segments that are whole, oldest first, of a ring that may be written meanwhile.

    Args:
        fileno: Descriptor of the ring's memory.

    Raises:
        ValueError: It is no ring.
    """
    with mmap.mmap(fileno, 0, prot=mmap.PROT_READ) as memory:
        if len(memory) < _HEAD.size or memory[: len(MAGIC)] != MAGIC:
            raise ValueError("This memory is not a flight recorder's.")
        _, length, count, size = _HEAD.unpack_from(memory)
        first = _HEAD.size + length
        found = [_copied(memory, first + index * size) for index in range(count)]
        segments = sorted((segment for segment in found if segment is not None), key=lambda one: one.generation)
        return memory[_HEAD.size : first], _unbroken(segments)


def _copied(memory: mmap.mmap, start: int) -> Segment | None:
    """Return a copy of the segment at ``start``, None when it is empty or was begun anew while it was copied."""
    generation, used = _SEGMENT.unpack_from(memory, start)
    body = memory[start + _SEGMENT.size : start + _SEGMENT.size + used]
    if not generation or _SEGMENT.unpack_from(memory, start)[0] != generation:
        return None
    frames = _frames(body)
    return Segment(generation, frames) if frames else None


def _frames(body: bytes) -> tuple[bytes, ...]:
    """Return the payloads up to the first one that is torn."""
    frames: list[bytes] = []
    place = 0
    while place + _FRAME.size <= len(body):
        length, checksum = _FRAME.unpack_from(body, place)
        payload = body[place + _FRAME.size : place + _FRAME.size + length]
        if len(payload) != length or zlib.crc32(payload) != checksum:
            break
        frames.append(payload)
        place += _FRAME.size + length
    return tuple(frames)


def _unbroken(segments: list[Segment]) -> list[Segment]:
    """Return the newest segments that follow one another without a gap."""
    start = len(segments)
    while start > 0 and (start == len(segments) or segments[start - 1].generation + 1 == segments[start].generation):
        start -= 1
    return segments[start:]
