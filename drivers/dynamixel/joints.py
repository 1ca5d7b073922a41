"""Joint positions ([rad], or [m] of a finger that slides) to servo steps and back.

``θ = sign · (step - zero_step) · 2π / steps_per_turn`` is how far the servo turned; what the joint then does is θ
itself, ``θ · travel_per_turn / 2π``, or a crank's ``r·sin θ + √(l² - r²·cos² θ)``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from armctl.config.arm import ArmConfig, JointConfig, ServoConfig
from armctl.errors import ConfigError
from drivers.dynamixel.messages import (
    ACCELERATION_UNIT,
    LARGEST_ID,
    MODELS,
    STEPS_PER_TURN,
    VELOCITY_UNIT,
    Mode,
    Model,
)

_LARGEST_PROFILE: Final = 32767
_MARGIN: Final = 0.5
"""Part of a step that may be left over at the ends of the travel."""


class Gear(Protocol):
    """What a joint does when its servo turns."""

    def position(self, turn: float) -> float:
        """Return where the joint is [rad or m] when the servo turned by ``turn`` [rad]."""
        ...

    def turn(self, position: float) -> float:
        """Return how far the servo has to turn [rad] for the joint to be at ``position`` [rad or m]."""
        ...

    def slope(self, turn: float) -> float:
        """Return how far the joint moves a radian of the servo, at ``turn`` [rad]."""
        ...


class Straight(NamedTuple):
    """The joint turns with its servo, or slides in proportion; ``factor`` is the joint's way a radian."""

    factor: float

    def position(self, turn: float) -> float:
        """See `Gear`."""
        return turn * self.factor

    def turn(self, position: float) -> float:
        """See `Gear`."""
        return position / self.factor

    def slope(self, turn: float) -> float:
        """See `Gear`; it is the same everywhere."""
        return self.factor


class Crank(NamedTuple):
    """A crank of ``radius`` [m] pushes the finger through a ``rod`` [m] along a straight line through its centre."""

    radius: float
    rod: float

    def position(self, turn: float) -> float:
        """See `Gear`."""
        return self.radius * math.sin(turn) + math.sqrt(self.rod**2 - (self.radius * math.cos(turn)) ** 2)

    def turn(self, position: float) -> float:
        """See `Gear`; the law of cosines. Beyond the dead centres the nearest of them."""
        sine = (position**2 + self.radius**2 - self.rod**2) / (2 * position * self.radius) if position > 0.0 else -1.0
        return math.asin(min(max(sine, -1.0), 1.0))

    def slope(self, turn: float) -> float:
        """See `Gear`."""
        across = self.radius * math.cos(turn)
        return across * (1.0 + self.radius * math.sin(turn) / math.sqrt(self.rod**2 - across**2))


@dataclass(frozen=True, slots=True)
class JointScale:
    """One joint and its servo: every conversion between the two.

    Attributes:
        name: The joint.
        servo: Its servo's configuration.
        ids: Ids of all its servos, the one that is told goals first.
        gear: What it does when the servo turns.
        middle: Middle of its travel [step]; readings are unwrapped around it.
        unit: Turn of one step in the joint's direction, signed [rad].
        ends: Lowest and highest step of its travel.
        max_speed: Largest speed of the joint [rad/s or m/s].
        acceleration: For the profile acceleration register.
    """

    name: str
    servo: ServoConfig
    ids: tuple[int, ...]
    gear: Gear
    middle: float
    unit: float
    ends: tuple[int, int]
    max_speed: float
    acceleration: int

    @property
    def turns(self) -> bool:
        """True when the servo counts several turns."""
        return _turns(self.servo)

    @classmethod
    def of(cls, joint: JointConfig, rate_hz: float) -> JointScale:
        """Return the scale of ``joint`` in an arm that gets ``rate_hz`` set-points a second.

        Raises:
            ConfigError: The joint has no servo, or its travel does not fit into one turn of it.
        """
        servo = joint.servo
        if servo is None:
            raise ConfigError(
                f"Joint {joint.name} has no servo.", remedy="Add servo = { id = …, model = …, zero_step = … } to it."
            )
        if servo.steps_per_turn != STEPS_PER_TURN or servo.id > LARGEST_ID:
            raise ConfigError(
                f"Servo {servo.id} of joint {joint.name}: ids go up to {LARGEST_ID}, a turn has {STEPS_PER_TURN} steps."
            )
        gear = _gear(servo)
        unit = servo.sign * math.tau / servo.steps_per_turn
        ends = sorted(servo.zero_step + gear.turn(limit) / unit for limit in (joint.lower, joint.upper))
        _check_travel(joint.name, servo, ends)
        middle = (ends[0] + ends[1]) / 2
        step = abs(gear.slope((middle - servo.zero_step) * unit) * unit)
        ids = (servo.id, *(shadow.id for shadow in servo.shadows))
        whole = (math.ceil(ends[0] - _MARGIN), math.floor(ends[1] + _MARGIN))
        acceleration = _acceleration(joint, step, rate_hz)
        return cls(joint.name, servo, ids, gear, middle, unit, whole, joint.max_speed, acceleration)

    def unwrapped(self, step: int) -> float:
        """Return the step of the turn around the joint's middle that looks like ``step``."""
        return self.middle + math.remainder(step - self.middle, STEPS_PER_TURN)

    def position(self, step: int) -> float:
        """Return where the joint is at ``step`` [rad or m], whatever turn the servo counts."""
        return self.gear.position((self.unwrapped(step) - self.servo.zero_step) * self.unit)

    def step(self, position: float) -> int:
        """Return the step nearest to ``position`` [rad or m]; it may lie outside of the joint's travel."""
        return round(self.servo.zero_step + self.gear.turn(position) / self.unit)

    def goal(self, step: int, present: int) -> int:
        """Return ``step`` in the turn that the servo counts, which reads ``present`` now.

        A servo that counts several turns would go the whole way back when sent to the same place a turn away.
        """
        return step + round(present - self.unwrapped(present)) if self.turns else step

    def reaches(self, step: int) -> bool:
        """Return True when the servo can be sent to ``step`` without turning the long way round."""
        if self.turns:
            return abs(step - self.middle) <= STEPS_PER_TURN / 2
        return 0 <= step < STEPS_PER_TURN

    def speed(self, units: int, step: int) -> float:
        """Return the joint's speed [rad/s or m/s] when its servo says ``units`` at ``step``."""
        return units * VELOCITY_UNIT * self.unit * self._slope(step)

    def speed_limit(self, speed: float, step: int) -> int:
        """Return the profile velocity for at most ``speed`` [rad/s or m/s] near ``step``.

        Never 0, which means "as fast as it can".
        """
        steps = min(speed, self.max_speed) / abs(self.unit * self._slope(step))
        return min(_LARGEST_PROFILE, max(1, math.ceil(steps / VELOCITY_UNIT)))

    def _slope(self, step: int) -> float:
        return self.gear.slope((self.unwrapped(step) - self.servo.zero_step) * self.unit)


def scales(config: ArmConfig) -> tuple[JointScale, ...]:
    """Return the scale of every joint of ``config``, the gripper last.

    Raises:
        ConfigError: A joint has no servo, or its travel does not fit into one turn of it.
    """
    return tuple(JointScale.of(joint, config.rate_hz) for joint in config.joints)


class Part(NamedTuple):
    """One servo of the arm; a joint may have several.

    Attributes:
        id: Its id.
        joint: Its joint.
        model: Its model.
        reversed: It counts the other way round (drive mode, bit 0).
        leader: Id of the servo that it follows; its own where it is told goals itself.
    """

    id: int
    joint: JointScale
    model: Model
    reversed: bool
    leader: int

    @property
    def who(self) -> str:
        """What to call it."""
        return f"{self.joint.name} (servo {self.id})"

    @property
    def leads(self) -> bool:
        """True when it is told goals itself."""
        return self.leader == self.id


def parts(joints: Sequence[JointScale]) -> tuple[Part, ...]:
    """Return every servo of ``joints``, those that follow behind the one they follow.

    Raises:
        ConfigError: A servo is of an unknown model, or its model has no such operating mode.
    """
    found: list[Part] = []
    for joint in joints:
        servo = joint.servo
        model = MODELS.get(servo.model)
        if model is None or servo.operating_mode not in model.modes:
            known = ", ".join(f"{other.number} ({other.name})" for other in MODELS.values())
            raise ConfigError(
                f"Joint {joint.name}: no servo {servo.model} with operating mode {servo.operating_mode} is known.",
                remedy=f"Models: {known}; mode 5 needs a servo that measures its current.",
            )
        found.append(Part(servo.id, joint, model, servo.reversed, servo.id))
        found += [Part(shadow.id, joint, model, shadow.reversed, servo.id) for shadow in servo.shadows]
    return tuple(found)


def _turns(servo: ServoConfig) -> bool:
    return Mode(servo.operating_mode) is not Mode.POSITION


def _gear(servo: ServoConfig) -> Gear:
    if servo.crank is not None:
        return Crank(servo.crank.radius, servo.crank.rod)
    return Straight(1.0 if servo.travel_per_turn is None else servo.travel_per_turn / math.tau)


def _check_travel(name: str, servo: ServoConfig, ends: list[float]) -> None:
    """Refuse a travel that a reading within one turn cannot tell, or that the servo would not go."""
    lowest, highest = ends[0], ends[1]
    if highest - lowest > STEPS_PER_TURN or (
        not _turns(servo) and (lowest < -_MARGIN or highest > STEPS_PER_TURN - _MARGIN)
    ):
        raise ConfigError(
            f"Joint {name} would need steps {lowest:.0f} to {highest:.0f}; its servo has 0 to {STEPS_PER_TURN - 1} "
            "and would turn the long way round at the end.",
            remedy="Calibrate so that the joint's travel lies inside one turn, or narrow its limits.",
        )


def _acceleration(joint: JointConfig, step: float, rate_hz: float) -> int:
    """Return the register value with which the joint, ``step`` [rad or m] a step, stops within one set-point.

    A servo that streams towards a goal one period ahead settles at the speed from which it can still stop there,
    v² / 2a = v / rate; a smaller acceleration would make it trail behind, and overrun the last goal.
    """
    wanted = max(joint.max_acceleration, joint.max_speed * rate_hz / 2)
    return min(_LARGEST_PROFILE, math.ceil(wanted / step / ACCELERATION_UNIT))
