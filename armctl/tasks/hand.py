"""Where a level hand must be so that something it holds comes to a given point.

On an arm whose base turns, a level hand points away from the base axis, so its heading follows from where it is.
With the hand at heading ``h``, the tool point lies at ``axis + Rz(h) · (reach, lateral)``; ``lateral`` is fixed by how
the arm is built (8 mm on an SO-101). A point held at ``(forward, side, up)`` of the tool point therefore is at
``axis + Rz(h) · (reach + forward, lateral + side)``, which is solved for ``h`` and ``reach``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from armctl.config.arm import ArmConfig
from armctl.errors import TaskError
from armctl.hal.scene import Pose7
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, load_chain
from armctl.kinematics.forward import forward
from armctl.kinematics.rotation import matrix_from_quaternion
from armctl.tasks.requests import Point


def heading(direction: FloatArray) -> float:
    """Return the angle of ``direction`` (3,) about the upright axis, from x towards y [rad]."""
    return math.atan2(float(direction[1]), float(direction[0]))


@dataclass(frozen=True, slots=True)
class LevelHand:
    """How one arm's level hand points.

    Attributes:
        axis: x, y of the axis its base turns about [m].
        chain: Base to tool.
        lateral: How far the tool point lies to the left of that axis, seen along the hand [m].
        forward: Direction out of the hand, tool frame.
        up: Direction that points up when it is level, tool frame.
    """

    axis: tuple[float, float]
    chain: Chain
    lateral: float
    forward: Point
    up: Point

    @classmethod
    def of(cls, arm: ArmConfig) -> LevelHand:
        """Return the hand of ``arm``, measured in its home pose where that is level.

        Raises:
            ConfigError: The arm has no such URDF.
            KinematicsError: Its URDF is malformed.
        """
        chain = load_chain(arm.urdf_text(), arm.base_link, arm.tool.tip_link)
        pose = forward(chain, arm.poses["home"])
        ahead = pose[:3, :3] @ arm.tool.approach_axis
        is_level = float((pose[:3, :3] @ arm.tool.up_axis)[2]) > 0.99
        axis = _base_axis(chain)
        turned = _turn((float(pose[0, 3]) - axis[0], float(pose[1, 3]) - axis[1]), -heading(ahead))
        return cls(axis, chain, turned[1] if is_level else 0.0, arm.tool.approach_axis, arm.tool.up_axis)

    def in_hand(self, vector: Point) -> Point:
        """Return the tool-frame ``vector`` as (forward, side, up); side is to the left, seen along the hand."""
        side = _cross(self.up, self.forward)
        return _dot(vector, self.forward), _dot(vector, side), _dot(vector, self.up)

    def offset(self, tool: Pose7, point: Point) -> Point:
        """Return where ``point`` (base frame) is seen from the tool point, as (forward, side, up) [m]."""
        angle = heading(matrix_from_quaternion(tool[3:]) @ self.forward)
        along, side = _turn((point[0] - tool[0], point[1] - tool[1]), -angle)
        return along, side, point[2] - tool[2]

    def of_joints(self, positions: Sequence[float]) -> Point:
        """Return where the tool point is at the joint angles ``positions``, shape (dof,) [rad]."""
        x, y, z = forward(self.chain, positions)[:3, 3].tolist()
        return x, y, z

    def tip(self, tool: Pose7, offset: Point) -> Point:
        """Return where the point at ``offset`` (forward, side, up) of the tool point is, in the base frame [m]."""
        angle = heading(matrix_from_quaternion(tool[3:]) @ self.forward)
        dx, dy = _turn((offset[0], offset[1]), angle)
        return tool[0] + dx, tool[1] + dy, tool[2] + offset[2]

    def place(self, point: Point, offset: Point = (0.0, 0.0, 0.0)) -> Point:
        """Return the tool position that brings what is at ``offset`` (forward, side, up) of it to ``point`` [m].

        Raises:
            TaskError: The point is too close to the axis of the base for that.
        """
        x, y = point[0] - self.axis[0], point[1] - self.axis[1]
        beside = self.lateral + offset[1]
        square = x * x + y * y - beside * beside
        if square <= 0.0:
            raise TaskError(f"A point {math.hypot(x, y):.3f} m from the base axis is too close to be reached level.")
        along = math.sqrt(square)
        turned = math.atan2(y, x) - math.atan2(beside, along)
        return self._at(turned, along - offset[0], point[2] - offset[2])

    def back(self, position: Point, distance: float) -> Point:
        """Return the tool position ``distance`` [m] nearer to the base than ``position``, at the same heading.

        Raises:
            TaskError: The position is too close to the axis of the base.
        """
        return self.place(position, (distance, 0.0, 0.0))

    def _at(self, angle: float, reach: float, height: float) -> Point:
        dx, dy = _turn((reach, self.lateral), angle)
        return self.axis[0] + dx, self.axis[1] + dy, height


def _base_axis(chain: Chain) -> tuple[float, float]:
    """Return x, y of the first turning joint."""
    x = y = 0.0
    for joint in chain.joints:
        x, y = x + float(joint.origin[0, 3]), y + float(joint.origin[1, 3])
        if joint.kind != "fixed":
            break
    return x, y


def _turn(vector: tuple[float, float], angle: float) -> tuple[float, float]:
    c, s = math.cos(angle), math.sin(angle)
    return c * vector[0] - s * vector[1], s * vector[0] + c * vector[1]


def _cross(a: Point, b: Point) -> Point:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _dot(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
