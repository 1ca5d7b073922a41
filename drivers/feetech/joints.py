"""Joint angles [rad] to servo steps and back: ``q = sign · (step - zero_step) · 2π / steps_per_turn``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from armctl.config.arm import ArmConfig, JointConfig, ServoConfig
from armctl.errors import CommandRefusedError, ConfigError

_ACCELERATION_UNIT: Final = 100
"""Steps/s² of one unit of the acceleration register."""
_LARGEST_ACCELERATION: Final = 254


@dataclass(frozen=True, slots=True)
class JointScale:
    """One joint and its servo: every conversion between the two.

    Attributes:
        name: The joint.
        servo: Its servo's configuration.
        middle: Middle of the joint's travel [step]; readings are unwrapped around it.
        unit: Angle of one step in the joint's direction, signed [rad].
        lower: Lowest angle of the joint [rad].
        upper: Highest angle of the joint [rad].
        max_speed: Largest speed of the joint [rad/s].
        acceleration: For the acceleration register.
    """

    name: str
    servo: ServoConfig
    middle: float
    unit: float
    lower: float
    upper: float
    max_speed: float
    acceleration: int

    @classmethod
    def of(cls, joint: JointConfig, rate_hz: float) -> JointScale:
        """Return the scale of ``joint`` in an arm that gets set-points at ``rate_hz`` [1/s].

        Raises:
            ConfigError: The joint has no servo, or its travel does not fit into one turn of it.
        """
        servo = joint.servo
        if servo is None:
            raise ConfigError(
                f"Joint {joint.name} has no servo.", remedy="Add servo = { id = …, zero_step = … } to it."
            )
        unit = servo.sign * math.tau / servo.steps_per_turn
        ends = sorted(servo.zero_step + limit / unit for limit in (joint.lower, joint.upper))
        if ends[0] < -0.5 or ends[1] > servo.steps_per_turn - 0.5:
            raise ConfigError(
                f"Joint {joint.name} would need steps {ends[0]:.0f} to {ends[1]:.0f}; "
                f"its servo has 0 to {servo.steps_per_turn - 1} and would turn the long way round at the end.",
                remedy="Calibrate so that the joint's travel lies inside one turn, or narrow its limits.",
            )
        acceleration = _acceleration(joint, unit, rate_hz)
        return cls(joint.name, servo, sum(ends) / 2, unit, joint.lower, joint.upper, joint.max_speed, acceleration)

    def angle(self, step: int) -> float:
        """Return the joint angle at ``step`` [rad], without a jump where the servo's own count wraps."""
        turn = self.servo.steps_per_turn
        unwrapped = self.middle + math.remainder(step - self.middle, turn)
        return (unwrapped - self.servo.zero_step) * self.unit

    def step(self, angle: float) -> int:
        """Return the step nearest to ``angle`` [rad]; it may lie outside of what the servo can go to."""
        return round(self.servo.zero_step + angle / self.unit)

    def reaches(self, step: int) -> bool:
        """Return True when the servo can be sent to ``step`` without turning the long way round."""
        return 0 <= step < self.servo.steps_per_turn

    def speed(self, steps: int) -> float:
        """Return the joint speed [rad/s] of ``steps`` a second."""
        return steps * self.unit

    def speed_limit(self, speed: float) -> int:
        """Return the goal speed [step/s] for at most ``speed`` [rad/s]; never 0, which means "as fast as it can"."""
        return max(1, math.ceil(min(speed, self.max_speed) / abs(self.unit)))


def scales(config: ArmConfig) -> tuple[JointScale, ...]:
    """Return the scale of every joint of ``config``, the gripper last.

    Raises:
        ConfigError: A joint has no servo, or its travel does not fit into one turn of it.
    """
    return tuple(JointScale.of(joint, config.rate_hz) for joint in config.joints)


def goals(joints: Sequence[JointScale], angles: Sequence[float]) -> list[int]:
    """Return the steps that send ``joints`` to ``angles`` [rad].

    Raises:
        CommandRefusedError: One of them cannot go there.
    """
    steps = list(map(JointScale.step, joints, angles))
    if not all(map(JointScale.reaches, joints, steps)):
        raise CommandRefusedError(
            next(
                f"{joint.name} cannot go to {angle:.3f} rad: step {step} is outside of the servo's turn."
                for joint, angle, step in zip(joints, angles, steps, strict=True)
                if not joint.reaches(step)
            )
        )
    return steps


def _acceleration(joint: JointConfig, unit: float, rate_hz: float) -> int:
    """Return the register value with which the joint stops from full speed within one set-point.

    A servo that streams towards a goal one period ahead settles at the speed from which it can still stop there,
    v² / 2a = v / rate; a smaller acceleration would make it trail behind, and overrun the last goal.
    """
    wanted = max(joint.max_acceleration, joint.max_speed * rate_hz / 2)
    return min(_LARGEST_ACCELERATION, math.ceil(wanted / abs(unit) / _ACCELERATION_UNIT))
