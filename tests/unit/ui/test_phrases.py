"""Finished English sentences become sentences of another language, with their figures and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.safety.codes import Code
from armctl.safety.faults import FAULTS, Finding
from ui.phrases import Phrases, template
from ui.text import phrases

WORDS = {
    "The {joint} joint is at {value:.1f} °C; the limit is {limit:.0f} °C.": "{limit} °C riba, {joint|gen} {value} °C.",
    "The connection was lost. {detail}": "Ryšys nutrūko. {detail}",
    "Check the plug.": "Patikrinkite kištuką.",
    "Gripping {held}": "Imu {held|acc}",
    "{held} is still in the gripper.": "{held} dar griebtuve.",
    "{held} is back {place}": "{held} vėl {place}",
    "elbow": "alkūnė|gen=alkūnės",
    "the cup": "puodelis|acc=puodelį",
    "the shelf": "lentyna",
    "and": "ir",
    "on {place}": "ant {place|gen}",
}
LT = Phrases(WORDS)


def test_figures_and_names_are_read_back_and_put_into_the_translation():
    said = LT("The elbow joint is at 71.5 °C; the limit is 70 °C.")
    assert said == "70 °C riba, alkūnės 71,5 °C."


def test_a_name_takes_the_form_that_the_sentence_asks_for():
    assert LT("Gripping the cup") == "Imu puodelį"
    assert LT("the cup") == "puodelis"


def test_a_name_that_nobody_knows_stays_as_its_owner_wrote_it():
    assert LT("Gripping mano stiklinė") == "Imu mano stiklinė"


def test_a_preposition_is_put_before_a_name_without_such_a_form():
    french = Phrases({"Near {thing}": "Près {thing|de}", "the cup": "le gobelet|de=du gobelet"})
    assert french("Near the cup") == "Près du gobelet"
    assert french("Near Marie") == "Près de Marie"


def test_a_sentence_begins_with_a_capital_in_every_language():
    assert LT("The cup is still in the gripper.") == "Puodelis dar griebtuve."


def test_several_sentences_are_said_one_by_one():
    assert LT("Check the plug. The cup is still in the gripper.") == "Patikrinkite kištuką. Puodelis dar griebtuve."


def test_a_sentence_within_a_sentence_is_said_too():
    assert LT("The connection was lost. Check the plug.") == "Ryšys nutrūko. Patikrinkite kištuką."


def test_a_place_that_stayed_empty_leaves_no_gap():
    assert LT("The connection was lost. ") == "Ryšys nutrūko."


def test_names_in_a_list_are_said_one_by_one():
    assert LT("Gripping the cup and the shelf") == "Imu puodelį ir lentyna"


def test_what_is_not_known_stays_as_it_is():
    assert LT("Something else.") == "Something else."


def test_an_endless_text_is_left_alone():
    assert LT("Check. " * 500) == ("Check. " * 500)


def test_a_message_of_nothing_but_places_is_no_template():
    assert template("{reason} {question}", "x") is None
    assert template("Home", "x") is None


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    assert isinstance(LT(text), str)


@given(value=st.floats(-1e4, 1e4), limit=st.floats(0, 1e4))
def test_every_figure_comes_through(value, limit):
    said = LT(f"The elbow joint is at {value:.1f} °C; the limit is {limit:.0f} °C.")
    assert f"{value:.1f}".replace(".", ",") in said
    assert f"{limit:.0f} °C riba" in said


@pytest.mark.parametrize("language", ["lt", "de", "fr", "es"])
@pytest.mark.parametrize("code", list(Code))
def test_every_fault_is_told_without_a_word_of_english(code, language):
    catalogue = phrases(language)
    fault = Finding(code, "elbow_flex", 12.34, 10.0, "Table").fault()
    for text in (FAULTS[code].title, fault.message, fault.remedy):
        said = catalogue.say(text)
        assert said.foreign < 0.5, said
        assert said.words != text


@pytest.mark.parametrize("language", ["lt", "de", "fr", "es"])
@pytest.mark.parametrize(
    "text",
    [
        "The arm stays off: The elbow flex joint is at 71 °C; the limit is 70 °C.",
        "The turn of the shoulder is near its limit.",
        "The way leads along a limit: The elbow is at its limit.",
        "Then: puts the cup on your hand",
        "The point, 0.62 m from the base, is too far by 0.11 m. Choose a point at least 0.11 m nearer.",
        "The end of the way is out of reach: the elbow and the turn of the wrist are at their limits.",
        "No answer from shoulder_pan (servo 1), elbow_flex (servo 3); nothing was switched on. Check its plug.",
        "The arm's control stopped (exit code 3). The arm stays where it is.",
        "The cup is still in the gripper. Go on, or cancel?",
        "Slow: the hand is close to the Stand at your hand.",
        "The screen does not answer. The arm holds still.",
        "The joystick0 is gone. Check its plug or its battery.",
    ],
)
def test_sentences_as_they_come_are_said_without_a_word_of_english(text, language):
    assert phrases(language).say(text).foreign < 0.5, phrases(language)(text)


def test_a_sentence_that_nobody_knows_is_not_half_translated():
    text = "Quite unknown, and long, and of no use to anybody who reads it."
    assert phrases("de")(text) == text
