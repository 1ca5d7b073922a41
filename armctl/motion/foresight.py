"""How long a motion will take: asked before it begins, and with what will be allowed on its way in mind.

The way is looked at in places. What the tool may do there (slow near the head, slow near furniture) is told by whoever
knows; a few places are looked at in each tick, all of them before the motion begins, and one in each tick after that,
because what is allowed changes with time too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.motion.pace import Forecast, Pace
from armctl.motion.path import JointPath

APART: Final = 0.4
"""Places are about so far apart [s of the way at full speed]; at 0.15 m/s that is 6 cm of the tool's way."""
MOST: Final = 16
"""Places on one way."""
NEWS: Final = 0.02
"""An allowed speed that changed by less than this share changes no forecast."""
LEGS_A_LOOK: Final = 3
"""Forecasts made anew at one look; 0.1 ms each."""


class Foresight:
    """The estimate for one motion.

    Args:
        legs: Its paths, one after the other; of each how fast it may be travelled, and how long that takes when nothing
            holds it up.
        speed: The u that is asked for, above 0 to 1.
        tool_speed: The arm's own largest tool speed [m/s], counted on where nothing else was told.
    """

    def __init__(self, legs: Sequence[tuple[JointPath, Pace, Forecast]], speed: float, tool_speed: float) -> None:
        self._paths = [path for path, _, _ in legs]
        self._paces = [pace for _, pace, _ in legs]
        self._forecasts = [forecast for _, _, forecast in legs]
        self._speed = speed
        self._begins = [0.0, *accumulate(path.length for path in self._paths)]
        count = 1 + min(MOST - 1, max(1, math.ceil(self.length / APART)))
        self._places = np.linspace(0.0, self.length, count)
        self._caps = np.full(count, tool_speed)
        self._next = 0
        self._unseen = count
        self._stale: set[int] = set()

    @property
    def length(self) -> float:
        """Parameter at the end of the last path [s]."""
        return self._begins[-1]

    @property
    def complete(self) -> bool:
        """True when every place was looked at."""
        return self._unseen == 0

    def left(self, index: int, s: float) -> float:
        """Return the time left [s] at parameter ``s`` [s] of path ``index``."""
        after = sum(forecast.whole for forecast in self._forecasts[index + 1 :])
        return self._forecasts[index].left(s) + after

    def look(self, advise: Callable[[FloatArray], float], count: int, travelled: float) -> None:
        """Look at the next ``count`` places that are not behind.

        Args:
            advise: Joint angles [rad] to the largest tool speed there [m/s].
            count: So many places.
            travelled: Parameter reached, over all paths [s].
        """
        for _ in range(min(count, len(self._places))):
            if self._places[self._next] < travelled:
                self._next = int(np.searchsorted(self._places, travelled)) % len(self._places)
            self._take(self._next, advise(self._at(float(self._places[self._next]))))
            self._next = (self._next + 1) % len(self._places)
            self._unseen = max(0, self._unseen - 1)
        for index in sorted(self._stale)[:LEGS_A_LOOK]:
            self._stale.discard(index)
            self._forecasts[index] = self._forecast(index)

    def _take(self, place: int, cap: float) -> None:
        before, self._caps[place] = float(self._caps[place]), cap
        if abs(cap - before) <= NEWS * before:
            return
        low, high = self._places[max(0, place - 1)], self._places[min(len(self._places) - 1, place + 1)]
        self._stale.update(
            index for index in range(len(self._paths)) if self._begins[index] <= high and self._begins[index + 1] >= low
        )

    def _at(self, parameter: float) -> FloatArray:
        """Return the joint angles at ``parameter`` [s], over all paths."""
        index = max(0, int(np.searchsorted(self._begins, parameter, side="left")) - 1)
        return self._paths[index].at(parameter - self._begins[index])[0]

    def _forecast(self, index: int) -> Forecast:
        pace = self._paces[index]
        cells = np.searchsorted(self._places, self._begins[index] + pace.grid, side="right") - 1
        cells = np.clip(cells, 0, len(self._places) - 2)
        # Between two places the lower of both counts: where exactly it gets slower is not known.
        return pace.forecast(self._speed, np.minimum(self._caps[cells], self._caps[cells + 1]))
