"""What the hand-turned joints say: how far each went, whether that is enough, and whether it crossed the wrap. Pure.

All steps here are readings as they will be once the new homing offset is in the servo: the middle pose reads 2047.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from armctl.config.arm import ArmConfig, JointConfig
from armctl.units import DEG
from drivers.bench import Rules

MIDDLE: Final = 2047
"""Reading of the middle pose: half of the largest reading, rounded down, as everybody's calibration of these arms."""
FULL_TURN: Final = 5.4
"""A joint with this much travel [rad], 310°, is not turned from stop to stop: it would come near the wrap. Where it is
in the middle pose is where its middle is."""
ENOUGH: Final = 0.9
"""Share of the model's travel a joint must be turned through: hand-recorded travels of these arms are 0.95 to 1.1 of
it, and an end that was not reached shifts the zero by half of what is missing."""
TOO_MUCH: Final = 1.3
"""Share of the model's travel that no joint of this arm has: another joint is moved than the servo's number says."""
WRAP_MARGIN: Final = 20
"""Steps (2°) a joint's travel must stay away from the ends of the count."""
AT_END: Final = 0.15
"""Share of its travel within which the gripper counts as closed when it was closed last."""

State = Literal["not moved", "more", "enough", "wrapped", "too much"]


@dataclass(frozen=True, slots=True)
class Span:
    """How far a joint was turned so far.

    Attributes:
        joint: Its name.
        now: Where it is [step], unwrapped.
        lowest: Smallest reading so far [step], unwrapped.
        highest: Largest reading so far [step], unwrapped.
        needed: Travel of the joint in the arm's model [step]; 0 for one that need not be turned.
        turn: Steps of one turn.
    """

    joint: str
    now: int
    lowest: int
    highest: int
    needed: int
    turn: int

    @property
    def travel(self) -> int:
        """How far it was turned [step]."""
        return self.highest - self.lowest

    @property
    def share(self) -> float:
        """The same as a share of what the arm's model says it can do; 1 for one that need not be turned."""
        return self.travel / self.needed if self.needed else 1.0

    @property
    def state(self) -> State:
        """What to tell the person about it."""
        if not self.needed:
            return "enough"
        if self.lowest < WRAP_MARGIN or self.highest > self.turn - 1 - WRAP_MARGIN:
            return "wrapped"
        if self.share > TOO_MUCH:
            return "too much"
        if self.share >= ENOUGH:
            return "enough"
        return "more" if self.share > 0.03 else "not moved"


def is_full_turn(joint: JointConfig) -> bool:
    """Return True for a joint that has no stops worth speaking of."""
    return joint.upper - joint.lower >= FULL_TURN


def middle_angle(joint: JointConfig) -> float:
    """Return where ``joint`` is in the middle pose [rad]: half-way, a joint without stops at its zero."""
    if is_full_turn(joint) and joint.lower < 0.0 < joint.upper:
        return 0.0
    return (joint.lower + joint.upper) / 2


class RangeRecorder:
    """Follows joints that are turned by hand.

    Args:
        config: The arm, with its limits as its model has them.
        rules: How its servos count.
        offsets: The new homing offset of each servo, by id [step].
        old_offsets: The one it has now, by id [step].
    """

    def __init__(
        self, config: ArmConfig, rules: Rules, offsets: Mapping[int, int], old_offsets: Mapping[int, int]
    ) -> None:
        self._rules = rules
        self._offsets = dict(offsets)
        self._old = dict(old_offsets)
        self._joints = {joint.servo.id: joint for joint in config.joints if joint.servo is not None}
        self._seen: dict[int, tuple[int, int, int]] = {}

    def see(self, readings: Mapping[int, int]) -> None:
        """Take what the servos read now, by id [step], made with their old offsets."""
        for servo, reading in readings.items():
            if servo in self._joints:
                self._see_one(servo, self._new(servo, reading))

    def _new(self, servo: int, reading: int) -> int:
        rules = self._rules
        return rules.reading(rules.actual(reading, self._old[servo]), self._offsets[servo])

    def _see_one(self, servo: int, step: int) -> None:
        if servo not in self._seen:
            self._seen[servo] = (step, step, step)
            return
        before, low, high = self._seen[servo]
        # Nobody turns a joint by half a turn between two readings: the short way is the way it went.
        here = before + round(math.remainder(step - before, self._rules.steps_per_turn))
        self._seen[servo] = (here, min(low, here), max(high, here))

    @property
    def spans(self) -> tuple[Span, ...]:
        """How far each joint was turned, in the order of the arm; those that were not seen yet are left out."""
        return tuple(self._span(servo, *self._seen[servo]) for servo in self._joints if servo in self._seen)

    def _span(self, servo: int, now: int, low: int, high: int) -> Span:
        joint, turn = self._joints[servo], self._rules.steps_per_turn
        needed = 0 if is_full_turn(joint) else round((joint.upper - joint.lower) / math.tau * turn)
        return Span(joint.name, now, low, high, needed, turn)


def complaint(spans: Sequence[Span], gripper: str) -> str:
    """Return what is still to be done before the ranges can be used, in plain words; "" when nothing is.

    Args:
        spans: How far each joint was turned.
        gripper: Name of the gripper's joint, which is to be closed at the end.
    """
    for span in spans:
        if span.state == "wrapped":
            return f"{_name(span)} was turned past the end of its count: it was not in its middle at the start."
        if span.state == "too much":
            return (
                f"{_name(span)} turned {span.travel / span.turn * 360:.0f}°, more than this arm's can "
                f"({span.needed / span.turn * 360:.0f}°): two servos may have each other's numbers."
            )
    short = [span for span in spans if span.state in ("more", "not moved")]
    if short:
        todo = ", ".join(
            f"{_name(span)} ({_degrees(span.travel, span)} of {_degrees(span.needed, span)})" for span in short
        )
        return f"Not from stop to stop yet: {todo}."
    jaws = next((span for span in spans if span.joint == gripper), None)
    if jaws is not None and closed_end(jaws) is None:
        return f"Close the {gripper} fully, leave it closed, then press Enter."
    return ""


def closed_end(jaws: Span) -> int | None:
    """Return the reading of the closed gripper [step], which is where it is now; None when it is in between."""
    near = AT_END * max(jaws.travel, 1)
    if jaws.now - jaws.lowest <= near:
        return jaws.lowest
    return jaws.highest if jaws.highest - jaws.now <= near else None


def _name(span: Span) -> str:
    return span.joint.replace("_", " ")


def _degrees(steps: int, span: Span) -> str:
    return f"{steps / span.turn * math.tau / DEG:.0f}°"
