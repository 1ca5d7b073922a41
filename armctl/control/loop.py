"""The loop: ticks at absolute deadlines, and what is told about those that came late.

A tick that could not run in time is skipped, never queued, so that a stall is not followed by a burst. Time asleep on
an absolute deadline is as good as ``clock_nanosleep`` (measured); nothing spins.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.clock import Clock

RING: Final = 4096
"""Ticks the statistics look back on, 41 s at 100 Hz."""
SHORTEST_SLEEP: Final = 0.01
"""The two clocks are read one after the other: a smaller difference is not a suspended computer [s]."""


@dataclass(frozen=True, slots=True)
class Beat:
    """When this tick came.

    Attributes:
        lateness: How long after its deadline the tick began [s].
        missed: Ticks skipped since the start.
        row: Ticks skipped since one last came in its own period; three are a reason to stop.
        asleep: How long the whole computer was suspended before this tick [s]; the monotonic clock does not tell.
    """

    lateness: float = 0.0
    missed: int = 0
    row: int = 0
    asleep: float = 0.0


def time_suspended() -> float:
    """Return how long this computer was suspended since it started [s]: the monotonic clock does not count that."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


class Lateness:
    """Statistics over the last `RING` ticks, without growing and without cost in the tick."""

    def __init__(self) -> None:
        self._ring = np.zeros(RING)
        self._count = 0

    def add(self, lateness: float) -> None:
        """Note one tick's lateness [s]."""
        self._ring[self._count % RING] = lateness
        self._count += 1

    def percentile(self, share: float) -> float:
        """Return the lateness [s] that ``share`` (0 to 100) percent of the ticks did not exceed; 0 before the first."""
        seen = self._ring[: min(self._count, RING)]
        return float(np.percentile(seen, share)) if seen.size else 0.0


class Loop:
    """Calls ``tick`` at a fixed rate.

    Args:
        clock: Time.
        rate_hz: Ticks a second.
        tick: What to do; gets the `Beat`.
        suspended: Returns the time suspended so far [s].
    """

    def __init__(
        self,
        clock: Clock,
        rate_hz: float,
        tick: Callable[[Beat], object],
        suspended: Callable[[], float] = time_suspended,
    ) -> None:
        self._clock = clock
        self._period = 1.0 / rate_hz
        self._tick = tick
        self._suspended = suspended
        self._asleep = suspended()
        self._deadline = clock.now()
        self._missed = 0
        self._row = 0
        self.lateness = Lateness()

    def run(self, until: Callable[[], bool]) -> None:
        """Tick until ``until`` returns True, asked once before each tick."""
        self.restart()
        while not until():
            self.turn()

    def restart(self) -> None:
        """Make the first tick due now: what happened before does not count as late."""
        self._deadline = self._clock.now()
        self._asleep = self._suspended()

    def turn(self) -> None:
        """Wait for the next deadline and tick once."""
        self._clock.sleep_until(self._deadline)
        self._tick(self._beat())
        self._deadline += self._period

    def _beat(self) -> Beat:
        late = max(0.0, self._clock.now() - self._deadline)
        skipped = int(late / self._period + 1e-9)
        self._missed += skipped
        self._row = self._row + skipped if skipped else 0
        self._deadline += skipped * self._period
        before, self._asleep = self._asleep, self._suspended()
        asleep = self._asleep - before
        self.lateness.add(late)
        return Beat(late, self._missed, self._row, asleep if asleep > SHORTEST_SLEEP else 0.0)
