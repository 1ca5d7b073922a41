"""Rows, groups and halves; and a highlight that waits, hides and speaks."""

from __future__ import annotations

import pytest

from armctl.access.actions import Lit, Select
from tests.support.switch_person import Person, tiles

# Rows, groups, halves


def test_a_row_is_chosen_first_and_then_a_tile_of_it() -> None:
    person = Person(tiles(6), scan={"pattern": "row_column"})
    assert person.lit == ("a", "b", "c")
    person.until_lit("d", "e", "f")
    assert person.press() == []
    assert person.lit == ("d",)
    person.until_lit("e")
    person.wait(0.35)
    assert person.press()[0] == Select("e", pytest.approx(person.now - 0.11))


def test_the_row_lit_when_the_press_began_counts() -> None:
    person = Person(tiles(6), scan={"pattern": "row_column"}, switch={"acceptance": 0.5})
    person.wait(0.9)
    person.press(hold=0.6)
    assert person.lit == ("a",)


def test_the_first_tile_of_a_row_has_more_time() -> None:
    person = Person(tiles(6), scan={"pattern": "row_column", "inner_extra": 2.0})
    person.press()
    person.wait(2.8)
    assert person.lit == ("a",)
    person.wait(0.5)
    assert person.lit == ("b",)


def test_a_row_in_which_nothing_is_chosen_is_left_by_itself_or_with_a_switch() -> None:
    person = Person(tiles(6), scan={"pattern": "row_column", "inner_rounds": 1})
    person.press()
    person.wait(3.1)
    assert person.lit == ("a", "b", "c")
    person.wait(0.4)
    person.press()
    assert person.lit == ("a",)
    person.press("group")
    assert person.lit == ("a", "b", "c")
    person.wait(0.4)
    person.press("group")
    assert person.lit == ("d", "e", "f")


def test_halving_finds_one_of_eight_in_three_presses() -> None:
    person = Person(tiles(8), scan={"pattern": "binary", "method": "step"}, switch={"post_acceptance": 0.0})
    assert person.lit == ("a", "b", "c", "d")
    for wanted in (("e", "f", "g", "h"), ("g", "h")):
        person.press("next")
        assert person.lit == wanted
        person.press()
    person.press("next")
    person.press()
    assert [a.item for a in person.of(Select)] == ["h"]  # type: ignore[attr-defined]


# Pause, hiding, cues


def test_a_paused_scan_stands_still_and_a_press_only_lets_it_go_on() -> None:
    person = Person()
    person.until_lit("b")
    person.wait(0.4)
    person.press("pause")
    person.wait(30.0)
    assert person.lit == ("b",)
    assert person.pipeline.paused
    assert person.press() == []
    assert not person.pipeline.paused
    person.wait(0.4)
    assert person.press() == [Select("b", pytest.approx(person.now - 0.11))]


def test_a_highlight_that_nobody_moves_goes_out_and_comes_back_where_it_was() -> None:
    person = Person(scan={"method": "step", "hide_after": 5.0})
    person.press("next")
    person.wait(5.0)
    assert person.lit == ()
    assert person.press() == []
    assert person.lit == ("b",)
    person.wait(0.4)
    assert person.press() == [Select("b", pytest.approx(person.now - 0.11))]


def test_auditory_scanning_leaves_time_for_each_cue_and_marks_it_as_private() -> None:
    person = Person(scan={"interval": 0.3, "auditory": True, "cue_time": 0.8})
    person.wait(0.5)
    assert person.lit == ("a",)
    person.wait(0.4)
    assert person.lit == ("b",)
    assert {a.cue for a in person.of(Lit)} == {0.8}  # type: ignore[attr-defined]
    assert {a.cue for a in Person().of(Lit)} == {0.0}  # type: ignore[attr-defined]
