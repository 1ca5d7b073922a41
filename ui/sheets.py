"""A page whose tiles have no room in the size a person needs comes in parts, with one tile that goes on to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ui.arrange import fits
from ui.page import Page, Tile
from ui.text import _
from ui.theme import Metrics

NEXT: Final = "sheet:next"
"""Id of the tile that goes on."""


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

    Each part has as many tiles as fit, so that the first ones keep their places when another is added at the end.
    """
    tiles = page.tiles
    if fits(page, metrics):
        return (page,)
    on = Tile(NEXT, _("Next page"), "more")
    for count in range(len(tiles) - 1, 0, -1):
        if fits(replace(page, tiles=(*tiles[:count], on)), metrics):
            starts = range(0, len(tiles), count)
            return tuple(replace(page, tiles=(*tiles[start : start + count], on)) for start in starts)
    return (page,)
