"""Alerts are said first and to their end; lit tiles do not talk over them."""

from armctl.clock import SteppedClock
from ui.announcer import Announcer
from ui.page import Line, Page, Tile
from ui.speech import NullVoice


def made():
    clock, voice = SteppedClock(), NullVoice()
    return Announcer(voice, clock), voice, clock


ALERT = Page("Stopped", lines=(Line("The elbow is blocked"), Line("Take it away.")), alert=True)
CUP = Tile("cup", "Drink", "cup", value="now")


def test_an_alert_is_said_once_with_all_its_words():
    announcer, voice, _ = made()
    for _ in range(3):
        announcer.update("alert", ALERT)
    assert voice.said == ["The elbow is blocked Take it away."]


def test_a_lit_tile_waits_for_the_end_of_an_alert():
    announcer, voice, clock = made()
    announcer.update("alert", ALERT)
    announcer.lit(CUP)
    assert len(voice.said) == 1
    clock.advance(5.0)
    announcer.lit(CUP)
    assert voice.said[-1] == "Drink now"


def test_each_step_of_a_task_is_said():
    announcer, voice, _ = made()
    for doing in ("Reaching", "Reaching", "Lifting"):
        announcer.update("running", Page("Drink", lines=(Line(doing), Line("then"))))
    assert voice.said == ["Reaching", "Lifting"]


def test_screens_with_nothing_to_tell_are_silent():
    announcer, voice, _ = made()
    announcer.update("home", Page("Home"))
    announcer.update("move", Page("Move", lines=(Line("Stick: up, down", "soft"),)))
    assert voice.said == []
