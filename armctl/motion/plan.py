"""From a request to the paths that fulfil it, worked out in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.motion.joint_move import check_goal, joint_points
from armctl.motion.path import JointPath, path_through
from armctl.motion.prepare import Work
from armctl.motion.requests import FollowRequest, JointRequest, StepRequest, ToolRequest, WayRequest
from armctl.motion.retrace import without_corners
from armctl.motion.step_move import step_points
from armctl.motion.tool_move import tool_points
from armctl.motion.travel import Leg, Travel
from armctl.motion.upright import check_carried, is_level, joint_way
from armctl.motion.words import at_limit
from armctl.units import DEG

SAME_POSE: Final = 0.02
"""A bent way that ends farther than this [rad] from the joint angles asked for ends in another pose."""
NEAR_START: Final = 0.15
"""A way that begins farther than this from where the arm is [rad] was worked out for another place."""
SAME_ANGLES: Final = 1e-9
"""Angles nearer than this are the same [rad]."""
BULGE: Final = 1e-3
"""Where a way slides along a limit it is led this far inside [rad]."""
BULGE_PLACES: Final = 4
BULGE_ROUNDS: Final = 4
REVERSAL: Final = 0.2
"""A way through waypoints that turns more than this cosine from one point to the next turns back on itself."""
ROUNDING: Final = 1e-9


def plan(
    robot: RobotModel, start: FloatArray, request: WayRequest, dt: float, *, holding: bool = False
) -> Work[Travel | None]:
    """Return, in pieces of work, the motion that fulfils ``request``, or None when there is nothing to do.

    Args:
        robot: The arm.
        start: Shape (dof,), where it begins [rad].
        request: What was asked, checked.
        dt: Time between two set-points [s].
        holding: Something is held.

    Raises:
        UnreachableError: It cannot be followed to its end: says where and why.
    """
    notice = ""
    match request:
        case JointRequest():
            points = yield from _joints(robot, start, np.array(request.positions, dtype=np.float64), holding=holding)
        case ToolRequest():
            way = yield from tool_points(robot, start, request, holding=holding)
            points, notice = way.points, way.notice
        case StepRequest():
            points = yield from step_points(robot, start, request)
        case FollowRequest():
            points = follow_points(robot, start, request, holding=holding)
    # A way that turns back on itself, or meets a limit, cannot be rounded: there it rests for a moment.
    pieces = without_corners(_distinct(points))
    return (yield from _travel(robot, pieces, request.speed, dt, notice))


def _joints(robot: RobotModel, start: FloatArray, goal: FloatArray, *, holding: bool) -> Work[FloatArray]:
    """Return points to joint angles ``goal`` (dof,) [rad]; what is held stays upright where it is to be so there."""
    check_goal(robot, goal)
    if not holding:
        return joint_points(robot, start, goal)
    level = is_level(robot, start) and is_level(robot, goal)
    points = yield from joint_way(robot, start, goal, level=level)
    if float(np.abs(points[-1] - goal).max()) > SAME_POSE:
        points = joint_points(robot, start, goal)
    check_carried(robot, points)
    return np.vstack((points[:-1], goal))


def follow_points(robot: RobotModel, start: FloatArray, request: FollowRequest, *, holding: bool) -> FloatArray:
    """Return the points of a way that was worked out before, from where the arm is, shape (m, dof) [rad].

    Raises:
        UnreachableError: It begins elsewhere, leaves the limits, or would tilt what is held.
    """
    for point in request.points:
        check_goal(robot, np.array(point))
    points = np.vstack((start, np.array(request.points)))
    apart = float(np.abs(points[1] - start).max())
    if apart > NEAR_START:
        raise UnreachableError(
            f"The way begins {apart / DEG:.0f}° from where the arm is (at most {NEAR_START / DEG:.0f}°).",
            "Ask for it again.",
        )
    if holding:
        check_carried(robot, points)
    return points


def plan_back(
    robot: RobotModel, start: FloatArray, way: FloatArray, speed: float, dt: float, *, hand: bool
) -> Work[Travel | None]:
    """Return, in pieces of work, the motion back along ``way`` (m, n) [rad], the newest point last.

    Args:
        robot: The arm.
        start: Shape (n,), near the end of ``way``, where the arm rests [rad].
        way: The way the arm came.
        speed: Share of the arm's allowed speed.
        dt: Time between two set-points [s].
        hand: Move the gripper back, too.
    """
    points = np.vstack((start, way[::-1]))
    if not hand:
        points = points[:, : robot.chain.dof]
    yield
    return (yield from _travel(robot, without_corners(_distinct(points)), speed, dt))


def _distinct(points: FloatArray) -> FloatArray:
    """Leave out points that are the same as the one before; corners are told from directions."""
    steps = np.abs(np.diff(points, axis=0)).max(axis=1)
    return points[np.concatenate(([True], steps > SAME_ANGLES))]


def _travel(
    robot: RobotModel, pieces: Sequence[FloatArray], speed: float, dt: float, notice: str = ""
) -> Work[Travel | None]:
    legs = []
    for piece in pieces:
        if not np.isfinite(piece).all():
            raise UnreachableError("The way cannot be worked out: it leads through a pose that is not a number.")
        made = yield from path_through(robot, piece)
        if made is not None:
            path, tool = yield from _inside(robot, *made)
            legs.append((yield from Leg.of(robot.config, path, tool, speed)))
    return Travel(robot.config, legs, speed, dt, notice) if legs else None


def _inside(robot: RobotModel, path: JointPath, tool: FloatArray) -> Work[tuple[JointPath, FloatArray]]:
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
            return path, tool
        # An end at the limit, or beyond it, stays where it is; what lies between is led inside.
        points = np.clip(places, lower + BULGE, upper - BULGE)
        points[[0, -1]] = ends
        path, tool = (yield from path_through(robot, points)) or (path, tool)
    worst = joints[int(np.argmax(np.maximum(places - upper, lower - places).max(axis=0)))]
    raise UnreachableError(f"The way leads along a limit: {at_limit(worst.name)}", "Go there by another path.")
