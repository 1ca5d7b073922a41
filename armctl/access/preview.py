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
        reaction: A press sooner than this after it was made, and no longer than this, is no answer to it [s].
    """

    choice: Select
    began: float
    until: float
    reaction: float = 0.0

    def share_left(self, now: float) -> float:
        """Return how much of the window is left at ``now`` [s], 1 to 0."""
        return min(1.0, max(0.0, (self.until - now) / (self.until - self.began)))

    def answered(self, pressed_at: float, now: float) -> bool:
        """Return True when a press that began at ``pressed_at`` [s] and is not over at ``now`` [s] takes it back.

        Nobody sees what they chose and presses again within a tenth of a second: that is the second press of a double
        press, unless it lasts.
        """
        soon = pressed_at < self.began + self.reaction
        return pressed_at > self.began and (not soon or now - pressed_at >= self.reaction)
