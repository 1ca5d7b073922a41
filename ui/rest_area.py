"""The part of the screen where a pointer chooses nothing, shown, so that the person knows where eyes can rest.

A dotted outline and a closed eye, drawn over everything else and only where nothing is to be read: between words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pygame

from armctl.config.pointing import RestArea
from ui.canvas import Canvas
from ui.icons import icon
from ui.layout import Box
from ui.theme import disc_colour

PLACES: Final = tuple((x / 10, y / 10) for y in (5, 3, 7, 1, 9) for x in (5, 4, 6, 3, 7, 2, 8, 1, 9))
"""Where in the area the eye may be, shares of what is left of its width and height: the first free one."""
LEAST_EYE: Final = 18
"""In an area too low for an eye of this size there is only the outline [px]."""


def area_of(rest: RestArea, size: tuple[int, int]) -> Box:
    """Return the box [px] of ``rest`` on a screen of ``size`` [px]."""
    width, height = size
    left, top = round(rest.left * width), round(rest.top * height)
    return Box(
        left, top, round((rest.left + rest.width) * width) - left, round((rest.top + rest.height) * height) - top
    )


class RestSign:
    """Draws the area anew wherever something below it was drawn anew.

    Args:
        canvas: What the screen was drawn on.
        rest: The area.
    """

    def __init__(self, canvas: Canvas, rest: RestArea) -> None:
        self._canvas = canvas
        self.rest: Final = rest
        self.area: Final = area_of(rest, canvas.surface.get_size())
        self.eye: Box | None = None
        theme = canvas.theme
        self._grounds = {theme.ground, theme.strip, theme.tile, theme.tile_lit, theme.tile_off, theme.stop, theme.go}
        discs = (disc_colour(ground, drawing) for drawing, ground in theme.discs)
        self._plain = {*self._grounds, *discs, theme.edge, theme.mark, theme.soft}

    def draw(self, picture: Box | None) -> None:
        """Draw what is missing; `Canvas.changed` then has the area, too.

        Args:
            picture: Where the live picture is, which may lie below; None without one.
        """
        changed = [box for box in self._canvas.changed if box.overlaps(self.area)]
        if not changed:
            return
        surface, colour = self._canvas.surface, self._canvas.theme.soft
        words = [word.drawn for word in self._canvas.written]
        for dot in self._dots():
            if not any(box.overlaps(dot) for box in changed) or any(box.overlaps(dot) for box in words):
                continue
            if (picture is not None and picture.overlaps(dot)) or self._clear(dot):
                surface.fill(colour, dot)
        if self.eye is None or any(box.overlaps(self.eye) for box in changed):
            places = (box for box in self._places() if not any(word.overlaps(box) for word in words))
            self.eye = next((box for box in places if self._free(box)), None) or self._on(picture)
            if self.eye is not None:
                surface.blit(icon("rest", self.eye.w, colour), self.eye[:2])
        self._canvas.changed.append(self.area)

    def _dots(self) -> Iterator[Box]:
        """Yield the dots of the outline, just inside of it."""
        side = max(3, self._canvas.metrics.border // 2)
        inner = Box(self.area.x, self.area.y, self.area.w - side, self.area.h - side)
        for x in range(inner.x, inner.right + 1, 4 * side):
            yield from (Box(x, y, side, side) for y in (inner.y, inner.bottom))
        for y in range(inner.y, inner.bottom + 1, 4 * side):
            yield from (Box(x, y, side, side) for x in (inner.x, inner.right))

    def _places(self) -> Iterator[Box]:
        gap = self._canvas.metrics.gap // 2
        side = min(self.area.w - 2 * gap, self.area.h - 2 * gap, round(1.5 * self._canvas.metrics.small))
        if side < LEAST_EYE:
            return
        for x, y in PLACES:
            across, down = round(x * (self.area.w - side)), round(y * (self.area.h - side))
            yield Box(self.area.x + across, self.area.y + down, side, side)

    def _on(self, picture: Box | None) -> Box | None:
        """Return a place on the ``picture``, cleared for the eye, where there is no free one elsewhere."""
        place = next((box for box in self._places() if picture is not None and picture.holds(box)), None)
        if place is not None:
            self._canvas.surface.fill(self._canvas.theme.strip, place)
        return place

    def _clear(self, dot: Box) -> bool:
        """Return whether there are only grounds and edges of tiles below ``dot``."""
        places = [(x, y) for x in range(dot.x, dot.right) for y in range(dot.y, dot.bottom)]
        return all(self._canvas.surface.get_at(place)[:3] in self._plain for place in places)

    def _free(self, box: Box) -> bool:
        """Return whether there is one ground and nothing else in ``box``."""
        whole = self._canvas.surface.get_rect()
        part = self._canvas.surface.subsurface(pygame.Rect(box).clip(whole))
        mask = pygame.mask.from_threshold(part, part.get_at((0, 0)), (1, 1, 1, 255))
        return part.get_at((0, 0))[:3] in self._grounds and mask.count() == part.get_width() * part.get_height()
