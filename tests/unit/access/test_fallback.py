"""With whatever is left, everything can still be chosen."""

from __future__ import annotations

import pytest

from armctl.access.actions import Select, Warn
from armctl.access.events import ARROWS, AxesEvent, DeviceCame, DeviceGone, PointerEvent, PointerLeft
from armctl.access.fallback import POINTS
from armctl.access.words import ONLY_MOVES, ONLY_STEPS
from tests.support.switch_person import Person


def warned(person: Person) -> list[str]:
    return [action.text for action in person.of(Warn)]  # type: ignore[attr-defined]


def two_switches() -> Person:
    person = Person(scan={"method": "step"})
    person.press("next", device="left")
    person.wait(0.4)
    person.press("select", device="right")
    person.wait(0.4)
    return person


def test_who_loses_the_switch_that_moves_scans_automatically_until_it_is_back() -> None:
    person = two_switches()
    person.feed(DeviceGone(person.now, "left"))
    assert ONLY_MOVES in warned(person)
    person.until_lit("c")
    person.wait(0.5)
    person.press("select", device="right")
    assert person.of(Select)[-1].item == "c"  # type: ignore[attr-defined]
    person.feed(DeviceCame(person.now, "left"))
    person.wait(0.4)
    person.press("next", device="left")
    lit = person.lit
    person.wait(10.0)
    assert person.lit == lit


def test_who_loses_the_switch_that_chooses_holds_the_other_one() -> None:
    person = two_switches()
    person.feed(DeviceGone(person.now, "right"))
    assert ONLY_STEPS in warned(person)
    person.press("next", device="left")
    person.wait(0.4)
    assert person.lit == ("b",)
    person.press("next", hold=1.0, device="left")
    assert person.of(Select)[-1].item == "b"  # type: ignore[attr-defined]
    person.wait(0.5)
    person.press("select", device="spare")
    person.wait(0.5)
    chosen = len(person.of(Select))
    person.press("next", hold=1.0, device="left")
    assert len(person.of(Select)) == chosen, "with another one to choose with, it only moves on again"


def test_who_loses_the_stick_scans_automatically() -> None:
    person = Person(scan={"method": "direct"})
    for x in (0.0, 0.9, 0.0):
        person.feed(AxesEvent(person.now, "stick", (x, 0.0)))
        person.wait(0.2)
    person.feed(DeviceGone(person.now, "stick"))
    lit = person.lit
    person.wait(1.2)
    assert person.lit != lit


@pytest.mark.parametrize("method", ["auto", "step"])
def test_a_device_that_did_nothing_is_not_missed(method: str) -> None:
    person = Person(scan={"method": method})
    person.press("select", device="right")
    person.feed(DeviceGone(person.now, "left"))
    assert not {ONLY_MOVES, ONLY_STEPS} & set(warned(person))


def test_with_two_that_move_the_loss_of_one_changes_nothing() -> None:
    person = two_switches()
    person.press("back", device="chin")
    person.feed(DeviceGone(person.now, "left"))
    lit = person.lit
    person.wait(5.0)
    assert person.lit == lit


@pytest.mark.parametrize("helper", ["before", "after"])
def test_the_keyboard_somebody_started_it_with_counts_only_when_it_was_used_since(helper: str) -> None:
    person = Person(scan={"method": "step"})
    if helper == "before":
        person.press("select", device="keyboard")
        person.wait(1.0)
    person.press("next", device="left")
    person.wait(1.0)
    person.press("select", device="right")
    person.wait(1.0)
    if helper == "after":
        person.press("select", device="keyboard")
        person.wait(1.0)
    chosen = len(person.of(Select))
    person.feed(DeviceGone(person.now, "right"))
    person.wait(0.5)
    person.press("next", hold=1.5, device="left")
    assert len(person.of(Select)) - chosen == (helper == "before")


def chosen_by_the_switch_alone(person: Person) -> str:
    """Press until the highlight moves by itself, then choose what is lit last; return that."""
    person.press()
    person.wait(0.4)
    person.until_lit("c")
    person.wait(0.5)
    person.press()
    return person.of(Select)[-1].item  # type: ignore[attr-defined]


def test_who_chooses_by_pointer_and_has_none_chooses_everything_with_a_switch() -> None:
    person = Person(scan={"method": "direct"})
    assert (person.lit, person.pipeline.resting) == ((), True), "nothing is lit that cannot be left"
    assert chosen_by_the_switch_alone(person) == "c"
    assert warned(person) == [ONLY_MOVES]
    assert [action.item for action in person.of(Select)] == ["c"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("how", ["left the window", "said nothing more"])
def test_who_loses_the_pointer_goes_on_with_a_switch_until_it_is_back(how: str) -> None:
    person = Person(scan={"method": "direct"}, dwell={"time": 5.0})
    person.feed(PointerEvent(person.now, 145.0, 45.0))
    person.feed(PointerEvent(person.now, 45.0, 45.0))
    if how == "left the window":
        person.feed(PointerLeft(person.now))
    else:
        person.wait(2.0)
        assert person.lit == ("a",)
        person.wait(POINTS)
    person.wait(2.0)
    assert person.lit == ()
    assert chosen_by_the_switch_alone(person) == "c"
    person.wait(0.5)
    for place in (45.0, 245.0, 145.0):
        person.feed(PointerEvent(person.now, place, 45.0))
        person.wait(0.1)
    person.wait(4.0)
    assert person.lit == ("b",), "who points again is not hurried on"
    person.press()
    assert person.of(Select)[-1].item == "b"  # type: ignore[attr-defined]


def test_who_has_a_stick_is_waited_for_until_it_goes() -> None:
    person = Person(scan={"method": "direct"}, dwell={"enabled": False})
    assert person.lit == ()
    person.feed(DeviceCame(person.now, "stick"))
    person.feed(AxesEvent(person.now, "stick", (0.0, 0.0)))
    person.wait(60.0)
    assert person.lit == ("a",)
    person.press()
    person.wait(5.0)
    assert person.lit == ("a",), "a stick that is there, only was not used yet, may be used any moment"
    person.feed(DeviceGone(person.now, "stick"))
    person.wait(0.5)
    assert chosen_by_the_switch_alone(person) == "c"


def test_arrow_keys_that_nobody_used_are_no_stick_and_those_that_were_are() -> None:
    person = Person(scan={"method": "direct"}, dwell={"enabled": False})
    person.feed(AxesEvent(person.now, ARROWS, (0.0, 0.0)))
    person.wait(1.0)
    assert person.lit == ()
    for right in (0.9, 0.0):
        person.feed(AxesEvent(person.now, ARROWS, (right, 0.0)))
        person.wait(0.3)
    assert len(person.lit) == 1
    person.wait(60.0)
    assert len(person.lit) == 1
