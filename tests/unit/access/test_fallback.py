"""With whatever is left, everything can still be chosen."""

from __future__ import annotations

import pytest

from armctl.access.actions import Select, Warn
from armctl.access.events import AxesEvent, DeviceCame, DeviceGone
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
