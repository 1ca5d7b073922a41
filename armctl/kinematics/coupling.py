"""`Coupling`: motors that do not drive one joint each.

On an arm with parallel rods the motor of the forearm sets its angle to the ground, not to the upper arm, and a rod
keeps the hand level without any motor. Written as a serial chain, the joints then are a linear function of the motors,
q_joints = M·q_motors + c, and everything downstream (forward kinematics, Jacobian J·M, inverse) is in terms of motors.
A URDF's ``mimic`` joints are the special case of one motor a row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.urdf import Kind


@dataclass(frozen=True, slots=True)
class Drive:
    """One motor of a coupled chain.

    Attributes:
        name: Its name.
        kind: revolute, continuous or prismatic: what its figure counts.
        lower: Lower limit [rad or m]; -inf where there is none.
        upper: Upper limit [rad or m]; inf where there is none.
    """

    name: str
    kind: Kind
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, eq=False)
class Coupling:
    """q_joints = ``matrix``·q_motors + ``offset``.

    Attributes:
        drives: The motors, n of them.
        matrix: Shape (joints, n).
        offset: Shape (joints,) [rad or m].

    Raises:
        KinematicsError: Shapes that do not fit, a figure that is not finite, or a motor or joint without effect.
    """

    drives: tuple[Drive, ...]
    matrix: FloatArray
    offset: FloatArray

    def __post_init__(self) -> None:
        matrix = np.array(self.matrix, dtype=np.float64)
        offset = np.array(self.offset, dtype=np.float64)
        if matrix.shape != (len(offset), len(self.drives)):
            raise KinematicsError(
                f"A coupling of {len(offset)} joints and {len(self.drives)} motors has a matrix of {matrix.shape}."
            )
        if not (np.isfinite(matrix).all() and np.isfinite(offset).all()):
            raise KinematicsError("A coupling has a figure that is not finite.")
        if not (matrix.any(axis=0).all() and matrix.any(axis=1).all()):
            raise KinematicsError("A coupling has a motor that moves no joint, or a joint that no motor moves.")
        object.__setattr__(self, "matrix", matrix)
        object.__setattr__(self, "offset", offset)

    @classmethod
    def identity(cls, drives: Sequence[Drive]) -> Coupling:
        """Return the coupling of the usual arm: one motor, one joint."""
        return cls(tuple(drives), np.eye(len(drives)), np.zeros(len(drives)))

    def period(self, motor: int, kinds: Sequence[Kind]) -> float:
        """Return after how much of ``motor`` [rad] all is as before; inf where it never is.

        Args:
            motor: Index of it.
            kinds: Of the joints, (joints,).
        """
        rows = [(abs(m), kind) for m, kind in zip(self.matrix[:, motor].tolist(), kinds, strict=True) if m]
        if any(kind == "prismatic" for _, kind in rows):
            return math.inf
        if len(rows) == 1:
            return float(2.0 * math.pi / rows[0][0])
        return 2.0 * math.pi if all(m.is_integer() for m, _ in rows) else math.inf

    def alone(self, joint: int) -> int | None:
        """Return the motor that moves ``joint`` and only that, with no other motor's help; None where there is none."""
        (motors,) = self.matrix[joint].nonzero()
        if len(motors) != 1 or np.count_nonzero(self.matrix[:, motors[0]]) != 1:
            return None
        return int(motors[0])
