"""The whole pipeline: any input while the arm moves stops it, and chooses nothing."""

from __future__ import annotations

import pytest

from armctl.access.actions import HoldEnd, HoldStart, Lit, Select, StopMotion, Warn
from armctl.access.events import Control, DeviceGone, FocusLost
from tests.unit.access.hands import Person, scan_to_up, without_lit


@pytest.mark.parametrize("control", ["select", "next", "back", "stop"])
@pytest.mark.parametrize("device", ["keyboard", "pointer", "stick"])
def test_any_press_while_moving_is_a_stop_at_once_whatever_the_filters(control: Control, device: str) -> None:
    person = Person(switch={"acceptance": 2.0, "post_acceptance": 2.0, "debounce": 0.1})
    person.wait(0.5)
    person.moving = True
    person.wait(0.1)
    assert person.press(control, device) == [StopMotion(person.now, device)]


def test_a_press_that_stopped_selects_nothing_when_the_arm_stands_still() -> None:
    person = Person()
    person.moving = True
    person.wait(0.5)
    person.press()
    person.wait(0.1)
    person.moving = False
    person.wait(0.5)
    person.let_go()
    assert not any(isinstance(a, Select | HoldStart) for a in person.heard + person.wait(1.0))


@pytest.mark.parametrize("pause", [0.2, 0.35, 0.5, 0.9])
def test_whoever_presses_again_and_again_in_alarm_chooses_nothing(pause: float) -> None:
    person = Person(dwell={"enabled": False})
    person.point(50, 50)
    person.moving = True
    for count in range(8):
        person.press()
        person.press(device="pointer")
        person.wait(0.1)
        person.let_go()
        person.let_go(device="pointer")
        person.moving = count < 1
        person.wait(pause - 0.1)
    assert person.pipeline.lit is None
    assert not any(isinstance(action, Select | HoldStart) for action in person.heard)
    person.wait(1.0)
    assert person.pipeline.lit == "drink"
    person.press()
    person.wait(0.1)
    assert [action.item for action in person.heard if isinstance(action, Select)] == ["drink"]


def test_letting_go_is_no_stop_so_the_next_press_counts_at_once() -> None:
    person = Person()
    scan_to_up(person)
    person.press()
    person.wait(0.5)
    person.let_go()
    person.wait(0.1)
    assert person.pipeline.lit == "drink"


def test_a_second_press_while_still_moving_stops_again() -> None:
    person = Person()
    person.moving = True
    person.wait(0.5)
    person.press()
    person.wait(0.05)
    person.let_go()
    person.wait(0.05)
    assert person.press() == [StopMotion(person.now, "keyboard")]


def test_a_press_that_had_not_counted_when_the_motion_began_stops_it() -> None:
    person = Person(switch={"acceptance": 1.0})
    person.press()
    person.wait(0.3)
    person.moving = True
    assert without_lit(person.wait(0.01)) == [StopMotion(0.0, "keyboard")]


def test_the_press_that_started_a_motion_does_not_stop_it_when_its_contact_bounces_on_letting_go() -> None:
    person = Person()
    person.press()
    assert Select("drink", 0.0) in person.wait(0.05)
    person.moving = True
    person.wait(0.2)
    person.let_go()
    for _ in range(5):
        person.now += 0.004
        assert person.press() == []
        person.now += 0.006
        assert person.let_go() == []
    assert person.wait(1.0) == []


def test_what_looks_like_bounce_but_stays_closed_stops_after_thirty_milliseconds() -> None:
    person = Person()
    person.press()
    person.wait(0.05)
    person.moving = True
    person.wait(0.2)
    person.let_go()
    person.now += 0.01
    person.press()
    assert [type(a) for a in person.wait(0.04)] == [StopMotion]


def test_with_a_long_debounce_a_closure_after_the_longest_bounce_still_stops_at_once() -> None:
    person = Person(switch={"debounce": 0.1})
    person.press()
    person.wait(0.2)
    person.moving = True
    person.wait(0.1)
    person.let_go()
    person.wait(0.05)
    assert person.press() == [StopMotion(person.now, "keyboard")]
    assert person.wait(0.5) == []


def test_the_stop_switch_stops_even_when_nothing_moves() -> None:
    person = Person()
    assert StopMotion(0.0, "keyboard") in person.press("stop")


def test_losing_a_device_while_a_task_moves_the_arm_stops_it() -> None:
    person = Person()
    person.moving = True
    person.wait(0.1)
    assert [type(a) for a in person.feed(DeviceGone(person.now, "keyboard"))] == [StopMotion, Warn]


def test_an_input_that_fails_stops_but_does_not_count_as_pressed() -> None:
    person = Person()
    person.press()
    person.moving = True
    stuck = person.wait(16.0)
    assert [action.pressed for action in stuck if isinstance(action, StopMotion)] == [True, False]
    gone = person.feed(DeviceGone(person.now, "keyboard"))
    assert [action.pressed for action in gone if isinstance(action, StopMotion)] == [False]


def test_a_window_that_presses_no_longer_reach_stops_what_moves() -> None:
    person = Person()
    assert person.feed(FocusLost(person.now)) == [Lit("drink")]
    scan_to_up(person)
    person.press()
    person.wait(0.1)
    assert person.pipeline.held == "up"
    person.moving = True
    stop, ended, warning = person.feed(FocusLost(person.now))
    assert stop == StopMotion(person.now, "window", pressed=False)
    assert ended == HoldEnd("up", person.now)
    assert isinstance(warning, Warn)
    assert person.pipeline.held is None


def test_losing_a_device_while_nothing_moves_only_warns_and_keeps_the_other_switch_working() -> None:
    person = Person(switch={"acceptance": 0.2})
    person.press(device="lap switch")
    person.wait(0.05)
    assert [type(a) for a in without_lit(person.feed(DeviceGone(person.now, "keyboard")))] == [Warn]
    assert Select("drink", 0.0) in person.wait(0.3)


def test_scanning_is_out_while_moving_and_begins_at_the_first_tile_afterwards() -> None:
    person = Person()
    person.wait(1.5)
    person.moving = True
    assert person.wait(5.0) == []
    assert person.pipeline.lit is None
    person.moving = False
    assert person.wait(0.01) == [Lit("drink")]
