"""Type: the font that comes with pygame, and words rendered once and kept."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import pygame

from ui.layout import Fitted, fit, fits
from ui.theme import Colour

_SHRINK: Final = 0.6875
"""pygame opens its bundled font this much smaller than asked (``font_defaultname`` in its source)."""


_OVER: Final = 2
"""Letters are drawn this much too large and scaled down: their spacing is even then, not rounded to whole pixels."""
_LINE: Final = 1.08
"""From one line to the next, in type sizes."""


OTHERS: Final = ("dejavusans", "notosans", "notosanshebrew", "notosansarabic", "freesans", "liberationsans", "arial")
"""System fonts in which letters are looked for that the bundled one does not have, in this order."""


@lru_cache(maxsize=64)
def font(size: int, right_to_left: bool = False, path: str | None = None) -> pygame.font.Font:
    """Return a font with type of ``size`` px; by default pygame's bundled sans-serif (FreeSansBold).

    That one is the same on every computer. It is bold already, which reads well from afar, and has the letters of the
    Latin, Greek and Cyrillic scripts; a test lists those of the languages that there are.

    Args:
        size: Type size [px].
        right_to_left: Lay letters from right to left, as Hebrew and Arabic are written.
        path: File of another font; None: the bundled one.
    """
    if not pygame.font.get_init():
        pygame.font.init()
    made = pygame.font.Font(path, round(size / _SHRINK) if path is None else size)
    if right_to_left:
        made.set_direction(pygame.DIRECTION_RTL)
    return made


@lru_cache(maxsize=1)
def other_files() -> tuple[str, ...]:
    """Return the files of `OTHERS` that this computer has; looked up once, and only where letters are missing."""
    found = (pygame.font.match_font(name, bold=True) for name in OTHERS)
    return tuple(path for path in found if path)


@lru_cache(maxsize=4096)
def _file_for(text: str) -> str | None:
    """Return the file of the first font with all letters of ``text``; None for the bundled one, or without any."""
    if text.isascii():
        return None
    paths = (None, *other_files()) if not _has_all(None, text) else (None,)
    return next((path for path in paths if _has_all(path, text)), None)


def _has_all(path: str | None, text: str) -> bool:
    return all(_has(path, letter) for letter in set(text) if not letter.isascii() and not letter.isspace())


@lru_cache(maxsize=4096)
def _has(path: str | None, letter: str) -> bool:
    """Return whether the font draws ``letter`` as something else than as what no font has."""
    pictures = [font(20, path=path).render(each, True, (0, 0, 0)) for each in (letter, "\uffff")]
    return (
        pictures[0].get_size() != pictures[1].get_size() or pictures[0].get_buffer().raw != pictures[1].get_buffer().raw
    )


def _font_for(text: str, size: int) -> pygame.font.Font:
    """Return the font that has the letters of ``text``, and lays them in their own direction, not the screen's."""
    return font(size, any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text), _file_for(text))


@lru_cache(maxsize=8192)
def measure(text: str, size: int) -> tuple[int, int]:
    """Return (width, line height) [px] of ``text`` in type of ``size`` px."""
    return -(-_font_for(text, size * _OVER).size(text)[0] // _OVER), round(size * _LINE)


@lru_cache(maxsize=1024)
def words(text: str, size: int, colour: Colour) -> pygame.Surface:
    """Return ``text`` on a transparent ground; one picture a (text, size, colour), kept."""
    large = _font_for(text, size * _OVER).render(text, True, colour)
    return pygame.transform.smoothscale(large, (measure(text, size)[0], -(-large.get_height() // _OVER)))


@lru_cache(maxsize=1024)
def rise(text: str, size: int) -> int:
    """Return how much deeper the letters of `words` stand in their picture because of marks on capitals [px].

    A picture reaches as high as its highest letter: "Übersicht" beside "Home" would hang lower.
    """
    used = _font_for(text, size * _OVER)
    highest = max((letter[3] for letter in used.metrics(text) or () if letter is not None), default=0)
    return max(0, round((highest - used.get_ascent()) / _OVER))


@lru_cache(maxsize=2048)
def fitted(text: str, room: tuple[int, int], largest: int, least: int) -> Fitted:
    """Return ``text`` broken to fit ``room`` in type of at most ``largest`` px."""
    return fit(text, room, largest, least, measure)


@lru_cache(maxsize=8192)
def whole(text: str, room: tuple[int, int], largest: int, least: int) -> bool:
    """Return whether ``text`` fits ``room`` in type of ``least`` to ``largest`` px without a broken word; kept.

    Much cheaper than `fitted` where it does not fit: nobody is shown how it would be broken.
    """
    return fits(text, room, largest, least, measure)


def forget() -> None:
    """Drop everything kept; needed when pygame is shut down and started again."""
    for cache in (font, measure, words, rise, fitted, whole, other_files, _file_for, _has):
        cache.cache_clear()
