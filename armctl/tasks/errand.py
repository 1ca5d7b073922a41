"""One motion, from asking for it to knowing how it ended."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from armctl.tasks.plan import Move
from armctl.tasks.view import TaskView

PATIENCE: Final = 1.0
"""How long the arm may take to answer a request, or to say that it is ready [s]."""

GRIP_PATIENCE: Final = 0.6
"""How long after closing the gripper may take to tell that it holds something [s]."""

Outcome: TypeAlias = Literal["open", "done", "stopped", "refused", "missed"]
"""open: still under way. missed: the jaws closed on nothing."""


class Errand:
    """A motion that was asked for at ``asked_at`` [s].

    Attributes:
        move: The motion.
        sequence: The number it got; None until the session said so.
        reason: Why it ended other than well.
        refused: True when the arm never set about it.
    """

    def __init__(self, move: Move, asked_at: float) -> None:
        self.move = move
        self.sequence: int | None = None
        self.reason = ""
        self.refused = False
        self._asked_at = asked_at
        self._ended_at: float | None = None

    def outcome(self, view: TaskView) -> Outcome:
        """Return how it stands by ``view``."""
        if self.sequence is None or view.motion_sequence < self.sequence:
            return self._unanswered(view)
        if view.motion_sequence > self.sequence:
            return self._end("stopped", "Something else moved the arm.")
        if view.motion_phase == "refused":
            self.refused = True
            return self._end("refused", view.motion_reason or "The arm would not do that.")
        if view.motion_phase == "stopped":
            return self._end("stopped", view.motion_reason or "The arm was stopped.")
        if view.motion_phase != "done":
            return "open"
        return self._check_grip(view) if self.move.effect == "grips" else "done"

    def _unanswered(self, view: TaskView) -> Outcome:
        if view.now - self._asked_at <= PATIENCE:
            return "open"
        return self._end("stopped", "The arm did not answer.")

    def _check_grip(self, view: TaskView) -> Outcome:
        if view.holding or view.held:
            return "done"
        self._ended_at = view.now if self._ended_at is None else self._ended_at
        if view.now - self._ended_at < GRIP_PATIENCE:
            return "open"
        return self._end("missed", "The gripper closed on nothing.")

    def _end(self, outcome: Outcome, reason: str) -> Outcome:
        self.reason = reason
        return outcome
