"""A stick that is thrown, not pushed: from one end to the other, or farther and faster than this person ever pushes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Final

from armctl.config.pointing import JoystickConfig

SPASM_WINDOW: Final = 0.3
"""From one end of travel to the opposite one within this time is a spasm, not a wish [s]."""
SLOPE_WINDOW: Final = 0.1
"""Speed is the way within this time [s]: longer than a device takes to report, shorter than a spasm's rise."""


class SpasmWatch:
    """Looks at one stick."""

    def __init__(self) -> None:
        self._extreme: tuple[float, tuple[float, ...]] | None = None
        self._past: deque[tuple[float, tuple[float, ...]]] = deque()
        self._above = False

    def feed(self, axes: Sequence[float], wish: Sequence[float], stamp: float, config: JoystickConfig) -> bool:
        """Take the stick's position; return True when it was thrown there.

        Args:
            axes: Where it is, each -1 to 1.
            wish: What it wishes for, see `armctl.access.joystick.shape`; 1 is the end of what counts.
            stamp: When [s].
            config: Level and speed.
        """
        thrown = self._from_end_to_end(tuple(wish), stamp)
        jumped = self._beyond_level(tuple(axes), stamp, config)
        return thrown or jumped

    def _from_end_to_end(self, wish: tuple[float, ...], stamp: float) -> bool:
        if math.hypot(*wish) < 1.0 - 1e-9:
            return False
        before = self._extreme
        self._extreme = (stamp, wish)
        if before is None or stamp - before[0] > SPASM_WINDOW or len(before[1]) != len(wish):
            return False
        return sum(a * b for a, b in zip(before[1], wish, strict=True)) < -0.5

    def _beyond_level(self, axes: tuple[float, ...], stamp: float, config: JoystickConfig) -> bool:
        """Tell, once, that the stick passed the level as fast as a spasm does."""
        if self._past and len(self._past[-1][1]) != len(axes):
            self._past.clear()
        # Until an event says otherwise the stick is where it was: what counts is where it was at the window's start.
        while len(self._past) > 1 and self._past[1][0] <= stamp - SLOPE_WINDOW:
            self._past.popleft()
        way = math.dist(self._past[0][1], axes) if self._past else 0.0
        self._past.append((stamp, axes))
        was_above, self._above = self._above, config.spasm_level is not None and math.hypot(*axes) >= config.spasm_level
        return self._above and not was_above and way >= config.spasm_speed * SLOPE_WINDOW
