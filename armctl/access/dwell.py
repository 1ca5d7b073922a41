"""Selecting by resting the pointer on a tile."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from armctl.access.actions import ScanItem
from armctl.config.user import DwellConfig

MOVED: Final = 4.0
"""A pointer that merely lies where a tile appears selects nothing; it must move this far first [pixels]."""


class Dwell:
    """One pointer over tiles: lock-on, dwell, grace; a tile that fired must be left before it can fire again."""

    def __init__(self, config: DwellConfig) -> None:
        self._config = config
        self._point: tuple[float, float] | None = None
        self._parked: tuple[float, float] | None = None
        self._target: str | None = None
        self._gained = 0.0
        self._since: float | None = None
        self._left_at = 0.0
        self._fired = False

    def configure(self, config: DwellConfig) -> None:
        """Go on with other settings; what is under way stays."""
        self._config = config

    def reset(self) -> None:
        """Begin anew: the pointer must move before anything can be selected."""
        self._parked = self._point
        self._drop()

    def item_below(self, items: Sequence[ScanItem]) -> str | None:
        """Return the id of the item below the pointer, None when there is none."""
        if self._point is None:
            return None
        x, y = self._point
        return next((item.id for item in items if item.contains(x, y)), None)

    def point(self, x: float, y: float, items: Sequence[ScanItem], now: float) -> None:
        """The pointer is at ``x``, ``y`` [pixels] at ``now`` [s]."""
        self._point = (x, y)
        if self._parked is not None:
            if math.dist(self._parked, self._point) < MOVED:
                return
            self._parked = None
        hit = self.item_below(items)
        if hit is None:
            self._leave(now)
        elif hit != self._target:
            self._drop()
            self._target, self._since = hit, now
        elif self._since is None:
            self._return(now)

    def gone(self, now: float) -> None:
        """The pointer is nowhere at ``now`` [s]."""
        self._point = None
        self._leave(now)

    def advance(self, now: float) -> tuple[str, float] | None:
        """Let time pass until ``now`` [s]; return the item whose dwell ended and when, once."""
        if not self._config.enabled or self._since is None or self._target is None or self._fired:
            return None
        ends = self._since + self._config.lock_on + self._config.time - self._gained
        if now < ends:
            return None
        self._fired = True
        return self._target, ends

    def progress(self, now: float) -> tuple[str, float] | None:
        """Return the item that is being dwelt on and how far, 0 to 1; None before lock-on."""
        if not self._config.enabled or self._target is None or self._fired:
            return None
        if self._since is None and now - self._left_at > self._config.grace:
            return None
        rested = self._gained + (0.0 if self._since is None else now - self._since) - self._config.lock_on
        return None if rested < 0.0 else (self._target, min(1.0, rested / self._config.time))

    def _drop(self) -> None:
        self._target, self._since, self._gained, self._fired = None, None, 0.0, False

    def _leave(self, now: float) -> None:
        if self._since is None:
            return
        self._gained += now - self._since
        self._since, self._left_at = None, now
        if self._fired:
            self._drop()

    def _return(self, now: float) -> None:
        if now - self._left_at > self._config.grace:
            self._gained = 0.0
        self._since = now
