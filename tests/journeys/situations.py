"""What goes wrong on the way, and how the person comes out of it alone with one switch; the whole control behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Final

from tests.journeys.hands import OneSwitch
from tests.journeys.sitting import Sitting

QUICK: Final = {"stop_test": "press", "motion": {"speed": 1.0}}


@dataclasses.dataclass(frozen=True, slots=True)
class Situation:
    """Something that happens.

    Attributes:
        what: In words, for the table.
        live: Lives through it; raises AssertionError where the person does not come out of it.
        least: Presses that are needed at least.
    """

    what: str
    live: Callable[[], Sitting]
    least: int


def sits_down(**changes: Any) -> tuple[Sitting, OneSwitch]:
    """Return somebody with one switch before an arm that is ready."""
    person = Sitting("one_switch_auto", **{**QUICK, **changes})
    return person.armed(), OneSwitch(person, 0.7)


def reaching(person: Sitting) -> bool:
    """Tell whether the arm is on its way to the cup."""
    return person.session.task.step == 2 and person.snapshot.mode == "moving"


def comes_back(person: Sitting, hand: OneSwitch) -> None:
    """Do alone what the screen asks for after a fault."""
    person.until(lambda: person.view.screen == "alert", 10.0)
    hand.choose("understood")
    hand.choose("enable")
    person.until(lambda: person.snapshot.mode == "stop_test", 5.0)
    hand.stop()
    person.until(lambda: person.snapshot.mode == "ready", 5.0)


def panic_at_the_face() -> Sitting:
    """Four presses in panic stop it and choose nothing; the next one leads away from the face; then on to the drink."""
    person, hand = sits_down()
    person.at_the_face()
    for _ in range(4):
        person.presses += 1
        person.press(0.1)
        person.wait(0.25)
    near = person.distance()
    person.wait(0.5)
    assert person.session.task.phase == "paused"
    assert abs(person.distance() - near) < 1e-4
    person.until(lambda: person.view.lit is not None, 3.0)
    assert person.view.lit == "undo"
    hand.press()
    person.until(lambda: person.snapshot.mode == "moving", 4.0)
    person.until(lambda: person.snapshot.mode == "ready", 15.0)
    assert person.distance() > near + 0.02
    hand.choose("resume")
    person.until(lambda: person.session.task.phase == "waiting", 40.0)
    return person


def suspended() -> Sitting:
    """The computer sleeps while the arm moves."""
    person, hand = sits_down()
    person.brought("drink", lambda: reaching(person))
    person.asleep = 600.0
    comes_back(person, hand)
    hand.choose("resume")
    person.until(lambda: person.session.task.step == 3, 20.0)
    return person


def blocked() -> Sitting:
    """A joint is held up; what holds it is taken away; the arm backs out and goes on."""
    person, hand = sits_down()
    person.brought("drink", lambda: reaching(person))
    arm = person.controller._drive._arm
    read, where = arm.read, arm.read().positions.copy()

    def held_up() -> Any:
        state = read()
        positions = state.positions.copy()
        positions[1] = where[1]
        return dataclasses.replace(state, positions=positions)

    arm.read = held_up  # type: ignore[method-assign]
    person.until(lambda: person.view.screen == "alert", 10.0)
    arm.read = read  # type: ignore[method-assign]
    comes_back(person, hand)
    person.until(lambda: person.view.lit is not None, 3.0)
    assert person.view.lit == "way_out"
    hand.press()
    person.until(lambda: person.snapshot.mode == "moving", 4.0)
    person.until(lambda: person.snapshot.mode == "ready", 40.0)
    hand.choose("resume")
    person.until(lambda: person.session.task.step == 3, 40.0)
    return person


def ended_with_the_cup() -> Sitting:
    """The task is ended at the mouth; it is taken up again with the cup in the hand, and the cup put back."""
    person, hand = sits_down()
    person.brought("drink", lambda: person.session.task.phase == "waiting")
    hand.choose("cancel")
    person.until(lambda: person.view.screen == "home", 5.0)
    assert "still in the gripper" in person.view.text
    hand.choose("task:drink")
    for answer in ("answer:0", "answer:1"):
        person.until(lambda answer=answer: answer in person.ids, 60.0)
        hand.choose(answer)
    person.until(lambda: person.session.task.over, 60.0)
    assert person.session.task.phase == "done"
    return person


def asleep_on_the_switch() -> Sitting:
    """Pressing on "Drink" and falling asleep sets nothing in motion; awake again, the person chooses anew."""
    person, hand = sits_down()
    person.until(lambda: person.view.lit == "task:drink")
    person.wait(0.3)
    person.presses += 1
    person.key(True)
    person.wait(5.0)
    assert person.session.task is None
    assert person.press_does == "Let go = Drink"
    person.wait(12.0)
    person.key(False)
    person.wait(3.0)
    assert person.session.task is None
    hand.choose("task:drink")
    person.until(lambda: person.session.task is not None, 5.0)
    return person


def settings_and_back() -> Sitting:
    """Slower, a slower frame, other colours, and home again; each new value is heard."""
    person, hand = sits_down()
    hand.choose("settings")
    before = person.app._desk.user
    hand.choose("slower")
    person.wait(0.3)
    assert any(said.startswith("Arm slower 90") for said in person.voice.said)
    for item in ("scan_slower", "look", "theme", "back", "leave"):
        hand.choose(item)
        person.wait(0.3)
    now = person.app._desk.user
    assert person.view.screen == "home"
    assert now.motion.speed < before.motion.speed
    assert now.scan.interval > before.scan.interval
    assert now.theme != before.theme
    return person


SITUATIONS: Final = (
    Situation("Panic at the face, away from it, then the drink", panic_at_the_face, 3),
    Situation("The computer slept in a motion; back to work", suspended, 4),
    Situation("A joint is held up; backed out; back to work", blocked, 5),
    Situation("The task ended with the cup in the hand; cup put back", ended_with_the_cup, 4),
    Situation("Asleep on the switch while choosing; chosen anew", asleep_on_the_switch, 1),
    Situation("Speed, frame and colours changed; home again", settings_and_back, 7),
)
