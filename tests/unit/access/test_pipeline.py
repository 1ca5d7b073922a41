"""The whole pipeline: what presses and pointers choose, settings that change, and the stop circuit."""

from __future__ import annotations

import pytest

from armctl.access.actions import Axes, HoldStart, Lit, Select, StopMotion
from armctl.access.events import StopLine, SwitchEvent
from armctl.config.user import UserConfig
from tests.unit.access.hands import TILES, Person, without_lit

# Scanning and selecting


def test_a_press_selects_the_lit_tile() -> None:
    person = Person()
    person.wait(1.5)
    assert person.pipeline.lit == "home"
    person.press()
    assert without_lit(person.wait(0.1)) == [Select("home", 1.5)]


def test_the_tile_lit_when_the_press_began_counts_even_when_the_highlight_moved_on() -> None:
    person = Person(switch={"acceptance": 0.5})
    person.wait(0.9)
    person.press()
    new = person.wait(0.6)
    assert Lit("home") in new
    assert without_lit(new) == [Select("drink", pytest.approx(0.9))]


def test_a_press_that_is_read_late_still_means_the_tile_lit_when_it_was_made() -> None:
    person = Person()
    person.wait(1.02)
    assert person.pipeline.lit == "home"
    person.feed(SwitchEvent(0.99, "keyboard", "select", True))
    person.wait(0.1)
    assert without_lit(person.heard) == [Select("drink", 0.99)]


def test_after_the_rounds_a_press_starts_scanning_again_and_selects_nothing() -> None:
    person = Person()
    person.wait(10.0)
    assert person.pipeline.resting
    person.press()
    assert person.wait(0.1) == [Lit("drink")]
    person.let_go()
    person.wait(0.5)
    person.press()
    assert Select("drink", pytest.approx(10.6)) in person.wait(0.1)


def test_two_switches_move_and_select() -> None:
    person = Person(scan={"method": "step"})
    person.wait(5.0)
    for _ in range(2):
        person.press("next")
        person.wait(0.4)
        person.let_go("next")
        person.wait(0.1)
    assert person.pipeline.lit == "up"
    person.press("back")
    person.wait(0.4)
    assert person.pipeline.lit == "home"
    person.press("select")
    assert [a for a in person.wait(0.1) if isinstance(a, Select)] == [Select("home", pytest.approx(6.4))]


def test_a_click_means_the_tile_below_the_pointer_not_the_lit_one() -> None:
    person = Person()
    person.point(150, 50)
    person.press(device="pointer")
    assert without_lit(person.wait(0.05)) == [Select("home", 0.0)]


def test_a_click_beside_every_tile_selects_nothing() -> None:
    person = Person()
    person.point(150, 500)
    person.press(device="pointer")
    assert without_lit(person.wait(0.5)) == []


def test_a_new_screen_voids_a_press_begun_on_the_old_one() -> None:
    person = Person(switch={"acceptance": 0.3})
    person.press()
    person.wait(0.1)
    person.pipeline.set_items(TILES, "other", person.now)
    assert without_lit(person.wait(1.0)) == []


def test_a_press_made_before_a_screen_appeared_but_read_later_selects_nothing_on_it() -> None:
    person = Person()
    person.wait(1.0)
    person.pipeline.set_items(TILES, "other", 1.0)
    person.feed(SwitchEvent(0.99, "keyboard", "select", True))
    assert without_lit(person.wait(0.3)) == []


def test_showing_the_same_tiles_again_does_not_disturb_the_highlight() -> None:
    person = Person()
    person.wait(1.2)
    left = person.pipeline.time_left
    person.pipeline.set_items(TILES, "start", person.now)
    assert person.pipeline.lit == "home"
    assert person.pipeline.time_left == left


def test_each_move_of_the_highlight_is_told_once_and_the_first_one_too() -> None:
    person = Person()
    assert [a for a in person.wait(3.5) if isinstance(a, Lit)] == [Lit("drink"), Lit("home"), Lit("up"), Lit("drink")]


# Settings


def test_other_settings_do_not_void_what_is_held_spent_or_refused() -> None:
    person = Person(scan={"method": "step"}, stop_line={"key": "f12"})
    person.feed(StopLine(person.now, True))
    person.push(0.9, 0.0)  # found deflected: refused
    person.press()
    person.wait(0.05)
    person.let_go()
    person.pipeline.configure(UserConfig.model_validate({"name": "test", "stop_line": {"key": "f12"}}))
    person.wait(0.05)
    new = [*person.press(), *person.wait(0.2)]
    assert not any(isinstance(a, Select | HoldStart) for a in new), "a double press counted twice"
    person.push(0.8, 0.0)
    assert not any(isinstance(a, Axes) for a in person.wait(0.3))
    assert [a.trouble for a in person.feed(StopLine(person.now, False)) if isinstance(a, StopMotion)] == ["stop_line"]


def test_other_settings_count_from_now_on() -> None:
    person = Person(switch={"post_acceptance": 2.0}, scan={"method": "step"})
    person.pipeline.configure(UserConfig.model_validate({"name": "test", "switch": {"acceptance": 0.5}}))
    assert not any(isinstance(a, Select) for a in [*person.press(), *person.wait(0.45)])
    assert any(isinstance(a, Select) for a in person.wait(0.1))


# The stop circuit


def test_an_open_stop_circuit_stops_once_whether_anything_moves_or_not() -> None:
    person = Person(stop_line={"key": "f12"})
    assert "stop button" in person.pipeline.unready
    assert without_lit(person.feed(StopLine(person.now, False))) == []
    assert without_lit(person.feed(StopLine(person.now, True))) == []
    assert person.pipeline.unready == ""
    expected = StopMotion(person.now, "stop line", pressed=False, trouble="stop_line")
    assert without_lit(person.feed(StopLine(person.now, False))) == [expected]
    assert without_lit(person.feed(StopLine(person.now, False))) == []
    assert "stop button" in person.pipeline.unready


def test_what_the_screen_showed_when_it_was_last_drawn_is_what_a_press_means() -> None:
    person = Person(scan={"interval": 0.5, "first_extra": 0.0})
    shown, last_look = person.pipeline.lit, person.now
    person.now += 0.6  # the screen hangs, the highlight would have moved on
    new = person.feed(SwitchEvent(person.now, "keyboard", "select", True, since=last_look))
    assert [a.item for a in [*new, *person.wait(0.05)] if isinstance(a, Select | HoldStart)] == [shown]


def test_on_a_screen_without_motion_a_stick_moves_the_highlight() -> None:
    person = Person(steers=False, scan={"method": "direct", "interval": 1.0})
    person.push(0.0, 0.0)
    person.wait(0.2)
    person.push(0.9, 0.0)
    person.wait(0.1)
    assert person.pipeline.lit == "home"
    person.wait(1.0)
    assert person.pipeline.lit == "up"
    person.push(0.0, 0.0)
    person.wait(0.1)
    person.push(0.0, 0.9)
    person.wait(0.1)
    assert person.pipeline.lit == "home"
    assert not any(isinstance(a, Axes) for a in person.heard)


def test_a_stick_held_over_from_another_screen_does_not_move_the_arm() -> None:
    person = Person()
    person.push(0.0, 0.0)
    person.wait(0.2)
    person.push(0.9, 0.0)
    person.wait(0.1)
    person.pipeline.set_items(TILES, "move", person.now)
    person.heard.clear()
    person.push(0.95, 0.0)
    person.wait(0.5)
    assert not any(isinstance(a, Axes) and any(a.axes) for a in person.heard)


# Dwell


def test_resting_the_pointer_selects() -> None:
    person = Person()
    person.point(150, 50)
    person.wait(0.75)
    assert person.pipeline.dwell == ("home", pytest.approx(0.5))
    assert Select("home", 1.25) in person.wait(0.6)


def test_a_pointer_resting_on_a_tile_while_the_arm_moves_selects_nothing_afterwards() -> None:
    person = Person()
    person.moving = True
    person.wait(0.1)
    person.point(150, 50)
    person.wait(3.0)
    assert person.pipeline.dwell is None
    person.moving = False
    assert not any(isinstance(a, Select) for a in person.wait(3.0))
