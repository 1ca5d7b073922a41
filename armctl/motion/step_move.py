"""One bounded step of the tool: a shift, a turn, or both."""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.forward import forward
from armctl.kinematics.robot import RobotModel
from armctl.motion.prepare import Work
from armctl.motion.rates import NO_TURN, Pose, turn
from armctl.motion.requests import StepRequest
from armctl.motion.tool_move import line_points
from armctl.motion.words import at_limit
from armctl.units import MM

TURN_PIECE: Final = 0.02
"""A turn is worked out in pieces of at most this [rad]."""
POINT_TOLERANCE: Final = 1.0 * MM
"""The tool point stays this near its line while turning [m]."""


def step_points(robot: RobotModel, start: FloatArray, request: StepRequest) -> Work[FloatArray]:
    """Return, in pieces of work, joint angles (m, dof) [rad] along the step, from ``start`` (dof,) [rad].

    Raises:
        UnreachableError: The arm cannot make the whole step: says why.
    """
    pose = Pose.of(robot.chain, start)
    translation = pose.in_base(request.translation, request.frame)
    rotation = pose.in_base(request.rotation, request.frame)
    if not np.any(rotation):
        return (yield from line_points(robot, start, pose.position + translation))
    pieces = max(2, int(np.ceil(float(np.linalg.norm(rotation)) / TURN_PIECE)))
    points = [start]
    for index in range(1, pieces + 1):
        wanted = pose.position + translation * (index / pieces)
        points.append(_turned(robot, points[-1], wanted, rotation / pieces))
    return np.array(points)


def _turned(robot: RobotModel, q: FloatArray, point: FloatArray, rotation: FloatArray) -> FloatArray:
    """Return the angles one piece on: turned by ``rotation`` (3,) [rad], the tool point at ``point`` (3,) [m]."""
    pose = Pose.of(robot.chain, q)
    rates = turn(pose, point - pose.position, [rotation])
    if rates.notice:
        raise UnreachableError(NO_TURN)
    moved = q + rates.speeds
    outside = (moved < robot.chain.lower) | (moved > robot.chain.upper)
    if outside.any():
        raise UnreachableError(at_limit(robot.chain.names[int(np.argmax(outside))]), "Turn the other way, or less.")
    off = float(np.linalg.norm(forward(robot.chain, moved)[:3, 3] - point))
    if off > POINT_TOLERANCE:
        raise UnreachableError(
            f"The hand cannot turn that way here without moving {off / MM:.0f} mm aside.",
            "Move it to another place first.",
        )
    return moved
