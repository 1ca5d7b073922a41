"""`Goal`: where the tool should be, and how far a pose is from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import rotation_vector

ROTATION_WEIGHT: Final = 0.3
"""One radian of rotation error weighs as much as this many metres [m/rad], where the joints suffice for both."""
SPARE_ROTATION_WEIGHT: Final = 0.01
"""The same where the arm has fewer joints than the goal has conditions [m/rad]: position comes first."""


@dataclass(frozen=True, eq=False)
class Goal:
    """A goal for the tool point, in the base frame.

    Attributes:
        position: Shape (3,) [m].
        rotation: Shape (3, 3), the whole orientation of the tool; None leaves it free.
        axis: A pair of unit vectors, shape (3,) each: an axis in the tool frame and the direction in the base frame it
            must point to (a held cup level: the tool's up axis along +z). Rotation about it stays free.

    Raises:
        KinematicsError: Not finite, an axis without length, or both rotation and axis given.
    """

    position: FloatArray
    rotation: FloatArray | None = None
    axis: tuple[FloatArray, FloatArray] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "position", _checked(self.position, (3,), "position"))
        if self.rotation is not None:
            if self.axis is not None:
                raise KinematicsError("A goal has either a rotation or an axis, not both.")
            object.__setattr__(self, "rotation", _checked(self.rotation, (3, 3), "rotation"))
        if self.axis is not None:
            object.__setattr__(self, "axis", (_unit(self.axis[0]), _unit(self.axis[1])))

    @property
    def conditions(self) -> int:
        """How many joints the goal needs: 3 for a position, 5 with an axis, 6 with a rotation."""
        if self.rotation is not None:
            return 6
        return 3 if self.axis is None else 5

    def errors(self, position: tuple[float, ...], rotation: tuple[float, ...]) -> tuple[float, ...]:
        """Return what is left to go from a tool pose: 3 metres, then, unless the orientation is free, 3 radians.

        Args:
            position: x, y, z of the tool [m].
            rotation: Its rotation matrix, row by row (9).
        """
        gx, gy, gz = self._position
        left = (gx - position[0], gy - position[1], gz - position[2])
        if self.rotation is not None:
            turn: FloatArray = rotation_vector(self.rotation @ np.array(rotation).reshape(3, 3).T)
            return (*left, *turn.tolist())
        if self._axis is not None:
            return left + _turn_towards(rotation, *self._axis)
        return left

    def weights(self, dof: int) -> FloatArray:
        """Return W (rows, 6): W·e is what an arm of ``dof`` joints minimises, W·J its Jacobian.

        Rotation about the wanted direction of an axis goal is free, so W projects it out.
        """
        if self.conditions == 3:
            return np.eye(3, 6)
        weight = ROTATION_WEIGHT if self.conditions <= dof else SPARE_ROTATION_WEIGHT
        weights = np.diag([1.0, 1.0, 1.0, weight, weight, weight])
        if self.axis is not None:
            weights[3:, 3:] -= weight * np.outer(self.axis[1], self.axis[1])
        return weights

    @cached_property
    def kind(self) -> Literal["position", "axis", "pose"]:
        """What the goal fixes."""
        if self.rotation is not None:
            return "pose"
        return "position" if self.axis is None else "axis"

    @cached_property
    def numbers(self) -> list[float]:
        """The goal as plain numbers: position (3), then the wanted direction (3) or the rotation, row by row (9)."""
        more: list[float] = []
        if self.rotation is not None:
            more = self.rotation.ravel().tolist()
        elif self.axis is not None:
            more = self.axis[1].tolist()
        return self._position + more

    @cached_property
    def tool_axis(self) -> tuple[float, ...] | None:
        """The axis in the tool frame, where one is wanted somewhere."""
        return None if self.axis is None else tuple(self.axis[0].tolist())

    def is_met(self, position: Sequence[float], rotation: Sequence[float], near: float, straight: float) -> bool:
        """Return whether a tool pose is within ``near`` [m] and ``straight`` [rad] of the goal.

        Angles are measured by their chords, which need no logarithm and are exact where angles are small.
        """
        x, y, z = (want - got for want, got in zip(self._position, position, strict=True))
        if x * x + y * y + z * z > near * near:
            return False
        if self.rotation is not None:
            off = sum((want - got) ** 2 for want, got in zip(self.numbers[3:], rotation, strict=True))
            return off <= 2.0 * straight * straight
        if self._axis is not None:
            tx, ty, tz = self._axis[0]
            r00, r01, r02, r10, r11, r12, r20, r21, r22 = rotation
            a, b, c = r00 * tx + r01 * ty + r02 * tz, r10 * tx + r11 * ty + r12 * tz, r20 * tx + r21 * ty + r22 * tz
            wx, wy, wz = self._axis[1]
            return (a - wx) ** 2 + (b - wy) ** 2 + (c - wz) ** 2 <= straight * straight
        return True

    @cached_property
    def _position(self) -> list[float]:
        values: list[float] = self.position.tolist()
        return values

    @cached_property
    def _axis(self) -> tuple[list[float], list[float]] | None:
        return None if self.axis is None else (self.axis[0].tolist(), self.axis[1].tolist())


def _turn_towards(rotation: tuple[float, ...], tool: list[float], wanted: list[float]) -> tuple[float, float, float]:
    """Return the rotation vector [rad] that brings the ``tool`` axis to ``wanted`` on the shortest way."""
    r00, r01, r02, r10, r11, r12, r20, r21, r22 = rotation
    tx, ty, tz = tool
    ax, ay, az = r00 * tx + r01 * ty + r02 * tz, r10 * tx + r11 * ty + r12 * tz, r20 * tx + r21 * ty + r22 * tz
    wx, wy, wz = wanted
    cx, cy, cz = ay * wz - az * wy, az * wx - ax * wz, ax * wy - ay * wx
    sine = math.sqrt(cx * cx + cy * cy + cz * cz)
    cosine = ax * wx + ay * wy + az * wz
    if sine > 1e-9:
        scale = math.atan2(sine, cosine) / sine
        return cx * scale, cy * scale, cz * scale
    if cosine > 0.0:
        return cx, cy, cz
    # Exactly opposite: any half turn will do, about whichever of the rotation's axes is not the tool axis.
    x, y, z = (-wy, wx, 0.0) if abs(wz) < 0.9 else (0.0, -wz, wy)
    scale = math.pi / math.sqrt(x * x + y * y + z * z)
    return x * scale, y * scale, z * scale


def _checked(values: FloatArray, shape: tuple[int, ...], what: str) -> FloatArray:
    array = np.array(values, dtype=np.float64)
    # A sum is finite only if all of it is; this costs a tenth of numpy's isfinite().all().
    if array.shape != shape or not math.isfinite(sum(array.ravel().tolist())):
        raise KinematicsError(f"The {what} of a goal must be {shape} finite numbers, not {array.tolist()}.")
    return array


def _unit(values: FloatArray) -> FloatArray:
    array = _checked(values, (3,), "axis")
    length = math.hypot(*array.tolist())
    if length < 1e-6:
        raise KinematicsError(f"The axis {array.tolist()} of a goal has no length.")
    return array / length
