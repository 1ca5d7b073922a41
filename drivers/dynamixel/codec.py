"""Bytes of DYNAMIXEL Protocol 2.0: frames out, frames in. No I/O, no time.

::

    FF FF FD 00 ID LEN_L LEN_H INST P1 … Pn CRC_L CRC_H            LEN = n + 3
    FF FF FD 00 ID LEN_L LEN_H 55 ERR P1 … Pn CRC_L CRC_H          an answer, LEN = n + 4

CRC-16 (polynomial 0x8005, start 0, not reflected) over everything before it. From INST to Pn, ``FD`` is put in behind
each ``FF FF FD``; LEN and CRC count it. The one answer to a fast read carries, after 55, ``ERR ID data CRC_L CRC_H`` of
each servo in turn: each CRC is over everything before it, the last one is the frame's, and nothing is put in.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import count, islice
from typing import Final, NamedTuple

from drivers.dynamixel.messages import BROADCAST, CLEAR_TURNS, Instruction
from drivers.frames import FrameFinder

HEADER: Final = b"\xff\xff\xfd\x00"
OVERHEAD: Final = 10
"""Bytes of a request besides its parameters."""
LARGEST_LENGTH: Final = 1024
"""Largest LEN: more would take 10 ms on a line of 1 Mbaud, and no servo's table is as long."""
_STUFF: Final = b"\xff\xff\xfd"
_STUFFED: Final = b"\xff\xff\xfd\xfd"
_STATUS: Final = 0x55
_BYTES: Final = tuple(bytes((value,)) for value in range(256))
_TRINOMIAL: Final = 0x8003
"""x¹⁵ + x + 1: with x + 1 it makes the polynomial of the CRC, x¹⁶ + x¹⁵ + x² + 1."""
_FOLDS: Final = tuple((k, 15 * k, (1 << 15 * k) - 1) for k in (512, 256, 128, 64, 32, 16, 8, 4, 2, 1))


def crc16(data: bytes, start: int = 0) -> int:
    """Return the CRC of ``data``, going on from ``start``, the CRC of what came before.

    The remainder is taken by each factor of the polynomial. By x + 1 it is the parity of the bits. By x¹⁵ + x + 1, of
    which each power of two k makes x¹⁵ᵏ = xᵏ + 1, it takes a few shifts of the whole message as one long number: 2 µs
    for the 140 bytes that six servos say in a cycle, where a table takes 9 (and 16 when other programs took the cache).
    """
    value = int.from_bytes(data) << 16 ^ start << 8 * len(data)
    parity = value.bit_count()
    for k, bits, mask in _FOLDS:
        while high := value >> bits:
            value = value & mask ^ high ^ high << k
    return value ^ _TRINOMIAL if (value.bit_count() ^ parity) & 1 else value


def stuff(body: bytes) -> bytes:
    """Return ``body`` (INST to the last parameter) with ``FD`` put in behind each ``FF FF FD``."""
    return body.replace(_STUFF, _STUFFED)


def unstuff(body: bytes) -> bytes:
    """Return ``body`` without what `stuff` put in."""
    return body.replace(_STUFFED, _STUFF)


class Frame(NamedTuple):
    """One frame whose length and CRC were right, without stuffing.

    Attributes:
        id: Servo it comes from or goes to.
        instruction: `Instruction`; `Instruction.STATUS` for an answer.
        error: Error byte of an answer; 0 in a request.
        data: Parameters.
    """

    id: int
    instruction: int
    error: int
    data: bytes


def encode(servo: int, instruction: int, data: bytes = b"") -> bytes:
    """Return the frame for ``servo``; ``data`` of an answer begins with its error byte.

    Raises:
        ValueError: The id or the length does not fit the protocol.
    """
    if not 0 <= servo <= BROADCAST:
        raise ValueError(f"servo id {servo} is outside 0 to {BROADCAST}")
    body = stuff(bytes((instruction,)) + data)
    length = len(body) + 2
    if length > LARGEST_LENGTH:
        raise ValueError(f"a frame with {len(data)} parameters is longer than {LARGEST_LENGTH} bytes")
    frame = HEADER + struct.pack("<BH", servo, length) + body
    return frame + struct.pack("<H", crc16(frame))


def ping(servo: int) -> bytes:
    """Return the request for model and firmware; to `BROADCAST` every servo answers in turn of its id."""
    return encode(servo, Instruction.PING)


def read(servo: int, address: int, length: int) -> bytes:
    """Return the request for ``length`` bytes from ``address`` on."""
    return encode(servo, Instruction.READ, struct.pack("<HH", address, length))


def write(servo: int, address: int, data: bytes) -> bytes:
    """Return the order to write ``data`` from ``address`` on."""
    return encode(servo, Instruction.WRITE, struct.pack("<H", address) + data)


def reg_write(servo: int, address: int, data: bytes) -> bytes:
    """Return the order to keep ``data`` for ``address`` until `action`."""
    return encode(servo, Instruction.REG_WRITE, struct.pack("<H", address) + data)


def action(servo: int = BROADCAST) -> bytes:
    """Return the order to carry out what `reg_write` left with ``servo``."""
    return encode(servo, Instruction.ACTION)


def reboot(servo: int) -> bytes:
    """Return the order to start anew: RAM and hardware error are gone, torque is off."""
    return encode(servo, Instruction.REBOOT)


def clear_turns(servo: int) -> bytes:
    """Return the order to forget the whole turns of the position."""
    return encode(servo, Instruction.CLEAR, CLEAR_TURNS)


def sync_read(servos: Sequence[int], address: int, length: int) -> bytes:
    """Return the request to each of ``servos`` in turn for ``length`` bytes from ``address`` on."""
    return encode(BROADCAST, Instruction.SYNC_READ, struct.pack("<HH", address, length) + bytes(servos))


def fast_sync_read(servos: Sequence[int], address: int, length: int) -> bytes:
    """Return the request to ``servos`` to say ``length`` bytes from ``address`` on in one answer, in turn."""
    return encode(BROADCAST, Instruction.FAST_SYNC_READ, struct.pack("<HH", address, length) + bytes(servos))


def sync_write(address: int, rows: Iterable[tuple[int, bytes]]) -> bytes:
    """Return one order that writes each servo's own bytes from ``address`` on.

    Args:
        address: Where to write.
        rows: Servo id and its bytes; equally many for each.

    Raises:
        ValueError: The rows are not equally long, or there is none.
    """
    pairs = list(rows)
    lengths = {len(data) for _, data in pairs}
    if len(lengths) != 1:
        raise ValueError(f"rows of a sync write must be equally long, not {sorted(lengths)}")
    body = b"".join([_BYTES[servo] + data for servo, data in pairs])
    return encode(BROADCAST, Instruction.SYNC_WRITE, struct.pack("<HH", address, lengths.pop()) + body)


def bulk_read(rows: Iterable[tuple[int, int, int]], *, fast: bool = False) -> bytes:
    """Return one request for each servo's own range: rows of id, address, length."""
    body = b"".join(struct.pack("<BHH", *row) for row in rows)
    return encode(BROADCAST, Instruction.FAST_BULK_READ if fast else Instruction.BULK_READ, body)


def bulk_write(rows: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Return one order that writes each servo's own range: rows of id, address, bytes."""
    body = b"".join(struct.pack("<BHH", servo, address, len(data)) + data for servo, address, data in rows)
    return encode(BROADCAST, Instruction.BULK_WRITE, body)


def status(servo: int, error: int = 0, data: bytes = b"") -> bytes:
    """Return the answer of ``servo``."""
    return encode(servo, Instruction.STATUS, bytes((error,)) + data)


def fast_length(lengths: Iterable[int]) -> int:
    """Return LEN of the answer to a fast read in which each servo says so many bytes."""
    return 1 + sum(length + 4 for length in lengths)


def fast_status(parts: Sequence[tuple[int, int, bytes]]) -> bytes:
    """Return the one answer of several servos to a fast read: parts of id, error, bytes."""
    frame = HEADER + struct.pack("<BHB", BROADCAST, fast_length(len(data) for _, _, data in parts), _STATUS)
    for servo, error, data in parts:
        frame += bytes((error, servo)) + data
        frame += struct.pack("<H", crc16(frame))
    return frame


Expectation = Callable[[int, int], bool]
"""Tells from id and LEN whether a frame may be one that is waited for."""


def any_frame(servo: int, length: int) -> bool:
    """Return True for every id and LEN the protocol allows."""
    return servo <= BROADCAST and 3 <= length <= LARGEST_LENGTH


class FrameParser(FrameFinder[Frame]):
    """Finds frames with a right CRC; see `drivers.frames.FrameFinder`.

    The answer to a fast read comes out as it is; `FastParser` takes it apart.

    Args:
        expected: Which frames are waited for.
    """

    def __init__(self, expected: Expectation = any_frame) -> None:
        super().__init__(HEADER)
        self._expected = expected

    def _look(self, stream: bytes, at: int, end: int) -> tuple[Frame | None, int]:
        if end - at < 7:
            return None, end + 1
        length = stream[at + 5] | stream[at + 6] << 8
        behind = at + length + 7
        if not self._expected(stream[at + 4], length):
            return None, at + len(HEADER)
        if behind > end:
            return None, behind
        raw = stream[at : behind - 2]
        if crc16(raw) != stream[behind - 2] | stream[behind - 1] << 8:
            return None, at + len(HEADER)
        return _frame(raw), behind


class FastParser:
    """Finds the one answer to a fast read in a stream of bytes, fed in pieces of any size.

    Attributes:
        rejected: Answers with a wrong CRC.

    Args:
        servos: Whom the request names, in its order.
        length: How many bytes it asks of each.
    """

    def __init__(self, servos: Sequence[int], length: int) -> None:
        self._servos = servos
        self._length = length
        said = fast_length([length] * len(servos))
        self._begin = HEADER + struct.pack("<BHB", BROADCAST, said, _STATUS)
        self._size = said + 7
        self._buffer = b""
        self.rejected = 0

    def feed(self, data: bytes) -> dict[int, bytes]:
        """Take ``data``; once the answer is whole, return what each servo said, by id."""
        buffer = self._buffer = self._buffer + data
        at = buffer.find(self._begin)
        while 0 <= at <= len(buffer) - self._size:
            whole = buffer[at : at + self._size]
            if crc16(whole[:-2]) == whole[-2] | whole[-1] << 8:
                return self._parts(whole, len(self._servos))
            self.rejected += 1
            at = buffer.find(self._begin, at + len(self._begin))
        return {}

    def begun(self) -> dict[int, bytes]:
        """Return what came whole of an answer that broke off or went wrong on the way, by the CRCs inside it."""
        at = self._buffer.find(self._begin)
        if at < 0:
            return {}
        answer = self._buffer[at:]
        step = self._length + 4
        crc, done, good = 0, 0, 0
        for behind in islice(count(6 + step, step), len(self._servos)):
            crc = crc16(answer[done:behind], crc)
            if len(answer) < behind + 2 or crc != answer[behind] | answer[behind + 1] << 8:
                break
            done, good = behind, good + 1
        return self._parts(answer, good)

    def _parts(self, answer: bytes, whole: int) -> dict[int, bytes]:
        """Return what the first ``whole`` servos say in ``answer``; one that is not in its place says nothing."""
        length, at = self._length, 8
        said = {}
        for servo in self._servos[:whole]:
            if answer[at + 1] == servo:
                said[servo] = answer[at + 2 : at + 2 + length]
            at += length + 4
        return said


def _frame(raw: bytes) -> Frame:
    """Return the frame of ``raw``, everything but its CRC."""
    servo, instruction = raw[4], raw[7]
    if instruction != _STATUS:
        return Frame(servo, instruction, 0, unstuff(raw[8:]))
    if servo == BROADCAST:
        return Frame(servo, instruction, 0, raw[8:])
    body = unstuff(raw[8:])
    return Frame(servo, instruction, int.from_bytes(body[:1]), body[1:])
