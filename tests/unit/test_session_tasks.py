"""What a session does with a task: motions are asked for, and faults and stops leave it standing."""

from __future__ import annotations

from typing import Any

import pytest

from armctl.clock import SteppedClock
from armctl.control import messages as say
from armctl.control.detours import Detours
from armctl.control.link import GuardLink, local_pair
from armctl.control.messages import FaultReport, MotionReport
from armctl.control.orders import SETS_MOVING
from armctl.control.wayfinder import Answer
from armctl.errors import TaskError
from armctl.session import Session
from armctl.tasks.model import load_task
from tests.support.notebook import Notebook
from tests.support.session_desk import Desk


def begin(desk: Desk) -> say.AnyIntent:
    """Start a task and return its first motion."""
    desk.show()
    desk.asked()
    desk.session.start_task(load_task("go_home"))
    desk.show()
    motions = [intent for intent in desk.asked() if isinstance(intent, say.MoveJoints | say.MoveTool | say.Grip)]
    assert len(motions) == 1
    return motions[0]


def test_a_task_asks_for_motions_and_goes_on_when_they_are_done(desk: Desk) -> None:
    motion = begin(desk)
    assert desk.session.task is not None
    assert desk.session.task.phase == "running"
    for _ in range(60):
        desk.clock.advance(0.02)
        kind = type(motion).__name__.lower()
        desk.show(motion=MotionReport(motion.sequence, kind, "done", progress=1.0))
        motion = next((i for i in desk.asked() if isinstance(i, say.MoveJoints | say.MoveTool | say.Grip)), motion)
        if desk.session.task.phase == "done":
            break
    assert desk.session.task.phase == "done"
    assert [data["phase"] for kind, data in desk.written if kind == "task"][-1] == "done"
    assert desk.spoken


def test_a_stop_by_the_person_leaves_the_task_standing_and_resume_asks_again(desk: Desk) -> None:
    motion = begin(desk)
    desk.show(mode="moving", motion=MotionReport(motion.sequence, "movejoints", "running"))
    desk.session.stop(desk.clock.now())
    assert isinstance(desk.asked()[0], say.Stop)
    assert desk.session.task is not None
    assert desk.session.task.phase == "paused"
    desk.clock.advance(1.0)
    desk.show(motion=MotionReport(motion.sequence, "movejoints", "stopped", "input"))
    assert not desk.asked(say.MoveJoints)
    desk.session.resume_task()
    desk.clock.advance(0.02)
    desk.show(motion=MotionReport(motion.sequence, "movejoints", "stopped", "input"))
    assert len(desk.asked(say.MoveJoints)) == 1


def test_a_task_that_goes_back_leaves_the_jaws_as_they_are(desk: Desk) -> None:
    motion = begin(desk)
    desk.session.stop(desk.clock.now())
    desk.show(motion=MotionReport(motion.sequence, "movejoints", "stopped", "input"))
    desk.asked()
    desk.session.undo()
    for _ in range(5):
        desk.clock.advance(0.02)
        desk.show(motion=MotionReport(motion.sequence, "movejoints", "stopped", "input"))
    assert [intent.hand for intent in desk.asked(say.Undo) if isinstance(intent, say.Undo)] == [False]


@pytest.mark.parametrize(
    "event",
    [
        {"mode": "fault", "fault": FaultReport("overload", "Blocked", "The elbow is blocked.", "Free it.", "user")},
        {"motion": "stopped"},
        {"motion": "refused"},
    ],
    ids=["fault", "stopped", "refused"],
)
def test_a_fault_a_stop_or_a_refusal_leaves_the_task_standing(desk: Desk, event: dict[str, Any]) -> None:
    motion = begin(desk)
    if "motion" in event:
        event = {"motion": MotionReport(motion.sequence, "movejoints", event["motion"], "Something in the way.")}
    desk.clock.advance(0.02)
    desk.show(**event)
    desk.asked()
    for _ in range(50):
        desk.clock.advance(0.02)
        desk.show(**event)
    assert desk.session.task is not None
    assert desk.session.task.phase in ("paused", "failed")
    assert not desk.asked(say.MoveJoints)


def test_a_refusal_while_another_report_is_newest_reaches_the_task(desk: Desk) -> None:
    motion = begin(desk)
    desk.clock.advance(0.02)
    desk.show(
        motion=MotionReport(motion.sequence - 5, "jog", "done"),
        refused=MotionReport(motion.sequence, "movejoints", "refused", "Too late."),
    )
    assert desk.session.task is not None
    assert desk.session.task.phase == "failed"
    assert "Too late." in desk.session.task.reason


def test_a_process_that_is_gone_pauses_the_task(guarded: tuple[Desk, GuardLink]) -> None:
    desk, guard = guarded
    begin(desk)
    guard.send(say.PeerGone(process="control", message="The arm's control stopped."))
    desk.session.update()
    assert desk.session.task is not None
    assert desk.session.task.phase == "paused"
    assert desk.session.task.reason == "The arm's control stopped."


def test_cancel_ends_the_task_and_stops_the_arm_at_once(desk: Desk) -> None:
    begin(desk)
    desk.session.cancel_task()
    assert any(isinstance(intent, say.Stop) for intent in desk.asked())
    assert desk.session.task is not None
    assert desk.session.task.phase == "cancelled"


def test_without_a_scene_tasks_are_refused_in_words() -> None:
    session = Session(local_pair()[0], SteppedClock(), lambda kind, **data: None)
    with pytest.raises(TaskError, match="around the arm"):
        session.start_task(load_task("go_home"))
    assert session.task is None


def test_a_stop_while_a_way_is_looked_for_keeps_the_arm_where_it_is(desk: Desk) -> None:
    book = Notebook()
    desk.session._detours = Detours(book, ())
    desk.show()
    desk.session.start_task(load_task("go_home"))
    desk.show()
    assert book.asked
    desk.session.stop()
    book.answer = Answer(book.asked[-1].number)
    for _ in range(5):
        desk.show()
    assert not any(isinstance(intent, SETS_MOVING) for intent in desk.asked())
    assert desk.session.task is not None
    assert desk.session.task.phase == "paused"
