"""What bytes on the wire say: the checker's own reading of the Feetech protocol, from the maker's manual.

``FF FF ID LEN CODE P1 … Pn SUM`` with LEN = n + 2 and SUM the complement of the sum of all from ID on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

WRITE, SYNC_WRITE, REG_WRITE, ACTION, RECOVERY, RESET, CALIBRATE = 0x03, 0x83, 0x04, 0x05, 0x06, 0x0A, 0x0B
EVERYBODY = 0xFE
EEPROM_END = 40
TORQUE, ACCELERATION, GOAL, SPEED, TORQUE_LIMIT = 40, 41, 42, 46, 48
WIDTH = {GOAL: 2, SPEED: 2, TORQUE_LIMIT: 2}


@dataclass(frozen=True)
class Frame:
    """One frame with a right sum."""

    servo: int
    code: int
    data: bytes


@dataclass(frozen=True)
class Write:
    """Bytes for one servo's memory from ``address`` on."""

    servo: int
    address: int
    data: bytes

    def value(self, register: int) -> int | None:
        """Return what it puts into ``register``, None when that is not in it; sign-magnitude, sign in bit 15."""
        width = WIDTH.get(register, 1)
        at = register - self.address
        if at < 0 or at + width > len(self.data):
            return None
        raw = int.from_bytes(self.data[at : at + width], "little")
        return -(raw & 0x7FFF) if width == 2 and raw & 0x8000 else raw


class Stream:
    """Frames out of bytes that come in pieces.

    Attributes:
        broken: Bytes that belonged to no frame.
    """

    def __init__(self) -> None:
        self._rest = b""
        self.broken = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes and return the frames that are complete."""
        self._rest += data
        frames = []
        while len(self._rest) >= 6:
            length = self._rest[3]
            if self._rest[:2] != b"\xff\xff" or self._rest[2] > EVERYBODY or length < 2:
                self._skip()
                continue
            if len(self._rest) < length + 4:
                break
            body, total = self._rest[2 : length + 3], self._rest[length + 3]
            if ~sum(body) & 0xFF != total:
                self._skip()
                continue
            frames.append(Frame(body[0], body[2], body[3:]))
            self._rest = self._rest[length + 4 :]
        return frames

    def _skip(self) -> None:
        self._rest = self._rest[1:]
        self.broken += 1


def writes_of(frame: Frame) -> Iterator[Write]:
    """Yield what an instruction writes into which servo."""
    if frame.code in {WRITE, REG_WRITE}:
        yield Write(frame.servo, frame.data[0], frame.data[1:])
    elif frame.code == SYNC_WRITE:
        address, size = frame.data[0], frame.data[1]
        rows = frame.data[2:]
        for at in range(0, len(rows), size + 1):
            yield Write(rows[at], address, rows[at + 1 : at + 1 + size])
