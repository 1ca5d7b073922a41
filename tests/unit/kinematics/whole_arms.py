"""Whole robots, jaws and all, of arms that come with a URDF only: with a configuration made from it."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig, GripperConfig, JointConfig, ToolConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.urdf import load_tree
from tests.unit.kinematics.arms import chain, urdf

GRIPPERS: Final = {
    "mycobot280": "gripper_left",
    "openmanipulator_x": "gripper_left_joint",
    "panda": "finger_joint1",
    "wx250s": "left_finger",
}
"""Arms with fingers that slide, one of which follows the other, and the joint that leads."""


@cache
def whole(name: str) -> RobotModel:
    """Return the robot ``name``; its named poses are both the middle of all joints."""
    tree = load_tree(urdf(name))
    wanted = [*chain(name).names, GRIPPERS[name]]
    joints = {joint.name: joint for joint in tree.joints}
    made = tuple(
        JointConfig(
            name=joint,
            lower=float(np.ceil(1e3 * max(joints[joint].lower, -6.0)) / 1e3),
            upper=float(np.floor(1e3 * min(joints[joint].upper, 6.0)) / 1e3),
            max_speed=0.5,
            max_acceleration=2.0,
            max_jerk=20.0,
        )
        for joint in wanted
    )
    middle = tuple(0.5 * (joint.lower + joint.upper) for joint in made[:-1])
    config = ArmConfig(
        name=name,
        title=name,
        driver="none",
        urdf=f"{name}.urdf",
        base_link=tree.root,
        joints=made,
        gripper=GripperConfig(joint=made[-1].name, closed=made[-1].lower, open=made[-1].upper, max_opening=0.08),
        tool=ToolConfig(),
        poses={"home": middle, "rest": middle},
    )
    return RobotModel(config)


def anywhere(robot: RobotModel, rng: np.random.Generator) -> FloatArray:
    """Return a posture (n,) anywhere within the limits."""
    joints = robot.config.joints
    return rng.uniform([joint.lower for joint in joints], [joint.upper for joint in joints])
