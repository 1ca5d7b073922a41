"""Lines of G-code taken apart, with Grbl's own numbers for what is wrong."""

import pytest

from sim.emulators.gcode.grbl_words import Refusal, clean, words


def test_spaces_comments_and_small_letters_do_not_count():
    assert clean(" g1 x-1.5 (to the left) f100 ; fast") == "G1X-1.5F100"
    assert clean("(only a comment") == ""


def test_a_line_is_its_words():
    found = words("G90G1X-1.5Y.5F+100M8")
    assert found.g == (90.0, 1.0)
    assert found.m == (8,)
    assert found.values == {"X": -1.5, "Y": 0.5, "F": 100.0}


@pytest.mark.parametrize(
    ("line", "number"),
    [("1X", 1), ("X", 2), ("G1X--1", 2), ("G1X1X2", 25), ("G123", 20), ("M99", 20), ("G0G1X1", 21), ("G90G90", 21)],
)
def test_what_is_wrong_has_the_number_of_the_documents(line, number):
    with pytest.raises(Refusal) as refusal:
        words(line)
    assert refusal.value.number == number
