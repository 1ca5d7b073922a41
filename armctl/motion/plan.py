"""From a request to the paths that fulfil it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.motion.joint_move import joint_points
from armctl.motion.path import JointPath, path_through
from armctl.motion.requests import JointRequest, StepRequest, ToolRequest
from armctl.motion.retrace import Track, without_corners
from armctl.motion.step_move import step_points
from armctl.motion.tool_move import tool_points
from armctl.motion.travel import Travel
from armctl.motion.words import at_limit

SAME_ANGLES: Final = 1e-9
"""Angles nearer than this are the same [rad]."""
BULGE: Final = 1e-3
"""Where a way slides along a limit it is led this far inside [rad]."""
BULGE_PLACES: Final = 4
BULGE_ROUNDS: Final = 4
ROUNDING: Final = 1e-9


def plan(
    robot: RobotModel, start: FloatArray, request: JointRequest | ToolRequest | StepRequest, dt: float
) -> Travel | None:
    """Return the motion that fulfils ``request``, or None when there is nothing to do.

    Args:
        robot: The arm.
        start: Shape (dof,), where it begins [rad].
        request: What was asked, checked.
        dt: Time between two set-points [s].

    Raises:
        UnreachableError: It cannot be followed to its end: says where and why.
    """
    match request:
        case JointRequest():
            points = joint_points(robot, start, np.array(request.positions, dtype=np.float64))
        case ToolRequest():
            points = tool_points(robot, start, request)
        case StepRequest():
            points = step_points(robot, start, request)
    return _travel(robot, [points], request.speed, dt)


def plan_back(robot: RobotModel, start: FloatArray, track: Track, speed: float, dt: float) -> Travel | None:
    """Return the motion back along ``track`` from ``start`` (n,) [rad], where the arm rests near its end."""
    points = np.vstack((start, track.backwards))
    if not track.hand:
        points = points[:, : robot.chain.dof]
    return _travel(robot, without_corners(_distinct(points)), speed, dt)


def _distinct(points: FloatArray) -> FloatArray:
    """Leave out points that are the same as the one before; corners are told from directions."""
    steps = np.abs(np.diff(points, axis=0)).max(axis=1)
    return points[np.concatenate(([True], steps > SAME_ANGLES))]


def _travel(robot: RobotModel, pieces: Sequence[FloatArray], speed: float, dt: float) -> Travel | None:
    for piece in pieces:
        if not np.isfinite(piece).all():
            raise UnreachableError("The way cannot be worked out: it leads through a pose that is not a number.")
    paths = [path for piece in pieces if (path := path_through(robot, piece)) is not None]
    return Travel(robot, [_inside(robot, path) for path in paths], speed, dt) if paths else None


def _inside(robot: RobotModel, path: JointPath) -> JointPath:
    """Keep ``path`` inside the joint limits between its points, too: where it slides along a limit a spline bulges.

    Raises:
        UnreachableError: It cannot be kept inside.
    """
    columns = path.points.shape[1]
    joints = robot.config.joints[:columns]
    # An end at a limit, or a beginning found outside, is where it is.
    ends = path.points[[0, -1]]
    lower = np.minimum(np.array([joint.lower for joint in joints]), ends.min(axis=0))
    upper = np.maximum(np.array([joint.upper for joint in joints]), ends.max(axis=0))
    for _ in range(BULGE_ROUNDS):
        places = path.sampled(BULGE_PLACES)
        if (places >= lower - ROUNDING).all() and (places <= upper + ROUNDING).all():
            return path
        points = np.clip(
            places, np.minimum(lower + BULGE, ends.min(axis=0)), np.maximum(upper - BULGE, ends.max(axis=0))
        )
        path = path_through(robot, points) or path
    worst = joints[int(np.argmax(np.maximum(places - upper, lower - places).max(axis=0)))]
    raise UnreachableError(f"The way leads along a limit: {at_limit(worst.name)}", "Go there by another path.")
