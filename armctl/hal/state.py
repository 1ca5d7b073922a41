"""What an arm tells: one `JointState` per read, each joint with its own freshness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]


class JointFault(IntFlag):
    """What a servo complains about. Bits may be combined."""

    NONE = 0
    VOLTAGE = 1
    ENCODER = 2
    OVERHEAT = 4
    OVERCURRENT = 8
    OVERLOAD = 16
    RESTARTED = 32
    """The servo lost its power and came back: its goal, speed and torque are no longer what was written."""


@dataclass(frozen=True, slots=True)
class JointState:
    """One reading of all n joints, the gripper's last.

    A joint that did not answer keeps its last known values, with ``fresh`` False and its old stamp; a value an arm
    does not measure is NaN (never for positions and velocities).

    Attributes:
        stamp: When the read was finished [s, monotonic].
        positions: Shape (n,) [rad, or m for prismatic joints].
        velocities: Shape (n,) [rad/s].
        efforts: Shape (n,), share of the largest effort, -1 to 1.
        temperatures: Shape (n,) [°C].
        voltages: Shape (n,) [V].
        stamps: Shape (n,), when each joint last answered [s, monotonic].
        fresh: Shape (n,), True where the joint answered in this read.
        faults: n entries, what each servo complains about.
        torque_on: True when every joint holds its place.
    """

    stamp: float
    positions: FloatArray
    velocities: FloatArray
    efforts: FloatArray
    temperatures: FloatArray
    voltages: FloatArray
    stamps: FloatArray
    fresh: BoolArray
    faults: tuple[JointFault, ...]
    torque_on: bool

    @property
    def complete(self) -> bool:
        """True when every joint answered in this read."""
        return bool(self.fresh.all())

    def missing(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return those of the n ``names`` whose joint did not answer in this read."""
        return tuple(name for name, fresh in zip(names, self.fresh, strict=True) if not fresh)
