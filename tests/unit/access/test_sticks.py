"""Several sticks: which one holds the motion."""

from __future__ import annotations

from armctl.access.events import AxesEvent
from armctl.access.sticks import Sticks
from armctl.config.user import JoystickConfig


def sticks() -> Sticks:
    made = Sticks(JoystickConfig(), 1.0)
    for device in ("left", "right"):
        made.feed(AxesEvent(0.0, device, (0.0, 0.0)), steers=True, busy=False)
    return made


def push(s: Sticks, device: str, x: float, *, steers: bool = True, busy: bool = False, at: float = 1.0) -> bool:
    return s.feed(AxesEvent(at, device, (x, 0.0)), steers=steers, busy=busy).stops


def test_the_first_deflected_stick_holds_and_the_other_one_stops() -> None:
    s = sticks()
    assert not push(s, "left", 0.8)
    assert s.holder == "left"
    assert push(s, "right", 0.8, busy=True)


def test_a_stick_deflected_before_something_moved_does_not_become_the_holder() -> None:
    s = sticks()
    push(s, "left", 0.8, steers=False)
    assert not push(s, "left", 0.9, busy=True)
    assert s.holder is None


def test_letting_go_ends_the_hold() -> None:
    s = sticks()
    push(s, "left", 0.8)
    assert s.feed(AxesEvent(2.0, "left", (0.0, 0.0)), steers=True, busy=True).let_go
    assert s.holder is None
    assert s.value(2.0) == ()


def test_a_removed_holder_holds_nothing_and_must_be_neutral_when_it_comes_back() -> None:
    s = sticks()
    push(s, "left", 0.8)
    s.remove("left")
    assert s.holder is None
    push(s, "left", 0.8, at=2.0)
    assert s.holder is None


def test_distrusted_sticks_must_be_neutral_first() -> None:
    s = sticks()
    push(s, "left", 0.8)
    s.distrust()
    push(s, "left", 0.9)
    assert s.holder is None
    push(s, "left", 0.0)
    push(s, "left", 0.9, at=1.05)
    assert s.holder is None
    push(s, "left", 0.0, at=1.1)
    push(s, "left", 0.9, at=1.3)
    assert s.holder == "left"


def test_a_stick_thrown_through_the_middle_is_a_spasm_although_it_let_go_there() -> None:
    s = sticks()
    push(s, "left", 1.0)
    assert s.feed(AxesEvent(1.1, "left", (0.0, 0.0)), steers=True, busy=True).let_go
    assert s.feed(AxesEvent(1.2, "left", (-1.0, 0.0)), steers=True, busy=False).spasm


def test_how_long_the_holder_has_held_is_known() -> None:
    s = sticks()
    assert s.held_for(1.0) == 0.0
    push(s, "left", 0.8, at=1.0)
    push(s, "left", 0.5, at=3.0)
    assert s.held_for(4.0) == 3.0
    assert s.deflected == "left"
    push(s, "left", 0.0, at=5.0)
    assert s.held_for(6.0) == 0.0
    assert s.deflected == ""


def test_steps_repeat_while_deflected_and_start_at_once_after_neutral() -> None:
    s = sticks()
    push(s, "left", 0.9, steers=False)
    assert [s.steps(now) for now in (1.0, 1.5, 2.0)] == [[(1, 0)], [], [(1, 0)]]
    push(s, "left", 0.0, steers=False)
    assert s.steps(2.1) == []
    push(s, "left", -0.9, steers=False)
    assert s.steps(2.2) == [(-1, 0)]


def test_ahead_steps_up_and_towards_oneself_steps_down() -> None:
    s = sticks()
    s.feed(AxesEvent(1.0, "left", (0.1, 0.9)), steers=False, busy=False)
    assert s.steps(1.0) == [(0, -1)]
    s.feed(AxesEvent(1.0, "left", (0.1, -0.9)), steers=False, busy=False)
    assert s.steps(5.0) == [(0, 1)]


SPASTIC = JoystickConfig(outer=0.6, spasm_level=0.85, spasm_speed=6.0)


def test_a_stick_thrown_from_rest_moves_nothing_until_it_was_let_go() -> None:
    s = Sticks(SPASTIC, 1.0)
    push(s, "left", 0.0, at=0.0)
    heard = s.feed(AxesEvent(1.0, "left", (1.0, 0.0)), steers=True, busy=False)
    assert "thrown" in heard.warning
    assert not heard.stops
    assert s.holder is None
    push(s, "left", 0.5, at=1.5)
    assert s.holder is None
    push(s, "left", 0.0, at=2.0)
    push(s, "left", 0.5, at=2.5)
    assert s.holder == "left"


def test_a_spasm_on_top_of_a_push_stops_and_stays_a_spasm() -> None:
    s = Sticks(SPASTIC, 1.0)
    push(s, "left", 0.0, at=0.0)
    push(s, "left", 0.3, at=1.0)
    heard = s.feed(AxesEvent(2.0, "left", (1.0, 0.0)), steers=True, busy=True)
    assert heard.stops
    assert heard.spasm


def test_a_slow_push_to_the_end_is_none() -> None:
    s = Sticks(SPASTIC, 1.0)
    push(s, "left", 0.0, at=0.0)
    for k in range(1, 51):
        heard = s.feed(AxesEvent(1.0 + 0.01 * k, "left", (0.02 * k, 0.0)), steers=True, busy=k > 5)
        assert not heard.stops
    assert s.holder == "left"


def test_where_a_stick_moves_the_highlight_a_throw_is_nothing_special() -> None:
    s = Sticks(SPASTIC, 1.0)
    push(s, "left", 0.0, at=0.0)
    assert s.feed(AxesEvent(1.0, "left", (1.0, 0.0)), steers=False, busy=False).warning == ""
    assert s.steps(1.0) == [(1, 0)]
