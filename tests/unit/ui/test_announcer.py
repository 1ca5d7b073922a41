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
    assert voice.said == ["The elbow is blocked. Take it away."]


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


def test_who_comes_to_a_screen_hears_its_name_once_and_what_it_has_to_tell():
    announcer, voice, _ = made()
    for _ in range(3):
        announcer.update("home", Page("Home"))
    announcer.update("home", Page("Home", lines=(Line("Drink: done."),)))
    announcer.update("move", Page("Move", lines=(Line("Stick: up, down", "soft"),)))
    announcer.update("help", Page("Help", lines=(Line("Any press stops", "title"), Line("At once."))))
    assert voice.said == ["Home", "Drink: done.", "Move", "Help. Any press stops. At once."]


def test_the_test_of_the_stop_says_when_to_press_at_once():
    announcer, voice, _ = made()
    urgent = []
    voice.say = lambda text, interrupt=True: urgent.append((text, interrupt))
    announcer.update("stop_test", Page("Stop test", (CUP,), (Line("Start it."),)))
    announcer.update(
        "stop_test", Page("Stop test", lines=(Line("Test"), Line("Press now.")), banner="Press", banner_look="warn")
    )
    assert urgent == [("Start it.", False), ("Press now.", True)]


def test_a_tile_that_was_lit_while_something_was_said_is_said_afterwards_if_it_is_still_lit():
    announcer, voice, clock = made()
    page = Page("Home", (CUP,))
    announcer.update("home", page)
    announcer.lit(Tile("hand", "Hand over", "hand"))
    announcer.lit(CUP)
    assert voice.said == ["Home"]
    clock.advance(1.0)
    announcer.update("home", page)
    announcer.update("home", page)
    assert voice.said == ["Home", "Drink now"]


def test_a_tile_that_waited_is_not_said_on_another_screen():
    announcer, voice, clock = made()
    announcer.update("alert", ALERT)
    announcer.lit(CUP)
    clock.advance(10.0)
    announcer.update("home", Page("Home"))
    assert "Drink now" not in voice.said


def test_a_setting_that_was_changed_is_said_with_its_new_value():
    announcer, voice, _ = made()
    for value in ("40 %", "40 %", "50 %"):
        announcer.update("settings", Page("Settings", (Tile("faster", "Arm faster", "plus", value=value),)))
    assert voice.said == ["Settings", "Arm faster 50 %"]


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
    lines = (Line("Choose this one: Cup", "title"), Line("3 of 5"))
    announcer.update("practice_play", Page("Choose", (CUP,), lines))
    assert voice.said == ["Choose this one: Cup"]  # and not how far one is, which changes all the time
