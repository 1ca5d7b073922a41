"""Where a stick's middle is: followed while it slowly drifts, within bounds, and only while nobody pushes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from armctl.config.pointing import JoystickConfig

RESTS: Final = 1.0
"""A stick rests when it stayed where it is for this long [s]."""
STEADY: Final = 0.03
"""It stayed when it moved no farther than this [travel]."""
FOLLOWS: Final = 20.0
"""Time constant with which the middle follows [s]: drift comes with temperature and wear, over minutes."""


class Middle:
    """The middle of one stick's axes.

    Attributes:
        axes: Where it is now, each within the drift that is allowed [travel].
    """

    def __init__(self, config: JoystickConfig) -> None:
        self._config = config
        self._last: tuple[float, ...] = ()
        self._anchor: tuple[float, ...] = ()
        self._at = 0.0
        self._since = 0.0
        self.axes: tuple[float, ...] = ()

    def configure(self, config: JoystickConfig) -> None:
        """Go on with other settings."""
        self._config = config

    def feed(self, axes: Sequence[float], stamp: float) -> None:
        """The stick is at ``axes`` from ``stamp`` [s] on; until then it was where it was said to be before."""
        if len(axes) != len(self._last):
            self.axes = tuple(0.0 for _ in axes)
            self._anchor, self._since = tuple(axes), stamp
        else:
            self._follow(stamp)
            if math.dist(axes, self._anchor) > STEADY:
                self._anchor, self._since = tuple(axes), stamp
        self._last, self._at = tuple(axes), stamp

    def centred(self, axes: Sequence[float]) -> tuple[float, ...]:
        """Return ``axes`` [travel] as seen from the middle; both ends stay at -1 and 1."""
        middle = self.axes if len(self.axes) == len(axes) else tuple(0.0 for _ in axes)
        return tuple(
            max(-1.0, min(1.0, (value - at) / (1.0 - math.copysign(at, at * (value - at)))))
            for value, at in zip(axes, middle, strict=True)
        )

    def _follow(self, now: float) -> None:
        """Let the middle follow for the part of the time since the last event in which the stick was at rest."""
        rested = now - max(self._at, self._since + RESTS)
        if rested <= 0.0 or math.hypot(*self._last) > self._config.dead_zone:
            return
        share = 1.0 - math.exp(-rested / FOLLOWS)
        moved = [at + share * (value - at) for at, value in zip(self.axes, self._last, strict=True)]
        most = min(self._config.drift, 0.5 * self._config.dead_zone)
        far = math.hypot(*moved)
        self.axes = tuple(value * (most / far if far > most else 1.0) for value in moved)
