"""The whole pipeline: what presses, pointers and sticks mean."""

from __future__ import annotations

import pytest

from armctl.access.actions import Action, Axes, HoldEnd, HoldStart, Lit, ScanItem, Select, StopMotion, Warn
from armctl.access.events import (
    AxesEvent,
    Control,
    DeviceCame,
    DeviceGone,
    FocusLost,
    InputEvent,
    PointerEvent,
    PointerLeft,
    StopLine,
    SwitchEvent,
)
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig

TILES = (
    ScanItem("drink", "Drink", rect=(0, 0, 100, 100)),
    ScanItem("home", "Home", rect=(100, 0, 100, 100)),
    ScanItem("up", "Up", holds=True, rect=(200, 0, 100, 100)),
)


class Person:
    """A pipeline and the hands on it; time goes on with every frame of 10 ms."""

    def __init__(self, steers: bool = True, **settings: object) -> None:
        given = {
            "name": "test",
            "scan": {"interval": 1.0, "first_extra": 0.0, "rounds": 2},
            "dwell": {"lock_on": 0.25, "time": 1.0, "grace": 0.5},
            **settings,
        }
        self.pipeline = AccessPipeline(UserConfig.model_validate(given))
        self.now, self.moving = 0.0, False
        self.heard: list[Action] = []
        self.pipeline.set_items(TILES, "start", 0.0, steers=steers)

    def wait(self, seconds: float) -> list[Action]:
        end = self.now + seconds
        new: list[Action] = []
        while self.now < end - 1e-9:
            self.now = round(min(end, self.now + 0.01), 6)
            new += self.pipeline.tick(self.now, self.moving)
        self.heard += new
        return new

    def feed(self, event: InputEvent) -> list[Action]:
        new = self.pipeline.feed(event, self.moving)
        self.heard += new
        return new

    def press(self, control: Control = "select", device: str = "keyboard") -> list[Action]:
        return self.feed(SwitchEvent(self.now, device, control, True))

    def let_go(self, control: Control = "select", device: str = "keyboard") -> list[Action]:
        return self.feed(SwitchEvent(self.now, device, control, False))

    def push(self, x: float, y: float, device: str = "stick") -> list[Action]:
        return self.feed(AxesEvent(self.now, device, (x, y)))

    def point(self, x: float, y: float) -> list[Action]:
        return self.feed(PointerEvent(self.now, x, y))


def without_lit(actions: list[Action]) -> list[Action]:
    return [action for action in actions if not isinstance(action, Lit)]


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


# Holding


def scan_to_up(person: Person) -> None:
    person.wait(2.5)
    assert person.pipeline.lit == "up"


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


# Stopping


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
