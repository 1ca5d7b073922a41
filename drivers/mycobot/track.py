"""Where the joints are, reading by reading: old is not passed off as new, and what cannot be true is not taken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from armctl.hal.state import BoolArray, FloatArray

LONGEST_GAP: Final = 0.1
"""The way that is possible grows for this long [s], two control periods; later, one more reading has to confirm it."""


class Track:
    """What n joints measured last.

    There is no checksum on the line, so a broken answer may look like a whole one. A joint that seems to have moved
    further than it can is left as it was, stale, until the next reading says the same; so is one that was not read for
    long and may be anywhere.

    Attributes:
        positions: Shape (n,) [rad or m].
        velocities: Shape (n,), over the last two readings [rad/s or m/s].
        stamps: Shape (n,), when each was last measured [s].
        fresh: Shape (n,), True for those measured since `begin`.

    Args:
        fastest: Shape (n,), how fast each joint can move [rad/s or m/s].
        margins: Shape (n,), for noise and play [rad or m].
    """

    def __init__(self, fastest: Sequence[float], margins: Sequence[float]) -> None:
        n = len(fastest)
        self._fastest = fastest
        self._margins = margins
        self._suspects = [(math.nan, -math.inf)] * n
        self.positions: FloatArray = np.full(n, math.nan)
        self.velocities: FloatArray = np.zeros(n)
        self.stamps: FloatArray = np.full(n, -math.inf)
        self.fresh: BoolArray = np.zeros(n, dtype=np.bool_)

    def begin(self) -> None:
        """Begin a reading: nothing is fresh."""
        self.fresh[:] = False

    def take(self, first: int, values: Sequence[float], stamp: float) -> None:
        """Take ``values`` [rad or m] of joint number ``first`` (from 0) and those behind it, as of ``stamp`` [s]."""
        for joint, value in enumerate(values, first):
            known = math.isfinite(self.stamps[joint])
            elapsed, moved = stamp - self.stamps[joint], value - self.positions[joint]
            believed = self._possible(joint, moved, elapsed)
            suspect, since = self._suspects[joint]
            if known and not believed and not self._possible(joint, value - suspect, stamp - since):
                self._suspects[joint] = (value, stamp)
                continue
            # Two answers within one tick of the clock tell no speed, and neither does a leap.
            self.velocities[joint] = moved / elapsed if known and believed and elapsed > 0.0 else 0.0
            self.positions[joint], self.stamps[joint], self.fresh[joint] = value, stamp, True
            self._suspects[joint] = (math.nan, -math.inf)

    def _possible(self, joint: int, moved: float, elapsed: float) -> bool:
        return abs(moved) <= self._fastest[joint] * min(elapsed, LONGEST_GAP) + self._margins[joint]
