"""What is known of what the hand holds and of a tracked head, and passed on to the zones when it changes."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.scene import ObjectConfig, SceneConfig, ShapeConfig
from armctl.hal.scene import Head, Pose7, SceneState
from armctl.hal.state import FloatArray
from armctl.kinematics.collision import Held
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.rotation import inverse_pose, matrix_from_pose7, pose_matrix
from armctl.kinematics.shapes import LinkShape
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import HEAD_STALE
from armctl.safety.zones import Zones
from armctl.units import MS

HEAD_PLACE: Final = 1.0
"""A head said to be farther than this along any axis from where the scene has it [m] is not the person's: should a
tracker take a picture on the wall for it, the keep-out zone would go there."""
PLACES: Final = 10.0
"""What is held is not farther than this from the arm's foot [m]."""
TURN_SLACK: Final = 0.125
"""The four numbers of a turn have the length 1, give or take less than this."""
NEWS: Final = 0.002
"""A head that moved less than this [m] is where it was."""


class Sensed:
    """Keeps `Zones` up to date.

    Args:
        robot: The arm.
        scene: What can be held.
        zones: To be told.
    """

    def __init__(self, robot: RobotModel, scene: SceneConfig, zones: Zones) -> None:
        self._robot = robot
        self._objects = scene.objects
        self._place = np.array(scene.person.head_xyz if scene.person else (0.0, 0.0, 0.0))
        self._zones = zones
        self._tip = robot.links.index(robot.config.tool.tip_link)
        self._positions: FloatArray | None = None
        self._held = ""
        self._gripped = False
        self._scene_tells = False
        self._head: Head | None = None
        self._at: FloatArray | None = None
        self._unseen = False

    def arm_at(self, positions: FloatArray) -> None:
        """Note where the arm was read to be, shape (n,) [rad]."""
        if np.isfinite(positions).all():
            self._positions = positions

    def look(self, scene: SceneState) -> None:
        """Take what a simulator or a sensor reports; from then on only that tells what is held."""
        self._see_head(scene.head)
        if self._positions is None:
            return
        self._scene_tells = True
        held = scene.held if scene.held in self._objects and scene.held in scene.objects else ""
        if held == self._held:
            return
        self._held = held
        if not held:
            self._zones.hold(None)
            return
        tool = self._robot.link_array(self._positions)[self._tip]
        pose = grip_pose(self._robot.config, self._objects[held])
        if _is_pose(scene.objects[held]):
            pose = inverse_pose(tool) @ matrix_from_pose7(scene.objects[held])
        self._zones.hold(held_at(self._robot.config, self._objects[held], pose))

    def grip(self, holding: bool) -> None:
        """Take whether the gripper feels something: then it may be anything here, held as it should be."""
        if self._scene_tells or holding == self._gripped:
            return
        self._gripped = holding
        self._zones.hold(_anything(self._robot.config, tuple(self._objects.values())) if holding else None)

    def head_age(self, now: float | None) -> float:
        """Return how old a tracked head's pose is at ``now`` [s]; 0 where nothing tracks the head."""
        # A stamp that lies ahead is as wrong as an old one: it would never grow old.
        return 0.0 if self._head is None or now is None else abs(now - self._head.stamp)

    def stale(self, now: float) -> Finding | None:
        """Return that the head was not seen for too long, or None; ``now`` [s]."""
        age = self.head_age(now)
        return Finding(Code.HEAD_STALE, value=age / MS, limit=HEAD_STALE / MS) if age > HEAD_STALE else None

    def begin(self, now: float) -> None:
        """A motion begins at ``now`` [s]: if the head is not seen then, whoever asked for it knows."""
        self._unseen = self.stale(now) is not None

    def lost(self, now: float) -> Finding | None:
        """Return that the head, seen when the motion began or since, is not seen any more, or None; ``now`` [s]."""
        stale = self.stale(now)
        self._unseen = self._unseen and stale is not None
        return None if self._unseen else stale

    def _see_head(self, head: Head | None) -> None:
        if head is None:
            return
        position = np.array(head.position)
        # Else as if nothing had been seen: the last pose grows old.
        if not (np.isfinite(head.stamp) and np.abs(position - self._place).max() <= HEAD_PLACE):
            return
        self._head = head
        if self._at is None or float(np.abs(position - self._at).max()) >= NEWS:
            self._at = position
            self._zones.see_head(position)


def _is_pose(pose: Pose7) -> bool:
    """Tell whether a reported pose can be one."""
    turn = math.hypot(*pose[3:])
    return all(map(math.isfinite, pose)) and max(map(abs, pose[:3])) <= PLACES and abs(turn - 1.0) < TURN_SLACK


def held_at(config: ArmConfig, item: ObjectConfig, pose: FloatArray) -> Held:
    """Return a held object: its shapes at ``pose`` (4, 4), in the tool; cylinders as the boxes around them."""
    shapes = tuple(_boxed(config.tool.tip_link, shape, pose) for shape in item.shapes)
    return Held(item.title, shapes)


def grip_pose(config: ArmConfig, item: ObjectConfig) -> FloatArray:
    """Return the pose (4, 4) that an object has in the tool when it is gripped as it should be, upright."""
    up, ahead = np.array(config.tool.up_axis), np.array(config.tool.approach_axis)
    gripper = config.gripper
    pose = np.eye(4)
    pose[:3, 0], pose[:3, 1], pose[:3, 2] = ahead, np.cross(up, ahead), up
    middle = np.array(gripper.pinch_offset) * item.grasp_width - gripper.grasp_depth * ahead
    pose[:3, 3] = middle - item.grasp_height * up
    return pose


def _anything(config: ArmConfig, items: tuple[ObjectConfig, ...]) -> Held | None:
    held = [held_at(config, item, grip_pose(config, item)) for item in items]
    if not held:
        return None
    title = held[0].name if len(held) == 1 else "what is held"
    return Held(title, tuple(shape for one in held for shape in one.shapes))


def _boxed(link: str, shape: ShapeConfig, pose: FloatArray) -> LinkShape:
    at = pose @ pose_matrix(shape.xyz, shape.rpy)
    if shape.kind == "cylinder":
        # A capsule would stick out of its flat foot, on which it is to stand.
        return LinkShape(link, "box", (2.0 * shape.size[0], 2.0 * shape.size[0], shape.size[1]), at)
    return LinkShape(link, shape.kind, shape.size, at)
