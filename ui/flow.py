"""Which screen is shown: a pure function of what is known. The most urgent comes first."""

from __future__ import annotations

from typing import Final

from armctl.control.messages import Snapshot
from armctl.tasks.view import TaskStatus

STALE: Final = 0.5
"""Without a snapshot for this long the arm counts as not connected [s]; control sends a hundred a second."""
NEEDS_NO_ARM: Final = ("practice", "practice_play")
"""Screens that can be used while the arm is off."""

MEASURES: Final = ("fit", "fit_result", "fit_try")
"""Screens of the measurement: the arm may be off."""


def screen_for(snapshot: Snapshot | None, now: float, gone: bool, task: TaskStatus | None, chosen: str) -> str:
    """Return the name of the screen to show.

    Args:
        snapshot: The newest snapshot, or None before the first.
        now: Time now [s].
        gone: The guard told that a process is gone.
        task: The task, running or not yet over, or None.
        chosen: Where the person went.
    """
    if gone:
        return "gone"
    if snapshot is None or now - snapshot.stamp > STALE or snapshot.mode == "disconnected":
        return "disconnected" if snapshot is None or snapshot.fault is None else "alert"
    if snapshot.fault is not None:
        return "alert"
    if snapshot.mode in ("disarmed", "stop_test"):
        return chosen if snapshot.mode == "disarmed" and chosen in (*NEEDS_NO_ARM, *MEASURES) else "arming"
    if task is not None and not task.over:
        return "running"
    return chosen


def press_stops(snapshot: Snapshot | None, task: TaskStatus | None) -> bool:
    """Return whether any press must stop: the arm moves, a task may move it, or the stop is being tested."""
    if snapshot is not None and snapshot.mode in ("moving", "stopping", "stop_test"):
        return True
    works = task is not None and (task.phase == "running" or task.goes_back)
    return works and snapshot is not None and snapshot.fault is None
