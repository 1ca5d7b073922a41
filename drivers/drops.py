"""Broken answers are dropped, counted and told: a cable that goes bad shows before it fails."""

from __future__ import annotations

import logging
from typing import Final

from armctl.clock import Clock

LOG: Final = logging.getLogger(__name__)
TELL_EVERY: Final = 10.0
"""Least time between two lines about it [s]: a bad line breaks answers many times a second."""


class Drops:
    """Tells how many answers were dropped.

    Attributes:
        total: Broken or foreign pieces on the line that were dropped since connecting.

    Args:
        name: The arm, as people call it.
        clock: Time.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._told = 0
        self._next = 0.0
        self.total = 0

    def count(self, total: int) -> None:
        """Take the ``total`` since connecting, and tell when it grew; never waits."""
        self.total = total
        now = self._clock.now()
        if total > self._told and now >= self._next:
            LOG.warning("%s: %d broken or foreign pieces of answers were dropped so far.", self._name, total)
            self._told, self._next = total, now + TELL_EVERY
