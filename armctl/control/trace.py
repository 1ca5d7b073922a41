"""A trace of what was sent to the arm, written without waiting and readable from outside while it grows.

Rows go into a file mapped into memory: writing one is a copy of a few numbers, the kernel takes them to the disk in
its own time, and what was written survives when this process is killed. For diagnosis and for measuring, from
another process, how soon the arm holds after something died.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from armctl.clock import Clock

MAGIC: Final = b"armtrace"
_HEAD: Final = struct.Struct("<8sII")

SENT: Final = 1
"""An approved set-point reached the arm."""
HELD: Final = 2
"""The arm was told to hold where it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was sent.

    Attributes:
        stamp: When it had been sent [s, monotonic].
        kind: `SENT` or `HELD`.
        positions: n joint positions [rad]; all zero for `HELD`.
    """

    stamp: float
    kind: int
    positions: tuple[float, ...]


class Trace:
    """Writes a trace.

    Args:
        path: File to make; overwritten.
        joints: Number n of joints.
        clock: Time.
        rows: Rows kept; the oldest are overwritten. 65,536 are eleven minutes at 100 Hz.

    Raises:
        OSError: The file cannot be made.
    """

    def __init__(self, path: Path, joints: int, clock: Clock, rows: int = 65536) -> None:
        self._row = struct.Struct(f"<dII{joints}d")
        self._clock = clock
        self._rows = rows
        self._count = 0
        size = _HEAD.size + rows * self._row.size
        with path.open("w+b") as file:
            os.posix_fallocate(file.fileno(), 0, size)  # a disk that is full later must not break what is mapped
            self._map = mmap.mmap(file.fileno(), size)
        _HEAD.pack_into(self._map, 0, MAGIC, joints, rows)
        self._nothing = (0.0,) * joints

    def sent(self, positions: tuple[float, ...]) -> None:
        """Note that the set-point ``positions``, n values [rad], has just been sent."""
        self._write(SENT, positions)

    def held(self) -> None:
        """Note that the arm has just been told to hold."""
        self._write(HELD, self._nothing)

    def close(self) -> None:
        """Give the file up; may be called once."""
        self._map.close()

    def _write(self, kind: int, positions: tuple[float, ...]) -> None:
        place = _HEAD.size + self._count % self._rows * self._row.size
        self._count += 1
        self._row.pack_into(self._map, place, self._clock.now(), kind, self._count, *positions)


def read_trace(path: Path) -> list[Row]:
    """Return the rows of a trace so far, oldest first.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not a trace.
    """
    data = path.read_bytes()
    if len(data) < _HEAD.size or data[: len(MAGIC)] != MAGIC:
        raise ValueError(f"{path} is not a trace.")
    _, joints, rows = _HEAD.unpack_from(data)
    layout = struct.Struct(f"<dII{joints}d")
    found = [layout.unpack_from(data, _HEAD.size + index * layout.size) for index in range(rows)]
    written = sorted((row for row in found if row[2]), key=lambda row: row[2])
    return [Row(row[0], row[1], row[3:]) for row in written]
