"""Every way of choosing, as the person meets it."""

from __future__ import annotations

import pytest

from armctl.access.actions import (
    Axes,
    Cancelled,
    HoldEnd,
    HoldStart,
    Lit,
    Preview,
    ScanItem,
    Select,
    StopMotion,
    Warn,
)
from armctl.access.choosing import CALM
from armctl.access.events import AxesEvent, DeviceCame, DeviceGone, FocusLost, PointerEvent, Stirred, SwitchEvent
from armctl.config.pointing import JoystickConfig
from armctl.config.user import UserConfig
from tests.support.switch_person import FRAME, Person, tiles

ONE_SWITCH = {"holds": [{"at": 0.4, "does": "select"}], "post_acceptance": 0.0}
MOVING_TILES = (*tiles(2, moves=True), ScanItem("z", "Z", rect=(300, 0, 90, 90)))


def one_switch() -> Person:
    contacts = [{"device": "keyboard", "contact": "f1", "does": "next", "switch": ONE_SWITCH}]
    return Person(scan={"method": "step"}, contacts=contacts)


def tap(person: Person, hold: float) -> list[object]:
    before = len(person.heard)
    person.change(True, "next", contact="f1")
    person.wait(hold)
    person.change(False, "next", contact="f1")
    person.wait(0.1)
    return list(person.heard[before:])


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


# The cancel window


def previewed(**settings: object) -> Person:
    person = Person(MOVING_TILES, preview={"enabled": True, "time": 1.0}, switch={"post_acceptance": 0.3}, **settings)
    person.wait(0.4)
    person.press()
    assert person.of(Preview) == [Preview("a", pytest.approx(0.41), 1.3)]
    return person


def test_a_choice_that_moves_the_arm_counts_after_its_time() -> None:
    person = previewed()
    person.wait(1.1)
    assert person.of(Select) == []
    assert person.pipeline.preview is not None
    person.wait(0.2)
    assert person.of(Select) == [Select("a", pytest.approx(0.41))]
    assert person.pipeline.preview is None


def test_a_choice_that_moves_nothing_counts_at_once() -> None:
    person = Person(MOVING_TILES, preview={"enabled": True})
    person.until_lit("z")
    person.wait(0.35)
    assert [type(a) for a in person.press()] == [Select]


CANCELS = {
    "the same switch": lambda p: p.change(True),
    "another switch": lambda p: p.change(True, "next", "lap switch"),
    "a click": lambda p: p.change(True, "select", "pointer"),
    "a breath": lambda p: p.feed(Stirred(p.now, "puff")),
    "a stick": lambda p: p.feed(AxesEvent(p.now, "stick", (0.9, 0.0))),
    "a lost device": lambda p: p.feed(DeviceGone(p.now, "keyboard")),
    "a lost window": lambda p: p.feed(FocusLost(p.now)),
    "another screen": lambda p: (p.show(tiles(2), "there"), p.wait(FRAME)),
    "the tile is gone": lambda p: (p.show(MOVING_TILES[1:]), p.wait(FRAME)),
    "motion": lambda p: (setattr(p, "moving", True), p.wait(FRAME)),
}


@pytest.mark.parametrize("how", sorted(CANCELS))
def test_whatever_happens_in_the_window_takes_the_choice_back(how: str) -> None:
    person = previewed()
    person.feed(AxesEvent(person.now, "stick", (0.0, 0.0)))
    person.wait(0.5)
    CANCELS[how](person)
    assert [a.item for a in person.of(Cancelled)] == ["a"]  # type: ignore[attr-defined]
    person.moving = False
    person.wait(5.0)
    assert person.of(Select) == []


def test_the_press_that_takes_a_choice_back_chooses_nothing_and_neither_do_those_right_after_it() -> None:
    person = previewed()
    person.wait(0.4)
    for _ in range(5):
        person.press()
        person.wait(0.3)
    person.wait(CALM)
    assert person.of(Select) == []
    assert len(person.of(Preview)) == 1
    person.press()
    assert len(person.of(Preview)) == 2


def test_the_second_press_of_a_double_press_does_not_take_the_choice_back() -> None:
    person = previewed()
    person.wait(0.05)
    person.press(hold=0.05)
    person.wait(2.0)
    assert person.of(Cancelled) == []
    assert len(person.of(Select)) == 1


def test_who_presses_again_at_once_takes_the_choice_back_though_no_second_press_would_choose_yet() -> None:
    person = previewed()
    person.wait(0.09)  # 0.17 s after the choice, within the 0.3 s of the post-acceptance delay
    assert [type(a) for a in person.change(True)] == [Cancelled]
    person.wait(5.0)
    assert person.of(Select) == []


def test_a_second_press_that_lasts_takes_the_choice_back_however_soon_it_began() -> None:
    person = previewed()
    person.wait(0.03)
    assert person.change(True) == []
    assert [type(a) for a in person.wait(0.16)] == [Cancelled]


def test_holding_on_to_the_press_that_chose_takes_nothing_back() -> None:
    person = Person(MOVING_TILES, preview={"enabled": True, "time": 1.0}, switch={"acceptance": 0.2})
    person.change(True)
    person.wait(3.0)
    assert (len(person.of(Preview)), person.of(Cancelled), person.of(Select)) == (1, [], [])
    person.change(False)
    person.wait(FRAME)
    assert (person.of(Cancelled), len(person.of(Select))) == ([], 1)


def test_nothing_begins_to_move_while_the_switch_that_chose_it_is_held_for_it_could_stop_nothing() -> None:
    settings = {"maximum_hold": 5.0}
    person = Person(MOVING_TILES, preview={"enabled": True, "time": 1.0}, switch=settings)
    person.change(True)
    person.wait(6.0)  # asleep on it, or in a spasm, until it counts as stuck
    person.change(False)
    person.wait(3.0)
    assert (len(person.of(Cancelled)), person.of(Select), len(person.of(Warn))) == (1, [], 1)


def test_after_a_stop_the_highlight_is_quiet_for_a_moment_and_a_switch_held_meanwhile_has_to_be_let_go() -> None:
    person = Person(MOVING_TILES)
    person.moving = True
    person.press()
    person.moving = False
    person.wait(0.3)
    assert person.pipeline.quiet
    person.change(True)
    person.wait(CALM + 0.5)
    assert not person.pipeline.quiet
    assert person.pipeline.held_for_nothing
    person.change(False)
    assert not person.pipeline.held_for_nothing


def test_the_stop_switch_in_the_window_stops_besides() -> None:
    person = previewed()
    person.wait(0.4)
    assert [type(a) for a in person.change(True, "stop")] == [StopMotion, Cancelled]


def test_a_press_that_comes_in_together_with_the_end_of_the_window_takes_the_choice_back() -> None:
    person = previewed()
    person.wait(1.0)
    person.now += 3.0  # the screen stood still meanwhile
    person.feed(SwitchEvent(person.now, "keyboard", "select", True, since=person.now - 3.0))
    person.wait(3.0)
    assert person.of(Select) == []


def test_who_rests_the_pointer_on_another_tile_takes_the_choice_back() -> None:
    person = previewed()
    for x in (110, 150):
        person.feed(PointerEvent(person.now, x, 50))
        person.wait(0.2)
    person.wait(0.2)
    assert len(person.of(Cancelled)) == 1


WINDOWS = {
    "as long as an item, which is fitted": ({"method": "auto", "interval": 2.5}, 0.4, 2.5),
    "as the measured press time asks for": ({"method": "step", "interval": 2.5}, 1.3, 2.0),
    "as an item before it was measured": ({"method": "step", "interval": 2.5}, None, 2.5),
    "long enough to be understood": ({"method": "step", "interval": 2.5}, 0.2, 0.8),
    "no longer than one can set it": ({"method": "direct"}, 9.0, 10.0),
}


@pytest.mark.parametrize("why", sorted(WINDOWS))
def test_the_window_is_scaled_to_the_persons_press_time(why: str) -> None:
    scan, press_time, seconds = WINDOWS[why]
    user = UserConfig.model_validate({"name": "x", "scan": scan, "press_time": press_time})
    assert user.preview.seconds(user.scan, user.switch, user.press_time) == pytest.approx(seconds + 0.3)
    if scan["method"] == "step":
        person = Person(MOVING_TILES, scan=scan, press_time=press_time, preview={"enabled": True})
        person.press()
        assert [a.seconds for a in person.of(Preview)] == pytest.approx([seconds + 0.3])  # type: ignore[attr-defined]


def test_the_window_is_as_long_as_an_item_when_nothing_else_is_said() -> None:
    person = Person(MOVING_TILES, scan={"interval": 2.5}, preview={"enabled": True}, switch={"post_acceptance": 0.5})
    person.press()
    assert [a.seconds for a in person.of(Preview)] == [3.0]  # type: ignore[attr-defined]


# Several devices


def test_of_two_presses_at_once_one_chooses() -> None:
    person = Person(switch={"acceptance": 0.3})
    for device in ("left", "right"):
        person.change(True, device=device)
        person.wait(0.05)
    person.wait(2.0)
    assert len(person.of(Select)) == 1


def test_two_contacts_of_one_device_that_mean_the_same_are_two_presses() -> None:
    person = Person([ScanItem("up", "Up", holds=True)])
    person.change(True, contact="space")
    person.wait(0.2)
    assert [type(a) for a in person.change(True, contact="f1")] == [StopMotion, HoldEnd]


def test_a_contact_found_closed_means_nothing_until_it_was_let_go() -> None:
    person = Person()
    person.feed(SwitchEvent(person.now, "box", "select", True, contact="0", found=True))
    person.wait(0.5)
    assert person.of(Select) == []
    person.change(False, device="box", contact="0")
    person.wait(0.5)
    person.change(True, device="box", contact="0")
    person.wait(0.1)
    assert len(person.of(Select)) == 1


def test_a_contact_found_closed_moves_nothing_on() -> None:
    person = Person(scan={"method": "step"})
    person.feed(SwitchEvent(person.now, "box", "next", True, contact="1", found=True))
    person.wait(1.0)
    assert person.lit == ("a",)
    person.moving = True
    assert person.wait(1.0) == [], "nor does it stop what begins later"


def test_a_device_that_comes_anew_while_it_holds_a_motion_had_gone_so_the_motion_ends() -> None:
    person = Person([ScanItem("up", "Up", holds=True)])
    person.change(True, device="left")
    person.wait(0.2)
    assert [type(a) for a in person.feed(DeviceCame(person.now, "right"))] == []
    assert [type(a) for a in person.feed(DeviceCame(person.now, "left"))] == [StopMotion, HoldEnd]


def test_a_breath_of_unknown_meaning_stops_what_moves_and_else_does_nothing() -> None:
    person = Person()
    assert person.feed(Stirred(person.now, "puff")) == []
    person.moving = True
    assert [type(a) for a in person.feed(Stirred(person.now, "puff"))] == [StopMotion]


def test_a_press_too_short_to_hold_with_is_told() -> None:
    holds = [{"at": 0.4, "does": "select"}, {"at": 1.0, "does": "back"}]
    person = Person([ScanItem("up", "Up", holds=True)], switch={"holds": holds}, scan={"method": "step"})
    person.press("next", hold=0.5)
    person.wait(0.1)
    assert len(person.of(Warn)) == 1
    assert person.of(HoldStart, Select) == []


def test_other_contacts_count_from_now_on_and_nothing_of_before_is_down_or_missed() -> None:
    person = Person(tiles(3, holds=True), scan={"method": "step"}, motion={"jog": "hold"})
    person.press("next", device="left")
    person.wait(0.5)
    person.change(True)
    person.wait(0.1)
    assert person.pipeline.held == "b"
    person.user = person.user.model_copy(update={"keys_select": ("a",)})
    person.pipeline.configure(person.user)
    person.wait(0.1)
    assert [type(action) for action in person.heard[-2:]] == [HoldEnd, Lit], "what the old switch held is let go"
    person.wait(30.0)
    assert not person.of(Warn), "a switch that counts no more is not taken for stuck"
    person.feed(DeviceGone(person.now, "left"))
    lit = person.lit
    person.wait(5.0)
    assert person.lit == lit, "nor is one missed that no longer moves anything"


def test_a_stick_that_is_wired_otherwise_ends_what_it_held() -> None:
    person = Person(tiles(3), joystick={"tremor": False})
    for x in (0.0, 0.0, 0.9):
        person.feed(AxesEvent(person.now, "stick", (x, 0.0)))
        person.wait(0.2)
    assert person.of(Axes)[-1].axes[0] > 0.5
    person.user = person.user.model_copy(update={"joystick": JoystickConfig(wiring=(1,))})
    person.pipeline.configure(person.user)
    person.wait(0.1)
    assert person.of(Axes)[-1].axes == (0.0, 0.0)
    person.feed(AxesEvent(person.now, "stick", (0.9,)))
    person.wait(0.1)
    assert person.of(Axes)[-1].axes == (0.0, 0.0), "it counts once it was in its middle"


def test_a_stick_goes_to_the_tile_that_lies_where_it_is_pushed() -> None:
    person = Person(tiles(6), scan={"method": "direct"}, dwell={"enabled": False})
    person.pipeline.set_items(tiles(6), "here", person.now, steers=False)
    seen = []
    for push in ((0.0, 0.0), (0.0, -0.9), (0.0, 0.0), (0.9, 0.0), (0.0, 0.0), (0.0, 0.9), (0.0, 0.0)):
        person.feed(AxesEvent(person.now, "stick", push))
        person.wait(0.2)
        seen.append(person.lit[0])
    assert seen[1::2] == ["d", "e", "b"]
    assert [action.item for action in person.of(Lit)][-3:] == ["d", "e", "b"]


def test_with_rows_a_stick_goes_on_and_back_over_what_is_lit() -> None:
    person = Person(tiles(6), scan={"method": "step", "pattern": "row_column"})
    person.pipeline.set_items(tiles(6), "here", person.now, steers=False)
    for push in ((0.0, 0.0), (0.0, -0.9)):
        person.feed(AxesEvent(person.now, "stick", push))
        person.wait(0.2)
    assert person.lit == ("d", "e", "f")
