"""Choosing by resting a pointer on a tile: a head mouse, a gaze, a mouse, a finger.

A fixation locks on, then lasts; wandering within its radius and short absences are forgiven. A tile that was chosen
must be left before it can be chosen again; a pointer that merely lies where a tile appears chooses nothing. Stopping
takes no dwell: leaving the tile that moves the arm, or losing the pointer, stops at once (`armctl.access.pipeline`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from armctl.access.actions import ScanItem
from armctl.config.pointing import DwellConfig


def nearest(items: Sequence[ScanItem], x: float, y: float, reach: float) -> str | None:
    """Return the id of the tile below ``x``, ``y`` [pixels], else of the nearest one within ``reach`` [pixels]."""
    best, least = None, reach
    for item in items:
        if item.contains(x, y):
            return item.id
        left, top, width, height = item.rect
        far = math.hypot(max(left - x, 0.0, x - left - width), max(top - y, 0.0, y - top - height))
        if reach > 0.0 and far <= least and (best is None or far < least):
            best, least = item.id, far
    return best


class Dwell:
    """One pointer over tiles.

    Attributes:
        window: Width and height of what the pointer moves in [pixels]; the rest area is a part of it.
    """

    def __init__(self, config: DwellConfig) -> None:
        self._config = config
        self._point: tuple[float, float] | None = None
        self._seen_at = float("-inf")
        self._parked: tuple[float, float] | None = None
        self._target: str | None = None
        self._anchor = (0.0, 0.0)
        self._anchored_at = 0.0
        self._gained = 0.0
        self._since: float | None = None
        self._left_at = 0.0
        self._spent: str | None = None
        self._told: str | None = None
        self.window = (1.0, 1.0)

    def configure(self, config: DwellConfig) -> None:
        """Go on with other settings; what is under way stays."""
        self._config = config

    def reset(self) -> None:
        """Begin anew: the pointer must move before anything can be selected."""
        self._parked = self._point
        self._drop()

    def begin_anew(self) -> None:
        """Forget what was gained; a pointer that has moved since `reset` may choose where it rests from now on."""
        self._drop()

    @property
    def _rests(self) -> bool:
        """True while the pointer is in the rest area."""
        rest = self._config.rest
        return rest is not None and self._point is not None and rest.contains(*self._point, self.window)

    def item_below(self, items: Sequence[ScanItem]) -> str | None:
        """Return the id of the item the pointer is on, or near enough to; None when there is none."""
        if self._point is None or self._rests:
            return None
        return nearest(items, *self._point, self._config.magnet)

    def pointed(self, items: Sequence[ScanItem], now: float) -> str | None:
        """Return the item that somebody points at: the pointer moved there, and does not merely lie there.

        A gaze flits; it points at what it rests on.
        """
        if self._config.gaze:
            rests = self._since is not None and self._gained + now - self._since >= self._config.lock_on
            return self._target if rests else None
        return self.item_below(items) if self._parked is None else None

    def point(self, x: float, y: float, items: Sequence[ScanItem], now: float, seen: float | None = None) -> None:
        """The pointer was at ``x``, ``y`` [pixels] at ``seen`` [s], None: now; too old a point says nothing."""
        stamp = now if seen is None else seen
        if now - stamp > self._config.stale:
            return
        self._point, self._seen_at = (x, y), stamp
        if self._parked is not None:
            if math.dist(self._parked, self._point) < self._config.away:
                return
            self._parked = None
        self._follow(self._hit(items, now), now)

    def gone(self, now: float) -> None:
        """The pointer is nowhere at ``now`` [s]."""
        self._point = None
        self._leave(now)

    def lost(self, now: float) -> bool:
        """Return True, once, when a pointer that should report all the time has said nothing for too long."""
        if not self._config.gaze or self._point is None or now - self._seen_at <= self._config.stale:
            return False
        self.gone(self._seen_at + self._config.stale)
        return True

    def advance(self, now: float) -> tuple[str, float] | None:
        """Let time pass until ``now`` [s]; return the item whose dwell ended and when, once."""
        self.lost(now)
        if not self._config.enabled or self._since is None or self._target is None or self._target == self._spent:
            return None
        ends = self._since + self._config.lock_on + self._config.time - self._gained
        if now < ends:
            return None
        if self._config.leave_first:
            self._spent = self._target
        else:
            self._since, self._gained = now, 0.0
        return self._target, ends

    def hovered(self, now: float) -> str | None:
        """Return the item the pointer has rested on long enough to be told what it is, once."""
        wait = self._config.hover
        if wait is None or self._since is None or self._told == self._target or now - self._since < wait:
            return None
        self._told = self._target
        return self._target

    def progress(self, now: float) -> tuple[str, float] | None:
        """Return the item that is being dwelt on and how far, 0 to 1; None before lock-on."""
        if not self._config.enabled or self._target is None or self._target == self._spent:
            return None
        if self._since is None and now - self._left_at > self._config.grace:
            return None
        rested = self._gained + (0.0 if self._since is None else now - self._since) - self._config.lock_on
        return None if rested < 0.0 else (self._target, min(1.0, rested / self._config.time))

    def _hit(self, items: Sequence[ScanItem], now: float) -> str | None:
        """Return the item the pointer is on, or still on: within the radius of a fixation that has locked on."""
        below = self.item_below(items)
        if self._point is None or self._since is None or self._rests:
            return below
        near = math.dist(self._anchor, self._point) <= self._config.radius
        if near and now - self._anchored_at >= self._config.lock_on and any(i.id == self._target for i in items):
            return self._target
        if below == self._target and not near:
            self._anchor, self._anchored_at = self._point, now  # another place on the same tile
        return below

    def _follow(self, hit: str | None, now: float) -> None:
        if hit != self._spent:
            self._forget_spent()
        if hit is None:
            self._leave(now)
        elif hit != self._target:
            self._drop()
            self._target = hit
            self._fixate(now)
        elif self._since is None:
            if now - self._left_at > self._config.grace:
                self._gained = 0.0
            self._fixate(now)

    def _fixate(self, now: float) -> None:
        self._since = self._anchored_at = now
        self._anchor = self._point or self._anchor

    def _drop(self) -> None:
        self._target, self._since, self._gained, self._told = None, None, 0.0, None

    def _forget_spent(self) -> None:
        """The pointer was seen beside the tile that was chosen: it can be chosen again, from nothing.

        Losing the pointer is not leaving: a blink would choose twice.
        """
        if self._spent is not None and self._spent == self._target:
            self._drop()
        self._spent = None

    def _leave(self, now: float) -> None:
        if self._since is None:
            return
        self._gained += now - self._since
        self._since, self._left_at = None, now
