"""A session in sentences tells what was recorded, no more and no less."""

from armctl.evidence.store import Event, SessionRecord
from armctl.evidence.summary import sentences, tasks


def session(*events):
    made = tuple(Event(float(at), kind, data) for at, kind, data in events)
    return SessionRecord(1, "2026-03-01T10:00:00+00:00", "test", "ona", "so101", "kitchen_table", 0, made)


def task(at, phase, name="drink"):
    return at, "task", {"name": name, "phase": phase, "step": 1, "doing": "", "reason": ""}


def stop(at, reason):
    return at, "stop", {"reason": reason, "phase": "stopped"}


def test_an_empty_session_is_told_as_such():
    assert sentences(session()) == (
        "No task was begun.",
        "Tiles chosen: 0. Motions carried out: 0.",
        "Nothing stopped the arm.",
        "Faults: none.",
    )


def test_each_task_is_told_with_its_end_its_time_and_its_interruptions():
    runs = tasks(session(task(2, "running"), task(5, "paused"), task(6, "running"), task(40, "done")))
    assert [(run.name, run.end, run.seconds, run.interruptions) for run in runs] == [("drink", "done", 38.0, 1)]


def test_the_same_task_begun_again_after_its_end_is_another_one():
    found = tasks(session(task(0, "running"), task(9, "cancelled"), task(20, "running"), task(50, "failed")))
    assert [run.end for run in found] == ["ended by the person", "failed"]


def test_a_task_that_failed_and_went_on_is_one_task():
    assert [run.end for run in tasks(session(task(0, "running"), task(1, "failed"), task(2, "done")))] == ["done"]


def test_a_task_whose_end_was_not_recorded_is_not_called_done():
    assert [run.end for run in tasks(session(task(0, "running"), task(3, "waiting")))] == ["not ended"]


def test_stops_are_counted_by_what_caused_them_and_figures_in_a_reason_do_not_tell_it_apart():
    told = sentences(session(stop(1, "input"), stop(2, "late by 58 ms."), stop(3, "late by 61.5 ms."), stop(4, "")))
    assert "Stopped twice because: late by … ms." in told
    assert "Stopped once by the person's own press." in told
    assert "Stopped once because: not told." in told


def test_the_time_to_standstill_is_told_with_its_median_and_its_longest():
    told = sentences(session(*((n, "standstill", {"seconds": s}) for n, s in enumerate((0.1, 0.3, 0.2)))))
    assert "From a press to standstill: 0.20 s (median of 3), longest 0.30 s." in told


def test_faults_are_named():
    told = sentences(
        session((1, "fault", {"title": "A joint is blocked"}), (2, "fault", {"title": "A joint is blocked"}))
    )
    assert told[-1] == "Faults: A joint is blocked (twice)."
