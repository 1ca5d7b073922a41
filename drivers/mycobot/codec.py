"""Bytes of the myCobot protocol: frames out, frames in. No I/O, no time.

::

    FE FE LEN CMD D1 … Dn FA        LEN = n + 2

There is no checksum, and ``FE`` and ``FA`` may stand inside data: a frame counts only when its LEN is one that its CMD
can have and its last byte is ``FA``; the search moves on by one byte after each that fails. An answer that was cut off
takes the one behind it for its rest: so one in which another seems to begin does not count either. What a frame says
must then be plausible by itself; the functions that read values return None where it is not.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from drivers.frames import FrameFinder
from drivers.mycobot.messages import ANSWER_SIZES, JOINTS, LARGEST_ANGLE, SIZES

_MARK: Final = 0xFE
_HEADER: Final = bytes((_MARK, _MARK))
_FOOTER: Final = 0xFA
_ANGLES: Final = struct.Struct(f">{JOINTS}h")


class Frame(NamedTuple):
    """One frame whose length and last byte were right.

    Attributes:
        command: What it is about.
        data: What it says.
    """

    command: int
    data: bytes


def encode(command: int, data: bytes = b"") -> bytes:
    """Return the frame for ``command`` with ``data``."""
    return _HEADER + bytes((len(data) + 2, command)) + data + bytes((_FOOTER,))


def angles_data(counts: Iterable[int], percent: int) -> bytes:
    """Return the data of an order to go to six angles [0.01°] with ``percent`` (1 to 100) of the full speed.

    Raises:
        ValueError: Not six angles within half a turn, or the speed is out of range.
    """
    values = tuple(counts)
    if len(values) != JOINTS or any(abs(value) > LARGEST_ANGLE for value in values):
        raise ValueError(f"angles {values} are not {JOINTS} within ±{LARGEST_ANGLE}")
    if not 1 <= percent <= 100:
        raise ValueError(f"speed {percent} is outside 1 to 100 %")
    return _ANGLES.pack(*values) + bytes((percent,))


def angles(data: bytes) -> tuple[int, ...] | None:
    """Return the six angles [0.01°] that ``data`` begins with, None where one is more than half a turn."""
    values = _ANGLES.unpack_from(data)
    return None if any(abs(value) > LARGEST_ANGLE for value in values) else values


def flag(data: bytes) -> bool | None:
    """Return what the last byte of ``data`` answers, None where it is neither 0 nor 1."""
    return bool(data[-1]) if data[-1] in {0, 1} else None


def limit(data: bytes) -> int:
    """Return the joint limit [0.1°] that ``data`` ends with."""
    return int.from_bytes(data[-2:], "big", signed=True)


class FrameParser(FrameFinder[Frame]):
    """Finds frames of a known size that are closed; see `drivers.frames.FrameFinder`.

    Args:
        sizes: Bytes of data that each command may carry; others are unknown.
        answers: Bytes of data of the answer to each command: those in which another frame seems to begin do not count.
    """

    def __init__(self, sizes: Mapping[int, Sequence[int]] = SIZES, answers: Mapping[int, int] = ANSWER_SIZES) -> None:
        super().__init__(_HEADER)
        self._sizes = sizes
        self._answers = answers

    def _look(self, stream: bytes, at: int, end: int) -> tuple[Frame | None, int]:
        if end - at < 4:
            return None, end + 1
        size = stream[at + 2] - 2
        behind = at + size + 5
        if size not in self._sizes.get(stream[at + 3], ()):
            return None, at + 1
        if behind > end:
            return None, behind
        frame = Frame(stream[at + 3], stream[at + 4 : behind - 1])
        if stream[behind - 1] != _FOOTER or self._holds_another(frame):
            return None, at + 1
        return frame, behind

    def _holds_another(self, frame: Frame) -> bool:
        """Return True when ``frame`` is an answer in whose data the header of a possible frame stands."""
        data = frame.data
        return self._answers.get(frame.command) == len(data) and any(
            data.startswith(_HEADER, at) and data[at + 2] - 2 in self._sizes.get(data[at + 3], ())
            for at in range(len(data) - 3)
        )
