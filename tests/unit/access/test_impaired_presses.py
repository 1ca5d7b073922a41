"""Presses as people with impairments make them: late, twice, missed, by mistake, never let go, trembling.

Press times are ex-Gaussian; figures of the personas and shares of late presses are those of the project's collection on
simulated users (the .65 rule of Simpson, Koester and LoPresti gives the scan interval).
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from armctl.access.actions import HoldEnd, HoldStart, Preview, ScanItem, Select, StopMotion, Warn
from armctl.access.events import SwitchEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig
from tests.support.switch_person import Person, tiles


@dataclass(frozen=True)
class Presses:
    """How somebody presses. Times in s; ``late``: share of presses after the item's time by the .65 rule."""

    mean: float
    spread: float
    tail: float
    late: float
    double: float
    spurious: float
    hold: float
    stick: float = 0.0

    @property
    def interval(self) -> float:
        return (self.mean + self.tail) / 0.65

    def reaction(self, dice: random.Random) -> float:
        return max(0.15, dice.gauss(self.mean, self.spread) + dice.expovariate(1.0 / self.tail))


PEOPLE = {
    "P0 able-bodied": Presses(0.38, 0.04, 0.07, 0.014, 0.005, 0.01, 0.12),
    "P1 CP, spastic": Presses(0.68, 0.13, 0.22, 0.048, 0.08, 0.2, 0.45, 0.03),
    "P2 CP, dyskinetic": Presses(0.78, 0.30, 0.52, 0.11, 0.20, 1.0, 0.6, 0.08),
    "P3 ALS, late": Presses(0.58, 0.13, 0.22, 0.062, 0.01, 0.33, 0.2),
    "P4 SCI C4, sip-puff": Presses(0.45, 0.06, 0.10, 0.023, 0.02, 0.05, 0.4),
    "P5 SCI C5, spasms": Presses(0.50, 0.08, 0.12, 0.028, 0.03, 0.05, 0.3),
    "P6 tremor": Presses(0.55, 0.10, 0.17, 0.045, 0.15, 0.1, 0.2),
    "P7 ataxia": Presses(0.65, 0.15, 0.30, 0.076, 0.08, 0.1, 0.3),
}


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_as_many_presses_come_too_late_as_their_distribution_says(who: str) -> None:
    """The pipeline adds nothing: whoever presses within the item's time gets the item, who is later the next one."""
    person, dice, count = PEOPLE[who], random.Random(who), 1500
    scan = {"interval": person.interval, "first_extra": 0.0, "rounds": 20}
    user = UserConfig.model_validate({"name": "x", "scan": scan, "switch": {"post_acceptance": 0.0}})
    pipeline = AccessPipeline(user)
    items = tiles(6)
    pipeline.set_items(items, "here", 0.0)
    began, late = 0.0, 0
    for _ in range(count):
        target = dice.randrange(5)
        at = began + target * person.interval + person.reaction(dice)
        actions = pipeline.tick(at, False) + pipeline.feed(SwitchEvent(at, "switch", "select", True), False)
        actions += pipeline.tick(at + 0.04, False)
        (choice,) = [action for action in actions if isinstance(action, Select)]
        pipeline.feed(SwitchEvent(at + 0.1, "switch", "select", False), False)
        late += choice.item != items[target].id
        began = at + 0.03  # the press counted after the debounce time, and the highlight began anew
    error = math.sqrt(person.late * (1 - person.late) / count)
    assert late / count == pytest.approx(person.late, abs=3.5 * error + 0.004)


def contact_changes(person: Presses, dice: random.Random, seconds: float) -> Iterator[tuple[float, bool]]:
    """Yield when the contact closes and opens: presses now and then, long, doubled, stuck, by mistake, with tremor."""
    now = 0.5
    while now < seconds:
        now += dice.expovariate(1.0 / 2.5) + person.reaction(dice)
        again = 1 + (dice.random() < person.double) + (dice.random() < person.double / 2)
        for _ in range(again):
            held = dice.lognormvariate(math.log(person.hold), 0.3)
            held += 0.6 * (dice.random() < 0.4)
            held = dice.uniform(2.0, 10.0) if dice.random() < person.stick else held
            for share in sorted(dice.random() for _ in range(2 * (dice.random() < person.double))):
                yield now + share * held * 0.9, False  # a hand that trembles opens for a moment
                yield now + share * held * 0.9 + 0.01, True
            yield now, True
            yield now + held, False
            now += held + dice.lognormvariate(math.log(0.18), 0.2)
        if dice.random() < person.spurious * 2.5 / 60.0:
            now += dice.uniform(0.05, 0.5)
            yield now, True
            yield now + 0.05, False
            now += 0.1


SCREENS = {
    "home": (*tiles(4, moves=True), ScanItem("z", "Z", rect=(100, 100, 90, 90))),
    "move": (ScanItem("up", "Up", holds=True), ScanItem("down", "Down", holds=True), ScanItem("leave", "Home")),
}
WAYS = {
    "auto": {"scan": {"interval": 1.2}, "motion": {"jog": "hold"}},
    "rows": {"scan": {"interval": 1.0, "pattern": "row_column"}, "motion": {"jog": "hold"}},
    "step": {
        "scan": {"method": "step"},
        "motion": {"jog": "hold"},
        "contacts": [{"device": "keyboard", "contact": "f1", "does": "next",
                      "switch": {"holds": [{"at": 0.5, "does": "select"}], "maximum_hold": 1.5}}],
    },
    "inverse": {"scan": {"method": "inverse", "interval": 0.8}, "motion": {"jog": "step"}},
}  # fmt: skip


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_however_somebody_presses_stop_stops_and_one_press_is_one_choice(who: str, way: str) -> None:
    dice = random.Random(f"{who} {way}")
    settings = {"switch": {"post_acceptance": 0.5, "maximum_hold": 1.5}, "preview": {"enabled": True, "time": 0.8}}
    person = Person(SCREENS["home"], **settings, **WAYS[way])
    control = "next" if way == "step" else "select"
    changes = sorted(contact_changes(PEOPLE[who], dice, 90.0))
    closed, moves_until, seen, opened, stops = False, -1.0, 0, -1.0, 0
    pressed: list[float] = []
    for at, pressed_now in changes:
        if pressed_now == closed:
            continue
        while person.now < at:
            person.wait(0.02)
            for action in person.heard[seen:]:
                seen += 1
                if isinstance(action, Select | Preview | HoldStart):
                    assert any(abs(action.pressed_at - one) < 1e-6 for one in pressed), "no choice without a press"
                if isinstance(action, Select):
                    moves_until = person.now + dice.uniform(1.0, 4.0) if action.item != "leave" else -1.0
                    person.show(SCREENS["move" if dice.random() < 0.5 else "home"], str(dice.random()))
            person.moving = person.now < moves_until
        closed = pressed_now
        moving, held = person.moving, person.pipeline.held
        new = person.change(closed, control, contact="f1" if way == "step" else "")
        if closed and (moving or held) and person.now - opened > 0.03:
            assert any(isinstance(action, StopMotion) for action in new), "any press while it moves stops, at once"
            stops += 1
            moves_until = person.now + 0.1
        if not closed and held is not None:
            assert any(isinstance(action, HoldEnd) for action in new) or person.pipeline.held == held
        pressed += [person.now] if closed else []
        opened = opened if closed else person.now
    choices = [action.pressed_at for action in person.of(Select, HoldStart)]  # type: ignore[attr-defined]
    assert len(choices) == len(set(choices)), "one press chooses once"
    assert choices, "and something can be chosen"
    starts = person.of(HoldStart, HoldEnd)
    assert [type(one) for one in starts] == [HoldStart, HoldEnd] * (len(starts) // 2) + [HoldStart] * (len(starts) % 2)


def test_a_switch_that_sticks_while_it_holds_a_motion_stops_it_and_is_told() -> None:
    person = Person(SCREENS["move"], switch={"maximum_hold": 1.5}, motion={"jog": "hold"})
    person.change(True)
    person.wait(3.0)
    assert [type(one) for one in person.of(HoldStart, StopMotion, HoldEnd, Warn)] == [
        HoldStart,
        StopMotion,
        HoldEnd,
        Warn,
    ]
