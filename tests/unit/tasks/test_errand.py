"""One motion, from asking to its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from armctl.tasks.errand import GRIP_PATIENCE, PATIENCE, Errand
from armctl.tasks.plan import Move
from armctl.tasks.requests import GripTo
from tests.unit.tasks.fake_arm import world

VIEW = replace(world().view, now=10.0)


def errand(effect: str = "") -> Errand:
    made = Errand(Move(GripTo(0.0), "grips" if effect == "grips" else ""), GripTo(0.0), 10.0)
    made.sequence = 5
    return made


@pytest.mark.parametrize(
    ("phase", "outcome"),
    [("running", "open"), ("paused", "open"), ("done", "done"), ("stopped", "stopped"), ("refused", "refused")],
)
def test_the_report_of_its_own_motion_decides(phase: str, outcome: str) -> None:
    view = replace(VIEW, motion_sequence=5, motion_phase=phase, motion_reason="Too far.")  # type: ignore[arg-type]  # parametrized
    e = errand()
    assert e.outcome(view) == outcome
    assert e.reason == ("Too far." if outcome in ("stopped", "refused") else "")
    assert e.refused == (outcome == "refused")


def test_the_end_of_an_earlier_motion_is_not_its_end() -> None:
    assert errand().outcome(replace(VIEW, motion_sequence=4, motion_phase="done")) == "open"


def test_before_it_was_sent_no_report_counts() -> None:
    e = errand()
    e.sequence = None
    assert e.outcome(replace(VIEW, motion_sequence=9, motion_phase="done")) == "open"


def test_another_motion_that_came_in_between_means_stopped() -> None:
    assert errand().outcome(replace(VIEW, motion_sequence=6, motion_phase="running")) == "stopped"


@pytest.mark.parametrize("sent", [True, False])
def test_an_arm_that_does_not_answer_means_stopped(sent: bool) -> None:
    e = errand()
    e.sequence = 5 if sent else None
    assert e.outcome(replace(VIEW, now=10.0 + PATIENCE)) == "open"
    assert e.outcome(replace(VIEW, now=10.1 + PATIENCE)) == "stopped"


def test_a_grip_is_done_only_when_something_is_held() -> None:
    view = replace(VIEW, motion_sequence=5, motion_phase="done")
    e = errand("grips")
    assert e.outcome(view) == "open"
    assert e.outcome(replace(view, holding=True)) == "done"
    assert e.outcome(replace(view, now=10.1 + GRIP_PATIENCE)) == "missed"
    assert "nothing" in e.reason
