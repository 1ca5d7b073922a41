"""Motions of the tool point: along a line, along an arc, or straight in joint space, checked before they begin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.rotation import matrix_from_quaternion, rotation_vector
from armctl.motion.following import follow, reach
from armctl.motion.joint_move import joint_points
from armctl.motion.prepare import Work
from armctl.motion.requests import ToolRequest
from armctl.motion.upright import UP, check_carried, is_level, joint_way
from armctl.motion.ways import Way, arc, length_of, line, rotate, swing, through
from armctl.units import DEG, MM

SPACING: Final = 0.02
"""Points of the way of the tool are about so far apart [m]; more where joints must move much."""
TURN_SPACING: Final = 0.06
"""The same for its tilt [rad]."""
LEAST_POINTS: Final = 6
FINER: Final = 2
"""So many times more points are put on ways with rounded corners."""
ORIENTATION_TOLERANCE: Final = 2.0 * DEG
"""A wanted orientation is arrived at this closely, or the motion is refused [rad]."""
ROUNDING: Final = 0.02
"""A waypoint is passed at this distance at most [m]: near enough to lead around things, far enough not to slow down."""
CANNOT_STAY_LEVEL: Final = "The hand cannot stay level on this way."
LEVELLED_BY: Final = 0.6
"""A tool that is not level is brought level within this share of the way."""


@dataclass(frozen=True, slots=True, eq=False)
class _Route:
    """What the tool does on its way: where it is, and either its whole rotation or its tilt.

    The tilt is the direction of world up seen from the tool.
    """

    point: Way
    tilt: Way
    rotation: Way | None = None

    def goal(self, share: float) -> Goal:
        if self.rotation is not None:
            return Goal(self.point(share), rotation=self.rotation(share))
        return Goal(self.point(share), axis=(self.tilt(share), UP))


@dataclass(frozen=True, slots=True, eq=False)
class ToolWay:
    """The way of the tool, as joint angles.

    Attributes:
        points: Shape (m, dof) [rad].
        notice: What the person should know about it; empty when nothing.
    """

    points: FloatArray
    notice: str = ""


def tool_points(robot: RobotModel, start: FloatArray, request: ToolRequest, *, holding: bool = False) -> Work[ToolWay]:
    """Return, in pieces of work, the whole way of ``request``.

    Args:
        robot: The arm.
        start: Shape (dof,), where it begins [rad].
        request: What was asked.
        holding: Something is held: it is not tilted, whatever was asked.

    Raises:
        UnreachableError: The way cannot be followed to its end, or would tilt what is held: says where and why.
    """
    _check_reach(robot, request)
    try:
        points = yield from _points(robot, start, request, holding=holding)
    except UnreachableError as error:
        if not (request.level and request.may_tilt):
            raise
        free = yield from _tilting(robot, start, request, error)
        if holding:
            check_carried(robot, free)
        return ToolWay(free, CANNOT_STAY_LEVEL)
    if request.quaternion is not None:
        _check_arrival(robot, points[-1], request.quaternion)
    if holding:
        check_carried(robot, points)
    return ToolWay(points)


def _points(robot: RobotModel, start: FloatArray, request: ToolRequest, *, holding: bool) -> Work[FloatArray]:
    pose = forward(robot.chain, start)
    route = _route(robot, pose, request, _way(pose, request))
    if request.path == "joint":
        upright = request.level or (holding and is_level(robot, start))
        goal = yield from reach(robot, start, route.goal(1.0))
        return (yield from joint_way(robot, start, goal, level=upright and request.quaternion is None))
    finer = FINER if request.via else 1
    return (yield from follow(robot, start, route.goal, finer * _count(route, pose)))


def _tilting(robot: RobotModel, start: FloatArray, request: ToolRequest, why: UnreachableError) -> Work[FloatArray]:
    """Return the way on which the tool tilts as it must; raises ``why`` when that does not lead there either."""
    pose = forward(robot.chain, start)
    way = _way(pose, request)
    try:
        if request.path == "joint":
            goal = yield from reach(robot, start, Goal(way(1.0)))
            return joint_points(robot, start, goal)
        count = max(LEAST_POINTS, math.ceil(length_of(way) / SPACING))
        return (yield from follow(robot, start, lambda share: Goal(way(share)), count))
    except UnreachableError:
        raise why from None


def _way(pose: FloatArray, request: ToolRequest) -> Way:
    """Return the way of the tool point from ``pose`` (4, 4)."""
    points = [pose[:3, 3], *(np.array(point) for point in request.via), np.array(request.position)]
    return arc(points, ROUNDING) if request.path == "arc" else through(points, ROUNDING)


def _check_reach(robot: RobotModel, request: ToolRequest) -> None:
    """Raise UnreachableError at once for what is farther away than the arm is long."""
    for point in (*request.via, request.position):
        short = math.hypot(*point) - robot.chain.length
        if short > 0.0:
            raise UnreachableError(
                f"The end of the way is out of reach: the arm is stretched and at least {short / MM:.0f} mm short.",
                "Choose a nearer point.",
            )


def line_points(robot: RobotModel, start: FloatArray, end: FloatArray) -> Work[FloatArray]:
    """Return, in pieces, joint angles (m, dof) [rad] straight to the point ``end`` (3,) [m], the tilt of the tool kept.

    Raises:
        UnreachableError: As `tool_points`.
    """
    pose = forward(robot.chain, start)
    tilt = pose[2, :3]
    route = _Route(line(pose[:3, 3], end), lambda _share: tilt, _kept_rotation(robot, pose))
    return (yield from follow(robot, start, route.goal, _count(route, pose)))


def _kept_rotation(robot: RobotModel, pose: FloatArray) -> Way | None:
    return (lambda _share: pose[:3, :3]) if robot.chain.dof >= 6 else None


def _route(robot: RobotModel, pose: FloatArray, request: ToolRequest, point: Way) -> _Route:
    """Return what the tool's orientation does along ``point``."""
    rotation, tilt = pose[:3, :3], pose[2, :3]
    if request.quaternion is not None:
        wanted = matrix_from_quaternion(request.quaternion)
        turning = rotate(rotation, wanted) if robot.chain.dof >= 6 else None
        return _Route(point, swing(tilt, wanted[2]), turning)
    if request.level:
        return _Route(point, swing(tilt, np.array(robot.config.tool.up_axis), LEVELLED_BY))
    return _Route(point, lambda _share: tilt, _kept_rotation(robot, pose))


def _count(route: _Route, pose: FloatArray) -> int:
    """Return how many pieces the way is cut into."""
    tilted = math.acos(min(1.0, max(-1.0, float(pose[2, :3] @ route.tilt(1.0)))))
    turned = 0.0
    if route.rotation is not None:
        turned = float(np.linalg.norm(rotation_vector(route.rotation(1.0) @ pose[:3, :3].T)))
    return max(
        LEAST_POINTS,
        math.ceil(length_of(route.point) / SPACING),
        # The smooth beginning and end make the middle of a turn about twice as fast.
        math.ceil(2.0 * max(tilted, turned) / TURN_SPACING),
    )


def _check_arrival(robot: RobotModel, q: FloatArray, quaternion: tuple[float, ...]) -> None:
    """Raise UnreachableError when the tool arrives turned away from what was asked."""
    wanted = matrix_from_quaternion(quaternion)
    off = float(np.linalg.norm(rotation_vector(wanted @ forward(robot.chain, q)[:3, :3].T)))
    if off > ORIENTATION_TOLERANCE:
        raise UnreachableError(
            f"The point can be reached on this way, but the hand arrives turned {off / DEG:.0f}° away from what was "
            f"asked (at most {ORIENTATION_TOLERANCE / DEG:.0f}°).",
            f"{robot.config.title} has {robot.chain.dof} joints: leave the orientation free, or only ask for level.",
        )
