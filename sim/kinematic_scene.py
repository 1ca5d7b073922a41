"""Rules instead of physics: what the gripper carries, where things fall, and whether the arm is inside the person.

An object is held when the jaws close on its width around its grip point, follows the tool rigidly while held, and falls
straight down on the furniture beneath when they open. The arm's shapes inside head or torso, and those of what it
carries, count as touching with a force in proportion to the depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.scene import ObjectConfig, SceneConfig
from armctl.hal.scene import Contact, Pose7, SceneState
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.rotation import pose7, pose_matrix
from sim.person_contact import PersonContact
from sim.support import support_below

GRAVITY: Final = 9.81
"""[m/s²]"""
SLACK: Final = 0.002
"""Jaws this much wider than the object have let it go [m]."""
DEPTH_TOLERANCE: Final = 0.02
"""How far from the grip point along the approach the jaws still take an object [m]; a jaw's pad is about that long."""
HEIGHT_TOLERANCE: Final = 0.03
"""The same, up and down [m]."""
SIDE_TOLERANCE: Final = 0.005
"""How much further to a side than the open jaws leave room for an object is pushed between them [m]."""


@dataclass(slots=True)
class _Thing:
    """One object: where it is, how fast it falls, whether it stands on something."""

    config: ObjectConfig
    pose: FloatArray
    fall_speed: float = 0.0
    stands: bool = False


class KinematicScene:
    """Objects and the person around an arm that moves kinematically.

    Args:
        robot: The arm's model.
        scene: What stands around it.
        positions: Shape (n,), joint angles at the start [rad].
    """

    def __init__(self, robot: RobotModel, scene: SceneConfig, positions: FloatArray) -> None:
        self._robot = robot
        self._arm: ArmConfig = robot.config
        self._furniture = tuple(item.shape for item in scene.furniture.values())
        self._things = {
            name: _Thing(item, pose_matrix(scene.places[item.place].xyz, (0.0, 0.0, 0.0)))
            for name, item in scene.objects.items()
        }
        self._person = PersonContact(robot, scene.person, scene.objects) if scene.person else None
        self._approach = np.array(self._arm.tool.approach_axis)
        self._up = np.array(self._arm.tool.up_axis)
        self._closing = float(np.sign(self._arm.gripper.closed - self._arm.gripper.open))
        self._between: str = ""
        self._held: str = ""
        self._in_tool: FloatArray = np.eye(4)
        self._contacts: tuple[Contact, ...] = ()
        self.update(positions, 0.0)

    def grip_room(self, angle: float, move: float) -> float:
        """Return how much of ``move`` [rad] the gripper at ``angle`` [rad] can make before it meets what is between."""
        if not self._between or move * self._closing <= 0.0:
            return move
        gripper = self._arm.gripper
        share = self._things[self._between].config.grasp_width / gripper.max_opening
        stop = self._robot.gripper_angle(min(share, 1.0))
        room = (stop - angle) * self._closing
        return self._closing * min(abs(move), max(room, 0.0))

    def update(self, positions: FloatArray, dt: float) -> None:
        """Look at the arm at ``positions`` (n,) and move what is carried or falls by ``dt`` [s]."""
        tool = self._robot.tool_pose(positions)
        gap = self._robot.gripper_opening(float(positions[-1])) * self._arm.gripper.max_opening
        self._let_go(gap)
        self._carry(tool)
        self._find_between(tool, gap)
        self._take(tool, gap)
        self._fall(dt)
        if self._person:
            carried = self._things[self._held].pose if self._held else None
            self._contacts = self._person.update(positions, self._held, carried)

    def state(self, stamp: float) -> SceneState:
        """Return where the objects are, as of the last update, stamped ``stamp`` [s]."""
        objects: dict[str, Pose7] = {name: pose7(thing.pose) for name, thing in self._things.items()}
        touched = self._person.touched if self._person else {}
        return SceneState(stamp, objects, self._held, self._contacts, dict(touched))

    def _let_go(self, gap: float) -> None:
        if self._held and gap > self._things[self._held].config.grasp_width + SLACK:
            self._held = ""

    def _carry(self, tool: FloatArray) -> None:
        if self._held:
            self._things[self._held].pose = tool @ self._in_tool

    def _find_between(self, tool: FloatArray, gap: float) -> None:
        """Note which object stands between the jaws, so that they cannot close through it."""
        if self._held:
            return
        names = (name for name, thing in self._things.items() if self._fits(tool, gap, thing))
        self._between = next(names, "")

    def _fits(self, tool: FloatArray, gap: float, thing: _Thing) -> bool:
        gripper, width = self._arm.gripper, thing.config.grasp_width
        if gap < width - SLACK:
            return False
        grip_point = thing.pose[:3, 3] + thing.pose[:3, 2] * thing.config.grasp_height
        centre = tool[:3, :3].T @ (grip_point - tool[:3, 3])
        off = centre - (np.array(gripper.pinch_offset) * width - gripper.grasp_depth * self._approach)
        depth, height = float(off @ self._approach), float(off @ self._up)
        side = float(np.linalg.norm(off - depth * self._approach - height * self._up))
        room = (gap - width) / 2.0 + SIDE_TOLERANCE
        return abs(depth) <= DEPTH_TOLERANCE and abs(height) <= HEIGHT_TOLERANCE and side <= room + SLACK

    def _take(self, tool: FloatArray, gap: float) -> None:
        """Hold what is between the jaws once they have closed on its width."""
        if self._held or not self._between:
            return
        thing = self._things[self._between]
        if gap <= thing.config.grasp_width + SLACK / 2.0:
            self._held, thing.fall_speed, thing.stands = self._between, 0.0, False
            self._in_tool = np.linalg.inv(tool) @ thing.pose

    def _fall(self, dt: float) -> None:
        for name, thing in self._things.items():
            if name == self._held or thing.stands:
                continue
            x, y, z = thing.pose[:3, 3]
            support = support_below(self._furniture, float(x), float(y), float(z))
            thing.fall_speed += GRAVITY * dt
            z = z - thing.fall_speed * dt
            if z <= support:
                # It lands on its foot, turned as it was.
                yaw = float(np.arctan2(thing.pose[1, 0], thing.pose[0, 0]))
                thing.pose = pose_matrix((float(x), float(y), support), (0.0, 0.0, yaw))
                thing.fall_speed, thing.stands = 0.0, True
            else:
                thing.pose[2, 3] = z
