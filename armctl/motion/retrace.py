"""What way the last motions took, so that each can be undone, and the arm backed out, along the same way."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.units import DEG

DEPTH: Final = 40
"""So many motions can be undone; the oldest is forgotten. Short jogs add up quickly."""
SPACING: Final = 0.02
"""A point is kept every so much of the largest joint's motion [rad]."""
MOST_POINTS: Final = 600
"""Points kept of one motion; beyond, every second one is dropped and the spacing doubles."""
MOST_IN_ALL: Final = 3000
"""Points kept in all; beyond, the oldest motions are forgotten."""
LEAST_MOTION: Final = 2e-3
"""Less than this [rad] is not worth undoing."""
ROUND_ABOUT: Final = 6
"""So many points more or less may be ahead than were recorded."""
CORNER: Final = 0.8
"""Neighbouring directions with a smaller cosine than this are a corner: the way back rests there for a moment."""
BEND: Final = 0.985
"""A direction that changed to a smaller cosine than this is worth a point of its own."""
FINE: Final = 1e-3
"""Points nearer than this [rad] are one."""
STILL_THERE: Final = 0.08
"""An arm that stands this near the end of its way [rad] was not moved: it sags by up to 0.045, and a blocked joint may
have stayed behind a little."""
NEAR: Final = 0.35
"""From this far [rad, the farthest joint] the arm may go straight to the nearest point of the way it came: 20°."""
ABOUT_AS_NEAR: Final = 0.02
"""Of points that are about as near, the newest counts [rad]: a way that crosses itself is not cut short."""


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
    def moved(self) -> float:
        """Largest distance of any joint from the first point [rad]."""
        return float(np.abs(np.array(self.points) - self.points[0]).max())


class Tracks:
    """The ways of the last motions, newest last, and where on them the arm stands."""

    def __init__(self) -> None:
        self._done: deque[Track] = deque(maxlen=DEPTH)
        self._open: Track | None = None
        self._here: tuple[int, int] | None = None
        self._away = 0.0

    def __len__(self) -> int:
        if self._away > 0.0:
            return 0
        return len(self._done) if self._here is None else self._here[0] + 1

    @property
    def lost(self) -> str:
        """Why the way back is not known from here, or ""."""
        if self._away == 0.0:
            return ""
        return (
            "The arm was moved since: the way it came is not known from here. The nearest point of it is "
            f"{self._away / DEG:.0f}° away (at most {NEAR / DEG:.0f}°)."
        )

    def stands(self, positions: FloatArray) -> None:
        """The arm stands at measured ``positions`` (n,) [rad], and may have been moved by hand since it was last told.

        What was recorded is kept. The way back is joined where the arm is near it, the newest place first.
        """
        if self._open is not None:
            self._keep(self._open)
            self._open = None
        self._here, self._away = None, 0.0
        if not self._done or _apart(self._done[-1].points[-1], positions) <= STILL_THERE:
            return
        off = [np.array(track.points)[:, :-1] - positions[:-1] for track in self._done]
        least = min(float(np.abs(each).max(axis=1).min()) for each in off)
        if least > NEAR:
            self._away = least
            return
        apart = [np.linalg.norm(each, axis=1) for each in off]
        nearest = min(float(each.min()) for each in apart) + ABOUT_AS_NEAR
        last = max(index for index, each in enumerate(apart) if each.min() <= nearest)
        self._here = (last, int(np.flatnonzero(apart[last] <= nearest)[-1]))

    def begin(self, positions: FloatArray) -> None:
        """A motion begins at ``positions`` (n,) [rad]; one that is under way goes on."""
        if self._open is None:
            self._settle()
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
        self._keep(self._open)
        self._open = None

    def take(self, count: int = 1) -> list[Track]:
        """Return the ``count`` newest ways, oldest first, and forget them; fewer when there are not so many."""
        self._settle()
        taken = [self._done.pop() for _ in range(min(count, len(self._done)))]
        return taken[::-1]

    def give_back(self, tracks: Sequence[Track], positions: FloatArray, left: FloatArray) -> None:
        """Keep what of ``tracks`` was not undone.

        Args:
            tracks: As `take` gave them.
            positions: Where the arm rests (n,) [rad].
            left: The points that are still ahead on the way back, newest first, (m, k) [rad].
        """
        count = _count_left(tracks, left)
        for track in tracks:
            if count <= 0:
                break
            points = [*track.points[:count], positions] if count < len(track.points) else track.points
            self._keep(Track(points, track.hand))
            count -= len(track.points)

    def _keep(self, track: Track) -> None:
        if track.moved > LEAST_MOTION:
            self._done.append(track)
        while len(self._done) > 1 and sum(len(each.points) for each in self._done) > MOST_IN_ALL:
            self._done.popleft()

    def _settle(self) -> None:
        """From now on the way ends where the arm stands."""
        if self._away > 0.0:
            self._done.clear()
        elif self._here is not None:
            last, point = self._here
            while len(self._done) > last + 1:
                self._done.pop()
            cut = self._done.pop()
            self._keep(Track(cut.points[: point + 1], cut.hand))
        self._here, self._away = None, 0.0


def _count_left(tracks: Sequence[Track], left: FloatArray) -> int:
    """Return how many of the points of ``tracks``, oldest first, are still ahead.

    As many as there are in ``left``, or a few more or less where points were left out or put in between.
    """
    if not len(left):
        return 0
    points = np.array([point[: left.shape[1]] for track in tracks for point in track.points])
    # Where the arm did not move, as while the gripper did, only one point is on the way back.
    kept = np.flatnonzero(np.append(np.abs(np.diff(points, axis=0)).max(axis=1) > 0.0, True))
    low = max(0, len(left) - 1 - ROUND_ABOUT)
    near = np.abs(points[kept[low : len(left) + ROUND_ABOUT]] - left[0]).max(axis=1)
    return int(kept[low + int(np.argmin(near))]) + 1


def _apart(one: FloatArray, other: FloatArray) -> float:
    """Return how far apart two poses of the arm are, the gripper left out: the farthest joint [rad]."""
    return float(np.abs(one[:-1] - other[:-1]).max())


def without_corners(points: FloatArray, corner: float = CORNER) -> list[FloatArray]:
    """Cut a way (m, n) [rad] where it has corners; each piece begins where the one before ends.

    Args:
        points: The way.
        corner: Neighbouring directions with a smaller cosine than this are one.
    """
    steps = np.diff(points, axis=0)
    # All at once: a long way back has thousands of points, and this is one piece of work of one tick.
    sizes = np.linalg.norm(steps, axis=1)
    along = np.einsum("ij,ij->i", steps[:-1], steps[1:])
    corners = (np.flatnonzero(along < corner * sizes[:-1] * sizes[1:]) + 1).tolist()
    return [points[first : last + 1] for first, last in pairwise([0, *corners, len(points) - 1])]


def _cosine(one: FloatArray, other: FloatArray) -> float:
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size > 0.0 else 1.0
