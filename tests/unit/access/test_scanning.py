"""The highlight."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.scanning import Scan
from armctl.config.user import ScanConfig

ITEMS = ("a", "b", "c")


def scan(**settings: object) -> Scan:
    made = Scan(ScanConfig.model_validate({"interval": 1.0, "first_extra": 0.5, "rounds": 2, **settings}))
    assert made.replace(ITEMS, 0.0) == "a"
    return made


def test_the_first_item_gets_extra_time_and_each_other_one_interval() -> None:
    s = scan()
    times = [k / 10 for k in range(50)]
    seen = [(now, lit) for now in times for lit in s.advance(now)]
    assert seen == [(1.5, "b"), (2.5, "c"), (3.5, "a")]


def test_after_its_rounds_the_highlight_rests_until_it_is_started_again() -> None:
    s = scan()
    assert s.advance(100.0) == ["b", "c", "a", "b", "c"]
    assert s.resting
    assert s.lit is None
    assert s.time_left(100.0) == 0.0
    assert s.restart(101.0) == "a"
    assert not s.resting
    assert s.advance(102.5) == ["b"]


@given(st.lists(st.floats(0.0, 0.9), min_size=1, max_size=40))
def test_where_the_highlight_is_does_not_depend_on_how_often_it_is_asked(steps: list[float]) -> None:
    often, once, now, lit = scan(), scan(), 0.0, []
    for step in steps:
        now += step
        lit += often.advance(now)
    assert once.advance(now) == lit
    assert once.lit == often.lit
    assert once.time_left(now) == pytest.approx(often.time_left(now))


@given(st.floats(0.0, 6.4))
def test_what_was_lit_at_any_earlier_time_is_remembered(asked: float) -> None:
    live, later = scan(), scan()
    live.advance(asked)
    later.advance(8.0)
    assert later.lit_at(asked) == live.lit


def test_before_a_screen_was_there_nothing_was_lit_on_it() -> None:
    s = scan()
    s.forget()
    s.replace(("x", "y"), 5.0)
    assert s.lit_at(4.999) is None
    assert s.lit_at(5.0) == "x"


def test_time_left_falls_from_one_to_zero_on_each_item() -> None:
    s = scan()
    assert s.time_left(0.0) == 1.0
    assert s.time_left(0.75) == pytest.approx(0.5)
    s.advance(1.5)
    assert s.time_left(1.5) == 1.0
    assert s.time_left(9.0) == 0.0


@pytest.mark.parametrize("method", ["step", "direct"])
def test_without_auto_scanning_only_a_switch_moves_the_highlight(method: str) -> None:
    s = scan(method=method)
    assert s.advance(1000.0) == []
    assert [s.move(1, 1001.0), s.move(1, 1002.0), s.move(1, 1003.0), s.move(-1, 1004.0)] == ["b", "c", "a", "c"]


def test_a_single_item_stays_lit() -> None:
    s = Scan(ScanConfig(rounds=1))
    s.replace(("only",), 0.0)
    assert s.advance(1000.0) == []
    assert s.lit == "only"
    assert s.time_left(1000.0) == 1.0


def test_frozen_means_out_until_restarted_at_the_first_item() -> None:
    s = scan()
    s.advance(1.6)
    s.freeze(2.0)
    assert s.lit is None
    assert not s.resting
    assert s.advance(50.0) == []
    assert s.move(1, 50.0) is None
    assert s.restart(60.0) == "a"


def test_the_highlight_stays_on_its_item_when_others_change() -> None:
    s = scan()
    s.advance(1.5)
    assert s.replace(("z", "a", "b"), 1.6) is None
    assert s.lit == "b"
    assert s.replace(("x", "y"), 1.7) == "x"


def test_moving_on_while_it_rests_starts_again_at_the_first() -> None:
    s = scan()
    s.advance(100.0)
    assert s.move(1, 101.0) == "a"


def test_no_items_is_nothing_lit() -> None:
    s = Scan(ScanConfig())
    assert s.replace((), 0.0) is None
    assert s.lit is None
    assert not s.resting
    assert s.move(1, 1.0) is None
    assert s.lit_at(0.0) is None


def test_what_is_lit_while_paused_cannot_be_chosen() -> None:
    s = scan()
    s.pause(0.5)
    assert s.lit == "a"
    assert s.lit_at(0.6) is None
    assert s.lit_at(0.4) == "a"
    assert s.advance(100.0) == []
    assert s.resume(100.0) == "a"
    assert s.lit_at(100.0) == "a"
    assert s.advance(101.5) == ["b"]


def test_a_tile_that_becomes_part_of_a_row_is_not_entered_by_itself() -> None:
    s = scan()
    assert s.replace((("a", "b"), ("c", "d")), 0.5) == ("a", "b")
    assert s.choose(("c", "d"), 1.0) == "c"
    assert s.replace((("a", "b"), ("d", "c")), 1.1) is None
    assert s.lit == "c"
    assert s.leave(1.2) == ("d", "c"), "it is still in the row"


def test_a_group_is_entered_left_by_a_switch_and_left_after_its_rounds() -> None:
    s = Scan(ScanConfig(interval=1.0, first_extra=0.0, inner_extra=0.5, rounds=3, inner_rounds=1))
    s.replace((("a", "b"), "c"), 0.0)
    assert s.choose(("a", "b"), 0.5) == "a"
    assert s.leave(0.6) == ("a", "b")
    assert s.choose(("a", "b"), 1.0) == "a"
    assert s.advance(2.4) == []
    assert s.advance(3.4) == ["b"]
    assert s.advance(3.6) == [("a", "b")]
    assert s.leave(3.7) == "c"
    assert s.choose("c", 3.8) is None
    assert s.choose(("x", "y"), 3.8) is None


def test_a_held_switch_lets_the_highlight_move_and_letting_go_stops_it() -> None:
    s = scan(method="inverse")
    assert s.advance(100.0) == []
    assert s.run(100.0) is None
    assert s.advance(103.0) == ["b", "c"]
    s.halt()
    assert s.advance(200.0) == []
    assert s.lit == "c"


def test_a_hidden_highlight_comes_back_where_it_was() -> None:
    s = scan(method="step", hide_after=4.0)
    s.move(1, 1.0)
    s.advance(6.0)
    assert s.lit is None
    assert s.resting
    assert s.lit_at(4.9) == "b"
    assert s.lit_at(5.1) is None
    assert s.wake(7.0) == "b"


def test_auditory_scanning_never_goes_faster_than_its_cues() -> None:
    s = scan(interval=0.2, auditory=True, cue_time=0.9, first_extra=0.0)
    assert s.advance(0.85) == []
    assert s.advance(0.95) == ["b"]


def test_what_is_pointed_at_is_lit_wherever_it_is_in_the_plan() -> None:
    s = Scan(ScanConfig(method="direct"))
    s.replace((("a", "b"), ("c", "d")), 0.0)
    s.point("d", 1.0)
    assert (s.lit, s.lit_at(0.9), s.lit_at(1.0)) == ("d", ("a", "b"), "d")
    s.point("nothing of this screen", 2.0)
    assert s.lit == "d"
    s.freeze(3.0)
    s.point("a", 3.5)
    assert s.lit is None, "while nothing can be chosen nothing is lit"


def test_it_comes_back_where_it_was_as_long_as_that_is_there() -> None:
    s = scan(method="direct")
    for there, back in ((("x", "b", "y"), "b"), (("x", "y"), "x")):
        s.replace(ITEMS, 0.0)
        s.point("b", 1.0)
        s.freeze(2.0)
        s.replace(there, 3.0)
        assert s.lit is None
        assert s.again(4.0) == back
    s.freeze(5.0)
    s.forget()
    assert s.again(6.0) == "x", "on another screen it begins anew"


def test_what_was_put_out_comes_back_with_the_next_move_and_a_pause_keeps_it() -> None:
    s = scan(method="direct")
    s.move(1, 0.5)
    s.put_out(1.0)
    assert (s.lit, s.resting, s.lit_at(0.9), s.lit_at(1.0)) == (None, True, "b", None)
    assert s.move(1, 2.0) == "b"
    s.pause(3.0)
    s.put_out(4.0)
    assert s.lit == "b"


def test_while_something_else_is_said_the_highlight_waits_and_then_has_its_whole_time() -> None:
    s = scan(first_extra=0.0)
    s.advance(1.5)
    assert s.lit == "b"
    s.wait(5.0)
    assert s.advance(5.9) == []
    assert s.time_left(4.0) == 1.0
    assert s.advance(6.0) == ["c"]
    assert s.advance(7.0) == ["a"], "and goes on as ever"
