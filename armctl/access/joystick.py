"""A stick: from travel to a wish for speed.

Neutral must be seen for a moment before anything counts (a stick found deflected at the start, after a stop or on a new
screen is refused until it was let go). Filtering only ever makes the wish smaller: letting go is never delayed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from armctl.config.user import JoystickConfig

TREMOR_TIME: Final = 0.1
"""Time constant of the low pass [s]: 1.6 Hz, which keeps about a third of a 4 Hz tremor."""

NEUTRAL_TIME: Final = 0.1
"""A stick must have been in its middle for this long to count as let go [s]. On its way from one end to the other it is
there for less, and some devices say "middle" until their first report."""

SPASM_WINDOW: Final = 0.3
"""From one end of travel to the opposite one within this time is a spasm, not a wish [s]."""


def shape(axes: Sequence[float], config: JoystickConfig) -> tuple[float, ...]:
    """Return what ``axes`` wish for: zero in the dead zone, ``((r - dead) / (outer - dead)) ** exponent`` outside.

    Args:
        axes: Each -1 to 1 (what is not a number counts as 0); the first two share a circular dead zone, every other
            one has its own.
        config: Dead zone, outer limit and exponent.
    """
    clean = [min(1.0, max(-1.0, value)) if math.isfinite(value) else 0.0 for value in axes]
    groups = [clean[:2], *([value] for value in clean[2:])]
    return tuple(value for group in groups for value in _shape_together(group, config))


def _shape_together(group: Sequence[float], config: JoystickConfig) -> list[float]:
    travel = math.hypot(*group) if group else 0.0
    if travel <= config.dead_zone:
        return [0.0 for _ in group]
    wish = min(1.0, (travel - config.dead_zone) / (config.outer - config.dead_zone)) ** config.exponent
    return [value / travel * wish for value in group]


class Stick:
    """One stick, from the moment it is known.

    Attributes:
        trusted: True once it left neutral after a while there; False makes every wish zero.
    """

    def __init__(self, config: JoystickConfig) -> None:
        self._config = config
        self._wish: tuple[float, ...] = ()
        self._smooth: tuple[float, ...] = ()
        self._smoothed_at = 0.0
        self._extreme: tuple[float, tuple[float, ...]] | None = None
        self._neutral_since: float | None = None
        self._told = False
        self.trusted = False

    def configure(self, config: JoystickConfig) -> None:
        """Go on with other settings; what is under way stays."""
        self._config = config

    @property
    def deflected(self) -> bool:
        """True while the stick is outside its dead zone, trusted or not."""
        return any(self._wish)

    @property
    def wish(self) -> tuple[float, ...]:
        """The unfiltered wish; zeros while the stick is not trusted."""
        return self._wish if self.trusted else tuple(0.0 for _ in self._wish)

    def distrust(self) -> None:
        """Refuse the stick until it was neutral."""
        self.trusted = False
        self._told = True
        self._smooth = tuple(0.0 for _ in self._wish)

    def feed(self, axes: Sequence[float], stamp: float) -> bool:
        """Take the stick's position at ``stamp`` [s]; return True when it was thrown from one end to the other."""
        self._smooth = self.value(stamp)
        self._wish = shape(axes, self._config)
        self._watch_neutral(stamp)
        return self._thrown(stamp)

    def warns(self) -> bool:
        """Return True, once, when the stick was found deflected from the start."""
        if self.trusted or self._told or not self.deflected:
            return False
        self._told = True
        return True

    def value(self, now: float) -> tuple[float, ...]:
        """Return the filtered wish at ``now`` [s]: it follows growing travel smoothly, shrinking travel at once."""
        share = 1.0 - math.exp(-max(0.0, now - self._smoothed_at) / TREMOR_TIME)
        self._smoothed_at = max(now, self._smoothed_at)
        old = self._smooth if len(self._smooth) == len(self._wish) else tuple(0.0 for _ in self._wish)
        self._smooth = tuple(_towards(a, b, share) for a, b in zip(old, self.wish, strict=True))
        return self._smooth

    def _watch_neutral(self, stamp: float) -> None:
        if not self.deflected:
            self._neutral_since = stamp if self._neutral_since is None else self._neutral_since
            return
        since, self._neutral_since = self._neutral_since, None
        if since is not None and stamp - since >= NEUTRAL_TIME:
            self.trusted = True

    def _thrown(self, stamp: float) -> bool:
        if math.hypot(*self._wish) < 1.0 - 1e-9:
            return False
        before = self._extreme
        self._extreme = (stamp, self._wish)
        if before is None or stamp - before[0] > SPASM_WINDOW or len(before[1]) != len(self._wish):
            return False
        return sum(a * b for a, b in zip(before[1], self._wish, strict=True)) < -0.5


def _towards(old: float, wish: float, share: float) -> float:
    """Return ``old`` moved by ``share`` of the way to ``wish``, never beyond ``wish`` nor on the other side of zero."""
    moved = old + share * (wish - old)
    return wish if moved * wish < 0.0 or abs(moved) > abs(wish) else moved
