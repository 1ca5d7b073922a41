"""The report on a motion: one life from running to its end, never back."""

from __future__ import annotations

import pytest

from armctl.control import messages as say
from armctl.control.motion_log import MotionLog

MOVE = say.MoveBy(sequence=4, epoch=1, deadline=10.0)
JOG = say.Jog(sequence=5, epoch=1, deadline=10.0)


@pytest.fixture
def log() -> MotionLog:
    return MotionLog()


def test_a_motion_runs_and_is_done(log: MotionLog) -> None:
    log.begin(MOVE)
    log.progress(0.5, 1.5)
    assert (log.report.sequence, log.report.kind, log.report.phase) == (4, "moveby", "running")
    assert (log.report.progress, log.report.remaining) == (0.5, 1.5)
    log.done()
    assert (log.report.phase, log.report.progress, log.report.remaining) == ("done", 1.0, 0.0)


def test_what_has_ended_stays_ended(log: MotionLog) -> None:
    log.begin(MOVE)
    log.done()
    log.stopped("later")
    log.paused()
    log.progress(0.1, 9.0)
    assert (log.report.phase, log.report.progress) == ("done", 1.0)


def test_the_first_reason_for_stopping_is_told(log: MotionLog) -> None:
    log.begin(MOVE)
    log.stopping("input")
    log.stopping("something else")
    log.stopped("at last")
    assert (log.report.phase, log.report.reason) == ("stopped", "input")


def test_a_jog_runs_out_once_after_its_deadline(log: MotionLog) -> None:
    log.begin(JOG)
    assert log.jogging
    assert not log.run_out(10.0)
    assert log.run_out(10.001)
    assert not log.run_out(11.0)
    log.begin(MOVE)
    assert not log.run_out(1e9)


def test_pause_and_resume_keep_the_motion(log: MotionLog) -> None:
    log.begin(MOVE)
    log.paused()
    assert log.busy
    log.resumed()
    assert log.report.phase == "running"
    log.done()
    log.resumed()
    assert log.report.phase == "done"


def test_a_refusal_does_not_disturb_what_runs_and_is_the_newest_motion_otherwise(log: MotionLog) -> None:
    log.begin(MOVE)
    log.refuse(JOG, "no", motion=True)
    assert (log.report.sequence, log.refused.sequence, log.refused.reason) == (4, 5, "no")
    log.done()
    log.refuse(say.Enable(sequence=6, epoch=1, deadline=10.0), "not now", motion=False)
    assert (log.report.phase, log.refused.kind) == ("done", "enable")
    log.refuse(JOG, "no", motion=True)
    assert (log.report.phase, log.report.sequence) == ("refused", 5)
