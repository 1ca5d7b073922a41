"""Every way of choosing with switches, as the person meets it."""

from __future__ import annotations

import pytest

from armctl.access.actions import HoldEnd, HoldStart, Lit, ScanItem, Select, StopMotion, Warn
from armctl.access.choosing import CALM
from armctl.access.events import DeviceGone, FocusLost
from tests.support.switch_person import Person, tiles
from tests.unit.access.taps import ONE_SWITCH, one_switch, tap

# One switch, step by step


def test_with_one_switch_a_short_press_moves_on_and_a_long_one_selects() -> None:
    person = one_switch()
    assert tap(person, 0.1) == [Lit("b")]
    assert tap(person, 0.2) == [Lit("c")]
    assert tap(person, 0.5)[0] == Select("c", pytest.approx(person.now - 0.6))


def test_a_long_press_selects_when_it_is_long_enough_not_when_it_is_let_go() -> None:
    person = one_switch()
    person.change(True, "next", contact="f1")
    assert [type(a) for a in person.wait(0.39)] == []
    assert next(type(a) for a in person.wait(0.03)) is Select


def test_a_long_press_that_chose_does_nothing_more_when_it_ends() -> None:
    person = one_switch()
    tap(person, 3.0)
    assert [type(a) for a in person.of(Select)] == [Select]
    assert person.lit == ("a",)


def test_a_long_press_holds_a_direction_until_it_is_let_go() -> None:
    person = one_switch()
    person.show([ScanItem("up", "Up", holds=True)], "move")
    person.change(True, "next", contact="f1")
    assert person.wait(0.5)[-1] == HoldStart("up", pytest.approx(person.now - 0.5))
    assert person.change(False, "next", contact="f1")[0] == HoldEnd("up", person.now)


def test_presses_of_different_lengths_do_different_things() -> None:
    holds = [{"at": 0.4, "does": "back"}, {"at": 1.0, "does": "group"}, {"at": 2.0, "does": "select"}]
    contacts = [{"device": "keyboard", "contact": "f1", "does": "next", "switch": {**ONE_SWITCH, "holds": holds}}]
    person = Person(scan={"method": "step"}, contacts=contacts)
    assert tap(person, 0.2) == [Lit("b")]
    assert tap(person, 0.6) == [Lit("a")]
    assert tap(person, 1.5) == [Lit("b")]  # no groups: on to the next
    assert tap(person, 2.1)[0] == Select("b", pytest.approx(person.now - 2.2))


def test_a_contact_that_flutters_in_a_long_press_is_one_press() -> None:
    contacts = [
        {"device": "keyboard", "contact": "f1", "does": "next", "switch": {**ONE_SWITCH, "release": 0.15}},
    ]
    person = Person(scan={"method": "step"}, contacts=contacts)
    for pressed, pause in ((True, 0.2), (False, 0.1), (True, 0.2)):
        person.change(pressed, "next", contact="f1")
        person.wait(pause)
    assert [type(a) for a in person.of(Select, Lit)][:2] == [Lit, Select]
    person.change(False, "next", contact="f1")
    person.wait(1.0)
    assert len(person.of(Select)) == 1


def test_a_contact_that_bounces_open_in_a_long_press_is_one_press() -> None:
    person = one_switch()
    for pressed, pause in ((True, 0.1), (False, 0.015), (True, 0.3)):
        person.change(pressed, "next", contact="f1")
        person.wait(pause)
    assert [type(a) for a in person.of(Select, Lit)][:2] == [Lit, Select]


def test_a_long_press_that_chose_and_flutters_chooses_once() -> None:
    contacts = [{"device": "keyboard", "contact": "f1", "does": "next", "switch": {**ONE_SWITCH, "release": 0.15}}]
    person = Person(scan={"method": "step"}, contacts=contacts)
    tap(person, 0.6)
    person.wait(1.0)
    assert len(person.of(Select)) == 1
    assert person.lit == ("a",)


def test_a_long_press_that_moves_back_and_flutters_moves_back_once() -> None:
    switch = {"holds": [{"at": 0.4, "does": "back"}], "release": 0.15, "post_acceptance": 0.0}
    contacts = [{"device": "keyboard", "contact": "f1", "does": "next", "switch": switch}]
    person = Person(tiles(5), scan={"method": "step"}, contacts=contacts)
    tap(person, 0.6)
    person.wait(1.0)
    assert person.lit == ("e",)


def test_the_release_time_never_keeps_a_press_from_stopping_what_the_one_before_started() -> None:
    person = Person(switch={"release": 0.2, "post_acceptance": 0.0})
    person.press()
    assert len(person.of(Select)) == 1
    person.moving = True
    person.wait(0.08)
    assert [type(a) for a in person.change(True)] == [StopMotion]


def test_after_a_hold_ended_the_next_press_is_a_new_one_however_soon() -> None:
    person = Person([ScanItem("up", "Up", holds=True)], switch={"release": 0.5, "post_acceptance": 0.0})
    for _ in range(2):
        person.change(True)
        person.wait(0.3)
        assert type(person.change(False)[0]) is HoldEnd
        person.wait(0.1)
    assert len(person.of(HoldStart)) == 2


def test_a_switch_that_moves_on_repeats_while_it_is_held() -> None:
    switch = {"repeat_delay": 1.0, "repeat_interval": 0.5}
    person = Person(tiles(9), scan={"method": "step"}, switch=switch)
    person.change(True, "next")
    person.wait(2.6)
    assert person.lit == ("f",)  # one at once, and at 1.0, 1.5, 2.0 and 2.5 s
    person.change(False, "next")
    person.wait(2.0)
    assert person.lit == ("f",)


# Inverse


def test_inverse_scanning_moves_while_held_and_selects_what_is_lit_on_letting_go() -> None:
    person = Person(scan={"method": "inverse"})
    person.wait(5.0)
    assert person.lit == ("a",)
    person.change(True)
    person.wait(1.5)
    assert person.lit == ("b",)
    assert person.of(Select) == []
    person.change(False)
    person.wait(0.1)
    assert [a.item for a in person.of(Select)] == ["b"]  # type: ignore[attr-defined]


def test_inverse_scanning_that_went_through_its_rounds_selects_nothing() -> None:
    person = Person(scan={"method": "inverse", "rounds": 1})
    person.press(hold=4.0)
    person.wait(0.2)
    assert person.of(Select) == []
    assert person.pipeline.resting


def test_inverse_scanning_whose_switch_goes_selects_nothing() -> None:
    person = Person(scan={"method": "inverse"})
    person.change(True)
    person.wait(1.5)
    person.feed(DeviceGone(person.now, "keyboard"))
    person.change(False)
    person.wait(3.0)
    assert person.of(Select) == []


STUCK = {"maximum_hold": 3.0}


def test_letting_go_of_a_switch_that_stuck_chooses_nothing() -> None:
    person = Person(scan={"method": "inverse", "rounds": 20}, switch=STUCK)
    person.press(hold=5.0)
    person.wait(1.0)
    assert len(person.of(Warn)) == 1
    assert person.of(Select) == []
    lit = person.lit
    person.wait(1.5)
    assert person.lit == lit, "the frame stands"
    person.press(hold=0.5)
    person.wait(0.1)
    assert len(person.of(Select)) == 1, "and the next press is one again"


def test_a_switch_that_moves_on_and_sticks_does_not_move_on_for_ever() -> None:
    person = Person(tiles(9), scan={"method": "step"}, switch={**STUCK, "repeat_delay": 1.0})
    person.change(True, "next")
    person.wait(3.0)
    lit = person.lit
    person.wait(10.0)
    assert person.lit == lit


@pytest.mark.parametrize("frame", [0.01, 0.03, 0.06])
def test_on_a_slow_screen_too_a_hold_ends_before_the_longest_one_is_over(frame: float) -> None:
    person = Person([ScanItem("up", "Up", holds=True)], switch=STUCK, motion={"jog": "hold"})
    for _ in range(20):
        person.now += frame
        person.pipeline.tick(person.now, False)
    person.change(True)
    pressed_at, ended = person.now, False
    while not ended:
        person.now += frame
        ended = any(isinstance(a, HoldEnd) for a in person.pipeline.tick(person.now, False))
        assert person.now - pressed_at < 4.0
    assert 3.0 - 2.0 * frame <= person.now - pressed_at <= 3.0 + 1e-9


def test_a_switch_that_sticks_again_is_told_again() -> None:
    person = Person([ScanItem("up", "Up", holds=True)], switch=STUCK, motion={"jog": "hold"})
    for times in (1, 2):
        person.press(hold=4.0)
        person.wait(CALM + 1.0)
        assert (len(person.of(Warn)), len(person.of(StopMotion)), len(person.of(HoldEnd))) == (times,) * 3


def test_a_press_that_was_lost_takes_nothing_from_the_rounds_of_the_next_one() -> None:
    person = Person(scan={"method": "inverse", "rounds": 2})
    person.change(True)
    person.wait(4.5)
    person.feed(DeviceGone(person.now, "keyboard"))
    person.wait(0.5)
    person.change(True)
    person.wait(5.0)
    assert not person.pipeline.resting
    person.wait(1.5)
    assert person.pipeline.resting


def test_after_a_long_press_no_second_one_counts_for_the_post_acceptance_delay() -> None:
    switch = {**ONE_SWITCH, "post_acceptance": 0.5}
    contacts = [{"device": "keyboard", "contact": "f1", "does": "next", "switch": switch}]
    person = Person(scan={"method": "step"}, contacts=contacts)
    tap(person, 0.45)
    assert tap(person, 0.1) == []
    person.wait(0.3)
    assert tap(person, 0.1) == [Lit("b")]


@pytest.mark.parametrize("control", ["select", "next"])
def test_a_press_right_after_a_stop_does_nothing_however_long_it_is_held(control: str) -> None:
    person = Person(switch={"acceptance": 1.5})
    person.moving = True
    person.press()
    person.moving = False
    person.wait(0.2)
    person.change(True, control)  # type: ignore[arg-type]
    lit = len(person.of(Lit))
    person.wait(CALM + 0.9)
    assert (person.of(Select), len(person.of(Lit))) == ([], lit + 1), "only the frame comes back"


WAITING = {
    "that has not counted yet": ({"switch": {"acceptance": 0.5}}, "select"),
    "that lets the frame move": ({"scan": {"method": "inverse"}}, "select"),
    "whose length counts": ({"scan": {"method": "step"}, "switch": {"holds": [{"at": 0.6, "does": "select"}]}}, "next"),
}


@pytest.mark.parametrize("how", sorted(WAITING))
def test_a_press_that_ends_because_another_window_came_to_the_front_does_nothing(how: str) -> None:
    settings, control = WAITING[how]
    person = Person(**settings)  # type: ignore[arg-type]
    person.change(True, control)  # type: ignore[arg-type]
    person.wait(0.3)
    lit = person.lit
    person.change(False, control)  # type: ignore[arg-type]  # the system lets go of every key
    person.feed(FocusLost(person.now))
    person.wait(0.5)
    assert person.of(Select) == []
    assert person.lit == lit


def test_a_press_that_is_held_while_another_window_comes_to_the_front_does_nothing() -> None:
    person = Person(switch={"acceptance": 0.5})
    person.change(True)
    person.wait(0.3)
    person.feed(FocusLost(person.now))
    person.wait(2.0)
    assert person.of(Select) == []
