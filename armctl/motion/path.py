"""`JointPath`: a smooth curve through joint angles, with its pace parameter.

The curve is a cubic spline q(s), so that its third derivative, and with it the jerk of a motion along it, is bounded.
The parameter s is the time [s] the way would take with every joint, and the tool, at most at its largest speed:
ds = (Σ xᵢ⁸)^(1/8), where x are |dqᵢ| over the joint's largest speed and the tool's way and turn over theirs. Each term
is at most 1 at ds/dt = 1, and the sum is smooth where the slowest changes.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.forward import forward
from armctl.kinematics.robot import RobotModel
from armctl.motion.prepare import Work, pieces_for

NORM: Final = 8.0
"""Exponent of the mean above: two equally slow terms cost 9 % of the speed, one alone nothing."""
SAME_POINT: Final = 1e-7
"""Points closer than this [s] are one."""
AT_ONCE: Final = 40
"""Poses worked out in one piece of work: 0.2 ms."""


class JointPath:
    """A curve through ``points``.

    Args:
        knots: Shape (m,), rising from 0 [s], m at least 2.
        points: Shape (m, k) [rad].

    Attributes:
        knots: As given.
        points: As given.
    """

    def __init__(self, knots: FloatArray, points: FloatArray) -> None:
        if len(knots) < 2 or not (np.diff(knots) > 0.0).all():
            raise KinematicsError("A path needs at least two different points.")
        self.knots: Final = knots
        self.points: Final = points
        self._starts: list[float] = knots.tolist()
        h = np.diff(knots)[:, None]
        rise = np.diff(points, axis=0) / h
        slopes = _slopes(knots, points)
        self._b = slopes[:-1]
        self._c = (3.0 * rise - 2.0 * slopes[:-1] - slopes[1:]) / h
        self._d = (slopes[:-1] + slopes[1:] - 2.0 * rise) / h**2

    @property
    def length(self) -> float:
        """Largest parameter [s]."""
        return self._starts[-1]

    def at(self, s: float) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return q, q' and q'' at parameter ``s`` [s], each (k,)."""
        index = min(max(bisect_right(self._starts, s) - 1, 0), len(self._starts) - 2)
        t = s - self._starts[index]
        b, c, d = self._b[index], self._c[index], self._d[index]
        return (
            self.points[index] + t * (b + t * (c + t * d)),
            b + t * (2.0 * c + 3.0 * t * d),
            2.0 * c + 6.0 * t * d,
        )

    def sampled(self, per_piece: int) -> FloatArray:
        """Return q on a grid with ``per_piece`` places on each piece and the end, shape (g, k) [rad]."""
        shares = np.arange(per_piece) / per_piece
        t = (np.diff(self.knots)[:, None] * shares).reshape(-1, 1)
        start, b, c, d = (np.repeat(part, per_piece, axis=0) for part in (self.points[:-1], self._b, self._c, self._d))
        return np.vstack((start + t * (b + t * (c + t * d)), self.points[-1:]))

    def derivatives(self, per_piece: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the parameters of a grid, and q', q'' and q''' there: (g,) and three times (g, k).

        Args:
            per_piece: Grid points on each piece between knots, its beginning among them.
        """
        shares = np.arange(per_piece) / per_piece
        t = (np.diff(self.knots)[:, None] * shares).reshape(-1, 1)
        b, c, d = (np.repeat(part, per_piece, axis=0) for part in (self._b, self._c, self._d))
        s = np.repeat(self.knots[:-1], per_piece) + t[:, 0]
        return s, b + t * (2.0 * c + 3.0 * t * d), 2.0 * c + 6.0 * t * d, 6.0 * d


def _slopes(knots: FloatArray, points: FloatArray) -> FloatArray:
    """Return q' at the knots for which q'' is continuous, shape (m, k); at the ends, those of a parabola."""
    h = np.diff(knots)
    rise = np.diff(points, axis=0) / h[:, None]
    if len(knots) == 2:
        return np.repeat(rise, 2, axis=0)
    first = rise[0] - (rise[1] - rise[0]) * (h[0] / (h[0] + h[1]))
    last = rise[-1] + (rise[-1] - rise[-2]) * (h[-1] / (h[-1] + h[-2]))
    # Thomas' elimination of the tridiagonal system h₁·s₀ + 2(h₀+h₁)·s₁ + h₀·s₂ = 3(h₁·r₀ + h₀·r₁).
    right = 3.0 * (h[1:, None] * rise[:-1] + h[:-1, None] * rise[1:])
    right[0] -= h[1] * first
    right[-1] -= h[-2] * last
    above, below, middle = h[:-1].tolist(), h[1:].tolist(), (2.0 * (h[:-1] + h[1:])).tolist()
    for i in range(1, len(middle)):
        share = below[i] / middle[i - 1]
        middle[i] -= share * above[i - 1]
        right[i] -= share * right[i - 1]
    inner = right
    inner[-1] /= middle[-1]
    for i in range(len(middle) - 2, -1, -1):
        inner[i] = (inner[i] - above[i] * inner[i + 1]) / middle[i]
    return np.vstack((first, inner, last))


def path_through(
    robot: RobotModel, points: FloatArray, turn_speed: float | None = None
) -> Work[tuple[JointPath, FloatArray] | None]:
    """Return, in pieces of work, the path through ``points`` and the tool's points on it (m, 3) [m].

    None when all points are the same.

    Args:
        robot: The arm.
        points: Shape (m, dof) without or (m, n) with the gripper [rad].
        turn_speed: Largest turn speed of the tool [rad/s]; the configured one when None.
    """
    poses: list[FloatArray] = []
    for first in range(0, len(points), AT_ONCE):
        poses += [forward(robot.chain, point[: robot.chain.dof]) for point in points[first : first + AT_ONCE]]
        yield
    tools = np.array(poses)
    steps = _pace_steps(robot, points, tools, turn_speed or robot.config.tool.max_turn_speed)
    keep = np.concatenate(([True], steps > SAME_POINT))
    if keep.sum() < 2:
        return None
    path = JointPath(np.concatenate(([0.0], np.cumsum(steps[keep[1:]]))), points[keep])
    yield from pieces_for(len(points))
    return path, tools[keep, :3, 3]


def _pace_steps(robot: RobotModel, points: FloatArray, poses: FloatArray, turn_speed: float) -> FloatArray:
    """Return ds between neighbouring points, shape (m - 1,) [s]."""
    columns = points.shape[1]
    speeds = np.array([joint.max_speed for joint in robot.config.joints[:columns]])
    moved = np.linalg.norm(np.diff(poses[:, :3, 3], axis=0), axis=1)
    turns = np.einsum("aij,aij->a", poses[1:, :3, :3], poses[:-1, :3, :3])
    # trace(R₁ᵀR₂) = 1 + 2 cos α; 1 - cos α by the chord is exact enough for the small turns between points.
    turned = np.sqrt(np.maximum(0.0, 3.0 - turns))
    terms = np.column_stack(
        (np.abs(np.diff(points, axis=0)) / speeds, moved / robot.config.tool.max_speed, turned / turn_speed)
    )
    largest = terms.max(axis=1, initial=0.0)
    scaled = terms / np.maximum(largest, SAME_POINT)[:, None]
    steps: FloatArray = largest * (scaled**NORM).sum(axis=1) ** (1.0 / NORM)
    return steps
