"""How long an arm goes on after a press of stop: from the press to standstill, as the joints were measured."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from armctl.control.messages import Snapshot

WINDOW: Final = 0.06
"""Standing is told from readings over this time [s]."""
ROUNDING: Final = 1e-3
"""Readings may come in steps that make up the window, but for the last digit [s]."""
STANDS: Final = 2e-3
"""An arm whose joints change less than this within `WINDOW` stands [rad]: one step of a servo is 1.5e-3."""
FORGET: Final = 5.0
"""An arm that still moves this long after a press was moved by something else [s]; the supervisor has latched it."""


class Standstill:
    """Measures one stop at a time, from snapshots."""

    def __init__(self) -> None:
        self._pressed: tuple[float, str] | None = None
        self._seen: deque[tuple[float, np.ndarray]] = deque()

    def pressed(self, at: float, device: str, snapshot: Snapshot | None) -> None:
        """Somebody pressed stop with ``device`` at ``at`` [s]; counts while the arm moves, the first press only."""
        if snapshot is not None and snapshot.mode == "moving" and at > 0.0 and self._pressed is None:
            self._pressed = (at, device)
            self._seen.clear()

    def look(self, snapshot: Snapshot) -> tuple[str, float] | None:
        """Take a snapshot; return (device, time from press to standstill [s]) once, when the arm stands."""
        if self._pressed is None:
            return None
        at, device = self._pressed
        self._seen.append((snapshot.stamp, np.array(snapshot.positions)))
        while len(self._seen) > 2 and self._seen[1][0] <= snapshot.stamp - WINDOW:
            self._seen.popleft()
        if snapshot.stamp - at > FORGET:
            self._pressed = None
            return None
        first, _ = self._seen[0]
        if first < at or snapshot.stamp - first < WINDOW - ROUNDING:
            return None
        joints = np.stack([positions for _, positions in self._seen])
        if float(np.ptp(joints, axis=0).max(initial=0.0)) > STANDS:
            return None
        self._pressed = None
        return device, first - at
