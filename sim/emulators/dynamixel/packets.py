"""Packets of Protocol 2.0 as a servo sees them: instructions in, answers out. No I/O, no time.

A servo looks for ``FF FF FD 00``, counts as many bytes as LEN says, checks the CRC over them and only then takes the
stuffing out; what a host forgot to stuff gets through as it is.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from drivers.dynamixel.codec import HEADER, crc16, stuff, unstuff
from drivers.dynamixel.messages import BROADCAST, Instruction

_BEFORE_LENGTH: Final = 5
_AFTER_LENGTH: Final = 7
_SHORTEST, _LONGEST = 3, 1024
"""Of LEN: an instruction and its CRC; as much as a servo takes."""


class Packet(NamedTuple):
    """What came as one packet.

    Attributes:
        id: Whom it is for.
        instruction: What to do.
        data: Parameters, without stuffing.
        intact: Its CRC was right.
    """

    id: int
    instruction: int
    data: bytes
    intact: bool


class PacketParser:
    """Finds packets in bytes fed in pieces of any size; a wrong one gives up only its header."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """Take ``data`` and return the packets that became complete."""
        self._buffer += data
        return self._scan()

    def flush(self) -> list[Packet]:
        """Forget an unfinished packet; return those that began behind its header."""
        found: list[Packet] = []
        while self._buffer:
            del self._buffer[0]
            found += self._scan()
        return found

    def _scan(self) -> list[Packet]:
        packets: list[Packet] = []
        buffer = self._buffer
        while (start := buffer.find(HEADER)) >= 0:
            del buffer[:start]
            if len(buffer) < _AFTER_LENGTH:
                return packets
            (length,) = struct.unpack_from("<H", buffer, _BEFORE_LENGTH)
            if not _SHORTEST <= length <= _LONGEST:
                del buffer[0]
                continue
            end = _AFTER_LENGTH + length
            if len(buffer) < end:
                return packets
            packets.append(_read(bytes(buffer[:end])))
            del buffer[: end if packets[-1].intact else 1]
        # The last bytes may be the beginning of a header.
        del buffer[: max(0, len(buffer) - len(HEADER) + 1)]
        return packets


def _read(packet: bytes) -> Packet:
    body, intact = packet[:-2], crc16(packet[:-2]) == int.from_bytes(packet[-2:], "little")
    inside = unstuff(body[_AFTER_LENGTH:])
    return Packet(body[4], inside[0], inside[1:], intact)


def answer(servo: int, error: int, data: bytes = b"") -> bytes:
    """Return the status packet of ``servo``."""
    body = stuff(bytes((Instruction.STATUS, error)) + data)
    packet = HEADER + struct.pack("<BH", servo, len(body) + 2) + body
    return packet + struct.pack("<H", crc16(packet))


def chain(parts: Sequence[tuple[int, int, bytes]], lengths: Sequence[int]) -> list[bytes]:
    """Return what each servo adds to the one answer to a fast read.

    Every CRC is over all that was said before, so the last one is the packet's. Nothing is stuffed.

    Args:
        parts: Id, error and bytes of those that answer, in turn.
        lengths: How many bytes each of those asked has to say: LEN counts those too that keep silent.
    """
    length = 1 + sum(each + 4 for each in lengths)
    said = HEADER + struct.pack("<BHB", BROADCAST, length, Instruction.STATUS)
    spoken: list[bytes] = []
    for servo, error, data in parts:
        before = len(said) if spoken else 0
        said += bytes((error, servo)) + data
        said += struct.pack("<H", crc16(said))
        spoken.append(said[before:])
    return spoken
