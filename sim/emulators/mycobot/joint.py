"""One joint of an emulated myCobot, or its gripper: a servo that is sent to places and measures where it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from sim.emulators.motors import Drive, Measured
from sim.emulators.unit import HEEDED_BY_SERVOS, Hand, UnitFaults, lacking

STATUS_BITS: Final = {"voltage": 1, "sensor": 2, "heat": 4, "current": 8, "angle": 16, "overload": 32}
"""What a servo's status byte can say."""
_LEAD: Final = 0.2
"""What a servo pulls towards waits for a joint that stays behind by this much [share of a radian or of the travel]."""
_OVER_SPEED: Final = 1.25
"""A servo makes up for what it stays behind with this much more than the speed of the move."""


class Joint:
    """A joint.

    Attributes:
        faults: What is wrong with it.
        torque: It holds its place.
        goal: Where it is sent [rad or m]; kept while it is limp, as the servo's own register is.

    Args:
        number: Its number, from 1 on; 7 is the gripper.
        measured: Where its motor is.
        full_speed: Speed at 100 % [rad/s or m/s].
        acceleration: [rad/s² or m/s²].
        count: What one count of its sensor is [rad or m].
        effort: Share of its torque that it may use.
    """

    def __init__(
        self,
        number: int,
        measured: Measured,
        full_speed: float,
        acceleration: float,
        count: float,
        effort: float = 1.0,
    ) -> None:
        self._number = number
        self._measured = measured
        self._full_speed = full_speed
        self._acceleration = acceleration
        self._count = count
        self._effort = effort
        self._zero = 0.0
        self._hand = Hand()
        self._told = measured.position
        self._at = measured.position
        self._speed = 0.0
        self._top = full_speed
        self.faults = UnitFaults()
        self.torque = False
        self.goal = measured.position
        self.volts = 12.0
        self.celsius = 32.0

    @property
    def id(self) -> int:
        """Its number on the wire."""
        return self._number

    @property
    def heeded(self) -> frozenset[str]:
        """Every fault of a servo makes a difference."""
        return HEEDED_BY_SERVOS

    @property
    def status_bits(self) -> Mapping[str, int]:
        """Names of the bits of its status byte."""
        return STATUS_BITS

    @property
    def reading(self) -> float:
        """Where it says that it is [rad or m]."""
        return self._told

    @property
    def speed(self) -> float:
        """How fast it says that it moves [rad/s or m/s]."""
        return 0.0 if self.faults.frozen else self._measured.velocity

    @property
    def arrived(self) -> bool:
        """True where it is where it was sent, as far as its servo knows, or limp."""
        return not self.torque or (self._at == self.goal and not self._speed)

    @property
    def behind(self) -> float:
        """How far it stays behind what its servo pulls towards [rad or m]."""
        return abs(self._at - self._reading()) if self.torque else 0.0

    @property
    def effort(self) -> float:
        """Share of its torque that it uses, -1 to 1."""
        return self._measured.effort if self.torque else 0.0

    def describe(self) -> str:
        """Return how it is now, in a few words."""
        place = f"{math.degrees(self._told):.1f}°" if self._number < 7 else f"{1000 * self._told:.1f} mm"
        return f"{place}, torque {'on' if self.torque else 'off'}, {self.volts:.1f} V, {self.celsius:.0f} °C"

    def set_supply(self, volts: float) -> None:
        """Change the supply voltage [V]."""
        self.volts = volts

    def set_temperature(self, celsius: float) -> None:
        """Change the temperature inside [°C]."""
        self.celsius = celsius

    def push(self, angle: float) -> None:
        """Turn it by ``angle`` [rad] from outside, and let go.

        Raises:
            SetupError: It is the gripper, whose fingers slide.
        """
        if self._number == 7:
            raise lacking("gripper that a hand can turn")
        self._hand.push(self._measured.position, angle)

    def go(self, goal: float, share: float) -> None:
        """Go to ``goal`` [rad or m] with ``share`` of the full speed; that switches torque on."""
        self.focus()
        self.goal, self._top = goal, share * self._full_speed

    def brake(self) -> None:
        """Come to rest as soon as its acceleration permits, where it says that it is: what it carries pulls it down."""
        way = self._speed * abs(self._speed) / (2.0 * self._acceleration)
        self.goal = self._reading() + way

    def focus(self) -> None:
        """Switch torque on; it goes where it was sent last."""
        if not self.torque:
            self._at, self._speed = self._reading(), 0.0
        self.torque = True

    def release(self) -> None:
        """Switch torque off."""
        self.torque = False

    def call_here_zero(self) -> None:
        """Make the place where it stands its zero."""
        self._zero += self._reading()
        self._at, self._speed, self.goal = 0.0, 0.0, 0.0

    def drive(self, dt: float) -> Drive:
        """Move on by ``dt`` [s] and return what the motor is told."""
        here = self._measured.position
        if self.torque:
            self._advance(dt)
        by_hand = self._hand.drive(here, dt, holds=self.faults.blocked)
        if by_hand is not None:
            return by_hand
        ahead = (self._at - self._reading()) * (-1.0 if self.faults.reversed else 1.0)
        return Drive(here + ahead, _OVER_SPEED * max(self._top, abs(self._speed)), self.torque, self._effort)

    def measure(self, measured: Measured) -> None:
        """Take what the motor does."""
        self._measured = measured
        if not self.faults.frozen:
            self._told = self._reading()

    def _reading(self) -> float:
        return self._measured.position - self._zero + self.faults.slip * self._count

    def _advance(self, dt: float) -> None:
        """Accelerate, cruise, and brake so as to stop on the goal; wait for a joint that is kept from following."""
        rate, distance = self._acceleration, self.goal - self._at
        # Braking from this speed in whole steps of dt ends on the goal: v = a (sqrt(dt²/4 + 2 d/a) - dt/2).
        braking = rate * (math.sqrt(dt * dt / 4.0 + 2.0 * abs(distance) / rate) - dt / 2.0)
        wanted = math.copysign(min(self._top, braking), distance)
        self._speed += max(-rate * dt, min(rate * dt, wanted - self._speed))
        if self._speed * distance >= 0.0 and abs(self._speed * dt) >= abs(distance):
            self._at, self._speed = self.goal, 0.0
        else:
            self._at += self._speed * dt
        lead, here = _LEAD * min(1.0, self._full_speed), self._reading()
        self._at = max(here - lead, min(here + lead, self._at))
