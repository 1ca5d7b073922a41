"""What must hold for persons on their way, before the real screen; longer ways: ``python -m tests.journeys``."""

from __future__ import annotations

import itertools

import pytest

from armctl.config.load import builtin, load
from armctl.config.user import UserConfig
from tests.journeys.hands import Pointer
from tests.support.ui_person import Person
from ui.text import use_language


@pytest.fixture(autouse=True)
def english():
    yield
    use_language("en")


def sits_down(profile="one_switch_auto", mode="ready", **changes):
    """Return somebody before a screen whose small session does what the arm would."""
    given = load(builtin("users", profile), UserConfig).model_dump()
    return Person(UserConfig.model_validate({**given, "stop_test": "press", **changes}), mode=mode)


def press_does(person):
    return next(line for line in person.view.text.split("\n") if " = " in line or line == "Please wait")


def test_a_head_that_has_no_switch_reads_how_to_stop_and_stops():
    person = sits_down("head_mouse", mode="disarmed", preview={"enabled": False})
    person.presses = 0
    hand = Pointer(person, 6.0)
    hand.choose("enable")
    assert "Move the pointer in the large field now." in person.view.text
    hand.stop()
    person.until(lambda: person.session.snapshot.mode == "ready", 2.0)
    hand.choose("task:drink")
    hand.rest(0.2)
    assert press_does(person) == "Large field = STOP"
    assert "The large field stops the arm" in person.view.text
    hand.stop()
    assert person.session.task.phase == "paused"


def test_somebody_asleep_on_the_switch_sets_nothing_in_motion_and_reads_that_they_have_to_let_go():
    person = sits_down()
    person.until(lambda: person.view.lit == "task:drink")
    person.wait(0.3)
    person.key(True)
    person.wait(4.0)
    assert person.session.task is None
    assert press_does(person) == "Let go = Drink"
    person.wait(12.0)  # longer than a switch may be held
    person.key(False)
    person.wait(3.0)
    assert person.session.task is None
    assert person.view.screen == "home"


def test_who_presses_in_panic_chooses_nothing_and_reads_that_they_have_to_wait():
    person = sits_down()
    person.choose("task:drink")
    person.until(lambda: person.session.snapshot.mode == "moving")
    for _ in range(4):
        person.press(0.1)
        person.wait(0.25)
    assert press_does(person) == "Please wait"
    person.wait(0.5)
    assert person.session.task.phase == "paused"
    assert person.view.preview is None
    person.until(lambda: person.view.lit is not None, 3.0)


def test_who_stops_the_arm_neither_reads_nor_hears_that_it_goes_back():
    person = sits_down()
    person.choose("task:drink")
    person.until(lambda: person.session.snapshot.mode == "moving")
    person.wait(0.3)
    person.voice.said.clear()
    person.key(True)
    assert "Going back" not in person.view.text
    person.key(False)
    person.wait(1.0)
    assert person.voice.said[0] == "Stopping"
    assert "Going back" not in person.voice.said


def test_nothing_is_said_twice_in_a_row_on_the_way_through_a_task():
    person = sits_down()
    person.choose("task:drink")
    person.until(lambda: person.session.task is not None and person.session.task.phase == "waiting", 20.0)
    person.wait(3.0)
    said = [one for one in person.voice.said if one not in {"I have drunk", "Another sip"}]
    assert "Another sip?" in said
    assert all(one != after for one, after in itertools.pairwise(said))


def test_who_scans_by_ear_hears_where_they_are_what_is_lit_and_what_changed():
    scan = {"method": "auto", "interval": 1.2, "first_extra": 0.8, "rounds": 3, "auditory": True}
    person = sits_down(mode="disarmed", scan=scan)
    person.wait(10.0)
    assert {"Switch on", "Practise"} <= set(person.voice.said)
    person.choose("enable")
    person.wait(0.3)
    assert "Press your switch now" in person.voice.said[-1]
    person.press()
    person.wait(3.0)
    assert {"What shall I do?", "Drink"} <= set(person.voice.said)
    person.choose("settings")
    person.wait(0.3)
    assert "Settings" in person.voice.said
    person.choose("slower")
    person.wait(0.2)
    assert any(one.startswith("Arm slower 40") for one in person.voice.said[-2:])


def test_who_lets_go_to_choose_is_told_to_wait_while_nothing_can_be_chosen():
    person = sits_down("inverse")
    person.key(True)
    person.wait(1.0)
    assert press_does(person) == "Let go = Drink"
    person.key(False)
    person.until(lambda: person.session.snapshot.mode == "moving")
    person.press()
    person.until(lambda: person.session.snapshot.mode == "ready")
    person.wait(0.2)
    assert press_does(person) == "Please wait"
    person.wait(1.5)
    assert press_does(person) == "Hold = move the frame"


def test_a_carer_takes_over_with_the_mouse_and_the_persons_switch_still_stops():
    person = sits_down()
    x, y, w, h = next(item.rect for item in person.view.items if item.id == "task:hand_over")
    for pressed in (True, False):
        person.click(pressed, (x + w // 2, y + h // 2))
        person.wait(0.1)
    person.until(lambda: person.session.snapshot.mode == "moving", 6.0)
    person.key(True)
    assert person.session.snapshot.mode == "stopping"
    person.key(False)
    assert person.session.task.phase == "paused"


@pytest.mark.parametrize("language", ["lt", "en"])
def test_every_screen_on_the_way_says_its_name_in_the_persons_language(language):
    use_language(language)
    person = sits_down(language=language)
    desk = person.app._desk
    for screen in ("settings", "look", "me", "practice", "help", "home"):
        desk.go_to(screen)
        person.frames(3)
        title = person.app._show.page.title
        assert any(said.startswith(title) for said in person.voice.said[-2:]), screen
