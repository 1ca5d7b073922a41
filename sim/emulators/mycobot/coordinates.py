"""Where the flange of an emulated myCobot is, in the units of its protocol, and the joint angles for a pose of it.

A pose is x, y, z [0.1 mm] and the fixed-axis angles rx, ry, rz [0.01°], R = Rz·Ry·Rx; of armctl's own model of the arm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import load_chain
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import ATTEMPTS, Goal, find
from armctl.kinematics.rotation import pose_matrix
from armctl.units import MM
from drivers.mycobot.messages import ANGLE_UNIT
from sim.emulators.mycobot.controller import LIMITS

FLANGE: Final = "flange"
STEP: Final = 50
"""Longest way between two points of a straight line [0.1 mm], and turn [0.1°]."""


class Coordinates:
    """Poses of the flange.

    Args:
        config: The arm; its URDF has a link called "flange".
    """

    def __init__(self, config: ArmConfig) -> None:
        chain = load_chain(config.urdf_text(), config.base_link, FLANGE)
        lower, upper = np.array(LIMITS).T
        self._chain = chain.with_limits(np.maximum(lower, chain.lower), np.minimum(upper, chain.upper))

    def of(self, angles: Sequence[float]) -> list[int]:
        """Return the six coordinates at joint ``angles`` (6,) [rad]."""
        pose = forward(self._chain, np.array(angles))
        turns = [math.degrees(angle) * 100 for angle in _rpy(pose[:3, :3])]
        return [round(value) for value in (*(pose[:3, 3] / (0.1 * MM)), *turns)]

    def angles(self, coordinates: Sequence[int], seed: Sequence[float], attempts: int = ATTEMPTS) -> list[float] | None:
        """Return joint angles (6,) [rad] for ``coordinates``, near ``seed`` (6,) [rad]; None where there are none.

        Args:
            coordinates: Six of them.
            seed: Where to start.
            attempts: How often to start; once finds only what is near the seed.
        """
        pose = pose_matrix(np.array(coordinates[:3]) * 0.1 * MM, np.array(coordinates[3:]) * ANGLE_UNIT)
        found = find(self._chain, Goal(pose[:3, 3], pose[:3, :3]), np.array(seed), attempts)
        return None if found is None else [float(angle) for angle in found]

    def line(self, start: Sequence[int], end: Sequence[int], seed: Sequence[float]) -> list[list[float]] | None:
        """Return joint angles [rad] along a straight line between coordinates; None where it cannot be followed."""
        ways = [abs(b - a) / (1 if number < 3 else 10) for number, (a, b) in enumerate(zip(start, end, strict=True))]
        count = max(1, math.ceil(max(ways) / STEP))
        points: list[list[float]] = []
        for number in range(1, count + 1):
            between = [round(a + (b - a) * number / count) for a, b in zip(start, end, strict=True)]
            angles = self.angles(between, points[-1] if points else seed, attempts=1)
            if angles is None:
                return None
            points.append(angles)
        return points


def _rpy(r: FloatArray) -> tuple[float, float, float]:
    """Return rx, ry, rz [rad] with R = Rz·Ry·Rx; where ry is ±90° rz is 0."""
    ry = math.asin(max(-1.0, min(1.0, -float(r[2, 0]))))
    if abs(r[2, 0]) > 1.0 - 1e-9:
        return math.atan2(-r[1, 2], r[1, 1]), ry, 0.0
    return math.atan2(r[2, 1], r[2, 2]), ry, math.atan2(r[1, 0], r[0, 0])
