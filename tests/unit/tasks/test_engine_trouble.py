"""The task engine when something goes wrong."""

from __future__ import annotations

import math

import pytest

from armctl.tasks.errand import PATIENCE
from armctl.tasks.requests import GoTool, GripTo, Halt
from tests.unit.tasks.errands import DRINK, MOTIONS, at_mouth, motion_count, until_asked
from tests.unit.tasks.fake_arm import SCENE, FakeArm


@pytest.mark.parametrize("at", range(1, MOTIONS + 1))
def test_a_motion_that_is_stopped_leaves_the_task_standing_until_the_person_goes_on(at: int) -> None:
    arm = until_asked(FakeArm(DRINK), at)
    arm.stop()
    arm.run("paused")
    status = arm.engine.status
    assert (status.question, status.reason) == ("Go on, or cancel?", "Because.")
    assert motion_count(arm) == 0
    interrupted = arm.asked[-1]
    arm.engine.resume()
    until_asked(arm, at + 1)
    assert arm.asked[-1] == interrupted
    until_asked(arm, 999)
    assert arm.engine.status.phase == "done"
    assert math.dist(arm.foot(), SCENE.places["shelf"].xyz) < 1e-6


@pytest.mark.parametrize("at", range(1, MOTIONS + 1))
def test_a_motion_that_is_refused_fails_says_why_and_can_be_tried_again(at: int) -> None:
    arm = FakeArm(DRINK)
    arm.fates = {at: "refused"}
    until_asked(arm, at)
    arm.run("failed")
    assert arm.engine.status.reason == "Because."
    assert motion_count(arm) == 0
    arm.engine.resume()
    until_asked(arm, 999)
    assert arm.engine.status.phase == "done"


@pytest.mark.parametrize("at", range(1, MOTIONS + 1))
def test_after_a_cancel_nothing_moves_any_more(at: int) -> None:
    arm = until_asked(FakeArm(DRINK), at)
    held = arm.holding
    arm.engine.cancel()
    assert any(isinstance(r, Halt) for r in arm.turn())
    assert not arm.moving
    for act in (arm.engine.resume, arm.engine.select, arm.engine.undo, arm.engine.pause):
        act()
        assert motion_count(arm, 5) == 0
    status = arm.engine.status
    assert status.over
    assert ("still in the gripper" in status.reason) == (held and arm.holding)


@pytest.mark.parametrize("at", range(1, MOTIONS + 1))
def test_a_pause_halts_and_going_on_completes_the_task(at: int) -> None:
    arm = until_asked(FakeArm(DRINK), at)
    arm.engine.pause()
    assert any(isinstance(r, Halt) for r in arm.turn())
    assert motion_count(arm) == 0
    arm.engine.resume()
    until_asked(arm, 999)
    assert arm.engine.status.phase == "done"


def test_jaws_that_close_on_nothing_are_a_question_and_trying_again_opens_draws_back_and_reaches_anew() -> None:
    arm = FakeArm(DRINK)
    arm.grips = False
    arm.run("failed")
    assert arm.engine.status.reason == "The gripper closed on nothing."
    assert arm.engine.status.question == "Try again, or cancel?"
    count = len(arm.asked)
    arm.grips = True
    arm.engine.resume()
    until_asked(arm, count + 4)
    opened, back, way_in, closed = arm.asked[count:]
    assert isinstance(opened, GripTo)
    assert opened.opening > 0.5
    assert isinstance(back, GoTool)
    assert isinstance(way_in, GoTool)
    assert math.dist(back.position, way_in.position) == pytest.approx(0.09)
    assert closed == GripTo(0.0)
    at_mouth(arm)


def test_a_cup_lost_on_the_way_stops_the_task() -> None:
    arm = until_asked(FakeArm(DRINK, takes=100), 7)
    assert arm.holding
    arm.lose()
    arm.turn(0.5)
    assert arm.engine.status.phase == "running", "one odd reading is no loss"
    requests = [r for _ in range(60) for r in arm.turn()]
    assert any(isinstance(r, Halt) for r in requests)
    assert arm.engine.status.phase == "failed"
    assert "The cup seems to be lost" in arm.engine.status.reason
    arm.engine.resume()
    assert motion_count(arm) == 0, "there is nothing to go on with"
    assert arm.engine.status.phase == "failed"


def test_a_cup_that_only_seemed_lost_is_carried_on() -> None:
    arm = until_asked(FakeArm(DRINK, takes=100), 7)
    held = arm._held
    arm.lose()
    for _ in range(60):
        arm.turn()
    arm._held = held
    arm.turn()
    arm.engine.resume()
    at_mouth(arm)


def test_jaws_that_open_slowly_to_put_down_are_no_loss() -> None:
    arm = until_asked(FakeArm(DRINK, takes=100), 13)
    assert isinstance(arm.asked[-1], GripTo)
    arm.turn()
    arm.lose()
    until_asked(arm, 999)
    assert arm.engine.status.phase == "done"


def test_a_cup_that_is_not_where_it_can_be_gripped_fails_in_words() -> None:
    arm = FakeArm(DRINK)
    arm.cup[:3, :3] = [[1, 0, 0], [0, 0, -1], [0, 1, 0]]
    arm.run("failed")
    assert "The cup has fallen over" in arm.engine.status.reason
    arm.cup[:3, :3] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    arm.engine.resume()
    at_mouth(arm)


def test_a_gripper_that_holds_something_else_reaches_for_nothing() -> None:
    arm = FakeArm(DRINK, seen=False)
    arm._held = arm.cup
    arm.engine._program.advance()
    arm.run("failed")
    assert "already holds something" in arm.engine.status.reason
    assert arm.asked == []


def test_nothing_is_asked_while_the_arm_is_not_ready() -> None:
    arm = FakeArm(DRINK)
    arm.ready = False
    assert motion_count(arm, 10) == 0
    arm.turn(PATIENCE + 0.1)
    arm.turn()
    assert arm.engine.status.phase == "paused"
    assert "not ready" in arm.engine.status.reason
    arm.ready = True
    arm.engine.resume()
    at_mouth(arm)


def test_going_on_takes_the_question_away() -> None:
    arm = until_asked(FakeArm(DRINK), 2)
    arm.engine.pause()
    assert arm.engine.status.question
    arm.engine.resume()
    assert arm.engine.status.question == ""


def test_a_fault_pauses_and_its_title_is_the_reason() -> None:
    arm = until_asked(FakeArm(DRINK), 4)
    arm.fault, arm.ready = "Shoulder blocked", False
    arm.stop()
    arm.turn()
    assert arm.engine.status.phase == "paused"
    assert "Shoulder blocked" in arm.engine.status.reason
    arm.fault, arm.ready = "", True
    arm.engine.resume()
    at_mouth(arm)


def test_an_arm_that_never_answers_pauses_the_task() -> None:
    arm = FakeArm(DRINK)
    arm.engine.update(arm.view())
    for _ in range(100):
        arm.now += 0.02
        arm.engine.update(arm.view())
    assert arm.engine.status.phase == "paused"
    assert "did not answer" in arm.engine.status.reason


def test_a_hand_that_was_moved_during_a_pause_begins_its_step_anew() -> None:
    arm = until_asked(FakeArm(DRINK), 4)
    arm.stop()
    arm.run("paused")
    arm.turn()
    arm.jog((0.25, -0.05, 0.2))
    arm.engine.resume()
    until_asked(arm, 5)
    begins = arm.asked[-1]
    assert isinstance(begins, GoTool)
    assert begins.path == "arc"
    at_mouth(arm)
