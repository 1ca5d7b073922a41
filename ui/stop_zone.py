"""Stopping with a pointer alone: no click, no dwell, only going to the red field."""

from __future__ import annotations

import math
from typing import Final

from ui.layout import Box

STIR: Final = 80.0
"""Way within the field that stops when the pointer was in it already [px]: beyond the rest of a head mouse."""


class StopZone:
    """Watches a pointer while the arm moves."""

    def __init__(self) -> None:
        self._start: tuple[float, float] | None = None
        self._was_inside = False
        self._last: tuple[float, float] | None = None

    def reset(self) -> None:
        """The arm does not move: nothing to watch."""
        self._start = None

    def passes(self, x: float, y: float) -> None:
        """The pointer is at ``x``, ``y`` [px] while there is no field: it may come into the next one in one leap."""
        self._last = (x, y)

    def enters(self, x: float, y: float, field: Box) -> bool:
        """Return whether the pointer, now at ``x``, ``y`` [px], came into ``field`` or was moved well within it."""
        inside = field.x <= x < field.right and field.y <= y < field.bottom
        last, self._last = self._last, (x, y)
        if self._start is None:
            self._start = last or (x, y)
            self._was_inside = field.x <= self._start[0] < field.right and field.y <= self._start[1] < field.bottom
        came, self._was_inside = inside and not self._was_inside, inside
        return came or (inside and math.dist(self._start, (x, y)) >= STIR)
