"""The time in which a choice that moves the arm can be taken back."""

from __future__ import annotations

import pytest

from armctl.access.actions import Cancelled, Preview, Select, StopMotion, Warn
from armctl.access.choosing import CALM
from armctl.access.events import AxesEvent, DeviceGone, FocusLost, PointerEvent, Stirred, SwitchEvent
from armctl.config.user import UserConfig
from tests.support.switch_person import FRAME, Person, tiles
from tests.unit.access.taps import MOVING_TILES


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
