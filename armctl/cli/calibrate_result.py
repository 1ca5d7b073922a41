"""From what was measured to what is kept: the arm's new configuration and the servos' new memory. Pure.

Zero, for a joint with two stops: the middle of its recorded travel is the middle of the travel in the arm's model. For
one without stops: where it stood in the middle pose. For the gripper: closed is closed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from armctl.cli.calibrate_ranges import MIDDLE, WRAP_MARGIN, Span, closed_end, is_full_turn, middle_angle
from armctl.config.arm import ArmConfig, JointConfig
from armctl.errors import ConfigError, HardwareError
from armctl.units import DEG
from drivers.bench import Memory, Rules

MARGIN: Final = 1.0 * DEG
"""So far inside a stop that was found by hand a joint stays [rad]: the backlash of these servos, and a stop gives."""
POSE_SLACK: Final = 5.0 * DEG
"""A pose of the configuration that lies this much outside of the recorded travel is moved in [rad]; more is refused."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the person and the servos told.

    Attributes:
        offsets: New homing offset of each servo, by id [step].
        spans: How far each joint was turned, in the order of the arm.
        signs: Direction of each joint's servo that was seen or is assumed, 1 or -1, by joint.
    """

    offsets: Mapping[int, int]
    spans: Sequence[Span]
    signs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Result:
    """What is to be kept.

    Attributes:
        config: The arm's configuration, calibrated.
        memories: What each servo is to keep, by id.
        moved: Names of poses that were moved a little, to lie inside the recorded travel.
    """

    config: ArmConfig
    memories: Mapping[int, Memory]
    moved: tuple[str, ...]


def result_of(config: ArmConfig, rules: Rules, measured: Measured) -> Result:
    """Return what ``measured`` makes of ``config``, whose limits are those of the arm's model.

    Args:
        config: The arm, not calibrated.
        rules: How its servos count.
        measured: What was measured.

    Raises:
        HardwareError: A pose of the configuration is out of the recorded travel.
        ConfigError: What was measured makes no valid configuration.
    """
    by_name = {span.joint: span for span in measured.spans}
    joints, memories = [], {}
    for joint in config.joints:
        servo = joint.servo
        if servo is None:
            raise ConfigError(f"Joint {joint.name} of {config.name} has no servo.", remedy="Add servo = { id = … }.")
        offset = measured.offsets[servo.id]
        sign = measured.signs[joint.name]
        make = _gripper if joint.name == config.gripper.joint else _joint
        new = make(config, joint, by_name[joint.name], sign, offset)
        joints.append(new)
        memories[servo.id] = _memory(by_name[joint.name], offset, rules, new)
    poses, moved = _poses(config, joints)
    data: dict[str, Any] = config.model_dump()
    data["joints"] = tuple(joint.model_dump() for joint in joints)
    data["poses"] = poses
    data["gripper"] |= _opening(config, joints[-1])
    try:
        return Result(ArmConfig.model_validate(data), memories, moved)
    except ValidationError as error:
        raise ConfigError(f"What was measured makes no valid configuration: {error.errors()[0]['msg']}.") from None


def gripper_sign(config: ArmConfig, jaws: Span) -> int:
    """Return the direction of the gripper's servo, which was closed last: 1 where its steps grow as its angle does."""
    grows = closed_end(jaws) == jaws.lowest
    return 1 if grows == (config.gripper.open > config.gripper.closed) else -1


def _changed(joint: JointConfig, sign: int, zero: int, offset: int, lower: float, upper: float) -> JointConfig:
    """Return ``joint`` with another zero and direction, its limits narrowed to ``lower`` and ``upper`` [rad]."""
    servo = joint.servo
    changes = {"sign": sign, "zero_step": zero, "homing_offset": offset}
    narrowed = {"lower": round(max(joint.lower, lower), 4), "upper": round(min(joint.upper, upper), 4)}
    return joint.model_copy(update={**narrowed, "servo": servo and servo.model_copy(update=changes)})


def _joint(config: ArmConfig, joint: JointConfig, span: Span, sign: int, offset: int) -> JointConfig:
    del config
    unit = sign * math.tau / span.turn
    if is_full_turn(joint):
        zero = round(MIDDLE - middle_angle(joint) / unit)
        ends = sorted((step - zero) * unit for step in (WRAP_MARGIN, span.turn - 1 - WRAP_MARGIN))
        return _changed(joint, sign, zero, offset, *ends)
    middle = (span.lowest + span.highest) / 2
    zero = round(middle - middle_angle(joint) / unit)
    ends = sorted((step - zero) * unit for step in (span.lowest, span.highest))
    return _changed(joint, sign, zero, offset, ends[0] + MARGIN, ends[1] - MARGIN)


def _gripper(config: ArmConfig, joint: JointConfig, span: Span, sign: int, offset: int) -> JointConfig:
    unit = sign * math.tau / span.turn
    closed = closed_end(span)
    at_closed = joint.lower if config.gripper.closed < config.gripper.open else joint.upper
    zero = round((span.lowest if closed is None else closed) - at_closed / unit)
    ends = sorted((step - zero) * unit for step in (span.lowest, span.highest))
    # Closed is pressed against its stop on purpose; the other end keeps clear of it.
    opens_up = at_closed == joint.lower
    lower, upper = (at_closed, ends[1] - MARGIN) if opens_up else (ends[0] + MARGIN, at_closed)
    return _changed(joint, sign, zero, offset, lower, upper)


def _opening(config: ArmConfig, joint: JointConfig) -> dict[str, float]:
    """Return the gripper's ends, brought inside the limits of its ``joint``."""
    ends = {"closed": config.gripper.closed, "open": config.gripper.open}
    return {name: min(max(angle, joint.lower), joint.upper) for name, angle in ends.items()}


def _memory(span: Span, offset: int, rules: Rules, joint: JointConfig) -> Memory:
    mode = wanted_mode(joint, rules)
    if is_full_turn(joint) or not span.needed:
        return Memory(offset, 0, rules.steps_per_turn - 1, mode)
    return Memory(offset, span.lowest, span.highest, mode)


def wanted_mode(joint: JointConfig, rules: Rules) -> int:
    """Return the operating mode that the servo of ``joint`` is to have."""
    wanted = joint.servo.operating_mode if joint.servo is not None else rules.modes[0]
    return wanted if wanted in rules.modes else rules.modes[0]


def _poses(config: ArmConfig, joints: Sequence[JointConfig]) -> tuple[dict[str, tuple[float, ...]], tuple[str, ...]]:
    poses, moved = {}, []
    for name, angles in config.poses.items():
        inside = tuple(min(max(angle, j.lower), j.upper) for j, angle in zip(joints, angles, strict=False))
        off = [abs(new - old) for new, old in zip(inside, angles, strict=True)]
        if max(off) > POSE_SLACK:
            joint, wanted = joints[off.index(max(off))], angles[off.index(max(off))]
            raise HardwareError(
                f"{joint.name} was turned from {joint.lower / DEG:.0f}° to {joint.upper / DEG:.0f}° only; "
                f"the arm's pose {name!r} needs {wanted / DEG:.0f}°.",
                "Turn it to both stops.",
            )
        poses[name] = inside
        if max(off) > 0.5 * DEG:
            moved.append(name)
    return poses, tuple(moved)
