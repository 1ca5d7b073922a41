"""One motion, from asking for it to knowing how it ended."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from armctl.tasks.plan import Move
from armctl.tasks.requests import MotionRequest
from armctl.tasks.view import TaskView

PATIENCE: Final = 1.0
"""How long the arm may take to answer a request, or to say that it is ready [s]."""

GRIP_PATIENCE: Final = 0.6
"""How long after closing the gripper may take to tell that it holds something [s]."""

SETTLING: Final = 0.3
"""How long an arm is given to come to rest before it is looked at where it is [s]."""

Outcome: TypeAlias = Literal["open", "done", "stopped", "refused", "missed"]
"""open: still under way. missed: the jaws closed on nothing."""


class Errand:
    """A motion that was asked for at ``asked_at`` [s].

    Attributes:
        move: The motion as it was planned.
        request: What was asked of the arm.
        sequence: The number it got; None until the session said so.
        reason: Why it ended other than well.
        refused: True when the arm never set about it.
    """

    def __init__(self, move: Move, request: MotionRequest, asked_at: float) -> None:
        self.move = move
        self.request = request
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
        return self._look(view) if view.motion_phase == "done" else "open"

    def _look(self, view: TaskView) -> Outcome:
        """Look what the motion came to, once it is over."""
        self._ended_at = view.now if self._ended_at is None else self._ended_at
        since = view.now - self._ended_at
        if self.move.effect != "grips":
            return "open" if self.move.exact and since < SETTLING else "done"
        if view.holding or view.held:
            return "done"
        return "open" if since < GRIP_PATIENCE else self._end("missed", "The gripper closed on nothing.")

    def _unanswered(self, view: TaskView) -> Outcome:
        if view.seeking:
            self._asked_at = view.now
        if view.now - self._asked_at <= PATIENCE:
            return "open"
        return self._end("stopped", "The arm did not answer.")

    def _end(self, outcome: Outcome, reason: str) -> Outcome:
        self.reason = reason
        return outcome
