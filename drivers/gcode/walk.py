"""`Walk`: cuts the way to a goal into moves so short that a controller's queue never holds more than two periods.

A controller takes moves and does them one after the other. What is in its queue it does whatever dies on this side, so
little is put in: each call gives the next stretch, up to `AHEAD` periods from now, and none while enough is there.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from armctl.hal.state import FloatArray

AHEAD: Final = 2.0
"""Periods of motion given to the controller at most."""
_SHORTEST: Final = 0.5
"""A stretch is at least so many periods long, so that the line is not filled with tiny moves."""
_SLACK: Final = 0.03
"""Distance from what was given that does not count as being behind [rad or m]: play and rounding."""
_BEHIND: Final = 4.0
"""An arm that is so many periods behind what was given gets nothing more until it caught up."""


class Move(NamedTuple):
    """One move: where to, shape (n,) [rad or m], and how long it takes [s]."""

    goal: FloatArray
    seconds: float


class Walk:
    """The way of n joints. Pure: no clock, no I/O.

    Args:
        start: Shape (n,), where they are.
        period: Time between two set-points [s].

    Attributes:
        given: Shape (n,), end of the last stretch that was given.
        goal: Shape (n,), where to.
    """

    def __init__(self, start: FloatArray, period: float) -> None:
        self.given = self.goal = start
        self._speeds: FloatArray = np.ones_like(start)
        self._period = period
        self._given_until = 0.0
        self._aimed = False

    def aim(self, goal: FloatArray, speeds: FloatArray) -> None:
        """Go to ``goal`` (n,) [rad or m] with at most ``speeds`` (n,) [rad/s or m/s], positive."""
        self.goal, self._speeds, self._aimed = goal, speeds, True

    def begin_at(self, place: FloatArray) -> None:
        """Begin at ``place`` (n,) [rad or m]: what was given before is void, what was aimed at since is not."""
        self.given = place
        self.goal = self.goal if self._aimed else place
        self._given_until = 0.0

    def stay(self) -> None:
        """Go no further than what was given."""
        self.goal, self._aimed = self.given, False

    def next(self, now: float, measured: FloatArray) -> Move | None:
        """Return the next stretch, or None when there is none to give now.

        Args:
            now: The time [s].
            measured: Shape (n,), where the joints are.
        """
        way = self.goal - self.given
        takes = float(np.max(np.abs(way) / self._speeds))
        if takes <= 0.0:
            return None
        begins = max(self._given_until, now)
        stretch = now + AHEAD * self._period - begins
        behind = float(np.max((np.abs(self.given - measured) - _SLACK) / self._speeds))
        if stretch < _SHORTEST * self._period or behind > _BEHIND * self._period:
            return None
        seconds = min(stretch, takes)
        self.given = self.goal if seconds == takes else self.given + way * (seconds / takes)
        self._given_until = begins + seconds
        return Move(self.given, seconds)
