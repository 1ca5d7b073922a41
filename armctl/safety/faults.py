"""What can go wrong, as a table: what to call it, what to say, what to do, who can do it, and how the arm reacts.

Reactions: **H** hold, the arm comes to rest and keeps its torque, a new input continues. **S** stop, the same and the
fault stays until somebody clears it and arms again. **R** refuse, nothing changes and the reason is told. **W** warn,
the arm goes slower and says why. Torque is never cut by any of them: a raised arm without torque falls on the person.

Messages are templates over ``{joint}``, ``{value}``, ``{limit}`` and ``{detail}``; ``tests/unit/safety/test_faults.py``
proves that the table is complete, that every code is used, and that every message can be filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from armctl.safety.codes import Code

Reaction: TypeAlias = Literal["H", "S", "R", "W"]
Who: TypeAlias = Literal["user", "carer", "technician"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table; after `filled` the message holds the figures.

    Attributes:
        code: Key of the row.
        title: What happened, in a few words, for the alert screen.
        message: What happened, how much, against which limit.
        remedy: What to do.
        who: Who can do it.
        reaction: What the arm does.
    """

    code: str
    title: str
    message: str
    remedy: str
    who: Who
    reaction: Reaction

    def filled(self, finding: Finding) -> Fault:
        """Return this row with the figures of ``finding`` in its message and remedy."""
        figures = {"joint": finding.joint.replace("_", " "), "value": finding.value, "limit": finding.limit}
        return replace(
            self,
            message=_fill(self.message, finding.detail, figures),
            remedy=_fill(self.remedy, finding.detail, figures),
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: a code and its figures, in the unit that the message names.

    Attributes:
        code: Row of `FAULTS`.
        joint: Name of the joint, or of the thing, it is about.
        value: What was found.
        limit: What it was compared with.
        detail: A word or sentence more.
    """

    code: Code
    joint: str = ""
    value: float = 0.0
    limit: float = 0.0
    detail: str = ""

    def fault(self) -> Fault:
        """Return the row of the table, filled in."""
        return FAULTS[self.code].filled(self)


def _fill(template: str, detail: str, figures: Mapping[str, object]) -> str:
    return template.format(detail=detail, **figures)


def _table(*rows: Fault) -> Mapping[str, Fault]:
    return MappingProxyType({row.code: row for row in rows})


_RECONNECT: Final = "Check the cable and the power supply of the arm, then clear the fault and arm again."
_CALL: Final = "Clear the fault and arm again. If it comes back, call a technician."

FAULTS: Final[Mapping[str, Fault]] = _table(
    # The line to the arm and the servos on it.
    Fault(
        Code.LINK_LOST,
        "The arm is not connected",
        "The connection to the arm was lost. {detail}",
        _RECONNECT,
        "carer",
        "S",
    ),
    Fault(
        Code.JOINT_MUTE,
        "A joint does not answer",
        "The {joint} joint did not answer {value:.0f} times in a row; {limit:.0f} is the limit.",
        "Check the plugs at the {joint} joint, then clear the fault and arm again.",
        "carer",
        "S",
    ),
    Fault(
        Code.BAD_CYCLES,
        "The arm does not answer",
        "No joint answered {value:.0f} times in a row; {limit:.0f} is the limit.",
        _RECONNECT,
        "carer",
        "S",
    ),
    Fault(
        Code.OVERLOAD,
        "A joint is overloaded",
        "The {joint} joint works against more than it can carry.",
        "Take away what the arm pushes against or carries, then clear the fault and arm again.",
        "carer",
        "S",
    ),
    Fault(
        Code.OVERCURRENT,
        "A joint draws too much current",
        "The {joint} joint draws more current than it may.",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.OVER_TEMPERATURE,
        "A joint is too hot",
        "The {joint} joint is at {value:.0f} °C; the limit is {limit:.0f} °C.",
        "Support the arm, let it cool down for a quarter of an hour, then clear the fault and arm again.",
        "carer",
        "S",
    ),
    Fault(
        Code.WARM,
        "A joint is getting hot",
        "Slow: the {joint} joint is at {value:.0f} °C; it stops at {limit:.0f} °C.",
        "Let the arm rest for a while.",
        "user",
        "W",
    ),
    Fault(
        Code.VOLTAGE,
        "The supply voltage is wrong",
        "The {joint} joint has {value:.1f} V; the limit is {limit:.1f} V.",
        "Check the power supply, then clear the fault and arm again.",
        "carer",
        "S",
    ),
    Fault(
        Code.SERVO_RESTARTED,
        "A joint restarted",
        "The {joint} joint lost its power for a moment and came back.",
        _RECONNECT,
        "carer",
        "S",
    ),
    Fault(
        Code.TORQUE_LOST,
        "The arm lost its torque",
        "Not every joint holds its place any more.",
        "Support the arm, check its power supply, then clear the fault and arm again.",
        "carer",
        "S",
    ),
    Fault(
        Code.SERVO_FAULT,
        "A joint reports a fault",
        "The {joint} joint reports fault {value:.0f}, which armctl does not know.",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.ENCODER_FAULT,
        "A position sensor is broken",
        "The {joint} joint says that its position sensor fails.",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.ENCODER_JUMP,
        "A position reading jumped",
        "The {joint} joint jumped by {value:.1f}° within one reading; {limit:.1f}° is possible.",
        _CALL,
        "technician",
        "S",
    ),
    # The arm does not do what it is told.
    Fault(
        Code.FROZEN_POSITION,
        "A position reading is frozen",
        "The {joint} joint was told to move {value:.1f}° and still reports exactly the same position.",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.FOLLOWING_ERROR,
        "A joint is blocked",
        "The {joint} joint is {value:.1f}° away from where it should be; the limit is {limit:.1f}°.",
        "See what the arm pushes against, take it away, then clear the fault and arm again.",
        "carer",
        "S",
    ),
    Fault(
        Code.WRONG_DIRECTION,
        "A joint moves the wrong way",
        "The {joint} joint moved {value:.1f}° the wrong way; the limit is {limit:.1f}°.",
        "Do not use the arm. Its calibration has to be checked.",
        "technician",
        "S",
    ),
    Fault(
        Code.CONTACT,
        "The arm touched the person",
        "The arm touched the {joint} with {value:.1f} N.",
        "Make sure all is well, then clear the fault, arm again and move the arm away.",
        "carer",
        "S",
    ),
    # The computer.
    Fault(
        Code.CLOCK_JUMP,
        "The computer was asleep",
        "Nothing was checked for {value:.1f} s; {limit:.1f} s is the limit.",
        "Clear the fault and arm again. Switch the computer's sleep mode off.",
        "carer",
        "S",
    ),
    Fault(
        Code.CONTROL_LATE,
        "The computer was too slow",
        "The arm came to rest because control was late by {value:.0f} ms; {limit:.0f} ms is the limit.",
        "Give a new command. If it happens often, close other programs.",
        "user",
        "H",
    ),
    Fault(
        Code.CONTROL_EXCEPTION,
        "An error in the program",
        "The arm control stopped because of an error. {detail}",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.UI_LOST,
        "The screen is silent",
        "The arm came to rest because {detail} does not answer.",
        "Wait until the screen is back, then give a new command.",
        "user",
        "H",
    ),
    Fault(
        Code.STOP_OVERRUN,
        "The arm did not come to rest in time",
        "The arm still moved {value:.2f} s after stop; {limit:.2f} s is the limit.",
        _CALL,
        "technician",
        "S",
    ),
    # Arming.
    Fault(
        Code.STOP_TEST_SLOW,
        "Stop arrived too late",
        "Your stop took {value:.0f} ms to arrive; {limit:.0f} ms is the limit, so the arm stays off.",
        "Close other programs and try again. If it stays slow, call a technician.",
        "user",
        "R",
    ),
    Fault(
        Code.STOP_TEST_MISSED,
        "No stop press came",
        "No stop press came within {limit:.0f} s, so the arm stays off.",
        "Choose arm again and then press stop.",
        "user",
        "R",
    ),
    Fault(
        Code.STOP_TEST_ORDER,
        "That press did not count",
        "That press did not count for the stop test: {detail}.",
        "Press stop once when the screen asks for it.",
        "user",
        "R",
    ),
    Fault(
        Code.ARMING_REFUSED,
        "The arm cannot be armed now",
        "The arm stays off: {detail}",
        "Put that right and choose arm again.",
        "carer",
        "R",
    ),
    # Commands.
    Fault(
        Code.INTENT_REPLAYED,
        "An old command was refused",
        "Command {value:.0f} was refused: command {limit:.0f} had already been taken.",
        "Give the command again.",
        "user",
        "R",
    ),
    Fault(
        Code.INTENT_EPOCH,
        "A command from before arming was refused",
        "A command was refused because it was meant for arming {value:.0f}; now it is arming {limit:.0f}.",
        "Give the command again.",
        "user",
        "R",
    ),
    Fault(
        Code.INTENT_LATE,
        "A late command was refused",
        "A command was refused because it came {value:.0f} ms after its deadline.",
        "Give the command again.",
        "user",
        "R",
    ),
    Fault(
        Code.INTENT_DEADLINE,
        "A command was refused",
        "A command was refused because its deadline is {value:.1f} s ahead; {limit:.1f} s is the limit.",
        "Give the command again. If it happens often, call a technician.",
        "technician",
        "R",
    ),
    # Set-points.
    Fault(
        Code.NOT_ARMED,
        "The arm is not armed",
        "The arm may not move now: it is in the state {detail}.",
        "Arm the arm first.",
        "user",
        "R",
    ),
    Fault(
        Code.NOT_BEGUN,
        "The arm is at rest",
        "The {joint} joint may not move now: the arm is in the state {detail}.",
        "Wait until the arm is at rest, then give the command again.",
        "user",
        "R",
    ),
    Fault(
        Code.STATE_STALE,
        "The arm's position is not known",
        "The position of the {joint} joint is {value:.0f} ms old; {limit:.0f} ms is the limit.",
        "Wait a moment and give the command again.",
        "user",
        "R",
    ),
    Fault(
        Code.SET_POINT_SIZE,
        "A wrong command",
        "A set-point with {value:.0f} values was refused; the arm has {limit:.0f} joints.",
        "Call a technician.",
        "technician",
        "R",
    ),
    Fault(
        Code.NOT_FINITE,
        "A wrong command",
        "A set-point for the {joint} joint was refused because it is not a number.",
        "Call a technician.",
        "technician",
        "R",
    ),
    Fault(
        Code.POSITION_LIMIT,
        "The end of a joint's range",
        "The {joint} joint would go to {value:.1f}°; its limit is {limit:.1f}°.",
        "Move the other way.",
        "user",
        "R",
    ),
    Fault(
        Code.SPEED_LIMIT,
        "Too fast for a joint",
        "The {joint} joint would turn {value:.0f}°/s; its limit is {limit:.0f}°/s.",
        "Move more slowly or another way.",
        "user",
        "R",
    ),
    Fault(
        Code.ACCELERATION_LIMIT,
        "Too sudden for a joint",
        "The {joint} joint would accelerate by {value:.0f}°/s²; its limit is {limit:.0f}°/s².",
        "Move more slowly or another way.",
        "user",
        "R",
    ),
    Fault(
        Code.TOO_FAR_AHEAD,
        "Too far from where the arm is",
        "The {joint} joint would be sent {value:.1f}° from where it is; {limit:.1f}° is the limit.",
        "See whether something holds the arm, then give the command again.",
        "user",
        "R",
    ),
    Fault(
        Code.TOOL_SPEED,
        "Too fast",
        "The hand would move {value:.0f} mm/s; its limit is {limit:.0f} mm/s.",
        "Move more slowly.",
        "user",
        "R",
    ),
    Fault(
        Code.ZONE_SPEED,
        "Too fast here",
        "The hand would move {value:.0f} mm/s; here the limit is {limit:.0f} mm/s.",
        "Move more slowly.",
        "user",
        "R",
    ),
    Fault(
        Code.HEAD_ZONE,
        "Too close to the head",
        "The {joint} would come within {value:.0f} mm of the head; {limit:.0f} mm is the limit.",
        "Move away from the head.",
        "user",
        "R",
    ),
    Fault(
        Code.TORSO_ZONE,
        "Too close to the body",
        "The {joint} would come within {value:.0f} mm of the body; {limit:.0f} mm is the limit.",
        "Move away from the body.",
        "user",
        "R",
    ),
    Fault(
        Code.FURNITURE_ZONE,
        "Too close to furniture",
        "The {joint} would come within {value:.0f} mm of the {detail}; {limit:.0f} mm is the limit.",
        "Move away from it.",
        "user",
        "R",
    ),
)
"""Code to row; complete."""
