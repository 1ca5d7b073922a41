"""The cancel window: a choice that will move the arm waits for as long as a press takes this person, then counts."""

from __future__ import annotations

from dataclasses import dataclass

from armctl.access.actions import Select


@dataclass(frozen=True, slots=True)
class Window:
    """A choice that can still be taken back.

    Attributes:
        choice: What counts at the end.
        began: When it was made [s].
        until: When it counts [s].
    """

    choice: Select
    began: float
    until: float

    def share_left(self, now: float) -> float:
        """Return how much of the window is left at ``now`` [s], 1 to 0."""
        return min(1.0, max(0.0, (self.until - now) / (self.until - self.began)))
