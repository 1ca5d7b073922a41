"""The lines that switch boxes and breath sensors send: plain text, each with a check, several times a second.

``$S,05*7A`` are contacts 0 and 2 closed (hexadecimal, contact 0 the lowest bit); ``$P,-432*64`` are -432 Pa (puffs
positive). The check is the exclusive or of all characters between ``$`` and ``*``, in two hexadecimal digits, as in
NMEA 0183. A line ends with a line feed. A box repeats its line at least every 100 ms, a sensor sends 50 a second or
more, so that silence is noticed; what is damaged on its way is dropped, as the next line comes soon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

LONGEST: Final = 32
"""Bytes of the longest line; what is longer is noise."""
MOST_CONTACTS: Final = 64
_LINE: Final = re.compile(rb"\$(S,[0-9A-Fa-f]{1,16}|P,-?[0-9]{1,6})\*([0-9A-Fa-f]{2})\r?")


@dataclass(frozen=True, slots=True)
class Contacts:
    """Which contacts are closed: bit 0 is contact 0."""

    closed: int


@dataclass(frozen=True, slots=True)
class Pressure:
    """A pressure [hPa], puffs positive."""

    hectopascal: float


Reading: TypeAlias = Contacts | Pressure


class LineReader:
    """Finds readings in a stream of bytes, however it was cut."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Reading]:
        """Return the readings that are complete with ``data``, in order."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-LONGEST:]
        found = [reading_of(line) for line in lines if line]
        return [reading for reading in found if reading is not None]


def reading_of(line: bytes) -> Reading | None:
    """Return what ``line`` (without its line feed) says; None when it is damaged."""
    match = _LINE.fullmatch(line)
    if match is None or check_of(match.group(1)) != int(match.group(2), 16):
        return None
    kind, _, value = match.group(1).partition(b",")
    return Contacts(int(value, 16)) if kind == b"S" else Pressure(int(value) / 100.0)


def line_for(reading: Reading) -> bytes:
    """Return the line a device sends for ``reading``."""
    said = f"S,{reading.closed:02X}" if isinstance(reading, Contacts) else f"P,{round(reading.hectopascal * 100)}"
    return b"$%s*%02X\n" % (said.encode(), check_of(said.encode()))


def check_of(said: bytes) -> int:
    """Return the exclusive or of all bytes."""
    check = 0
    for byte in said:
        check ^= byte
    return check
