"""One line of G-code, taken apart as Grbl does: words, and what is wrong with them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"([A-Z])([+-]?(?:\d+\.?\d*|\.\d+))")
_COMMENT: Final = re.compile(r"\([^)]*\)?|;.*")
MOTIONS: Final = frozenset({0.0, 1.0})
KNOWN_G: Final = frozenset({0, 1, 4, 10, 17, 20, 21, 40, 49, 53, 54, 61, 80, 90, 91, 92, 94, 92.1})
KNOWN_M: Final = frozenset({0, 2, 3, 4, 5, 7, 8, 9, 30})


class Refusal(Exception):  # noqa: N818 - it is no error of this program
    """The line is answered with ``error:number``.

    Args:
        number: Which.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Words(NamedTuple):
    """One line.

    Attributes:
        g: Numbers of its G words.
        m: Numbers of its M words.
        values: Its other words by letter, as written [mm, inches or deg, as the modes say].
    """

    g: tuple[float, ...]
    m: tuple[int, ...]
    values: dict[str, float]


def clean(line: str) -> str:
    """Return ``line`` without spaces and comments, in capitals."""
    return "".join(_COMMENT.sub("", line).split()).upper()


def words(text: str) -> Words:
    """Take a clean line apart.

    Raises:
        Refusal: It is not made of words, or uses what is not there.
    """
    g: list[float] = []
    m: list[int] = []
    values: dict[str, float] = {}
    at = 0
    while at < len(text):
        found = _WORD.match(text, at)
        if found is None:
            raise Refusal(2 if text[at].isalpha() else 1)
        letter, value = found[1], float(found[2])
        at = found.end()
        if letter == "G":
            g.append(value)
        elif letter == "M":
            m.append(int(value))
        elif letter in values:
            raise Refusal(25)
        else:
            values[letter] = value
    if not set(g) <= KNOWN_G or not set(m) <= KNOWN_M:
        raise Refusal(20)
    if len(MOTIONS & set(g)) > 1 or len(g) != len(set(g)):
        raise Refusal(21)
    return Words(tuple(g), tuple(m), values)
