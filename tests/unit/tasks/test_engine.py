"""The task engine on an exact little world."""

from __future__ import annotations

import math

import pytest

from armctl.config.load import parse
from armctl.tasks.model import TaskConfig, check_task
from armctl.tasks.requests import GoJoints, GoTool, GripTo
from tests.unit.tasks.errands import DRINK, HAND_OVER, MOTIONS, at_mouth, motion_count, mouth_distance, until_asked
from tests.unit.tasks.fake_arm import ARM, HAND, SCENE, FakeArm, supported


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
