"""Time is injected and monotonic: the clock everything that waits or stamps is given.

All processes on one computer share the monotonic clock of the kernel, so stamps may be compared between them. The wall
clock is never used for control: it jumps.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Monotonic time [s] and waiting for it."""

    def now(self) -> float:
        """Return the time now [s]."""
        ...

    def sleep_until(self, deadline: float) -> None:
        """Return at ``deadline`` [s], at once when it has passed."""
        ...


class SystemClock:
    """The kernel's monotonic clock."""

    def now(self) -> float:
        """Return the time now [s]."""
        return time.monotonic()

    def sleep_until(self, deadline: float) -> None:
        """Sleep until ``deadline`` [s] without spinning."""
        delay = deadline - time.monotonic()
        if delay > 0.0:
            time.sleep(delay)


class SteppedClock:
    """A clock that only moves when told: whole sessions in tests and in ``demo --fast``."""

    def __init__(self, start: float = 1000.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return the time now [s]."""
        return self._now

    def sleep_until(self, deadline: float) -> None:
        """Jump to ``deadline`` [s]; time never runs backwards."""
        self._now = max(self._now, deadline)

    def advance(self, seconds: float) -> None:
        """Move time forward by ``seconds`` [s]."""
        self._now += seconds
