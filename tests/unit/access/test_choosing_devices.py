"""Choosing with several devices, and what happens when one goes, sticks or is wired otherwise."""

from __future__ import annotations

from armctl.access.actions import Axes, HoldEnd, HoldStart, Lit, ScanItem, Select, StopMotion, Warn
from armctl.access.events import AxesEvent, DeviceCame, DeviceGone, Stirred, SwitchEvent
from armctl.config.pointing import JoystickConfig
from tests.support.switch_person import Person, tiles


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
