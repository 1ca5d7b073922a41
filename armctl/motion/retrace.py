"""What way the last motions took, so that each can be undone along the same way."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray

DEPTH: Final = 12
"""So many motions can be undone; the oldest is forgotten."""
SPACING: Final = 0.02
"""A point is kept every so much of the largest joint's motion [rad]."""
MOST_POINTS: Final = 1500
"""Points kept of one motion; beyond, every second one is dropped and the spacing doubles."""
LEAST_MOTION: Final = 2e-3
"""Less than this [rad] is not worth undoing."""
CORNER: Final = 0.8
"""Neighbouring directions with a smaller cosine than this are a corner: the way back rests there for a moment."""
BEND: Final = 0.985
"""A direction that changed to a smaller cosine than this is worth a point of its own."""
FINE: Final = 1e-3
"""Points nearer than this [rad] are one."""


@dataclass(slots=True, eq=False)
class Track:
    """The way of one motion: points (m, n) [rad], first to last."""

    points: list[FloatArray]
    hand: bool = False
    """True when the motion was meant to move the gripper: only then does the way back."""
    spacing: float = SPACING

    def add(self, positions: FloatArray) -> None:
        """Take one set-point (n,) [rad]."""
        kept = self.points[-1]
        away = float(np.abs(positions - kept).max())
        if away < FINE or (away < self.spacing and not self._bends(positions)):
            return
        self.points.append(positions)
        if len(self.points) > MOST_POINTS:
            self.points = self.points[::2]
            self.spacing *= 2.0

    def _bends(self, positions: FloatArray) -> bool:
        if len(self.points) < 2:
            return False
        return _cosine(self.points[-1] - self.points[-2], positions - self.points[-1]) < BEND

    def end(self, positions: FloatArray) -> None:
        """Take the last set-point (n,) [rad]."""
        if float(np.abs(positions - self.points[-1]).max()) > 0.0:
            if len(self.points) > 1 and float(np.abs(positions - self.points[-1]).max()) < FINE:
                self.points.pop()
            self.points.append(positions)

    @property
    def backwards(self) -> FloatArray:
        """The points, last to first, shape (m, n) [rad]."""
        return np.array(self.points[::-1])

    @property
    def moved(self) -> float:
        """Largest distance of any joint from the first point [rad]."""
        return float(np.abs(np.array(self.points) - self.points[0]).max())


class Tracks:
    """The ways of the last motions, newest last."""

    def __init__(self) -> None:
        self._done: deque[Track] = deque(maxlen=DEPTH)
        self._open: Track | None = None

    def __len__(self) -> int:
        return len(self._done)

    def clear(self) -> None:
        """Forget everything: the arm may have been moved by hand."""
        self._done.clear()
        self._open = None

    def begin(self, positions: FloatArray) -> None:
        """A motion begins at ``positions`` (n,) [rad]; one that is under way goes on."""
        if self._open is None:
            self._open = Track([positions])

    def mark_hand(self) -> None:
        """The motion under way is meant to move the gripper."""
        if self._open is not None:
            self._open.hand = True

    def add(self, positions: FloatArray) -> None:
        """Take one set-point (n,) [rad] of the motion under way, if there is one."""
        if self._open is not None:
            self._open.add(positions)

    def end(self, positions: FloatArray) -> None:
        """The motion under way rests at ``positions`` (n,) [rad]."""
        if self._open is None:
            return
        self._open.end(positions)
        if self._open.moved > LEAST_MOTION:
            self._done.append(self._open)
        self._open = None

    def take(self) -> Track | None:
        """Return the newest way and forget it; None when there is none."""
        return self._done.pop() if self._done else None

    def give_back(self, points: FloatArray, *, hand: bool) -> None:
        """Keep what of a way was not undone.

        Args:
            points: Backwards, (m, n) [rad], from where the arm is.
            hand: As `Track.hand`.
        """
        track = Track(list(points[::-1]), hand)
        if track.moved > LEAST_MOTION:
            self._done.append(track)


def without_corners(points: FloatArray) -> list[FloatArray]:
    """Cut a way (m, n) [rad] where it has corners; each piece begins where the one before ends."""
    steps = np.diff(points, axis=0)
    corners = [index for index in range(1, len(steps)) if _cosine(steps[index - 1], steps[index]) < CORNER]
    return [points[first : last + 1] for first, last in pairwise([0, *corners, len(points) - 1])]


def _cosine(one: FloatArray, other: FloatArray) -> float:
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size > 0.0 else 1.0
