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

    def reset(self) -> None:
        """The arm does not move: nothing to watch."""
        self._start = None

    def enters(self, x: float, y: float, field: Box) -> bool:
        """Return whether the pointer, now at ``x``, ``y`` [px], came into ``field`` or was moved well within it."""
        inside = field.x <= x < field.right and field.y <= y < field.bottom
        if self._start is None:
            self._start, self._was_inside = (x, y), inside
            return False
        came, self._was_inside = inside and not self._was_inside, inside
        return came or (inside and math.dist(self._start, (x, y)) >= STIR)
