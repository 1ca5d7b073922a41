"""The task engine goes back: over what, from where, and never over a grip."""

from __future__ import annotations

import pytest

from armctl.tasks.requests import GoBack, Halt, Speak
from tests.unit.tasks.errands import DRINK, at_mouth, motion_count, mouth_distance, until_asked
from tests.unit.tasks.fake_arm import FakeArm


def test_undo_goes_back_over_the_last_motion_and_stands_there() -> None:
    arm = at_mouth(FakeArm(DRINK))
    arm.engine.undo()
    arm.turn()
    assert isinstance(arm.asked[-1], GoBack)
    for _ in range(10):
        arm.turn()
    assert mouth_distance(arm) == pytest.approx(0.125, abs=1e-6)
    assert arm.engine.status.phase == "paused"
    assert motion_count(arm) == 0
    arm.engine.resume()
    arm.run("waiting")
    assert arm.holding


def test_undo_of_a_motion_under_way_halts_first() -> None:
    arm = until_asked(FakeArm(DRINK), 8)
    arm.engine.undo()
    assert [type(r) for r in arm.turn() if not isinstance(r, Speak)] == [Halt]
    arm.turn()
    assert isinstance(arm.asked[-1], GoBack)


def test_undo_never_goes_back_over_a_grip() -> None:
    arm = until_asked(FakeArm(DRINK), 5)
    arm.engine.undo()
    arm.run("waiting")
    assert "There is nothing to go back over." in arm.spoken
    assert not any(isinstance(r, GoBack) for r in arm.asked)


def test_going_on_during_an_undo_halts_it_first() -> None:
    arm = at_mouth(FakeArm(DRINK))
    arm.engine.undo()
    arm.turn()
    arm.engine.resume()
    assert any(isinstance(r, Halt) for r in arm.turn())


def test_a_stop_before_going_back_began_is_not_followed_by_going_back() -> None:
    arm = until_asked(FakeArm(DRINK, takes=20), 8)
    arm.brakes = 5
    arm.engine.undo()
    arm.turn()
    arm.engine.pause()
    assert motion_count(arm, 20) == 0
    assert arm.engine.status.phase == "paused"


def test_going_back_that_a_fault_came_before_does_not_begin_when_the_fault_is_cleared() -> None:
    arm = until_asked(FakeArm(DRINK, takes=20), 8)
    arm.brakes = 5
    arm.engine.undo()
    arm.ready, arm.fault = False, "A joint is blocked"
    assert motion_count(arm, 10) == 0
    arm.ready, arm.fault = True, ""
    assert motion_count(arm, 20) == 0
    assert arm.engine.status.phase == "paused"


def test_nothing_new_is_asked_before_the_arm_has_come_to_rest() -> None:
    arm = until_asked(FakeArm(DRINK, takes=20), 7)
    arm.brakes = 10
    arm.engine.pause()
    arm.turn()
    arm.engine.resume()
    assert motion_count(arm, 8) == 0
    until_asked(arm, 999)
    assert arm.engine.status.phase == "done"
