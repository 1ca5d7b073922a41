"""The task engine on an exact little world."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config.load import parse
from armctl.tasks.errand import PATIENCE
from armctl.tasks.model import TaskConfig, check_task
from armctl.tasks.requests import GoBack, GoJoints, GoTool, GripTo, Halt, Speak
from tests.unit.tasks.fake_arm import ARM, HAND, SCENE, FakeArm, supported

DRINK = parse(
    """
name = "drink"
title = "Drink"
icon = "cup"
spoken = "I will bring you a drink."
[[steps]]
do = "move_to"
pose = "home"
[[steps]]
do = "approach"
object = "cup"
[[steps]]
do = "grip"
jaws = "close"
[[steps]]
do = "lift"
[[steps]]
do = "repeat"
times = 3
ask = "Another sip?"
seconds = 20.0
[[steps.steps]]
do = "offer"
[[steps.steps]]
do = "wait"
question = "Press when you have drunk"
[[steps.steps]]
do = "retreat"
distance = 0.1
[[steps]]
do = "put_down"
[[steps]]
do = "move_to"
pose = "home"
[[steps]]
do = "say"
text = "The cup is back."
""",
    TaskConfig,
    "drink.toml",
)
HAND_OVER = parse(
    """
name = "hand_over"
title = "Hand over"
[[steps]]
do = "approach"
object = "cup"
[[steps]]
do = "grip"
jaws = "close"
[[steps]]
do = "lift"
[[steps]]
do = "move_to"
place = "stand"
above = 0.1
[[steps]]
do = "wait"
question = "Press when you hold the cup"
[[steps]]
do = "grip"
jaws = "open"
hand_over = true
[[steps]]
do = "retreat"
""",
    TaskConfig,
    "hand_over.toml",
)


def at_mouth(arm: FakeArm) -> FakeArm:
    arm.run("waiting")
    assert arm.engine.status.question == "Press when you have drunk"
    return arm


def mouth_distance(arm: FakeArm) -> float:
    assert SCENE.person is not None
    return math.dist(arm.drink_tip(), SCENE.person.mouth_xyz)


def motion_count(arm: FakeArm, turns: int = 50) -> int:
    before = len(arm.asked)
    for _ in range(turns):
        arm.turn()
    return len(arm.asked) - before


def until_asked(arm: FakeArm, count: int) -> FakeArm:
    """Run until ``count`` motions were asked for, answering questions with no."""
    for _ in range(2000):
        if len(arm.asked) >= count or arm.engine.status.over:
            break
        if arm.engine.status.phase == "waiting":
            arm.engine.select(len(arm.engine.status.choices) - 1)
        arm.turn()
    return arm


MOTIONS = 15
"""Motions of DRINK with one sip."""


def test_the_tasks_here_make_sense() -> None:
    check_task(DRINK, SCENE, ARM)
    check_task(HAND_OVER, SCENE, ARM)


@pytest.mark.parametrize("seen", [True, False], ids=["objects seen", "objects not seen"])
def test_drink_brings_the_straw_to_the_mouth_and_the_cup_back(seen: bool) -> None:
    arm = at_mouth(FakeArm(DRINK, seen=seen))
    assert mouth_distance(arm) == pytest.approx(0.025, abs=1e-6)
    assert arm.cup[2, 2] == pytest.approx(1.0)
    arm.engine.select()
    arm.run("waiting")
    assert arm.engine.status.question == "Another sip?"
    assert mouth_distance(arm) == pytest.approx(0.125, abs=1e-6)
    arm.engine.select(1)
    arm.run("done")
    assert math.dist(arm.foot(), SCENE.places["shelf"].xyz) < 1e-6
    assert not arm.holding
    assert len(arm.asked) == MOTIONS
    assert isinstance(arm.asked[-1], GoJoints)


def test_every_further_sip_is_asked_for_and_there_is_an_end() -> None:
    arm = FakeArm(DRINK)
    for _ in range(2):
        at_mouth(arm).engine.select()
        arm.run("waiting")
        assert arm.engine.status.choices == ("Yes", "No")
        arm.engine.select(0)
    at_mouth(arm).engine.select()
    arm.run("done")
    assert arm.spoken.count("Another sip?") == 2


def test_silence_after_the_question_means_no() -> None:
    arm = at_mouth(FakeArm(DRINK))
    arm.engine.select()
    arm.run("waiting")
    arm.turn(19.9)
    assert arm.engine.status.phase == "waiting"
    arm.turn(0.2)
    assert arm.engine.status.phase == "running"
    arm.run("done")
    assert math.dist(arm.foot(), SCENE.places["shelf"].xyz) < 1e-6


def test_at_the_mouth_it_waits_for_the_person_however_long_that_takes() -> None:
    arm = at_mouth(FakeArm(DRINK))
    arm.turn(3600.0)
    assert motion_count(arm) == 0
    assert arm.engine.status.phase == "waiting"


def test_the_way_in_is_level_radial_and_with_the_jaws_open_just_wide_enough() -> None:
    arm = until_asked(FakeArm(DRINK), 5)
    _, before, opened, grip, closed = arm.asked
    assert isinstance(before, GoTool)
    assert isinstance(grip, GoTool)
    assert (before.path, grip.path, before.level, grip.level) == ("arc", "line", True, True)
    assert math.dist(before.position, grip.position) == pytest.approx(0.09)
    assert before.position[2] == grip.position[2] == pytest.approx(SCENE.objects["cup"].grasp_height)
    assert HAND.back(grip.position, 0.09) == pytest.approx(before.position)
    assert opened == GripTo(pytest.approx((0.055 + 0.02) / ARM.gripper.max_opening))
    assert closed == GripTo(0.0)


def test_the_cup_is_carried_along_an_arc_and_offered_along_a_slower_line() -> None:
    arm = at_mouth(FakeArm(DRINK))
    carry, offer = arm.asked[-2:]
    assert isinstance(carry, GoTool)
    assert isinstance(offer, GoTool)
    assert (carry.path, offer.path) == ("arc", "line")
    assert offer.speed < carry.speed <= 0.5


def test_every_step_is_spoken_and_shown() -> None:
    arm = at_mouth(FakeArm(DRINK))
    fetched = ["Moving to home", "Reaching for the cup", "Gripping the cup", "Lifting the cup"]
    offered = ["Bringing the cup to your mouth", "Press when you have drunk"]
    assert arm.spoken == ["I will bring you a drink.", *fetched, *offered]


def test_the_status_says_what_it_does_and_what_comes_next() -> None:
    arm = FakeArm(DRINK)
    seen = []
    for _ in range(400):
        arm.turn()
        status = arm.engine.status
        if not seen or seen[-1] != (status.step, status.doing, status.next):
            seen.append((status.step, status.doing, status.next))
        if status.phase == "waiting":
            arm.engine.select(len(status.choices) - 1)
    assert (5, "Bringing the cup to your mouth", "Then: waits for you") in seen
    assert (6, "Waiting for you", "Then: draws back") in seen
    assert (8, "Putting the cup back", "Then: moves to home") in seen
    assert seen[-1] == (10, "Done", "")
    assert [number for number, _, _ in seen] == sorted(number for number, _, _ in seen)


def test_hand_over_waits_for_the_hand_and_only_then_lets_go() -> None:
    arm = FakeArm(HAND_OVER)
    arm.run("waiting")
    assert motion_count(arm) == 0
    assert arm.holding
    arm.engine.select()
    arm.run("done")
    assert not arm.holding
    assert arm.let_go_at[0] == pytest.approx((0.38, 0.07, 0.1))


def test_a_cup_taken_out_of_the_jaws_during_hand_over_is_no_trouble() -> None:
    arm = FakeArm(HAND_OVER)
    arm.run("waiting")
    arm.lose()
    arm.turn(5.0)
    arm.engine.select()
    arm.run("done")


def test_a_cup_that_is_held_already_is_not_fetched_again() -> None:
    first = at_mouth(FakeArm(DRINK))
    first.engine.cancel()
    first.turn()
    again = FakeArm(DRINK)
    again.tool, again.cup, again._held, again.opening = first.tool, first.cup, first._held, first.opening
    again.engine._program.advance()  # the first step goes home by joints
    again.run("waiting")
    assert not any(isinstance(r, GripTo) and r.opening > 0.0 for r in again.asked)


def test_a_rest_takes_its_time_and_own_words_are_used() -> None:
    text = """
name = "t"
title = "T"
[[steps]]
do = "wait"
seconds = 3.0
words = "One moment"
[[steps]]
do = "say"
text = "Now"
"""
    arm = FakeArm(parse(text, TaskConfig, "t.toml"))
    arm.turn()
    assert arm.engine.status.doing == "One moment"
    arm.turn(2.9)
    assert arm.spoken == ["T", "One moment"]
    arm.turn(0.2)
    assert arm.spoken == ["T", "One moment", "Now", "T: done."]
    assert arm.engine.status.phase == "done"


def test_a_question_with_a_time_goes_on_by_itself_when_it_is_over() -> None:
    text = 'name = "t"\ntitle = "T"\n[[steps]]\ndo = "wait"\nquestion = "Ready?"\nseconds = 5.0\n'
    arm = FakeArm(parse(text, TaskConfig, "t.toml"))
    arm.turn()
    arm.turn(4.9)
    assert arm.engine.status.phase == "waiting"
    arm.turn(0.2)
    arm.turn()
    assert arm.engine.status.phase == "done"


def test_an_answer_that_is_no_choice_is_ignored() -> None:
    arm = at_mouth(FakeArm(DRINK))
    arm.engine.select(5)
    arm.engine.select(-1)
    arm.turn()
    assert arm.engine.status.phase == "waiting"


@pytest.mark.parametrize("seen", [True, False], ids=["objects seen", "objects not seen"])
@pytest.mark.parametrize("sag", [0.01, 0.03])
def test_an_arm_that_gives_way_under_its_weight_still_brings_the_straw_to_the_mouth_and_the_cup_back(
    sag: float, seen: bool
) -> None:
    arm = FakeArm(DRINK, seen=seen)
    arm.sag = sag
    at_mouth(arm)
    assert mouth_distance(arm) == pytest.approx(0.025, abs=0.004)
    arm.engine.select()
    arm.run("waiting")
    arm.engine.select(1)
    arm.run("done")
    assert supported(arm.let_go_at[0])


def test_an_arm_that_cannot_come_to_where_it_should_is_not_asked_for_ever() -> None:
    arm = FakeArm(DRINK)
    arm.sag = 0.4
    with pytest.raises(AssertionError, match="never waiting"):
        arm.run("waiting", turns=400)
    assert len(arm.asked) < 20


# When something goes wrong


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


# Going back


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


# Laws

HAPPENINGS = ["stop", "pause", "resume", "select", "no", "undo", "cancel", "refuse", "obey", "miss", "catch", "fault"]
events = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from([*HAPPENINGS, "clear", "jog", "unready", "ready"])), max_size=30
)


def meddle(arm: FakeArm, event: str) -> None:
    engine = arm.engine
    match event:
        case "stop":
            arm.stop()
        case "pause" | "resume" | "undo" | "cancel" | "select":
            getattr(engine, event)()
        case "no":
            engine.select(1)
        case "refuse" | "obey":
            arm.fate = "refused" if event == "refuse" else "done"
        case "miss" | "catch":
            arm.grips = event == "catch"
        case "fault" | "clear":
            arm.fault = "Something" if event == "fault" else ""
            arm.stop()
        case "jog":
            if engine.status.phase == "paused" and not arm.holding:
                arm.stop()
                arm.jog((0.28, 0.05, 0.2))
        case "unready" | "ready":
            arm.ready = event == "ready"
            arm.stop()


@given(events, st.sampled_from([0, 3]))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_the_cup_is_let_go_only_where_it_stands_and_a_cancelled_task_never_moves(
    happenings: list[tuple[int, str]], brakes: int
) -> None:
    arm = FakeArm(DRINK)
    arm.brakes = brakes
    cancelled_at: int | None = None
    for turns, event in happenings:
        for _ in range(turns):
            arm.turn()
        meddle(arm, event)
        if arm.engine.status.phase == "cancelled" and cancelled_at is None:
            cancelled_at = len(arm.asked)
    arm.fate, arm.grips, arm.fault, arm.ready = "done", True, "", True
    for _ in range(3000):
        status = arm.engine.status
        if status.over:
            break
        if status.phase in ("paused", "failed"):
            arm.engine.resume()
        if status.phase == "waiting":
            arm.engine.select(len(status.choices) - 1)
        arm.turn()
    assert all(supported(foot) for foot in arm.let_go_at), "let go only on a place"
    if cancelled_at is None:
        assert arm.engine.status.phase == "done", "with a willing arm and person every task comes to its end"
        assert supported(arm.foot())
    else:
        assert len(arm.asked) == cancelled_at
