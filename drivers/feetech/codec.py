"""Bytes of the Feetech STS protocol: frames out, frames in. No I/O, no time.

::

    FF FF ID LEN CODE P1 … Pn SUM        LEN = n + 2, SUM = ~(ID + LEN + CODE + P1 + … + Pn) & 0xFF

CODE is the instruction on the way to a servo and its status byte on the way back. Nothing is escaped: ``FF FF`` may
stand inside data, so only length and sum tell a frame, and the search moves on by one byte after each that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from drivers.feetech.messages import BROADCAST, LARGEST_FRAME, Instruction, Register
from drivers.frames import FrameFinder

OVERHEAD: Final = 6
"""Bytes of a frame besides its parameters."""
_HEADER: Final = b"\xff\xff"


class Frame(NamedTuple):
    """One frame whose length and sum were right.

    Attributes:
        id: Servo it comes from or goes to.
        code: Status byte, or instruction.
        data: Parameters.
    """

    id: int
    code: int
    data: bytes


def encode(servo: int, code: int, data: bytes = b"") -> bytes:
    """Return the frame for ``servo``.

    Raises:
        ValueError: The id or the length does not fit the protocol.
    """
    if not 0 <= servo <= BROADCAST:
        raise ValueError(f"servo id {servo} is outside 0 to {BROADCAST}")
    if len(data) + OVERHEAD > LARGEST_FRAME:
        raise ValueError(f"a frame with {len(data)} parameters is longer than {LARGEST_FRAME} bytes")
    body = bytes((servo, len(data) + 2, code)) + data
    return _HEADER + body + bytes((~sum(body) & 0xFF,))


def ping(servo: int) -> bytes:
    """Return the request to answer with the status only; to `BROADCAST` every servo answers in turn."""
    return encode(servo, Instruction.PING)


def read(servo: int, address: int, length: int) -> bytes:
    """Return the request for ``length`` bytes from ``address`` on."""
    return encode(servo, Instruction.READ, bytes((address, length)))


def write(servo: int, address: int, data: bytes) -> bytes:
    """Return the order to write ``data`` from ``address`` on."""
    return encode(servo, Instruction.WRITE, bytes((address,)) + data)


def reg_write(servo: int, address: int, data: bytes) -> bytes:
    """Return the order to keep ``data`` for ``address`` until `action`."""
    return encode(servo, Instruction.REG_WRITE, bytes((address,)) + data)


def action() -> bytes:
    """Return the order to all servos to carry out what `reg_write` left with them."""
    return encode(BROADCAST, Instruction.ACTION)


def sync_read(servos: Iterable[int], address: int, length: int) -> bytes:
    """Return the request to each of ``servos`` in turn for ``length`` bytes from ``address`` on."""
    return _sync_read(tuple(servos), address, length)


@lru_cache(maxsize=256)
def _sync_read(servos: tuple[int, ...], address: int, length: int) -> bytes:
    """The same few requests are made again and again."""
    return encode(BROADCAST, Instruction.SYNC_READ, bytes((address, length, *servos)))


@lru_cache(maxsize=64)
def sync_rows(servos: tuple[int, ...], address: int, length: int) -> Callable[[bytes], bytes]:
    """Return what makes a `sync_write` frame of rows: quicker where the same servos are written in every cycle.

    Args:
        servos: Whose rows follow each other in what it takes, each with the servo's id before it.
        address: Where to write.
        length: Bytes for each servo, its id not counted.
    """
    size = len(servos) * (length + 1)
    head = bytes((BROADCAST, size + 4, Instruction.SYNC_WRITE, address, length))
    base = sum(head)

    def frame(rows: bytes) -> bytes:
        return b"".join((_HEADER, head, rows, bytes((~(base + sum(rows)) & 0xFF,))))

    return frame


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
    body = b"".join(bytes((servo,)) + data for servo, data in pairs)
    return encode(BROADCAST, Instruction.SYNC_WRITE, bytes((address, lengths.pop())) + body)


def encode_signed(value: int, sign_bit: int) -> int:
    """Return ``value`` as sign-magnitude with the sign in ``sign_bit``.

    Raises:
        ValueError: The magnitude needs more bits than there are below the sign.
    """
    if abs(value) >= 1 << sign_bit:
        raise ValueError(f"{value} does not fit in {sign_bit} bits and a sign")
    return value if value >= 0 else -value | 1 << sign_bit


def decode_signed(raw: int, sign_bit: int) -> int:
    """Return the value of the sign-magnitude ``raw``; bits above the sign do not count."""
    magnitude = raw & ((1 << sign_bit) - 1)
    return -magnitude if raw >> sign_bit & 1 else magnitude


def word(value: int) -> bytes:
    """Return ``value`` (0 to 65535) as two bytes, low byte first."""
    return value.to_bytes(2, "little")


def value_of(memory: bytes | bytearray, cell: Register) -> int:
    """Return the value, with its sign, of ``cell`` in ``memory``, which starts at address 0."""
    raw = int.from_bytes(memory[cell.address : cell.end], "little")
    return raw if cell.sign_bit is None else decode_signed(raw, cell.sign_bit)


Expectation = Callable[[int, int], bool]
"""Tells from id and LEN whether a frame may be one that is waited for."""


def any_frame(servo: int, length: int) -> bool:
    """Return True for every id and LEN the protocol allows."""
    return servo <= BROADCAST and 2 <= length <= LARGEST_FRAME - 4


class FrameParser(FrameFinder[Frame]):
    """Finds frames with a right sum; see `drivers.frames.FrameFinder`.

    Args:
        expected: Which frames are waited for.
    """

    def __init__(self, expected: Expectation = any_frame) -> None:
        super().__init__(_HEADER)
        self._expected = expected

    def _look(self, stream: bytes, at: int, end: int) -> tuple[Frame | None, int]:
        if end - at < 4:
            return None, end + 1
        servo, length = stream[at + 2], stream[at + 3]
        behind = at + length + 4
        if not self._expected(servo, length):
            return None, at + 1
        if behind > end:
            return None, behind
        if sum(stream[at + 2 : behind]) & 0xFF != 0xFF:
            return None, at + 1
        # Put together past the named tuple's own constructor, as it is run for every servo in every cycle.
        return tuple.__new__(Frame, (servo, stream[at + 4], stream[at + 5 : behind - 1])), behind
