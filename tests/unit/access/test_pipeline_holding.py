"""The whole pipeline: what moves only while somebody holds it, by switch, pointer or stick."""

from __future__ import annotations

import pytest

from armctl.access.actions import Axes, HoldEnd, HoldStart, StopMotion, Warn
from armctl.access.events import DeviceCame, DeviceGone, PointerLeft
from tests.unit.access.hands import TILES, Person, scan_to_up, without_lit

# Holding


def test_a_tile_that_holds_starts_with_the_press_and_ends_with_letting_go() -> None:
    person = Person()
    scan_to_up(person)
    person.press()
    assert without_lit(person.wait(0.05)) == [HoldStart("up", 2.5)]
    person.moving = True
    assert person.wait(2.0) == []
    assert person.pipeline.lit == "up"
    assert without_lit(person.let_go()) == [HoldEnd("up", person.now)]


def test_a_quick_tap_on_a_tile_that_holds_is_a_start_and_an_end() -> None:
    person = Person()
    scan_to_up(person)
    person.press()
    person.wait(0.05)
    person.let_go()
    assert without_lit(person.heard) == [HoldStart("up", 2.5), HoldEnd("up", person.now)]


def test_any_other_press_while_holding_ends_the_hold_and_stops() -> None:
    person = Person()
    scan_to_up(person)
    person.press()
    person.wait(0.1)
    stopped = without_lit(person.press(device="lap switch"))
    assert stopped == [StopMotion(person.now, "lap switch"), HoldEnd("up", person.now)]
    assert without_lit(person.let_go()) == []


def test_a_switch_held_too_long_ends_the_hold_stops_and_warns_once() -> None:
    person = Person(switch={"maximum_hold": 2.0})
    scan_to_up(person)
    person.press()
    person.wait(0.1)
    person.moving = True
    new = without_lit(person.wait(5.0))
    assert [type(a) for a in new] == [StopMotion, HoldEnd, Warn]
    assert new[1].stamp == pytest.approx(4.5, abs=0.03)  # type: ignore[union-attr]  # the line above says which it is


def test_a_held_tile_that_disappears_is_let_go() -> None:
    person = Person()
    scan_to_up(person)
    person.press()
    person.wait(0.1)
    person.pipeline.set_items(TILES[:2], "start", person.now)
    assert HoldEnd("up", person.now) in person.pipeline.tick(person.now, True)


def test_a_dwell_on_a_tile_that_holds_lasts_until_the_pointer_leaves_it() -> None:
    person = Person()
    person.point(250, 50)
    assert HoldStart("up", 1.25) in person.wait(1.3)
    person.moving = True
    person.wait(1.0)
    assert without_lit(person.point(260, 60)) == []
    assert without_lit(person.point(190, 50)) == [HoldEnd("up", person.now)]


def test_a_pointer_that_leaves_the_window_lets_go() -> None:
    person = Person()
    person.point(250, 50)
    person.wait(1.3)
    assert HoldEnd("up", person.now) in person.feed(PointerLeft(person.now))


def test_a_pointer_left_on_a_tile_that_holds_does_not_hold_it_for_ever() -> None:
    person = Person()
    person.point(250, 50)
    person.wait(1.3)
    assert person.pipeline.held == "up"
    person.moving = True
    person.wait(14.0)
    assert person.pipeline.held == "up"
    ended = person.wait(1.5)
    assert [type(action) for action in ended] == [StopMotion, HoldEnd, Warn]
    assert person.pipeline.held is None


def test_losing_the_device_that_holds_ends_the_hold_stops_and_warns() -> None:
    person = Person()
    scan_to_up(person)
    person.press()
    person.wait(0.1)
    person.moving = True
    new = person.feed(DeviceGone(person.now, "keyboard"))
    assert [type(a) for a in new] == [StopMotion, HoldEnd, Warn]


def test_a_keyboard_that_repeats_the_holding_press_does_not_stop() -> None:
    person = Person()
    scan_to_up(person)
    person.press()
    person.wait(0.1)
    person.moving = True
    assert [*person.press(), *person.wait(0.2), *person.press()] == []


def test_a_second_press_that_counts_in_the_same_moment_as_a_hold_begins_stops_it() -> None:
    person = Person()
    scan_to_up(person)
    person.press()
    person.press(device="lap switch")
    new = person.pipeline.tick(person.now + 0.1, False)
    assert [type(a) for a in without_lit(new)] == [HoldStart, StopMotion, HoldEnd]


def test_a_tile_that_went_away_before_its_press_counted_is_not_chosen() -> None:
    person = Person(switch={"acceptance": 0.3})
    person.press()
    person.pipeline.set_items(TILES[1:], "start", person.now)
    assert without_lit(person.wait(1.0)) == []


# Sticks


def test_a_stick_moves_the_arm_after_it_was_seen_neutral() -> None:
    person = Person()
    person.push(0.0, 0.0)
    person.wait(0.2)
    person.push(1.0, 0.0)
    new = person.wait(1.0)
    assert max(a.axes[0] for a in new if isinstance(a, Axes)) == pytest.approx(1.0, abs=0.01)
    person.moving = True
    assert not any(isinstance(a, StopMotion) for a in [*person.wait(1.0), *person.push(0.8, 0.1)])
    assert Axes(person.now, (0.0, 0.0)) in person.push(0.02, 0.01)


def test_a_stick_that_is_deflected_at_the_start_is_refused_until_neutral() -> None:
    person = Person()
    assert [type(a) for a in without_lit(person.push(0.6, 0.0))] == [Warn]
    assert not any(isinstance(a, Axes) for a in person.wait(1.0))
    person.push(0.0, 0.0)
    person.wait(0.2)
    person.push(0.6, 0.0)
    assert any(isinstance(a, Axes) for a in person.wait(0.1))


def test_a_stick_leaving_its_dead_zone_while_a_task_moves_the_arm_stops_it() -> None:
    person = Person()
    person.push(0.0, 0.0)
    person.moving = True
    person.wait(0.1)
    assert person.push(0.05, 0.0) == []
    assert person.push(0.3, 0.0) == [StopMotion(person.now, "stick")]
    person.moving = False
    assert not any(isinstance(a, Axes) for a in [*person.wait(1.0), *person.push(0.9, 0.0), *person.wait(0.5)])


def test_a_press_while_the_stick_moves_the_arm_stops_and_the_stick_must_return_first() -> None:
    person = Person()
    person.push(0.0, 0.0)
    person.wait(0.2)
    person.push(0.0, 1.0)
    person.wait(0.1)
    person.moving = True
    new = person.press()
    assert StopMotion(person.now, "keyboard") in new
    assert Axes(person.now, (0.0, 0.0)) in new
    assert not any(isinstance(a, Axes) for a in [*person.push(0.0, 0.9), *person.wait(1.0)])


def test_a_stick_lost_while_deflected_is_zero_and_a_stop() -> None:
    person = Person()
    person.push(0.0, 0.0)
    person.wait(0.2)
    person.push(1.0, 0.0)
    person.wait(0.2)
    new = person.feed(DeviceGone(person.now, "stick"))
    assert StopMotion(person.now, "stick", pressed=False) in new
    assert Axes(person.now, (0.0, 0.0)) in new
    assert any(isinstance(a, Warn) for a in new)
    person.feed(DeviceCame(person.now, "stick"))
    assert not any(isinstance(a, Axes) for a in [*person.push(1.0, 0.0), *person.wait(0.5)])


def test_a_stick_thrown_from_end_to_end_while_it_moves_the_arm_stops() -> None:
    person = Person()
    person.push(0.0, 0.0)
    person.wait(0.2)
    person.push(1.0, 0.0)
    person.wait(0.1)
    (stop,) = [a for a in person.push(-1.0, 0.0) if isinstance(a, StopMotion)]
    assert stop.trouble == "spasm"


def test_a_stick_held_longer_than_any_hold_stops_the_arm_and_must_be_let_go() -> None:
    person = Person(switch={"maximum_hold": 2.0})
    person.push(0.0, 0.0)
    person.wait(0.2)
    person.push(0.6, 0.0)
    assert not any(isinstance(a, StopMotion) for a in person.wait(1.9))
    new = person.wait(0.2)
    assert [a.pressed for a in new if isinstance(a, StopMotion)] == [False]
    assert any("may be stuck" in a.text for a in new if isinstance(a, Warn))
    assert not any(any(a.axes) for a in [*person.push(0.7, 0.0), *person.wait(1.0)] if isinstance(a, Axes))


def test_a_deflected_stick_forbids_to_switch_the_arm_on() -> None:
    person = Person()
    assert person.pipeline.unready == ""
    person.push(0.12, 0.0)
    assert "The stick is not in its middle" in person.pipeline.unready
    person.push(0.08, 0.0)
    assert person.pipeline.unready == ""
