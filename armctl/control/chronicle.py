"""What of the snapshots is worth writing down: every change of mode, fault, motion, refusal and task, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from armctl.control.messages import MotionReport, Snapshot
from armctl.control.standstill import Standstill
from armctl.tasks.view import TaskStatus


class Record(Protocol):
    """Writes down that something happened; never waits (``armctl.evidence.recorder``)."""

    def __call__(self, kind: str, **data: Any) -> None:
        """Note that ``kind`` happened now, with its particulars."""
        ...


@dataclass(frozen=True, slots=True)
class Stood:
    """A stop that was measured.

    Attributes:
        device: The input it came from.
        seconds: Time from the press to standstill [s].
    """

    device: str
    seconds: float


class Chronicle:
    """Notes changes.

    Args:
        record: Writes them down.

    Attributes:
        stood: The newest stop that was measured; None before the first.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._told: TaskStatus | None = None
        self._standstill = Standstill()
        self.stood: Stood | None = None

    def note(self, kind: str, **data: Any) -> None:
        """Write down something that has nothing to do with the arm, such as a round of practice."""
        self._record(kind, **data)

    def begin_task(self, status: TaskStatus | None) -> None:
        """A task begins anew: note it whatever was noted before."""
        self._told = None
        self.task(status)

    def task(self, status: TaskStatus | None) -> None:
        """Write down when the task went on to another step or state."""
        if status is None or status == self._told:
            return
        self._told = status
        self._record(
            "task", name=status.name, phase=status.phase, step=status.step, doing=status.doing, reason=status.reason
        )

    def stop_pressed(self, at: float, device: str, snapshot: Snapshot | None) -> None:
        """Stop was pressed on ``device`` at ``at`` [s]: note how long the arm goes on, once it stands."""
        self._standstill.pressed(at, device, snapshot)

    def changes(self, before: Snapshot | None, after: Snapshot) -> None:
        """Write down every change of mode, fault, motion and refusal, and how long a stop took."""
        stood = self._standstill.look(after)
        if stood is not None:
            self.stood = Stood(*stood)
            self._record("standstill", device=stood[0], seconds=round(stood[1], 4))
        if before is None or before.mode != after.mode:
            self._record("mode", mode=after.mode, notice=after.notice, stop_latency=after.stop_latency)
        if after.fault is not None and (before is None or before.fault != after.fault):
            self._record("fault", code=after.fault.code, title=after.fault.title, message=after.fault.message)
        self._motion(before.motion if before else MotionReport(), after.motion)
        if after.refused.sequence and (before is None or before.refused.sequence != after.refused.sequence):
            self._record("refused", what=after.refused.kind, reason=after.refused.reason)

    def _motion(self, before: MotionReport, after: MotionReport) -> None:
        going_on = after.kind == before.kind == "jog" and after.phase == before.phase
        if going_on or (before.sequence, before.phase) == (after.sequence, after.phase):
            return
        kind = "stop" if after.phase == "stopped" and after.reason != "released" else "motion"
        self._record(kind, sequence=after.sequence, what=after.kind, phase=after.phase, reason=after.reason)
