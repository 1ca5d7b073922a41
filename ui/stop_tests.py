"""Which inputs were seen to bring a moving arm to rest since it was armed: each once, before it may move anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armctl.control.chronicle import Stood
from armctl.control.messages import Snapshot

LIMIT: Final = 0.6
"""Longest time from a press to standstill [s]: at the slow speed of the test the arm goes on for less than 10 mm."""
LEAST_MOTION: Final = 0.02
"""The arm must have moved this far before the press counts [rad, the farthest joint]."""


class StopTests:
    """Remembers which devices passed in the present arming.

    Attributes:
        failed: Time the last press took when that was too long [s]; 0 when none did.
    """

    def __init__(self) -> None:
        self._epoch = 0
        self._passed: set[str] = set()
        self._start: tuple[float, ...] | None = None
        self._seen: Stood | None = None
        self.failed = 0.0

    def forget(self) -> None:
        """Other switches count from now on: none was seen to stop the arm."""
        self._passed.clear()
        self._start = None

    def passed(self, device: str) -> bool:
        """True when ``device`` stopped the arm in time since it was armed."""
        return device in self._passed

    def begin(self, positions: Sequence[float]) -> None:
        """The arm is about to move from ``positions`` (n,) [rad] for a test."""
        self._start = tuple(positions)
        self.failed = 0.0

    def moved(self, positions: Sequence[float]) -> bool:
        """True when the arm, now at ``positions`` (n,) [rad], moved so far that a press counts."""
        if self._start is None:
            return False
        return max(abs(now - then) for now, then in zip(positions, self._start, strict=True)) >= LEAST_MOTION

    def follow(self, snapshot: Snapshot, stood: Stood | None) -> str:
        """Take the newest snapshot and measured stop; return the device that passed just now, or nothing."""
        if snapshot.epoch != self._epoch:
            self._epoch = snapshot.epoch
            self._passed.clear()
            self._start = None
        if stood is self._seen or stood is None:
            return ""
        self._seen = stood
        counts, self._start = self.moved(snapshot.positions), None
        if not counts:
            return ""
        if stood.seconds > LIMIT:
            self.failed = stood.seconds
            return ""
        self._passed.add(stood.device)
        return stood.device
