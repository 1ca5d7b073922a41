"""The arm of the games: joint angles for where the hand of a game is, on the configured arm's ideal kinematics."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from armctl.access.practice.moment import Wave
from armctl.access.practice.steer import ROOM, Steer
from armctl.access.practice.trial import AxisName, Trial
from armctl.config.scene import SceneConfig
from armctl.hal.scene import SceneState
from armctl.hal.state import FloatArray
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal, find
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.rotation import pose7
from armctl.motion.by_hand import in_base

SWINGS: Final = 3
"""How often the arm swings to each side while it waves."""
WAVE: Final = (0.55, 0.55)
"""How far the first joint and the one that nods the hand swing [rad]."""
SHARES: Final = (1.0, 0.75, 0.5, 0.3)
"""Where an arm cannot reach the whole room of the games around its home, they are drawn smaller."""
FACTOR: Final[dict[AxisName, int]] = {"ahead": 0, "side": 1, "height": 2}

Values = dict[AxisName, float]


class PracticeArm:
    """Postures of one arm.

    Args:
        robot: Geometry of the arm.
        scene: What stands around it; its first cup is what is carried.
        gaze: Which way the person looks, about the upright [rad].
    """

    def __init__(self, robot: RobotModel, scene: SceneConfig, gaze: float) -> None:
        self._robot = robot
        config = robot.config
        self._home = np.array(config.poses["home"])
        self._up = np.array(config.tool.up_axis, dtype=float)
        pose = forward(robot.chain, self._home)
        self._centre = pose[:3, 3]
        ahead = pose[:3, :3] @ np.array(config.tool.approach_axis, dtype=float) * (1.0, 1.0, 0.0)
        self._ahead = ahead / (np.linalg.norm(ahead) or 1.0)
        self._ways = np.array([in_base(way, gaze) for way in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))])
        self._cup = next((name for name, item in scene.objects.items() if item.drink_point is not None), "")
        self._grasp = scene.objects[self._cup].grasp_height if self._cup else 0.0
        self._share = next((share for share in SHARES if self._reaches(share)), SHARES[-1])
        self._last = self._home

    def posture(self, trial: Trial, now: float) -> tuple[float, ...]:
        """Return the joint angles that show ``trial`` at ``now`` [s], n values."""
        if isinstance(trial, Wave):
            return self._with_grip(self._waving(trial.waved(now)), 0.5)
        if isinstance(trial, Steer):
            return self._shown({name: axis.value for name, axis in trial.axes.items()})
        return self._with_grip(self._home, 1.0)

    def goal(self, trial: Trial) -> tuple[float, ...] | None:
        """Return the joint angles with which the hand is on the mark, None where there is no mark in space."""
        if not isinstance(trial, Steer) or "grip" in trial.axes:
            return None
        return self._shown({name: axis.target for name, axis in trial.axes.items()})

    def around(self, trial: Trial, positions: tuple[float, ...]) -> SceneState | None:
        """Return where the cup is: in the hand, or between its fingers; None where it plays no part."""
        if not self._cup or not isinstance(trial, Steer) or not {"grip", "tilt"} & set(trial.axes):
            return None
        tool = self._robot.tool_pose(positions)
        pose = np.eye(4)
        up = tool[:3, :3] @ self._up if "tilt" in trial.axes else np.array([0.0, 0.0, 1.0])
        pose[:3, :3] = _upright(up)
        pose[:3, 3] = tool[:3, 3] - self._grasp * up
        return SceneState(stamp=0.0, objects={self._cup: pose7(pose)}, held=self._cup)

    def _shown(self, values: Values) -> tuple[float, ...]:
        found = self._solved(values, self._last)
        self._last = self._last if found is None else found
        return self._with_grip(self._last, values.get("grip", CARRIED))

    def _solved(self, values: Values, seed: FloatArray) -> FloatArray | None:
        way = np.zeros(3)
        for name, row in FACTOR.items():
            way += values.get(name, 0.0) * self._share * self._ways[row]
        tilt = values.get("tilt", 0.0)
        up = math.cos(tilt) * np.array([0.0, 0.0, 1.0]) + math.sin(tilt) * self._ahead
        place = self._centre + way
        level = find(self._robot.chain, Goal(place, axis=(self._up, up)), seed, attempts=1)
        # An arm that cannot turn its hand so shows the place alone; the gauge shows the tilt.
        return level if level is not None else find(self._robot.chain, Goal(place), seed, attempts=1)

    def _reaches(self, share: float) -> bool:
        self._share = share
        ends: list[Values] = [{name: end * ROOM} for name in FACTOR for end in (-1.0, 1.0)]
        return all(self._solved(end, self._home) is not None for end in ends)

    def _waving(self, share: float) -> FloatArray:
        """Return the posture after ``share`` of the waving; it begins and ends at home, gently."""
        swing = math.sin(math.pi * share) * math.sin(2 * math.pi * SWINGS * share)
        positions = self._home.copy()
        positions[0] += WAVE[0] * swing
        positions[max(0, len(positions) - 2)] += WAVE[1] * swing
        kept: FloatArray = np.clip(positions, self._robot.chain.lower, self._robot.chain.upper)
        return kept

    def _with_grip(self, joints: FloatArray, opening: float) -> tuple[float, ...]:
        return (*joints.tolist(), self._robot.gripper_angle(opening))


CARRIED: Final = 0.5
"""Opening of the fingers around the cup that is carried."""


def _upright(up: FloatArray) -> FloatArray:
    """Return a rotation (3, 3) whose z axis is ``up``."""
    side = np.cross(up, [1.0, 0.0, 0.0])
    side = side / np.linalg.norm(side)
    return np.column_stack([np.cross(side, up), side, up])
