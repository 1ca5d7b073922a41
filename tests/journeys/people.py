"""Who takes the journey from switching on to a drink and back, and what it takes at least."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.journeys.hands import Breath, Hand, HoldAndLetGo, OneSwitch, Pointer, Rows, Steps, Stick, key
from tests.journeys.sitting import Sitting

CHOICES: Final = ("enable", "try", "task:drink", "answer:0", "answer:1")
"""What has to be chosen: switch on, the stop test in motion, drink, "I have drunk", "Put it back"."""
STOPS: Final = 2
"""Presses of the two tests of the stop."""
LEAST: Final = len(CHOICES) + STOPS
"""Presses without which the journey cannot be made with a frame that moves by itself."""


@dataclass(frozen=True, slots=True)
class Traveller:
    """Somebody with their own way of choosing.

    Attributes:
        who: The person, in words.
        profile: Name of their profile.
        hand: Makes their way of choosing; the argument is the person.
        least: Presses, breaths, pushes or ways that are needed at least.
        changes: Settings that differ from the profile's.
    """

    who: str
    profile: str
    hand: Callable[[Sitting], Hand]
    least: int
    changes: dict[str, Any] = field(default_factory=dict)


ONE_AXIS: Final = {"joystick": {"wiring": [1]}}

TRAVELLERS: Final = (
    Traveller("one switch, quick", "one_switch_auto", OneSwitch, LEAST),
    Traveller("one switch, slow, each press comes twice", "one_switch_auto", lambda p: OneSwitch(p, 1.1, 0.2, 0.1),
        LEAST - 1, {"preview": {"enabled": True, "reaction": 0.5}}),
    Traveller("one switch, held and let go", "inverse", HoldAndLetGo, LEAST),
    Traveller("one switch, rows and tiles", "row_column", Rows, LEAST + 1),
    Traveller("one switch, step by step", "one_switch_step", lambda p: Steps(p, 0.5, key("space"), 0.9), LEAST + 1),
    Traveller("two switches", "step_two_switches", lambda p: Steps(p, 0.5, key("tab"), 0.3), LEAST + 1),
    Traveller("sip and puff", "sip_and_puff", Breath, LEAST + 2, {"devices": [
        {"kind": "breath_axis", "name": "sip_puff", "matches": "Virtual", "axis": 0,
         "breath": {"dead_band": 2.5, "soft_most": 10.0, "hard_least": 16.0}}]}),
    Traveller("head mouse, trembling", "head_mouse", lambda p: Pointer(p, 6.0), LEAST),
    Traveller("eye tracker, a point in twenty lost", "eye_tracker", lambda p: Pointer(p, 12.0, 0.05), LEAST),
    Traveller("wheelchair joystick", "wheelchair_joystick", Stick, LEAST + 1),
    Traveller("stick of one axis", "wheelchair_joystick", lambda p: Stick(p, 1), LEAST + 1, ONE_AXIS),
)  # fmt: skip


def drink_and_back(person: Sitting, hand: Hand) -> None:
    """Switch on, test the stop twice, drink once, have the cup put back.

    Raises:
        AssertionError: The person did not get on.
    """
    hand.choose("enable")
    person.until(lambda: person.snapshot.mode != "disarmed", 10.0)
    person.wait(0.6)
    if person.snapshot.mode == "stop_test":  # a trembling hand has passed it by then
        hand.stop()
    person.until(lambda: "try" in person.ids, 10.0)
    hand.choose("try")
    person.until(lambda: person.view.stop_field is not None and "Press now" in person.view.text, 15.0)
    hand.stop()
    person.until(lambda: person.view.screen == "home" and not person.view.moving, 10.0)
    hand.choose("task:drink")
    for answer in ("answer:0", "answer:1"):
        person.until(lambda: person.session.task is not None and person.session.task.phase == "waiting", 120.0)
        person.until(lambda answer=answer: answer in person.ids, 5.0)
        hand.choose(answer)
        person.until(lambda: person.session.task.phase != "waiting", 10.0)
    person.until(lambda: person.session.task.over, 120.0)
    assert person.session.task.phase == "done", person.session.task
