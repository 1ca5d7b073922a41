"""Type: the font that comes with pygame, and words rendered once and kept."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import pygame

from ui.layout import Fitted, fit
from ui.theme import Colour

_SHRINK: Final = 0.6875
"""pygame opens its bundled font this much smaller than asked (``font_defaultname`` in its source)."""


_OVER: Final = 2
"""Letters are drawn this much too large and scaled down: their spacing is even then, not rounded to whole pixels."""
_LINE: Final = 1.08
"""From one line to the next, in type sizes."""


@lru_cache(maxsize=64)
def font(size: int, right_to_left: bool = False) -> pygame.font.Font:
    """Return pygame's bundled sans-serif (FreeSansBold) with type of ``size`` px, the same on every computer.

    It is bold already, which reads well from afar, and has the letters of the Latin, Greek and Cyrillic scripts; a test
    lists those of the languages that there are. A language in another script needs a font of its own here.

    Args:
        size: Type size [px].
        right_to_left: Lay letters from right to left, as Hebrew and Arabic are written.
    """
    if not pygame.font.get_init():
        pygame.font.init()
    made = pygame.font.Font(None, round(size / _SHRINK))
    if right_to_left:
        made.set_direction(pygame.DIRECTION_RTL)
    return made


def _font_for(text: str, size: int) -> pygame.font.Font:
    """Return the font that lays out ``text`` in the direction of its own letters, whatever the screen's is."""
    return font(size, any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text))


@lru_cache(maxsize=8192)
def measure(text: str, size: int) -> tuple[int, int]:
    """Return (width, line height) [px] of ``text`` in type of ``size`` px."""
    return -(-_font_for(text, size * _OVER).size(text)[0] // _OVER), round(size * _LINE)


@lru_cache(maxsize=1024)
def words(text: str, size: int, colour: Colour) -> pygame.Surface:
    """Return ``text`` on a transparent ground; one picture a (text, size, colour), kept."""
    large = _font_for(text, size * _OVER).render(text, True, colour)
    return pygame.transform.smoothscale(large, (measure(text, size)[0], -(-large.get_height() // _OVER)))


@lru_cache(maxsize=2048)
def fitted(text: str, room: tuple[int, int], largest: int, least: int) -> Fitted:
    """Return ``text`` broken to fit ``room`` in type of at most ``largest`` px."""
    return fit(text, room, largest, least, measure)


def forget() -> None:
    """Drop everything kept; needed when pygame is shut down and started again."""
    for cache in (font, measure, words, fitted):
        cache.cache_clear()
