"""Speeding up from rest within acceleration and jerk, and how long a way takes from rest to rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray

POINTS: Final = 24
HALVINGS: Final = 40


@dataclass(frozen=True, slots=True, eq=False)
class Ramp:
    """Speeding up from rest; slowing down to rest is the same backwards.

    Attributes:
        times: Times since the beginning, rising from 0, shape (k,) [s].
        ways: Ways made by then, shape (k,).
    """

    times: FloatArray
    ways: FloatArray

    @classmethod
    def of(cls, top: float, acceleration: float, jerk: float) -> Ramp:
        """Return the ramp up to the speed ``top``, with limits ``acceleration`` and ``jerk``, all above 0."""
        peak, rise, whole = _phases(top, acceleration, jerk)
        # Denser at the beginning, where the way grows with the cube of the time.
        t = whole * np.linspace(0.0, 1.0, POINTS) ** 1.5
        even, last = t - rise, whole - t
        ways = np.where(
            t <= rise,
            jerk * t**3 / 6.0,
            jerk * rise**3 / 6.0 + even * (0.5 * jerk * rise**2 + 0.5 * peak * even),
        )
        return cls(t, np.where(last < rise, 0.5 * top * whole - last * top + jerk * last**3 / 6.0, ways))

    @property
    def duration(self) -> float:
        """Time until the full speed [s]."""
        return float(self.times[-1])

    @property
    def length(self) -> float:
        """Way until the full speed, in the unit of the way [rad or m]."""
        return float(self.ways[-1])

    def time(self, way: float) -> float:
        """Return the time in which ``way`` is made [s]; `duration` for more than the ramp's own."""
        return float(np.interp(way, self.ways, self.times))


def rest_to_rest(way: float, speed: float, acceleration: float, jerk: float) -> float:
    """Return the time [s] that ``way`` takes from rest to rest, with the given limits."""
    if way <= 0.0:
        return 0.0
    longest = _phases(speed, acceleration, jerk)[2]
    if way >= speed * longest:
        return way / speed + longest
    low, high = 0.0, speed
    for _ in range(HALVINGS):
        top = 0.5 * (low + high)
        low, high = (low, top) if top * _phases(top, acceleration, jerk)[2] > way else (top, high)
    return 2.0 * _phases(high, acceleration, jerk)[2]


def _phases(top: float, acceleration: float, jerk: float) -> tuple[float, float, float]:
    """Return the largest acceleration used, the time to rise to it, and the whole time [s] to the speed ``top``."""
    peak = min(acceleration, math.sqrt(top * jerk))
    rise = peak / jerk
    return peak, rise, top / peak + rise if peak > 0.0 else 0.0
