"""How fast a path may be travelled at each place, so that joints and tool keep their limits.

Along a path q(s), with u = ds/dt::

    q̇ = q'·u      q̈ = q''·u² + q'·u̇      q⃛ = q'''·u³ + 3·q''·u·u̇ + q'·ü

The largest u̇ and ü are constants of the path that use a share of the joints' acceleration and jerk; the curvature terms
get the rest, which bounds u at each place. Slowing down in time for a slower place is had by taking, everywhere, the
least bound within braking distance ahead.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.forward import forward
from armctl.kinematics.robot import RobotModel
from armctl.motion.path import JointPath

SPEED_SHARE: Final = 0.97
"""Share of the largest speeds that a path uses; the rest is for what the grid does not see."""
ALONG_SHARE: Final = 0.75
"""Share of acceleration for speeding up and slowing down; the rest turns corners."""
JERK_SHARE: Final = 0.6
"""The same of jerk."""
TOOL_SHARE: Final = 0.8
"""Share of the tool's acceleration and jerk for speeding up and slowing down."""
PER_PIECE: Final = 4
"""Places looked at between two knots."""
TINY: Final = 1e-9


class Pace:
    """The bounds of one path.

    Args:
        robot: The arm.
        path: The path, of dof or n columns.

    Attributes:
        acceleration: Largest u̇ [1/s].
        jerk: Largest ü [1/s²].
    """

    def __init__(self, robot: RobotModel, path: JointPath) -> None:
        s, first, second, third = path.derivatives(PER_PIECE)
        tool = _tool_rate(robot, path)
        self.acceleration, self.jerk = _along(robot.config, first, tool)
        bound = _bounds(robot.config, (first, second, third), self.acceleration)
        # Braking from u = 1: 1/(2a) + a/(2j).
        ahead = 0.5 / self.acceleration + 0.5 * self.acceleration / self.jerk
        self._s = s
        self._bound = _least_ahead(s, bound, ahead)
        self._tool = -_least_ahead(s, -np.repeat(tool, PER_PIECE), ahead)

    def limit(self, s: float, tool_speed: float) -> float:
        """Return the largest u at parameter ``s`` [s] when the tool may go at ``tool_speed`` [m/s]."""
        index = max(int(np.searchsorted(self._s, s, side="right")) - 1, 0)
        return min(float(self._bound[index]), SPEED_SHARE * max(0.0, tool_speed) / max(float(self._tool[index]), TINY))


def _tool_rate(robot: RobotModel, path: JointPath) -> FloatArray:
    """Return the largest |dp/ds| of the tool on each piece, shape (m - 1,) [m/s]."""
    dof = robot.chain.dof
    points = np.array([forward(robot.chain, point[:dof])[:3, 3] for point in path.points])
    rate = np.linalg.norm(np.diff(points, axis=0), axis=1) / np.diff(path.knots)
    padded = np.concatenate((rate[:1], rate, rate[-1:]))
    # The chord's rate is a mean over the piece: within it the rate may come near its neighbours'.
    widest: FloatArray = np.maximum(np.maximum(padded[:-2], padded[2:]), padded[1:-1])
    return widest


def _along(config: ArmConfig, first: FloatArray, tool: FloatArray) -> tuple[float, float]:
    """Return the largest u̇ and ü."""
    joints = config.joints[: first.shape[1]]
    steepest = np.maximum(np.abs(first).max(axis=0), TINY)
    tool_rate = max(float(tool.max()), TINY)
    acceleration = np.array([joint.max_acceleration for joint in joints]) * ALONG_SHARE / steepest
    jerk = np.array([joint.max_jerk for joint in joints]) * JERK_SHARE / steepest
    return (
        min(float(acceleration.min()), TOOL_SHARE * config.tool.max_acceleration / tool_rate),
        min(float(jerk.min()), TOOL_SHARE * config.tool.max_jerk / tool_rate),
    )


def _bounds(config: ArmConfig, shape: tuple[FloatArray, FloatArray, FloatArray], along: float) -> FloatArray:
    """Return the largest u at each place of the grid, shape (g,), from speeds and curvature."""
    joints = config.joints[: shape[0].shape[1]]
    first, second, third = (np.maximum(np.abs(values), TINY) for values in shape)
    # q'' is linear on a piece: the larger of its two ends bounds it, and so do the neighbours in the grid.
    second = np.maximum(second, np.roll(second, -1, axis=0))
    speed = np.array([joint.max_speed for joint in joints])
    acceleration = np.array([joint.max_acceleration for joint in joints]) * (1.0 - ALONG_SHARE)
    jerk = np.array([joint.max_jerk for joint in joints]) * (1.0 - JERK_SHARE) / 2.0
    each = np.stack(
        (
            SPEED_SHARE * speed / first,
            np.sqrt(acceleration / second),
            np.cbrt(jerk / third),
            jerk / (3.0 * second * along),
        )
    )
    bounds: FloatArray = each.min(axis=(0, 2))
    return bounds


def _least_ahead(s: FloatArray, values: FloatArray, window: float) -> FloatArray:
    """Return, at each place of the grid, the least of ``values`` from just before it to ``window`` [s] farther."""
    last = np.searchsorted(s, s + window, side="right")
    return np.array([values[max(i - 1, 0) : end].min() for i, end in enumerate(last.tolist())])
