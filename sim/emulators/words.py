"""Words of a typed command to values, and plain errors for those that are none."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from sim.emulators.registry import Emulator
from sim.emulators.unit import Unit

EVERYONE: Final = "all"
"""In place of an id: every unit."""
_LARGEST_COUNT: Final = 100_000
_NUMBER: Final = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?:%|°|°?c|v|ms)?", re.IGNORECASE)


class MisunderstoodError(Exception):
    """What was typed is not what the command takes; the text says what was missed."""


class Share(NamedTuple):
    """A share of all answers.

    Attributes:
        value: 0 to 1.
    """

    value: float

    def __str__(self) -> str:
        return f"{self.value * 100:g} %"


def exactly(words: Sequence[str], count: int) -> Sequence[str]:
    """Return ``words`` when there are ``count``.

    Raises:
        MisunderstoodError: There are more or fewer.
    """
    if len(words) < count:
        raise MisunderstoodError("Something is missing.")
    nothing_more(words[count:])
    return words


def nothing_more(words: Sequence[str]) -> None:
    """Check that no words are left.

    Raises:
        MisunderstoodError: There are.
    """
    if words:
        raise MisunderstoodError(f"What is {' '.join(words)!r}?")


def number(text: str, lowest: float, highest: float, unit: str) -> float:
    """Return the number in ``text``, which may carry its unit.

    Raises:
        MisunderstoodError: It is none, or outside of ``lowest`` to ``highest`` [unit].
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise MisunderstoodError(f"{text!r} is not a number.")
    value = float(found[1])
    if not (math.isfinite(value) and lowest <= value <= highest):
        raise MisunderstoodError(f"{text} is outside {lowest:g} to {highest:g} {unit}.")
    return value


def whole(text: str, lowest: int, highest: int, unit: str) -> int:
    """Return the whole number in ``text``.

    Raises:
        MisunderstoodError: It is none, or outside of ``lowest`` to ``highest`` [unit].
    """
    value = number(text, lowest, highest, unit)
    if value != int(value):
        raise MisunderstoodError(f"{text} is not a whole number.")
    return int(value)


def on_or_off(words: Sequence[str]) -> bool:
    """Return True for nothing or ``on``, False for ``off``.

    Raises:
        MisunderstoodError: It is something else.
    """
    if not words:
        return True
    (word,) = exactly(words, 1)
    if word.lower() not in {"on", "off"}:
        raise MisunderstoodError(f"{word!r} is neither on nor off.")
    return word.lower() == "on"


def share(words: Sequence[str]) -> Share | None:
    """Return the share that ``5%`` or ``off`` means; None when the words are no share.

    Raises:
        MisunderstoodError: It is not 0 to 100 %, or something stands behind it.
    """
    if not words or not (words[0].endswith("%") or words[0].lower() == "off"):
        return None
    nothing_more(words[1:])
    if words[0].lower() == "off":
        return Share(0.0)
    return Share(number(words[0], 0.0, 100.0, "%") / 100)


def find(emulator: Emulator, word: str) -> Unit:
    """Return the unit whose id is ``word``.

    Raises:
        MisunderstoodError: There is none.
    """
    for unit in emulator.units:
        if str(unit.id) == word:
            return unit
    raise MisunderstoodError(f"{word!r} is no ID; there are: {', '.join(str(unit.id) for unit in emulator.units)}.")


def some(emulator: Emulator, word: str) -> Sequence[Unit]:
    """Return the unit whose id is ``word``, or every one for ``all``.

    Raises:
        MisunderstoodError: There is none.
    """
    return emulator.units if word.lower() == EVERYONE else (find(emulator, word),)


def first(emulator: Emulator, words: Sequence[str]) -> Unit:
    """Return the unit that the first of ``words`` names.

    Raises:
        MisunderstoodError: There is no word, or no such unit.
    """
    if not words:
        raise MisunderstoodError("Which one?")
    return find(emulator, words[0])


def unit_and_count(emulator: Emulator, words: Sequence[str]) -> tuple[Unit, int]:
    """Return the unit that ``words`` name, and how many times, once where that is left out.

    Raises:
        MisunderstoodError: They say neither.
    """
    unit = first(emulator, words)
    nothing_more(words[2:])
    return unit, whole(words[1], 1, _LARGEST_COUNT, "answers") if len(words) > 1 else 1


def answers(count: int) -> str:
    """Return ``count`` answers in words."""
    return "answer" if count == 1 else f"{count} answers"
