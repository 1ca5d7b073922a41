"""Joint positions ([rad], or [m] of a finger that slides) to servo steps and back.

``θ = sign · (step - zero_step) · 2π / steps_per_turn`` is how far the servo turned; what the joint then does is θ
itself, ``θ · travel_per_turn / 2π``, or a crank's ``r·sin θ + √(l² - r²·cos² θ)``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

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
_LEAST_SHARE: Final = 0.05
"""A crank near its dead centre moves the finger hardly at all: a servo's speed is not raised beyond 20 times that."""


class Crank(NamedTuple):
    """A crank of ``radius`` [m] pushes the finger through a ``rod`` [m] along a straight line through its centre."""

    radius: float
    rod: float

    def position(self, turn: float) -> float:
        """Return where the finger is [m] when the servo turned by ``turn`` [rad]."""
        return self.radius * math.sin(turn) + math.sqrt(self.rod**2 - (self.radius * math.cos(turn)) ** 2)

    def turn(self, position: float) -> float:
        """Return how far the servo has to turn [rad] for the finger to be at ``position`` [m].

        The law of cosines; for a place the finger cannot be at, the nearest dead centre.
        """
        sine = (position**2 + self.radius**2 - self.rod**2) / (2 * position * self.radius) if position > 0.0 else -1.0
        return math.asin(min(max(sine, -1.0), 1.0))

    def slope(self, turn: float) -> float:
        """Return how far the finger moves a radian of the servo [m], at ``turn`` [rad]."""
        across = self.radius * math.cos(turn)
        return across * (1.0 + self.radius * math.sin(turn) / math.sqrt(self.rod**2 - across**2))


@dataclass(frozen=True, slots=True)
class JointScale:
    """One joint and its servo: every conversion between the two.

    Attributes:
        name: The joint.
        servo: Its servo's configuration.
        ids: Ids of all its servos, the one that is told goals first.
        turns: Its servo counts several turns.
        middle: Middle of its travel [step]; readings are unwrapped around it.
        zero: Step at which its servo has not turned.
        way: How far it moves with one step [rad or m], signed; with a crank, in the middle of its travel.
        unit: How far its servo turns with one step in the joint's direction [rad], signed.
        crank: What makes it slide, where that is not in proportion.
        ends: Lowest and highest step of its travel.
        max_speed: Largest speed of the joint [rad/s or m/s].
        acceleration: For the profile acceleration register.
    """

    name: str
    servo: ServoConfig
    ids: tuple[int, ...]
    turns: bool
    middle: float
    zero: int
    way: float
    unit: float
    crank: Crank | None
    ends: tuple[int, int]
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
                f"Joint {joint.name} has no servo.", remedy="Add servo = { id = …, model = …, zero_step = … } to it."
            )
        if servo.steps_per_turn != STEPS_PER_TURN or servo.id > LARGEST_ID:
            raise ConfigError(
                f"Servo {servo.id} of joint {joint.name}: ids go up to {LARGEST_ID}, a turn has {STEPS_PER_TURN} steps."
            )
        turns = Mode(servo.operating_mode) is not Mode.POSITION
        crank = None if servo.crank is None else Crank(servo.crank.radius, servo.crank.rod)
        unit = servo.sign * math.tau / STEPS_PER_TURN
        way = unit if servo.travel_per_turn is None else servo.sign * servo.travel_per_turn / STEPS_PER_TURN
        ends = sorted(
            servo.zero_step + (crank.turn(limit) / unit if crank else limit / way)
            for limit in (joint.lower, joint.upper)
        )
        _check_travel(joint.name, ends, turns=turns)
        middle = (ends[0] + ends[1]) / 2
        if crank:
            way = crank.slope((middle - servo.zero_step) * unit) * unit
        return cls(
            joint.name,
            servo,
            (servo.id, *(shadow.id for shadow in servo.shadows)),
            turns,
            middle,
            servo.zero_step,
            way,
            unit,
            crank,
            (math.ceil(ends[0] - _MARGIN), math.floor(ends[1] + _MARGIN)),
            joint.max_speed,
            _acceleration(joint, abs(way), rate_hz),
        )

    def unwrapped(self, step: int) -> float:
        """Return the [step] of the turn around the joint's middle that looks like ``step``."""
        return self.middle + math.remainder(step - self.middle, STEPS_PER_TURN)

    def position(self, step: int) -> float:
        """Return where the joint is at ``step`` [rad or m], whatever turn the servo counts."""
        steps = self.middle + math.remainder(step - self.middle, STEPS_PER_TURN) - self.zero
        return self.crank.position(steps * self.unit) if self.crank else steps * self.way

    def step(self, position: float) -> int:
        """Return the step nearest to ``position`` [rad or m]; it may lie outside of the joint's travel."""
        return round(self.zero + (self.crank.turn(position) / self.unit if self.crank else position / self.way))

    def goal(self, step: int, present: int) -> int:
        """Return ``step`` in the turn that the servo counts, which reads ``present`` now.

        A servo that counts several turns would go the whole way back when sent to the same place a turn away.
        """
        return step + STEPS_PER_TURN * round((present - self.middle) / STEPS_PER_TURN) if self.turns else step

    def reaches(self, step: int) -> bool:
        """Return True when the servo can be sent to ``step`` without turning the long way round."""
        if self.turns:
            return abs(step - self.middle) <= STEPS_PER_TURN / 2
        return 0 <= step < STEPS_PER_TURN

    def speed(self, units: int, step: int) -> float:
        """Return the joint's speed [rad/s or m/s] when its servo says ``units`` at ``step``."""
        return units * VELOCITY_UNIT * (self._way_at(self.crank, step) if self.crank else self.way)

    def speed_limit(self, speed: float, step: int) -> int:
        """Return the profile velocity for at most ``speed`` [rad/s or m/s] near ``step``.

        Never 0, which means "as fast as it can".
        """
        way = self._way_at(self.crank, step) if self.crank else self.way
        units = math.ceil((speed if speed < self.max_speed else self.max_speed) / abs(way * VELOCITY_UNIT))
        return units if 1 <= units <= _LARGEST_PROFILE else max(1, min(units, _LARGEST_PROFILE))

    def _way_at(self, crank: Crank, step: int) -> float:
        """Return how far the finger moves with one step at ``step`` [m]; never nothing, as at a dead centre."""
        way = crank.slope((self.unwrapped(step) - self.zero) * self.unit) * self.unit
        return way if abs(way) > _LEAST_SHARE * abs(self.way) else math.copysign(_LEAST_SHARE * self.way, way)


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


def _check_travel(name: str, ends: list[float], *, turns: bool) -> None:
    """Refuse a travel that a reading within one turn cannot tell, or that the servo would not go."""
    lowest, highest = ends[0], ends[1]
    if highest - lowest > STEPS_PER_TURN or (not turns and (lowest < -_MARGIN or highest > STEPS_PER_TURN - _MARGIN)):
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
