"""Is this the arm the configuration describes? Checked at connect from the servos' memory; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from armctl.config.arm import WireConfig
from armctl.errors import HardwareError, IdentityError
from drivers.feetech.codec import value_of
from drivers.feetech.joints import JointScale
from drivers.feetech.messages import FACTORY_ID, FIRMWARE_FAMILY, MODELS, REGISTERS, Phase

_CELLS: Final = {cell.name: cell for cell in REGISTERS}
_LIMIT_TOLERANCE: Final = 57
"""Steps (5°) by which a servo's own limits may be inside the joint's: hand-swept ranges differ that much."""


_LEAST_TORQUE: Final = 400
"""Least torque limit in a servo's memory [0.1 %], own estimate: arm software of others gives grippers 500."""


class Eeprom(NamedTuple):
    """What a servo keeps without power, as far as the driver needs it: registers of `drivers.feetech.messages`."""

    firmware_major: int
    firmware_minor: int
    model: int
    return_delay: int
    response_level: int
    min_position: int
    max_position: int
    max_torque: int
    phase: int
    gain_p: int
    gain_d: int
    gain_i: int
    protection_current: int
    homing_offset: int
    operating_mode: int
    protection_time: int
    overload_torque: int
    overcurrent_time: int

    @classmethod
    def of(cls, memory: bytes) -> Eeprom:
        """Return what the first bytes of a servo's memory, up to its RAM, say."""
        return cls(**{name: value_of(memory, _CELLS[name]) for name in cls._fields})

    @property
    def limits(self) -> tuple[int, int]:
        """Lowest and highest position it goes to [step]; all of one turn where it has no limits."""
        return (self.min_position, self.max_position) if self.max_position or self.min_position else (0, 4095)


def check_presence(joints: Sequence[JointScale], answering: Iterable[int], hints: str, others: Sequence[int]) -> None:
    """Refuse an arm of which a servo is silent.

    Args:
        joints: The arm's joints.
        answering: Ids of its servos that answered.
        hints: What else was noticed on the line, in sentences; may be empty.
        others: Ids of all servos that answer to a call to everybody.

    Raises:
        IdentityError: Naming which servos do not answer.
    """
    heard = set(answering)
    missing = [joint for joint in joints if joint.servo.id not in heard]
    if not missing:
        return
    if not heard and not others:
        raise IdentityError(
            "No servo answers.",
            f"Switch the arm's power supply on and check the cable between adapter and arm. {hints}".strip(),
        )
    names = ", ".join(f"{joint.servo.id} ({joint.name})" for joint in missing)
    answering_text = ", ".join(str(servo) for servo in sorted(heard | set(others)))
    raise IdentityError(
        f"{'Servo' if len(missing) == 1 else 'Servos'} {names} "
        f"{'does' if len(missing) == 1 else 'do'} not answer; answering: {answering_text}.",
        f"Check the plugs of the three-wire cable up to that servo, and its id. {hints}".strip(),
    )


def check_single(joints: Sequence[JointScale], answers: Mapping[int, int]) -> None:
    """Refuse an arm of which two servos have the same id.

    Args:
        joints: The arm's joints.
        answers: How many answers came to one question, by id.

    Raises:
        IdentityError: Naming the id.
    """
    for joint in joints:
        if answers[joint.servo.id] > 1:
            raise IdentityError(
                f"Two servos answer as {joint.servo.id} ({joint.name}).",
                f"{_factory_hint(joint.servo.id)}Each servo needs an id of its own: plug them in one at a time and "
                "number them anew.",
            )


def _factory_hint(servo: int) -> str:
    return f"{servo} is the id servos leave the factory with: a new one may be there. " if servo == FACTORY_ID else ""


def check_identity(joints: Sequence[JointScale], memories: Mapping[int, Eeprom]) -> None:
    """Refuse servos of another model, mode or calibration than configured.

    Args:
        joints: The arm's joints.
        memories: What each servo keeps, by id; complete.

    Raises:
        IdentityError: Naming the joint, what it has and what it should have.
    """
    for joint in joints:
        memory = memories[joint.servo.id]
        _check_model(joint, memory)
        _check_mode(joint, memory)
        _check_calibration(joint, memory)


def check_same(joints: Sequence[JointScale], before: Mapping[int, Eeprom], now: Mapping[int, Eeprom]) -> None:
    """Refuse another arm of the same model in the place of the one there was.

    Args:
        joints: The arm's joints.
        before: What each servo kept when it was connected before, by id; empty the first time.
        now: What each keeps now, by id; complete.

    Raises:
        IdentityError: Naming the joint whose calibration is another one.
    """
    for joint in joints:
        servo = joint.servo.id
        if servo in before and _calibration(before[servo]) != _calibration(now[servo]):
            raise IdentityError(
                f"{joint.name} (servo {servo}) has another calibration than the arm that was connected before.",
                "Connect that arm again. For another arm, or after calibrating, start the program anew.",
            )


def _calibration(memory: Eeprom) -> tuple[int, int, int]:
    return memory.homing_offset, memory.min_position, memory.max_position


def check_voltage(joints: Sequence[JointScale], volts: Mapping[int, float], wire: WireConfig) -> None:
    """Refuse a supply outside of the configured limits; ``volts`` is by id [V].

    Raises:
        HardwareError: Naming the joint, the voltage and the limits.
    """
    for joint in joints:
        measured = volts[joint.servo.id]
        if not wire.min_voltage <= measured <= wire.max_voltage:
            raise HardwareError(
                f"{joint.name} (servo {joint.servo.id}) measures a supply of {measured:.1f} V; "
                f"{wire.min_voltage:.1f} to {wire.max_voltage:.1f} V are allowed.",
                "Check that the power supply belongs to this arm and is plugged in.",
            )


def _check_model(joint: JointScale, memory: Eeprom) -> None:
    who = f"{joint.name} (servo {joint.servo.id})"
    if memory.model != joint.servo.model:
        raise IdentityError(
            f"{who} is {_model(memory.model)}; the configuration says {_model(joint.servo.model)}.",
            "Another arm may be on this port: check the port, or the arm's configuration.",
        )
    if memory.firmware_major != FIRMWARE_FAMILY:
        raise IdentityError(
            f"{who} has firmware {memory.firmware_major}.{memory.firmware_minor}; "
            f"firmware {FIRMWARE_FAMILY}.x is needed.",
            "Update the servo with the maker's program.",
        )


def _check_mode(joint: JointScale, memory: Eeprom) -> None:
    who = f"{joint.name} (servo {joint.servo.id})"
    if memory.operating_mode != 0:
        raise IdentityError(
            f"{who} is in operating mode {memory.operating_mode}, not in position mode (0).",
            "Calibrate the arm (armctl calibrate): that sets position mode, too.",
        )
    if memory.phase & Phase.MULTI_TURN:
        raise IdentityError(
            f"{who} counts several turns (phase {memory.phase}, bit 4 set): readings would not fit the calibration.",
            "Calibrate the arm (armctl calibrate): that clears bit 4 of the phase register, too.",
        )
    if not memory.phase & Phase.FINE_SPEED:
        raise IdentityError(
            f"{who} counts speeds in units of 50 steps/s (phase {memory.phase}, bit 2 clear): it would move "
            "fifty times as fast as told.",
            "Set bit 2 of the servo's phase register with the maker's program.",
        )
    if memory.max_torque < _LEAST_TORQUE:
        raise IdentityError(
            f"{who} may use only {memory.max_torque / 10:.0f} % of its torque; "
            f"an arm that is to hold itself needs {_LEAST_TORQUE / 10:.0f} %.",
            "Set the servo's largest torque with the maker's program.",
        )


def _check_calibration(joint: JointScale, memory: Eeprom) -> None:
    who = f"{joint.name} (servo {joint.servo.id})"
    wanted = joint.servo.homing_offset
    if wanted is not None and memory.homing_offset != wanted:
        angle = abs((memory.homing_offset - wanted) * joint.unit) * 57.29578
        raise IdentityError(
            f"{who} holds homing offset {memory.homing_offset}; the configuration was calibrated with {wanted}, "
            f"{angle:.1f}° away.",
            "Calibrate the arm again (armctl calibrate), or use the configuration that belongs to it.",
        )
    lowest, highest = memory.limits
    if lowest >= highest:
        raise IdentityError(f"{who} has position limits {lowest} to {highest}: it cannot move.", "Calibrate the arm.")
    needed = sorted((joint.step(joint.lower), joint.step(joint.upper)))
    if needed[0] < lowest - _LIMIT_TOLERANCE or needed[1] > highest + _LIMIT_TOLERANCE:
        raise IdentityError(
            f"{who} stops by itself at {lowest} and {highest}; the configuration lets it go from "
            f"{needed[0]} to {needed[1]} steps.",
            "Calibrate the arm again, or narrow the joint's limits in its configuration.",
        )


def _model(number: int) -> str:
    name = MODELS.get(number)
    return f"a {name} (model {number})" if name else f"of the unknown model {number}"
