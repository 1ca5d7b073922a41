"""What the next press does, and what stops the arm, is always said."""

import pytest

from ui.page import Page, Tile
from ui.strip import press_words

PAGE = Page("Home", (Tile("cup", "Drink", "cup"), Tile("up", "Up", "up", holds=True)))


@pytest.mark.parametrize(
    ("lit", "held", "resting", "stops", "testing", "expected"),
    [
        ("cup", False, False, False, False, "Press = Drink"),
        ("up", False, False, False, False, "Hold = Up"),
        ("up", True, False, True, False, "Let go = STOP"),
        (None, False, False, True, False, "Press = STOP"),
        (None, False, False, True, True, "Press = test the stop"),
        (None, False, True, False, False, "Press = start again"),
        (None, False, False, False, False, "Please wait"),
    ],
)
def test_the_next_press_in_words(lit, held, resting, stops, testing, expected):
    assert press_words(PAGE, lit, held, resting, stops, testing) == expected


def test_a_screen_without_tiles_asks_for_patience():
    assert press_words(Page("Wait"), None, False, False, False, False) == "Please wait"


@pytest.mark.parametrize(
    ("mode", "word"),
    [
        ("ready", "Ready"),
        ("moving", "Moving"),
        ("stopping", "Stopping"),
        ("disarmed", "At rest"),
        ("stop_test", "Stop test"),
        ("disconnected", "No arm"),
    ],
)
def test_every_mode_has_its_word(mode, word, person):
    someone = person()
    someone.session.change(mode=mode)
    someone.session._until = 1e9
    someone.frames(1)
    assert word in someone.view.text.split("\n")


def test_connection_speed_and_stop_are_always_there(person):
    someone = person()
    assert "Simulated arm  ·  Speed 60\u00a0%" in someone.view.text
    assert "Any press stops the arm" in someone.view.text
    someone.session.change(real=True)
    someone.frames(1)
    assert "Real arm" in someone.view.text


def test_a_notice_of_the_supervisor_is_shown(person):
    someone = person()
    someone.session.change(notice="The arm is warm.")
    someone.frames(1)
    assert "The arm is warm." in someone.view.text
