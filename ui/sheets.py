"""A page whose tiles have no room in the size a person needs comes in parts, with one tile that goes on to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ui.arrange import STEPS, fits
from ui.page import Page, Tile
from ui.text import _
from ui.theme import Metrics

NEXT: Final = "sheet:next"
"""Id of the tile that goes on."""
GAIN: Final = 1.5
"""Tiles are a little smaller than a person needs them where that many times as many have room on each part."""


class Sheets:
    """Which part of the page is shown; another page begins with its first."""

    def __init__(self) -> None:
        self._page = ("", "")
        self._number = 0

    def turn(self) -> None:
        """Go on to the next part; after the last one comes the first."""
        self._number += 1

    def shown(self, screen: str, page: Page, metrics: Metrics) -> Page:
        """Return the part of ``page`` of ``screen`` to show: all of it where its tiles have room."""
        if (screen, page.title) != self._page:
            self._page, self._number = (screen, page.title), 0
        parts = parted(page, metrics)
        return parts[self._number % len(parts)]


def parted(page: Page, metrics: Metrics) -> tuple[Page, ...]:
    """Return ``page`` in as many parts as its tiles need; the whole where not even one beside "Next page" has room.

    Each part has as many tiles as fit, so that the first ones keep their places when another is added at the end; where
    there is room, what belongs together (left and right) is on one part.
    """
    tiles = page.tiles
    if any(fits(page, metrics, step) for step in STEPS):
        return (page,)
    on = Tile(NEXT, _("Next page"), "more")
    usual, closer = (_most(page, on, metrics, step) for step in STEPS)
    most = closer if closer >= GAIN * usual else usual
    if not most:
        return (page,)
    group = page.columns or 1
    count = most - most % group if most > group else most
    starts = range(0, len(tiles), count)
    return tuple(replace(page, tiles=(*tiles[start : start + count], on)) for start in starts)


def _most(page: Page, on: Tile, metrics: Metrics, step: float) -> int:
    """Return how many tiles of ``page`` have room beside ``on``; 0 where not even one has."""
    counts = range(len(page.tiles) - 1, 0, -1)
    return next((n for n in counts if fits(replace(page, tiles=(*page.tiles[:n], on)), metrics, step)), 0)
