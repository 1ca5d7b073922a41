import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.emulators import words as say
from sim.emulators.words import MisunderstoodError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12.0),
        ("-3.5", -3.5),
        (".5", 0.5),
        ("4.", 4.0),
        ("7.4V", 7.4),
        ("65°C", 65.0),
        ("20ms", 20.0),
        ("9°", 9.0),
    ],
)
def test_a_number_may_carry_its_unit(text, value):
    assert say.number(text, -100.0, 100.0, "x") == value


@pytest.mark.parametrize("text", ["", "nan", "inf", "1e9", "four", "1 2", "--1", "0x10", "1_000", "٣٣x"])
def test_what_is_no_number_is_said_so(text):
    with pytest.raises(MisunderstoodError, match="not a number"):
        say.number(text, -1e12, 1e12, "x")


@given(st.floats(-1e6, 1e6), st.floats(-100, 0), st.floats(1, 100))
def test_a_number_is_within_its_limits_or_refused_with_them(value, lowest, highest):
    text = f"{value:.3f}"
    if lowest <= float(text) <= highest:
        assert say.number(text, lowest, highest, "V") == float(text)
    else:
        with pytest.raises(MisunderstoodError, match=r"outside .* to .* V"):
            say.number(text, lowest, highest, "V")


@given(st.text(max_size=20))
def test_no_text_gives_a_number_that_is_none(text):
    try:
        value = say.number(text, -math.inf, math.inf, "x")
    except MisunderstoodError:
        return
    assert math.isfinite(value)


def test_a_count_is_whole():
    assert say.whole("3", 1, 9, "answers") == 3
    with pytest.raises(MisunderstoodError, match="not a whole number"):
        say.whole("3.5", 1, 9, "answers")


@pytest.mark.parametrize(("words", "on"), [([], True), (["on"], True), (["ON"], True), (["off"], False)])
def test_on_is_what_nothing_means(words, on):
    assert say.on_or_off(words) is on


@pytest.mark.parametrize("words", [["maybe"], ["on", "please"]])
def test_neither_on_nor_off_is_refused(words):
    with pytest.raises(MisunderstoodError):
        say.on_or_off(words)


@pytest.mark.parametrize(
    ("words", "value"), [(["5%"], 0.05), (["off"], 0.0), (["100%"], 1.0), (["5"], None), ([], None)]
)
def test_a_share_is_a_percentage_or_off(words, value):
    found = say.share(words)
    assert (None if found is None else found.value) == value


@pytest.mark.parametrize("words", [["101%"], ["-1%"], ["x%"], ["5%", "more"]])
def test_a_share_out_of_range_or_with_something_behind_it_is_refused(words):
    with pytest.raises(MisunderstoodError):
        say.share(words)
