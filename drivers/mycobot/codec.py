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


class FrameParser:
    """Finds frames in a stream of bytes, fed in pieces of any size.

    Attributes:
        rejected: Pieces that belonged to no frame, and frames that were not closed.

    Args:
        sizes: Bytes of data that each command may carry; others are unknown.
        answers: Bytes of data of the answer to each command: those in which another frame seems to begin do not count.
    """

    def __init__(self, sizes: Mapping[int, Sequence[int]] = SIZES, answers: Mapping[int, int] = ANSWER_SIZES) -> None:
        self._sizes = sizes
        self._answers = answers
        self._buffer = bytearray()
        self.rejected = 0

    def __len__(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """Take ``data`` and return the frames that became complete."""
        self._buffer += data
        return self._scan()

    def flush(self) -> list[Frame]:
        """Give up waiting for the rest of an unfinished frame: return those behind its header, forget the rest."""
        found: list[Frame] = []
        while self._buffer:
            del self._buffer[:1]
            self.rejected += 1
            found += self._scan()
        return found

    def _scan(self) -> list[Frame]:
        frames: list[Frame] = []
        buffer, at, end = self._buffer, 0, len(self._buffer)
        while (start := buffer.find(_HEADER, at)) >= 0:
            if start > at:
                self.rejected += 1
                at = start
            if end - at < 4:
                break
            size = buffer[at + 2] - 2
            behind = at + size + 5
            if size not in self._sizes.get(buffer[at + 3], ()):
                self.rejected += 1
                at += 1
            elif behind > end:
                break
            elif buffer[behind - 1] != _FOOTER or self._holds_another(
                frame := Frame(buffer[at + 3], bytes(buffer[at + 4 : behind - 1]))
            ):
                self.rejected += 1
                at += 1
            else:
                frames.append(frame)
                at = behind
        if start < 0 and at < end:
            # The last byte may be the first half of a header.
            rest = end - 1 if buffer[-1] == _MARK else end
            self.rejected += rest > at
            at = rest
        del buffer[:at]
        return frames

    def _holds_another(self, frame: Frame) -> bool:
        """Return True when ``frame`` is an answer in whose data the header of a possible frame stands."""
        data = frame.data
        return self._answers.get(frame.command) == len(data) and any(
            data.startswith(_HEADER, at) and data[at + 2] - 2 in self._sizes.get(data[at + 3], ())
            for at in range(len(data) - 3)
        )
