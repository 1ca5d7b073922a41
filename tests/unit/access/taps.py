"""Presses of one switch, short and long."""

from __future__ import annotations

from armctl.access.actions import ScanItem
from tests.support.switch_person import Person, tiles

ONE_SWITCH = {"holds": [{"at": 0.4, "does": "select"}], "post_acceptance": 0.0}
MOVING_TILES = (*tiles(2, moves=True), ScanItem("z", "Z", rect=(300, 0, 90, 90)))


def one_switch() -> Person:
    contacts = [{"device": "keyboard", "contact": "f1", "does": "next", "switch": ONE_SWITCH}]
    return Person(scan={"method": "step"}, contacts=contacts)


def tap(person: Person, hold: float) -> list[object]:
    before = len(person.heard)
    person.change(True, "next", contact="f1")
    person.wait(hold)
    person.change(False, "next", contact="f1")
    person.wait(0.1)
    return list(person.heard[before:])
