"""What is held is kept upright: how far a way tilts the tool, ways that do not, and the refusal of those that do."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal
from armctl.kinematics.robot import RobotModel
from armctl.motion.following import follow
from armctl.motion.joint_move import joint_points
from armctl.motion.prepare import Work
from armctl.units import DEG

LEVEL_TOLERANCE: Final = 1.0 * DEG
"""A joint motion that tilts the tool more than this on the way is bent until it does not [rad]."""
CARRIED_TILT: Final = 15.0 * DEG
"""What is held may be tilted by this much [rad]: half the angle at which a cup spills that is four fifths full (height
10 cm, radius 3.5 cm: arctan(2/3.5) = 29.7°), the other half is for its motion."""
LEAST_POINTS: Final = 6
UP: Final = np.array([0.0, 0.0, 1.0])


def upright_in_tool(robot: RobotModel, points: FloatArray) -> FloatArray:
    """Return world up seen from the tool at ``points`` (m, dof) [rad]: unit vectors (m, 3)."""
    return np.array([forward(robot.chain, point)[2, :3] for point in points])


def tilt(ups: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return the angles (m,) [rad] between unit vectors ``ups`` (m, 3) and ``wanted`` (3,)."""
    angles: FloatArray = np.arccos(np.clip(ups @ wanted, -1.0, 1.0))
    return angles


def is_level(robot: RobotModel, q: FloatArray) -> bool:
    """Tell whether the tool is upright at ``q`` (dof,) [rad], as far as what it carries needs it."""
    return float(tilt(upright_in_tool(robot, q[None, :]), np.array(robot.config.tool.up_axis))[0]) <= CARRIED_TILT


def joint_way(robot: RobotModel, start: FloatArray, goal: FloatArray, *, level: bool) -> Work[FloatArray]:
    """Return, in pieces of work, points straight in joint space, or bent as much as it takes to stay level.

    Args:
        robot: The arm.
        start: Shape (dof,) [rad].
        goal: Shape (dof,) [rad].
        level: Keep the tool level, if it is at the start.

    Raises:
        UnreachableError: The goal is outside the limits, or the way cannot be bent as needed.
    """
    points = joint_points(robot, start, goal)
    if not level:
        return points
    up = np.array(robot.config.tool.up_axis)
    tilts = tilt(upright_in_tool(robot, points), up)
    yield
    if tilts[0] > LEVEL_TOLERANCE or tilts.max() <= LEVEL_TOLERANCE:
        return points

    def bent(share: float) -> Goal:
        return Goal(forward(robot.chain, start + share * (goal - start))[:3, 3], axis=(up, UP))

    return (yield from follow(robot, start, bent, max(LEAST_POINTS, 2 * len(points))))


def check_carried(robot: RobotModel, points: FloatArray) -> None:
    """Refuse a way that would tilt what is held.

    A point of the way is good when the tool is upright there, or is held as it was at the start.

    Args:
        robot: The arm.
        points: The way, shape (m, dof) [rad].

    Raises:
        UnreachableError: It would be tilted too far.
    """
    ups = upright_in_tool(robot, points)
    off = np.minimum(tilt(ups, np.array(robot.config.tool.up_axis)), tilt(ups, ups[0]))
    worst = float(off.max())
    if worst > CARRIED_TILT:
        raise UnreachableError(
            f"The hand holds something and would tilt it by {math.degrees(worst):.0f}° on this way "
            f"(at most {CARRIED_TILT / DEG:.0f}°).",
            "Put it down first, or go another way.",
        )
