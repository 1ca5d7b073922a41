"""Contacts by device and name, each with its own settings."""

from __future__ import annotations

from armctl.access.contacts import LONG_PRESS, Contact, Contacts, contact_of
from armctl.access.events import SwitchEvent
from armctl.config.user import UserConfig


def contacts(**settings: object) -> Contacts:
    return Contacts(UserConfig.model_validate({"name": "x", "motion": {"jog": "step"}, **settings}))


def test_a_contact_is_its_device_its_meaning_and_its_name() -> None:
    event = SwitchEvent(1.0, "box", "next", True, contact="3")
    assert contact_of(event) == Contact("box", "next", "3")


def test_each_contact_has_a_switch_of_its_own_with_its_own_settings() -> None:
    mine = contacts(contacts=[{"device": "joystick", "contact": 1, "does": "next", "switch": {"acceptance": 0.5}}])
    slow, quick = mine.get(Contact("joystick2", "next", "1")), mine.get(Contact("joystick2", "next", "2"))
    assert slow is not quick
    assert slow is mine.get(Contact("joystick2", "next", "1"))
    for switch in (slow, quick):
        switch.close(1.0)
    assert (slow.counts(1.2), quick.counts(1.2)) == (False, True)


def test_the_press_that_is_due_first_comes_first_and_what_is_open_not_at_all() -> None:
    mine = contacts()
    late, soon = Contact("a", "select"), Contact("b", "select")
    mine.get(Contact("c", "select"))
    mine.get(late).close(2.0)
    mine.get(soon).close(1.0)
    assert [contact for contact, _ in mine.by_time()] == [soon, late]
    assert [contact for contact, _ in mine.pending()] == [late, soon]
    mine.remove("b")
    assert [contact for contact, _ in mine.by_time()] == [late]
    mine.spend(2.0)
    assert mine.pending() == []


def test_only_a_switch_that_selects_waits_with_inverse_scanning() -> None:
    mine = contacts(scan={"method": "inverse"})
    assert mine.get(Contact("a", "select")).waits
    assert not mine.get(Contact("a", "next")).waits
    assert not mine.get(Contact("pointer", "select", "1")).waits


def test_when_one_switch_is_left_a_long_press_of_it_selects() -> None:
    mine = contacts()
    switch = mine.get(Contact("a", "next"))
    assert not switch.waits
    mine.one_switch = True
    mine.configure(UserConfig(name="x"))
    switch.close(1.0)
    assert switch.counts(1.1)
    assert switch.reached(1.0 + LONG_PRESS - 0.01) is None
    assert switch.reached(1.0 + LONG_PRESS) == "select"
