"""`Goal`: where the tool should be, and how far a pose is from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import rotation_vector

ROTATION_WEIGHT: Final = 0.3
"""One radian of rotation error weighs as much as this many metres [m/rad], where the joints suffice for both."""
SPARE_ROTATION_WEIGHT: Final = 0.01
"""The same where the arm has fewer joints than the goal has conditions [m/rad]: position comes first."""

SLACK: Final = 1e-3
"""How far a rotation matrix may be off: more is not rounding."""


@dataclass(frozen=True, eq=False)
class Goal:
    """A goal for the tool point, in the base frame.

    Attributes:
        position: Shape (3,) [m].
        rotation: Shape (3, 3), the whole orientation of the tool; None leaves it free.
        axis: A pair of unit vectors, shape (3,) each: an axis in the tool frame and the direction in the base frame it
            must point to (a held cup level: the tool's up axis along +z). Rotation about it stays free.

        kind: What is fixed: position, axis or pose.
        numbers: The goal as plain numbers: position (3), then the wanted direction (3) or the rotation by rows (9).
        tool_axis: The axis in the tool frame (3), where one is wanted somewhere.

    Raises:
        KinematicsError: Not finite, no rotation, an axis without length, or both rotation and axis given.
    """

    position: FloatArray
    rotation: FloatArray | None = None
    axis: tuple[FloatArray, FloatArray] | None = None
    kind: Literal["position", "axis", "pose"] = field(init=False, default="position")
    numbers: list[float] = field(init=False, repr=False)
    tool_axis: tuple[float, ...] | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        # All of it is worked out at once: a cached property costs a lock each, and a solution takes 15 µs.
        keep = object.__setattr__
        position, numbers = _checked(self.position, (3,), "position")
        keep(self, "position", position)
        if self.rotation is not None:
            if self.axis is not None:
                raise KinematicsError("A goal has either a rotation or an axis, not both.")
            rotation, rows = _checked(self.rotation, (3, 3), "rotation")
            _check_rotation(rows)
            keep(self, "rotation", rotation)
            keep(self, "kind", "pose")
            numbers += rows
        elif self.axis is not None:
            (tool, tool_axis), (wanted, direction) = _unit(self.axis[0]), _unit(self.axis[1])
            keep(self, "axis", (tool, wanted))
            keep(self, "kind", "axis")
            keep(self, "tool_axis", tuple(tool_axis))
            numbers += direction
        keep(self, "numbers", numbers)

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
        gx, gy, gz, *direction = self.numbers
        left = (gx - position[0], gy - position[1], gz - position[2])
        if self.rotation is not None:
            turn: FloatArray = rotation_vector(self.rotation @ np.array(rotation).reshape(3, 3).T)
            return (*left, *turn.tolist())
        if self.tool_axis is not None:
            return left + _turn_towards(rotation, self.tool_axis, direction)
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


def _turn_towards(
    rotation: tuple[float, ...], tool: Sequence[float], wanted: Sequence[float]
) -> tuple[float, float, float]:
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


def _checked(values: FloatArray, shape: tuple[int, ...], what: str) -> tuple[FloatArray, list[float]]:
    """Return a copy of ``values``, and its numbers one after the other."""
    array = np.array(values, dtype=np.float64)
    numbers: list[float] = array.ravel().tolist()
    # A sum is finite only if all of it is; this costs a tenth of numpy's isfinite().all().
    if array.shape != shape or not math.isfinite(sum(numbers)):
        raise KinematicsError(f"The {what} of a goal must be {shape} finite numbers, not {array.tolist()}.")
    return array, numbers


def _check_rotation(rows: list[float]) -> None:
    """Refuse a matrix that stretches or mirrors: of all with a determinant of 1, rotations have the least squares."""
    a, b, c, d, e, f, g, h, i = rows
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    squares = a * a + b * b + c * c + d * d + e * e + f * f + g * g + h * h + i * i
    if abs(determinant - 1.0) > SLACK or abs(squares - 3.0) > SLACK:
        raise KinematicsError(
            f"The rotation of a goal has determinant {determinant:.4g} and squares {squares:.4g}, not 1 and 3.",
            "Give a rotation matrix.",
        )


def _unit(values: FloatArray) -> tuple[FloatArray, list[float]]:
    array, (x, y, z) = _checked(values, (3,), "axis")
    length = math.sqrt(x * x + y * y + z * z)
    if length < 1e-6:
        raise KinematicsError(f"The axis {array.tolist()} of a goal has no length.")
    return array / length, [x / length, y / length, z / length]
