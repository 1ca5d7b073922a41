"""The measurement on the real screen, with real events: nothing moves, one press takes it, another gives it back."""

import re
from datetime import UTC, datetime

import pytest

from armctl.access.fit import words
from armctl.access.fit.history import Entry, line_of
from armctl.config.profiles import choices_file, fits_file, load_profile, own_file
from armctl.config.user import ScanConfig, UserConfig
from ui.fit_live import Choices, text_of
from ui.fit_words import INTRO, NAMES
from ui.keeper import Keeper
from ui.screens.fit import FitScreen
from ui.text import _ as told_in
from ui.text import phrases, use_language

OFFER = "More choices went wrong lately"
MOVING = {"jog", "move_by", "move_to", "move_joints", "start_task", "grip", "enable"}


def measured(person, mode="ready", stars=24, user=None):
    """Only the presses, at 0.5 s after each star."""
    one = person(user=user or UserConfig(name="guest", scan=ScanConfig(interval=3.0)), mode=mode)
    desk = one.app._desk
    desk.fitting.begin(again=True)
    desk.go_to("fit")
    one.frames(20)
    one.press()
    for number in range(stars):
        one.until(lambda: one.view.lit == "cue")
        one.wait(0.4 + 0.02 * (number % 8))
        one.press()
        one.frames(2)
    one.until(lambda: one.view.screen == "fit_result")
    one.frames(3)
    return one, desk


@pytest.mark.parametrize("mode", ["ready", "disarmed"])
def test_a_measurement_moves_nothing_and_ends_with_reasons(person, mode):
    one, desk = measured(person, mode)
    assert "Your presses take" in one.view.text
    assert desk.user.scan.interval == desk.fitting.proposal.settings["scan.interval"] < 1.0
    assert not MOVING & {call[0] for call in one.session.calls}


def test_one_press_takes_it(person):
    one, desk = measured(person)
    new = desk.user.scan.interval
    one.choose("accept")
    assert one.view.screen == "home"
    assert desk.user.scan.interval == new
    assert desk.keeper.history[-1].accepted


def test_another_press_gives_the_old_ones_back(person):
    one, desk = measured(person)
    one.choose("refuse")
    assert desk.user.scan.interval == 3.0
    assert not desk.keeper.history[-1].accepted


def test_it_can_be_tried(person):
    one, desk = measured(person)
    one.choose("try")
    for _ in range(4):
        one.choose(desk.fitting.trying.wanted)
    assert one.view.screen == "fit_result"
    assert "4 / 4" in one.view.text


def test_the_proposal_stays_within_the_ceilings(person):
    user = UserConfig(name="guest", scan=ScanConfig(interval=3.0), ceilings={"interval": 2.0})
    _, desk = measured(person, user=user)
    assert desk.user.scan.interval == 2.0


def test_every_part_has_its_words_and_every_setting_its_name():
    assert set(INTRO) == {"rest", "press", "hold", "stick", "pointer"}
    assert {name.split(".")[0] for name in NAMES} == {"scan", "switch", "joystick", "dwell", "look"}


def test_what_a_press_does_is_told_in_every_part(person):
    """A press begins, counts, or goes on; while it would be too soon, that is told, and never that it chooses."""
    one = person(user=UserConfig(name="guest", scan=ScanConfig(interval=3.0)))
    desk = one.app._desk
    desk.fitting.begin(again=True)
    desk.go_to("fit")
    told = {}
    screen = FitScreen()
    for _ in range(400):
        one.frames(3)
        page = screen.page(desk)
        say = desk.fitting.course.prompt.say
        told.setdefault(say, page.press)
        if say == "intro" or (say == "cue" and one.view.lit == "cue"):
            one.wait(0.3)
            one.press()
        if say == "well":
            break
    assert told["intro"] == "Press = begin"
    assert told["wait"] == told["well"] == "Wait for the star"
    assert told["cue"] == "Press = catch the star"
    assert page.tiles[0].value == "Stars caught: 1"


@pytest.mark.parametrize("language", ["lt", "de", "fr", "es"])
def test_reasons_are_told_in_the_persons_language(language):
    """Each reason with its figures, as the screen says it: no English word is left."""
    use_language(language)
    try:
        for why in (words.interval(0.9, 1.4, 95), words.rotation(17.0, True), words.doubles(8, 0.5, 0.6),
                    words.reach(words.DIRECTIONS["ahead"], 63), words.tile(140)):  # fmt: skip
            said = phrases(language).say(why)
            assert said.foreign < 0.5
            assert said.words == told_in(why) != why
        assert not re.search(r"away from you", told_in(words.reach(words.DIRECTIONS["ahead"], 63)))
    finally:
        use_language("en")


def test_more_errors_than_expected_are_told_at_home_once_and_offered_until_measured(person, tmp_path, monkeypatch):
    """From the errors of earlier sessions and of this one to the words on the screen, and a measurement ends it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    own_file("ona").parent.mkdir(parents=True)
    own_file("ona").write_text('name = "ona"\nversion = 2\n')
    fits_file("ona").write_text(line_of(Entry(datetime.now(UTC), "", {"press_time": 0.5}, {}, True, 0.05)) + "\n")
    choices_file("ona").write_text(text_of(Choices(right=12, wrong=6)))
    keeper = Keeper(load_profile("ona"))
    one = person(user=load_profile("ona").user)
    one.app.keep_with(keeper)
    told = []
    for _time in range(3):  # to the settings by mistake, and back: the eighteenth choice and on
        one.choose("settings")
        one.choose("leave")
        one.frames(3)
        told.append(OFFER in one.view.text)
    assert told == [False, True, False]
    assert keeper.choices == Choices(right=12, wrong=9)
    one.choose("settings")
    one.choose("me")
    assert OFFER in one.view.text
    keeper.add(Entry(datetime.now(UTC), "", {"press_time": 0.6}, {}, True, 0.05))
    keeper.choices.again()
    one.frames(3)
    assert OFFER not in one.view.text
    keeper.close()


def test_a_measurement_begins_the_count_anew(person):
    one, desk = measured(person)
    desk.keeper.choices.wrong = 30
    one.choose("accept")
    assert desk.keeper.choices.wrong == 0


def test_the_way_there_is_through_the_settings(person):
    one = person()
    one.choose("settings")
    one.choose("me")
    one.choose("fit")
    assert one.view.screen == "fit"
    assert "Take it easy" in one.view.text
