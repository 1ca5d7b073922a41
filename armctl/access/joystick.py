"""A stick: from travel to a wish for speed.

In order: what is not a number counts as nothing; the middle is followed (`middle`); the person's posture is turned
back; tremor is taken out (`tremor`); then dead zone, the person's own reach each way, and the curve (`shape`).

Three laws stand above all settings. Neutral must be seen for a moment before anything counts: a stick found deflected
at the start, after a stop or on a new screen is refused until it was let go. Inside the dead zone the wish is zero at
once, whatever the filter still remembers. And filtering never gives more than the stick does now, by more than the
tremor's own size: who eases off is followed at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from armctl.access.middle import Middle
from armctl.access.spasm import SPASM_WINDOW, SpasmWatch
from armctl.access.tremor import TremorFilter
from armctl.config.pointing import JoystickConfig

__all__ = ["NEUTRAL_TIME", "SPASM_WINDOW", "Stick", "shape", "wired"]

NEUTRAL_TIME: Final = 0.1
"""A stick must have been in its middle for this long to count as let go [s]. On its way from one end to the other it is
there for less, and some devices say "middle" until their first report."""


def wired(values: Sequence[float], wiring: Sequence[int]) -> tuple[float, ...]:
    """Return right, ahead, up, roll, tilt, turn (as many as ``wiring`` names) of a device's raw axes.

    Args:
        values: Raw axes, each -1 to 1; what the device does not have (yet) counts as 0.
        wiring: Numbers of the device's axes from 1; negative ones are turned round.
    """
    return tuple(math.copysign(1.0, n) * values[abs(n) - 1] if abs(n) <= len(values) else 0.0 for n in wiring)


def shape(axes: Sequence[float], config: JoystickConfig) -> tuple[float, ...]:
    """Return what ``axes`` wish for: zero in the dead zone, ``((r - dead) / (outer - dead)) ** exponent`` outside.

    ``r`` is travel as a share of the person's reach that way, and so is the dead zone, which is a circle of travel.

    Args:
        axes: Each -1 to 1 (what is not a number counts as 0); the first two share a circular dead zone, every other
            one has its own.
        config: Dead zone, outer limit, reach and exponent.
    """
    clean = _clean(axes)
    return tuple(w for group in _groups(len(clean)) for w in _shape_together(clean[group], group.start, config))


def _groups(count: int) -> list[slice]:
    """Return which of ``count`` axes share a dead zone: the first two; each other has its own."""
    return [slice(0, min(2, count)), *(slice(i, i + 1) for i in range(2, count))] if count else []


def _clean(axes: Sequence[float]) -> tuple[float, ...]:
    return tuple(min(1.0, max(-1.0, value)) if math.isfinite(value) else 0.0 for value in axes)


def _shape_together(group: Sequence[float], first: int, config: JoystickConfig) -> list[float]:
    """Return the wish of axes that share a dead zone, of which the first is number ``first`` (from 0)."""
    travel = math.hypot(*group)
    if travel <= config.dead_zone:
        return [0.0 for _ in group]
    reached = [value / config.reach.of(first + i, value > 0.0) for i, value in enumerate(group)]
    far = math.hypot(*reached)
    dead = config.dead_zone * far / travel
    wish = min(1.0, (far - dead) / (config.outer - dead)) ** config.exponent
    return [value / far * wish for value in reached]


def _turned(axes: tuple[float, ...], angle: float) -> tuple[float, ...]:
    """Return ``axes`` with the first two turned to the right by ``angle`` [rad]."""
    if len(axes) < 2 or not angle:
        return axes
    right, ahead, *others = axes
    c, s = math.cos(angle), math.sin(angle)
    return (c * right + s * ahead, c * ahead - s * right, *others)


class Stick:
    """One stick, from the moment it is known.

    Attributes:
        trusted: True once it left neutral after a while there; False makes every wish zero.
        tremor: What is known of the hand's tremor.
    """

    def __init__(self, config: JoystickConfig) -> None:
        self._config = config
        self._middle = Middle(config)
        self._spasm = SpasmWatch()
        self._travel: tuple[float, ...] = ()
        self._wish: tuple[float, ...] = ()
        self._neutral_since: float | None = None
        self._told = False
        self.trusted = False
        self.tremor = TremorFilter()

    def configure(self, config: JoystickConfig) -> None:
        """Go on with other settings; what is under way stays."""
        self._config = config
        self._middle.configure(config)

    @property
    def deflected(self) -> bool:
        """True while the stick is outside its dead zone, trusted or not."""
        return any(self._wish)

    @property
    def wish(self) -> tuple[float, ...]:
        """The unfiltered wish; zeros while the stick is not trusted."""
        return self._wish if self.trusted else self._nothing

    def distrust(self) -> None:
        """Refuse the stick until it was neutral."""
        self.trusted = False
        self._told = True

    def feed(self, axes: Sequence[float], stamp: float) -> bool:
        """Take the stick's position at ``stamp`` [s]; return True when it was thrown there, as in a spasm."""
        clean = _clean(axes)
        self._middle.feed(clean, stamp)
        self._travel = _turned(self._middle.centred(clean), self._config.angle)
        self.tremor.feed(self._travel, stamp)
        self._wish = self._pushed(clean)
        self._watch_neutral(stamp)
        return self._spasm.feed(clean, self._wish, stamp, self._config)

    def warns(self) -> bool:
        """Return True, once, when the stick was found deflected from the start."""
        if self.trusted or self._told or not self.deflected:
            return False
        self._told = True
        return True

    def value(self, now: float) -> tuple[float, ...]:
        """Return the wish at ``now`` [s] without tremor: zero at once where the stick is let go or pushed back."""
        if not (self.trusted and self.deflected):
            return self._nothing
        if not self._config.tremor:
            return self._wish
        smooth = self.tremor.value(now)
        bounded: list[float] = []
        for group in _groups(len(smooth)):
            wanted = any(self._wish[group])  # a third axis that was let go stops, though the others go on
            more = self.tremor.swing if wanted else 0.0
            bounded += _within(smooth[group], self._travel[group] if wanted else self._nothing[group], more)
        return shape(bounded, self._config)

    def _pushed(self, clean: tuple[float, ...]) -> tuple[float, ...]:
        """Return the wish; near its true middle, too, a stick is let go, wherever the middle was followed to."""
        wish, near = shape(self._travel, self._config), shape(clean, self._config)
        return tuple(w if any(near[g]) else 0.0 for g in _groups(len(wish)) for w in wish[g])

    @property
    def _nothing(self) -> tuple[float, ...]:
        return tuple(0.0 for _ in self._travel)

    def _watch_neutral(self, stamp: float) -> None:
        if not self.deflected:
            self._neutral_since = stamp if self._neutral_since is None else self._neutral_since
            return
        since, self._neutral_since = self._neutral_since, None
        if since is not None and stamp - since >= NEUTRAL_TIME:
            self.trusted = True


def _within(smooth: Sequence[float], travel: Sequence[float], more: float) -> list[float]:
    """Return ``smooth``, no longer than ``travel`` and ``more``; nothing when it leads the other way."""
    far = math.hypot(*smooth)
    if far == 0.0 or sum(a * b for a, b in zip(smooth, travel, strict=True)) <= 0.0:
        return [0.0 for _ in smooth]
    return [value * min(1.0, (math.hypot(*travel) + more) / far) for value in smooth]
