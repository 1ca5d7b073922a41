"""Lines of G-code controllers: text out, text in. No I/O, no time.

There is no checksum, so a line counts only when all of it has the form it should have; anything else is dropped whole.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from drivers.gcode.messages import LARGEST_NUMBER, LONGEST_COMMAND, LONGEST_LINE, STATES

_NUMBER: Final = r"-?\d{1,6}(?:\.\d{0,6})?"
_PLACES: Final = re.compile(rf"{_NUMBER}(?:,{_NUMBER}){{0,7}}")
_STATE: Final = re.compile(r"([A-Z][a-z]+)(?::(\d))?")
_ERROR: Final = re.compile(r"error:(\d{1,3})")
_ALARM: Final = re.compile(r"ALARM:(\d{1,3})")
_SETTING: Final = re.compile(rf"\$(\d{{1,3}})=({_NUMBER})(?: \(.*\))?")
_GREETING: Final = re.compile(r"Grbl (\S+) \[.*\]")
_BRACKETS: Final = re.compile(r"\[([A-Za-z0-9]+):(.*)\]")
_ANSWER: Final = re.compile(r"\$(\d{1,4}) (?:[oO][kK]|E(\d{1,3}))(?: (.*))?")
_EVENT: Final = re.compile(r"@(\d{1,3})(?: (.*))?")


class LineParser:
    """Finds lines in a stream of bytes, fed in pieces of any size.

    A line with a byte that is no printable ASCII, or longer than any controller sends, is dropped up to its end.

    Attributes:
        rejected: Lines dropped so far.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._bad = False
        self.rejected = 0

    def __len__(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> list[str]:
        """Take ``data`` and return the lines that became complete, without their ends; empty ones are left out."""
        lines = []
        for byte in data:
            if byte in b"\r\n":
                if self._bad:
                    self.rejected += 1
                elif self._buffer:
                    lines.append(self._buffer.decode("ascii"))
                self.clear()
            elif self._bad or not 0x20 <= byte < 0x7F or len(self._buffer) >= LONGEST_LINE:
                self._bad = True
                self._buffer.clear()
            else:
                self._buffer.append(byte)
        return lines

    def clear(self) -> None:
        """Forget the line that is not complete yet."""
        self._buffer.clear()
        self._bad = False


class Report(NamedTuple):
    """Grbl's status report.

    Attributes:
        state: Idle, Run, Hold, Jog, Alarm, Door, Check, Home or Sleep.
        sub: Number behind the state, for Hold and Door; 0 where there is none.
        machine: Machine place of each axis [unit]; empty when the report tells work places.
        work: Work place of each axis [unit]; empty when it tells machine places.
        offset: Machine less work place [unit]; empty when this report does not tell it.
    """

    state: str
    sub: int = 0
    machine: tuple[float, ...] = ()
    work: tuple[float, ...] = ()
    offset: tuple[float, ...] = ()


class Answer(NamedTuple):
    """What a uArm answers to a numbered command: its number, its error (0 for none), and the words behind."""

    number: int
    error: int
    words: str


class Event(NamedTuple):
    """What a uArm says unasked: ``@number`` and the words behind."""

    number: int
    words: str


def command(text: str) -> bytes:
    """Return ``text`` as a line.

    Raises:
        ValueError: It is too long, or no plain text.
    """
    if len(text) >= LONGEST_COMMAND or not text.isascii() or not text.isprintable():
        raise ValueError(f"{text!r} is no line of less than {LONGEST_COMMAND} plain characters")
    return text.encode("ascii") + b"\n"


def numbered(number: int, text: str) -> bytes:
    """Return ``text`` as a uArm's command with ``number``.

    Raises:
        ValueError: The number is not 1 to 9999, or the line does not fit.
    """
    if not 1 <= number <= LARGEST_NUMBER:
        raise ValueError(f"command number {number} is outside 1 to {LARGEST_NUMBER}")
    return command(f"#{number} {text}")


def word(letter: str, value: float, digits: int = 3) -> str:
    """Return one word such as ``X-12.5``, its value in whatever unit the controller counts in.

    Raises:
        ValueError: The value is not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"{letter} cannot be {value}")
    # Adding 0.0 makes -0.0 a plain zero.
    return f"{letter}{round(value, digits) + 0.0:.{digits}f}"


def jog(letters: Sequence[str], places: Sequence[float], feed: float) -> bytes:
    """Return Grbl's jog to machine ``places`` [unit] of the axes ``letters`` at ``feed`` along the way [unit/min].

    Raises:
        ValueError: A value is not finite, or the line does not fit.
    """
    axes = "".join(word(letter, place) for letter, place in zip(letters, places, strict=True))
    return command(f"$J=G90G21G53{axes}{word('F', feed, 1)}")


def report(line: str) -> Report | None:
    """Return Grbl's status report ``line``; None where it is none, or not whole.

    Fields that nobody needs are passed over: forks of Grbl have more.
    """
    if not (line.startswith("<") and line.endswith(">")):
        return None
    head, *fields = line[1:-1].split("|")
    state = _STATE.fullmatch(head)
    if state is None or state[1] not in STATES:
        return None
    found: dict[str, tuple[float, ...]] = {}
    for field in fields:
        name, _, text = field.partition(":")
        # Nobody needs the buffers; but there is no checksum, and where they are broken places may be.
        if name in {"MPos", "WPos", "WCO", "Bf"}:
            if name in found or not _PLACES.fullmatch(text):
                return None
            found[name] = tuple(map(float, text.split(",")))
    if ("MPos" in found) == ("WPos" in found):
        return None
    places = (found.get(name, ()) for name in ("MPos", "WPos", "WCO"))
    return Report(state[1], int(state[2] or 0), *places)


def error_of(line: str) -> int | None:
    """Return the number of Grbl's ``error:N``; None for another line."""
    return _int(_ERROR.fullmatch(line))


def alarm_of(line: str) -> int | None:
    """Return the number of Grbl's ``ALARM:N``; None for another line."""
    return _int(_ALARM.fullmatch(line))


def setting_of(line: str) -> tuple[int, float] | None:
    """Return number and value [in Grbl's unit of that setting] of ``$n=value``; None for another line."""
    found = _SETTING.fullmatch(line)
    return (int(found[1]), float(found[2])) if found else None


def greeting_of(line: str) -> str | None:
    """Return the version in Grbl's greeting; None for another line."""
    found = _GREETING.fullmatch(line)
    return found[1] if found else None


def message_of(line: str) -> tuple[str, str] | None:
    """Return tag and text of Grbl's ``[TAG:text]``; None for another line."""
    found = _BRACKETS.fullmatch(line)
    return (found[1], found[2]) if found else None


def answer(line: str) -> Answer | None:
    """Return a uArm's answer to a numbered command; None for another line."""
    found = _ANSWER.fullmatch(line)
    return Answer(int(found[1]), int(found[2] or 0), (found[3] or "").strip()) if found else None


def event(line: str) -> Event | None:
    """Return what a uArm says unasked; None for another line."""
    found = _EVENT.fullmatch(line)
    return Event(int(found[1]), (found[2] or "").strip()) if found else None


def values(words: str, letters: str) -> tuple[float, ...] | None:
    """Return the numbers [as told] in ``words`` such as ``B90.0 L45.0 R30.0``; None unless ``letters`` are theirs."""
    found = re.fullmatch(r"\s*".join(rf"{letter}({_NUMBER})" for letter in letters), words)
    return tuple(map(float, found.groups())) if found else None


def _int(found: re.Match[str] | None) -> int | None:
    return int(found[1]) if found else None
