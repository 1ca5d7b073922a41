"""The trajectory an emulated servo makes of a goal: at once, with a top speed, or with ramps to it and back."""

from __future__ import annotations

import math
from typing import Final

STEP, RECTANGLE, TRIANGLE, TRAPEZOID = 0x00, 0x10, 0x20, 0x30
"""Shapes, as bits 4 and 5 of the moving status say them."""
_ARRIVED: Final = 1e-9


class Trajectory:
    """Where the servo wants to be now, and how fast.

    Attributes:
        position: [step].
        velocity: [step/s].
        shape: Shape of the way to the newest goal.
        running: It is on its way to a goal.
    """

    def __init__(self) -> None:
        self.position = 0.0
        self.velocity = 0.0
        self.shape = STEP
        self.running = False

    def rest(self, position: float) -> None:
        """Stand at ``position`` [step]."""
        self.position, self.velocity, self.running = position, 0.0, False

    def start(self, goal: float, top: float, rate: float) -> None:
        """Note the shape of the way to a new ``goal`` [step] with these limits [step/s], [step/s²]; inf for none."""
        self.running = True
        if math.isinf(top):
            self.shape = STEP
        elif math.isinf(rate):
            self.shape = RECTANGLE
        else:
            reaches_top = abs(goal - self.position) * rate >= top * top
            self.shape = TRAPEZOID if reaches_top else TRIANGLE

    def advance(self, goal: float, top: float, rate: float, dt: float) -> None:
        """Go on towards ``goal`` [step] for ``dt`` [s]."""
        distance = goal - self.position
        if math.isinf(top) or abs(distance) < _ARRIVED:
            self.rest(goal)
            return
        wanted = math.copysign(min(top, self._braking(abs(distance), rate, dt)), distance)
        change = rate * dt
        self.velocity += min(max(wanted - self.velocity, -change), change)
        # What is too fast to stop runs past its goal and comes back.
        arrives = self.velocity * distance > 0 and abs(self.velocity * dt) >= abs(distance)
        if arrives and abs(self.velocity) <= 2.0 * change:
            self.rest(goal)
        else:
            self.position += self.velocity * dt

    def ramp(self, velocity: float, rate: float, dt: float) -> None:
        """Come to ``velocity`` [step/s] with at most ``rate`` [step/s²] and go on for ``dt`` [s]."""
        change = rate * dt
        self.velocity += min(max(velocity - self.velocity, -change), change)
        self.position += self.velocity * dt

    @staticmethod
    def _braking(distance: float, rate: float, dt: float) -> float:
        """Return the speed from which braking in whole steps of ``dt`` ends after ``distance``."""
        if math.isinf(rate):
            return math.inf
        # v = a (sqrt(dt²/4 + 2 d/a) - dt/2)
        return rate * (math.sqrt(dt * dt / 4 + 2 * distance / rate) - dt / 2)
