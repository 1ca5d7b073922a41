"""Straight motion in joint space, with its checks."""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.units import DEG

SPACING: Final = 0.1
"""Points of a joint motion are about so far apart [rad]; the tool's speed is measured between them."""
ROUNDING: Final = 1e-9


def joint_points(robot: RobotModel, start: FloatArray, goal: FloatArray) -> FloatArray:
    """Return points (m, dof) [rad] straight from ``start`` to ``goal``, both (dof,) [rad].

    Raises:
        UnreachableError: The goal has another size, or is outside the limits.
    """
    check_goal(robot, goal)
    count = 2 + int(float(np.abs(goal - start).max(initial=0.0)) / SPACING)
    return np.linspace(start, goal, count + 1)


def check_goal(robot: RobotModel, goal: FloatArray) -> None:
    """Raise UnreachableError when ``goal`` (dof,) [rad] is not a pose of the arm inside its limits."""
    joints = robot.config.joints[:-1]
    if goal.shape != (len(joints),):
        raise UnreachableError(f"{goal.size} joint angles were given; {robot.config.title} has {len(joints)} joints.")
    for joint, angle in zip(joints, goal.tolist(), strict=True):
        if not joint.lower - ROUNDING <= angle <= joint.upper + ROUNDING:
            raise UnreachableError(
                f"{joint.name} cannot go to {angle / DEG:.0f}°: it goes from {joint.lower / DEG:.0f}° "
                f"to {joint.upper / DEG:.0f}°."
            )
