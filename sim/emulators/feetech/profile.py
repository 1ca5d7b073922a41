"""How an emulated servo gets to where it is told to be: trapezoids of speed, in steps."""

from __future__ import annotations

import math
from typing import Final

_LARGEST_LEAD: Final = 400.0
"""A shaft that turns without end is not left behind by more than this [step], or it would leap when freed."""


class Profile:
    """Where a servo wants to be now, and how fast it moves there.

    Attributes:
        position: [step].
        speed: [step/s], signed.

    Args:
        position: Where it stands at first [step].
    """

    def __init__(self, position: float) -> None:
        self.position = position
        self.speed = 0.0

    def rest(self, position: float) -> None:
        """Stand still at ``position`` [step]."""
        self.position, self.speed = position, 0.0

    def approach(self, goal: float, top_speed: float, rate: float, dt: float) -> None:
        """Move on towards ``goal`` [step]: accelerate, cruise, and brake so as to stop on it.

        Args:
            goal: Where to [step].
            top_speed: At most this fast [step/s].
            rate: Acceleration [step/s²].
            dt: How long [s].
        """
        distance = goal - self.position
        # Braking from this speed in whole steps of dt ends on the goal: v = a (sqrt(dt²/4 + 2 d/a) - dt/2).
        braking = rate * (math.sqrt(dt * dt / 4 + 2 * abs(distance) / rate) - dt / 2)
        self._change_speed(math.copysign(min(top_speed, braking), distance), rate, dt)
        if distance == 0 or (self.speed * distance > 0 and abs(self.speed * dt) >= abs(distance)):
            self.position, self.speed = goal, 0.0
        else:
            self.position += self.speed * dt

    def turn(self, speed: float, rate: float, dt: float, shaft: float) -> None:
        """Turn on at ``speed`` [step/s], reached with ``rate`` [step/s²]; the shaft is at ``shaft`` [step]."""
        self._change_speed(speed, rate, dt)
        wanted = self.position + self.speed * dt
        self.position = max(shaft - _LARGEST_LEAD, min(shaft + _LARGEST_LEAD, wanted))

    def _change_speed(self, wanted: float, rate: float, dt: float) -> None:
        self.speed += max(-rate * dt, min(rate * dt, wanted - self.speed))
