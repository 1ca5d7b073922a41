"""Each change is written down once, and what only goes on is not."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from armctl.control.chronicle import Chronicle
from armctl.control.messages import FaultReport, MotionReport, Snapshot
from armctl.tasks.view import TaskStatus
from tests.support.snapshots import PLAIN


class Book:
    def __init__(self) -> None:
        self.rows: list[tuple[str, dict[str, Any]]] = []
        self.chronicle = Chronicle(lambda kind, **data: self.rows.append((kind, data)))

    def read(self, *snapshots: Snapshot) -> list[str]:
        before: Snapshot | None = None
        for after in snapshots:
            self.chronicle.changes(before, after)
            before = after
        return [kind for kind, _ in self.rows]


def test_what_stays_as_it_is_is_written_once() -> None:
    assert Book().read(PLAIN, PLAIN, replace(PLAIN, stamp=2.0)) == ["mode"]


def test_modes_faults_motions_stops_and_refusals_are_told_apart() -> None:
    fault = FaultReport("x", "It stopped", "Why", "What to do", "user")
    moves = MotionReport(4, "moveby", "running")
    book = Book()
    kinds = book.read(
        PLAIN,
        replace(PLAIN, mode="moving", motion=moves),
        replace(PLAIN, motion=replace(moves, phase="stopped", reason="input")),
        replace(
            PLAIN, motion=replace(moves, phase="stopped", reason="input"), refused=MotionReport(5, "grip", "refused")
        ),
        replace(PLAIN, mode="fault", fault=fault),
    )
    assert kinds == ["mode", "mode", "motion", "mode", "stop", "refused", "mode", "fault", "motion"]


def test_a_jog_that_is_repeated_and_let_go_is_two_rows_and_no_stop() -> None:
    jogs = [replace(PLAIN, motion=MotionReport(number, "jog", "running")) for number in (4, 5, 6)]
    book = Book()
    book.read(PLAIN, *jogs, replace(PLAIN, motion=MotionReport(6, "jog", "stopped", "released")))
    assert [row for row in book.rows if row[0] != "mode"] == [
        ("motion", {"sequence": 4, "what": "jog", "phase": "running", "reason": ""}),
        ("motion", {"sequence": 6, "what": "jog", "phase": "stopped", "reason": "released"}),
    ]


def test_a_task_is_written_at_each_step_and_anew_when_it_begins_again() -> None:
    book = Book()
    status = TaskStatus("drink", "Drink", "cup", "running", 1, 3, "Reaching", "Then: grips")
    book.chronicle.begin_task(status)
    book.chronicle.task(status)
    book.chronicle.task(None)
    book.chronicle.begin_task(status)
    assert [kind for kind, _ in book.rows] == ["task", "task"]
