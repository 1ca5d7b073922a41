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


def test_what_is_lit_makes_a_sound_and_is_said_aloud_where_there_is_one_channel():
    announcer, voice, _ = made()
    announcer.lit(CUP, private=True)
    assert (voice.said, voice.cued, voice.played) == (["Drink now"], [], ["lit"])


def test_cues_of_auditory_scanning_go_to_the_person_alone_even_during_an_alert():
    voice = NullVoice(private=True)
    announcer = Announcer(voice, SteppedClock())
    announcer.update("alert", ALERT)
    announcer.lit(CUP, private=True)
    announcer.lit(CUP)
    assert voice.cued == ["Drink now"]
    assert len(voice.said) == 1


def test_moving_and_stopping_are_heard_once_each():
    announcer, voice, _ = made()
    for moving in (False, True, True, False, False, True):
        announcer.update("move", Page("Move"), moving)
    assert voice.played == ["moving", "stopped", "moving"]


def test_an_alert_begins_with_its_sound_and_a_choice_has_its_own():
    announcer, voice, _ = made()
    announcer.chosen()
    for _ in range(3):
        announcer.update("alert", ALERT)
    assert voice.played == ["chosen", "problem"]


def test_labels_of_a_new_page_are_made_ready_once():
    announcer, voice, _ = made()
    asked = []
    voice.prepare = asked.append
    for _ in range(3):
        announcer.update("home", Page("Home", (CUP,)))
    announcer.update("home", Page("Home"))
    assert asked == [("Drink now",), ()]


def test_what_to_do_in_a_game_is_said():
    announcer, voice, _ = made()
    announcer.update("practice_play", Page("Choose", (CUP,), (Line("Choose this one: Cup", "title"),)))
    assert voice.said == ["Choose this one: Cup"]
