"""A session in a few plain sentences: tasks and how they ended, choices, and what stopped the arm. No judgement."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

from armctl.evidence.store import Event, SessionRecord

ENDS: Final = {"done": "done", "cancelled": "ended by the person", "failed": "failed"}
"""Last phase of a task's records (`armctl.tasks.view.Phase`), and how people say it."""
ASKED: Final = {
    "input": "by the person's own press",
    "task": "because the task was ended",
    "closing": "because the program was closed",
}
"""Reasons of stops that the screen asked for (`armctl.control.messages.Stop`), and how people say them."""
FIGURE: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One task from its beginning to its end.

    Attributes:
        name: Name of the task.
        end: How it ended, as people say it.
        seconds: From the beginning to its last record [s].
        interruptions: How often it came to a halt on the way.
    """

    name: str
    end: str
    seconds: float
    interruptions: int


def sentences(session: SessionRecord) -> tuple[str, ...]:
    """Return what happened in ``session``, a sentence each; times in seconds."""
    return (*_tasks(session), _choices(session), *_stops(session), *_standstill(session), _faults(session))


def tasks(session: SessionRecord) -> tuple[TaskRun, ...]:
    """Return the tasks of ``session`` in the order in which they were begun."""
    return tuple(
        TaskRun(
            run[0].data["name"],
            ENDS.get(run[-1].data["phase"], "not ended"),
            run[-1].at - run[0].at,
            sum(event.data["phase"] == "paused" for event in run),
        )
        for run in _runs(_of(session, "task"))
    )


def _tasks(session: SessionRecord) -> Iterator[str]:
    runs = tasks(session)
    if not runs:
        yield "No task was begun."
    for run in runs:
        after = f", interrupted {_times(run.interruptions)}" if run.interruptions else ""
        yield f"Task {run.name}: {run.end}, {run.seconds:.0f} s{after}."


def _runs(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield the records of each task from its beginning to its end."""
    run: list[Event] = []
    for event in events:
        if run and (run[-1].data["phase"] in ("done", "cancelled") or run[-1].data["name"] != event.data["name"]):
            yield run
            run = []
        run.append(event)
    if run:
        yield run


def _choices(session: SessionRecord) -> str:
    motions = sum(event.data.get("phase") == "done" for event in _of(session, "motion"))
    return f"Tiles chosen: {len(_of(session, 'selection'))}. Motions carried out: {motions}."


def _stops(session: SessionRecord) -> Iterator[str]:
    """Yield how often each thing stopped the arm, the most frequent first; the figures in a reason do not matter."""
    stops = _of(session, "stop")
    if not stops:
        yield "Nothing stopped the arm."
    reasons = Counter(FIGURE.sub("…", str(event.data.get("reason", ""))) for event in stops)
    for reason, count in reasons.most_common():
        why = ASKED.get(reason, f"because: {reason.rstrip('.') or 'not told'}")
        yield f"Stopped {_times(count)} {why}."


def _standstill(session: SessionRecord) -> Iterator[str]:
    seconds = [float(event.data["seconds"]) for event in _of(session, "standstill")]
    if seconds:
        yield (
            f"From a press to standstill: {median(seconds):.2f} s (median of {len(seconds)}), "
            f"longest {max(seconds):.2f} s."
        )


def _faults(session: SessionRecord) -> str:
    faults = Counter(str(event.data.get("title", "")) for event in _of(session, "fault"))
    told = ", ".join(f"{title} ({_times(count)})" for title, count in faults.most_common())
    return f"Faults: {told or 'none'}."


def _of(session: SessionRecord, kind: str) -> list[Event]:
    return [event for event in session.events if event.kind == kind]


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
