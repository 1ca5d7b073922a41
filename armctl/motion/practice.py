"""One motion of each kind before anything moves: what is worked out at its first use is not worked out in a tick."""

from __future__ import annotations

import contextlib
from typing import Final

import numpy as np

from armctl.errors import ArmctlError
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.tracking import prepare
from armctl.motion.generator import MotionGenerator
from armctl.motion.requests import JogRequest, JointRequest, Request, StepRequest, ToolRequest

TICKS: Final = 15
"""Ticks of each motion: enough to plan a short way and to begin it."""
WAY: Final = 0.01
"""Length of a motion [m]."""


def practise(robot: RobotModel, dt: float) -> None:
    """Make the set-points of a few short motions for ``robot`` and forget them; nothing is sent to any arm.

    Args:
        robot: The arm.
        dt: Time between two set-points [s].
    """
    prepare(robot.chain)
    joints = robot.config.joints
    arm = robot.config.poses.get("home") or tuple(0.5 * (joint.lower + joint.upper) for joint in joints[:-1])
    start = np.array([*arm, 0.5 * (joints[-1].lower + joints[-1].upper)])
    x, y, z = robot.tool_pose(start)[:3, 3].tolist()
    generator = MotionGenerator(robot, dt)
    requests: tuple[Request, ...] = (
        JointRequest(tuple(arm)),
        StepRequest((0.0, 0.0, WAY)),
        ToolRequest((x, y, z + WAY), level=True),
        ToolRequest((x, y, z + WAY), level=False, path="arc"),
        ToolRequest((x, y, z + WAY), level=False, path="joint"),
        JogRequest((0.0, 0.0, 0.5)),
        JogRequest(angular=(0.0, 0.5, 0.0)),
    )
    for request in requests:
        generator.reset(start)
        # What cannot be done from there was tried all the same, which is all that is wanted.
        with contextlib.suppress(ArmctlError):
            generator.begin(request)
            for _ in range(TICKS):
                generator.step(robot.config.tool.max_speed)
