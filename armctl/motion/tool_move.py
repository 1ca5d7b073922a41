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
from armctl.motion.requests import ToolRequest
from armctl.motion.ways import Way, arc, length_of, line, rotate, swing
from armctl.units import DEG

SPACING: Final = 0.02
"""Points of the way of the tool are about so far apart [m]; more where joints must move much."""
TURN_SPACING: Final = 0.06
"""The same for its tilt [rad]."""
LEAST_POINTS: Final = 6
ORIENTATION_TOLERANCE: Final = 2.0 * DEG
"""A wanted orientation is arrived at this closely, or the motion is refused [rad]."""
LEVEL_TOLERANCE: Final = 1.0 * DEG
"""A joint motion that tilts the tool more than this on the way is bent until it does not [rad]."""
LEVELLED_BY: Final = 0.6
"""A tool that is not level is brought level within this share of the way."""
UP: Final = np.array([0.0, 0.0, 1.0])


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


def tool_points(robot: RobotModel, start: FloatArray, request: ToolRequest) -> FloatArray:
    """Return joint angles (m, dof) [rad] along the whole way of ``request``.

    Args:
        robot: The arm.
        start: Shape (dof,), where it begins [rad].
        request: What was asked.

    Raises:
        UnreachableError: The way cannot be followed to its end: says where and why.
    """
    pose = forward(robot.chain, start)
    end = np.array(request.position)
    way = arc if request.path == "arc" else line
    route = _route(robot, pose, request, way(pose[:3, 3], end))
    if request.path == "joint":
        points = _joint_way(robot, start, route, level=request.level and request.quaternion is None)
    else:
        points = follow(robot, start, route.goal, _count(route, pose))
    if request.quaternion is not None:
        _check_arrival(robot, points[-1], request.quaternion)
    return points


def line_points(robot: RobotModel, start: FloatArray, end: FloatArray) -> FloatArray:
    """Return joint angles (m, dof) [rad] straight to the point ``end`` (3,) [m], the tool's tilt kept.

    Raises:
        UnreachableError: As `tool_points`.
    """
    pose = forward(robot.chain, start)
    tilt = pose[2, :3]
    route = _Route(line(pose[:3, 3], end), lambda _share: tilt, _kept_rotation(robot, pose))
    return follow(robot, start, route.goal, _count(route, pose))


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


def _joint_way(robot: RobotModel, start: FloatArray, route: _Route, *, level: bool) -> FloatArray:
    """Return points straight in joint space, or bent as much as it takes to stay level."""
    goal = reach(robot, start, route.goal(1.0))
    points = joint_points(robot, start, goal)
    up = np.array(robot.config.tool.up_axis)
    if not level or _tilted(robot, points[:1], up) > LEVEL_TOLERANCE or _tilted(robot, points, up) <= LEVEL_TOLERANCE:
        return points

    def bent(share: float) -> Goal:
        return Goal(forward(robot.chain, start + share * (goal - start))[:3, 3], axis=(up, UP))

    count = max(LEAST_POINTS, 2 * len(points))
    return follow(robot, start, bent, count)


def _tilted(robot: RobotModel, points: FloatArray, up: FloatArray) -> float:
    """Return the largest angle between the tool's ``up`` axis and upright at ``points`` (m, dof) [rad]."""
    cosines = [float(forward(robot.chain, point)[2, :3] @ up) for point in points]
    return math.acos(min(1.0, max(-1.0, min(cosines))))


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
