"""Is this the arm the configuration describes? Checked at connect from the servos' memory; nothing is written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from armctl.config.arm import WireConfig
from armctl.errors import HardwareError, IdentityError
from drivers.dynamixel.joints import Part
from drivers.dynamixel.messages import DRIVE_REVERSED, LARGEST_ID, MODEL_NAMES, STEPS_PER_TURN, Mode

Memory = Mapping[str, int]
"""Registers of `drivers.dynamixel.messages` by name."""

HEAD: Final = ("model", "firmware", "id", "return_delay", "drive_mode", "operating_mode", "secondary_id")
"""What every model has at the same place."""
REST: Final = (
    "homing_offset",
    "max_voltage",
    "min_voltage",
    "pwm_limit",
    "current_limit",
    "velocity_limit",
    "max_position",
    "min_position",
)
LEAST_FIRMWARE: Final = 38
"""Older ones have no bus watchdog (maker's release notes), and no arm goes without."""
LARGEST_JOINT_OFFSET: Final = 1024
"""In position mode a servo does not heed a homing offset beyond this [step]."""
_LIMIT_TOLERANCE: Final = 57
"""Steps (5°) by which a servo's own limits may be inside the joint's: hand-swept ranges differ that much."""
PAIR_TOLERANCE: Final = 34
"""Steps (3°) by which two servos of one joint may read differently; beyond, they would pull against each other."""


def check_presence(parts: Sequence[Part], answering: Iterable[int], hints: str, others: Iterable[int]) -> None:
    """Refuse an arm of which a servo is silent.

    Args:
        parts: The arm's servos.
        answering: Ids of its servos that answered.
        hints: What else was noticed on the line, in sentences; may be empty.
        others: Ids of all servos that answer to a call to everybody.

    Raises:
        IdentityError: Naming which servos do not answer.
    """
    heard = set(answering)
    missing = [part for part in parts if part.id not in heard]
    if not missing:
        return
    there = sorted(heard | set(others))
    if not there:
        raise IdentityError(
            "No servo answers.",
            f"Switch the arm's power supply on and check the cable between adapter and arm. {hints}".strip(),
        )
    one = len(missing) == 1
    names = ", ".join(f"{part.id} ({part.joint.name})" for part in missing)
    raise IdentityError(
        f"{'Servo' if one else 'Servos'} {names} {'does' if one else 'do'} not answer; "
        f"answering: {', '.join(map(str, there))}.",
        f"Check the plugs of the three-wire cable up to that servo, and its id. {hints}".strip(),
    )


def check_single(parts: Sequence[Part], answers: Mapping[int, int]) -> None:
    """Refuse an arm of which two servos have the same id; ``answers`` is how many came to one question, by id.

    Raises:
        IdentityError: Naming the id.
    """
    for part in parts:
        if answers[part.id] > 1:
            raise IdentityError(
                f"Two servos answer as {part.id} ({part.joint.name}).",
                "Each servo needs an id of its own: plug them in one at a time and number them anew.",
            )


def check_models(parts: Sequence[Part], heads: Mapping[int, Memory]) -> None:
    """Refuse servos of another model than configured, or with a firmware that is too old; ``heads`` is by id.

    Raises:
        IdentityError: Naming the joint, what it has and what it should have.
    """
    for part in parts:
        head = heads[part.id]
        if head["model"] != part.model.number:
            raise IdentityError(
                f"{part.who} is {_model(head['model'])}; the configuration says {_model(part.model.number)}.",
                "Another arm may be on this port: check the port, or the arm's configuration.",
            )
        if head["firmware"] < LEAST_FIRMWARE:
            raise IdentityError(
                f"{part.who} has firmware {head['firmware']}; {LEAST_FIRMWARE} or newer is needed: "
                "older ones do not stop by themselves when the program dies.",
                "Update the servo with the maker's program.",
            )


def check_identity(parts: Sequence[Part], memories: Mapping[int, Memory]) -> None:
    """Refuse servos that turn the wrong way, follow the wrong servo or hold another calibration; ``memories`` is by id.

    Raises:
        IdentityError: Naming the joint, what it has and what it should have.
    """
    for part in parts:
        memory = memories[part.id]
        _check_direction(part, memory)
        _check_leader(part, memory)
        if part.leads:
            _check_offset(part, memory)
        if not part.joint.turns:
            _check_limits(part, memory)


def check_same(parts: Sequence[Part], before: Mapping[int, Memory], now: Mapping[int, Memory]) -> None:
    """Refuse another arm of the same model in the place of the one there was.

    Args:
        parts: The arm's servos.
        before: What each kept when it was connected before, by id; empty the first time.
        now: What each keeps now, by id; complete.

    Raises:
        IdentityError: Naming the joint whose calibration is another one.
    """
    for part in parts:
        if part.id in before and _calibration(before[part.id]) != _calibration(now[part.id]):
            raise IdentityError(
                f"{part.who} has another calibration than the arm that was connected before.",
                "Connect that arm again. For another arm, or after calibrating, start the program anew.",
            )


def check_voltage(
    parts: Sequence[Part], volts: Mapping[int, float], memories: Mapping[int, Memory], wire: WireConfig
) -> None:
    """Refuse a supply outside of the arm's or the servo's own limits; ``volts`` is by id [V].

    An arm may have servos for 5 V and for 12 V, so each servo's own limits count too.

    Raises:
        HardwareError: Naming the joint, the voltage and the limits.
    """
    for part in parts:
        memory = memories[part.id]
        lowest = max(wire.min_voltage, memory["min_voltage"] / 10)
        highest = min(wire.max_voltage, memory["max_voltage"] / 10)
        if not lowest <= volts[part.id] <= highest:
            raise HardwareError(
                f"{part.who} measures a supply of {volts[part.id]:.1f} V; {lowest:.1f} to {highest:.1f} V are allowed.",
                "Check that the power supply belongs to this arm and is plugged in.",
            )


def check_pairs(parts: Sequence[Part], positions: Mapping[int, int]) -> None:
    """Refuse servos on one joint that read differently: under torque they would pull against each other.

    Args:
        parts: The arm's servos.
        positions: What each reads, by id [step].

    Raises:
        IdentityError: Naming the joint and both readings.
    """
    for part in parts:
        apart = math.remainder(positions[part.id] - positions[part.leader], STEPS_PER_TURN)
        if abs(apart) > PAIR_TOLERANCE:
            raise IdentityError(
                f"{part.joint.name}: servos {part.leader} and {part.id} read {positions[part.leader]} and "
                f"{positions[part.id]}, {abs(apart) * 360 / STEPS_PER_TURN:.0f}° apart; on one joint they must agree.",
                f"With torque off, set the homing offset of servo {part.id} so that both read the same.",
            )


def _calibration(memory: Memory) -> tuple[int, ...]:
    return tuple(memory[name] for name in ("homing_offset", "min_position", "max_position"))


def _check_direction(part: Part, memory: Memory) -> None:
    if bool(memory["drive_mode"] & DRIVE_REVERSED) != part.reversed:
        raise IdentityError(
            f"{part.who} {'does not count' if part.reversed else 'counts'} the other way round (drive mode, bit 0); "
            f"the configuration says it {'does' if part.reversed else 'does not'}.",
            "Set the drive mode with the maker's program, or calibrate the arm again.",
        )


def _check_leader(part: Part, memory: Memory) -> None:
    follows = memory["secondary_id"]
    if part.leads and follows <= LARGEST_ID:
        raise IdentityError(
            f"{part.who} follows servo {follows} (secondary id); it should follow none.",
            "Set its secondary id to 255 with the maker's program.",
        )
    if not part.leads and follows != part.leader:
        raise IdentityError(
            f"{part.who} should follow servo {part.leader}; its secondary id is {follows}: the two would fight.",
            f"Set its secondary id to {part.leader} with the maker's program.",
        )


def _check_offset(part: Part, memory: Memory) -> None:
    wanted, kept = part.joint.servo.homing_offset, memory["homing_offset"]
    # A shadow's offset is trimmed to its leader's by the maker's program, and nobody asks it where it is.
    if part.leads and wanted is not None and kept != wanted:
        raise IdentityError(
            f"{part.who} holds homing offset {kept}; the configuration was calibrated with {wanted}, "
            f"{abs(kept - wanted) * 360 / STEPS_PER_TURN:.1f}° away.",
            "Calibrate the arm again (armctl calibrate), or use the configuration that belongs to it."
            if wanted
            else "Calibrate the arm again, or set it back to 0 with the maker's program if its zero is the factory's.",
        )
    if not part.joint.turns and abs(kept) > LARGEST_JOINT_OFFSET:
        raise IdentityError(
            f"{part.who} holds homing offset {kept}; in position mode ({Mode.POSITION.value}) it heeds "
            f"{LARGEST_JOINT_OFFSET} steps at most.",
            "Calibrate the arm again, or set operating_mode = 4 for this servo.",
        )


def _check_limits(part: Part, memory: Memory) -> None:
    lowest, highest = memory["min_position"], memory["max_position"]
    needed = part.joint.ends
    if needed[0] < lowest - _LIMIT_TOLERANCE or needed[1] > highest + _LIMIT_TOLERANCE:
        raise IdentityError(
            f"{part.who} stops by itself at {lowest} and {highest}; the configuration lets it go from "
            f"{needed[0]} to {needed[1]} steps.",
            "Calibrate the arm again, or narrow the joint's limits in its configuration.",
        )


def _model(number: int) -> str:
    name = MODEL_NAMES.get(number)
    return f"{'an' if name[0] in 'XM' else 'a'} {name} (model {number})" if name else f"of the unknown model {number}"
