"""What is inside the gear box of an emulated servo: how fast and strong its motor is, and how it moves its joint."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from armctl.config.arm import ServoConfig
from drivers.dynamixel.messages import STEPS_PER_TURN


class Motor(NamedTuple):
    """A motor at its nominal supply.

    Attributes:
        volts: The supply [V].
        speed: Without load [step/s].
        stall_current: Shaft held fast [A].
    """

    volts: float
    speed: float
    stall_current: float


def _steps(rpm: float) -> float:
    return rpm * STEPS_PER_TURN / 60


MOTORS: Final[dict[int, Motor]] = {
    1200: Motor(5.0, _steps(103), 1.47),
    1060: Motor(12.0, _steps(61), 1.4),
    1020: Motor(12.0, _steps(46), 2.3),
}
"""By model number; ROBOTIS e-Manual."""


class Gearing:
    """From the joint to the shaft and back. ``q`` is the joint, [rad] or where it slides [m].

    Args:
        config: The servo's place in the arm.
    """

    def __init__(self, config: ServoConfig) -> None:
        self._crank = config.crank
        travel = math.tau if config.travel_per_turn is None else config.travel_per_turn
        self._unit = config.sign * travel / config.steps_per_turn
        self._steps_per_radian = config.sign * config.steps_per_turn / math.tau

    def steps(self, q: float) -> float:
        """Return how far the shaft is from where it is at the joint's zero [step]."""
        if self._crank is None:
            return q / self._unit
        radius, rod = self._crank.radius, self._crank.rod
        distance = max(q, rod - radius)
        sine = (distance * distance + radius * radius - rod * rod) / (2 * distance * radius)
        return math.asin(min(max(sine, -1.0), 1.0)) * self._steps_per_radian

    def joint(self, steps: float) -> float:
        """Return the joint [rad or m] at shaft ``steps`` [step] from its zero; a crank ends at its dead points."""
        if self._crank is None:
            return steps * self._unit
        radius, rod = self._crank.radius, self._crank.rod
        turn = min(max(steps / self._steps_per_radian, -math.pi / 2), math.pi / 2)
        across = radius * math.cos(turn)
        return radius * math.sin(turn) + math.sqrt(rod * rod - across * across)

    def travel(self, q: float) -> float:
        """Return how far the joint at ``q`` moves [both rad or m] while the shaft turns by one step, with its sign."""
        if self._crank is None:
            return self._unit
        here = self.steps(q)
        return self.joint(here + 0.5) - self.joint(here - 0.5)
