"""A generator under test with everything it gave out, and what must hold of that."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.load import find, load
from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.motion.requests import Request
from armctl.motion.setpoint import Phase, SetPoint

DT = 0.01
# Finite differences of sampled motions are weighted means of the continuous ones, so they keep the same limits; what is
# granted here is the rounding of a third difference: 1e-16 rad over dt³ = 1e-6 s³ is 1e-10 rad/s³ on 20, and the
# 2e-7 rad that may lie between two motions: 0.2 rad/s³, 1 % of the smallest jerk limit.
SPEED_TOLERANCE = 1.002
ACCELERATION_TOLERANCE = 1.002
JERK_TOLERANCE = 1.02


@lru_cache
def robot(name: str = "so101") -> RobotModel:
    return RobotModel(load(find("arms", name), ArmConfig))


HOME = np.array([*robot().config.poses["home"], 0.5])
# Low, at the front.
LOW = np.array([0.36679706, 0.12, 1.14, -1.26, -1.522, 0.5])


class Rig:
    """Steps a generator and keeps what it gives."""

    def __init__(self, positions: FloatArray = HOME) -> None:
        self.robot = robot()
        self.generator = MotionGenerator(self.robot, DT)
        self.generator.reset(positions)
        self.points: list[FloatArray] = [np.array(positions)] * 3
        self.given: list[SetPoint] = []
        self.holding = False

    def step(self, tool_speed: float = 0.15, times: int = 1) -> SetPoint:
        for _ in range(times):
            self.given.append(self.generator.step(tool_speed))
            self.points.append(self.given[-1].positions)
        return self.given[-1]

    def hold(self, request: Request, times: int, tool_speed: float = 0.15) -> SetPoint:
        for _ in range(times):
            self.generator.begin(request)
            self.step(tool_speed)
        return self.given[-1]

    def until(self, *phases: Phase, tool_speed: float = 0.15, most: int = 4000) -> SetPoint:
        for _ in range(most):
            given = self.step(tool_speed)
            if given.phase in phases:
                return given
            if given.phase == "refused":
                raise UnreachableError(given.notice)
        raise AssertionError(f"not {phases} after {most * DT} s but {self.given[-1]}")

    def do(self, request: Request) -> SetPoint:
        self.generator.begin(request)
        return self.until("done")

    def release(self) -> SetPoint:
        self.generator.stop()
        return self.until("idle")

    @property
    def now(self) -> FloatArray:
        return self.points[-1]

    @property
    def notices(self) -> set[str]:
        return {given.notice for given in self.given} - {""}

    def tool(self) -> FloatArray:
        return np.array([self.robot.tool_pose(point)[:3, 3] for point in self.points])

    def tool_speeds(self) -> FloatArray:
        return np.asarray(np.linalg.norm(np.diff(self.tool(), axis=0), axis=1) / DT)

    def tilts(self) -> FloatArray:
        """Angle between the tool's up axis and upright at each set-point [degrees]."""
        up = np.array(self.robot.config.tool.up_axis)
        cosines = [float(self.robot.tool_pose(point)[2, :3] @ up) for point in self.points]
        return np.asarray(np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0))))


def assert_within_limits(rig: Rig) -> None:
    joints = rig.robot.config.joints
    points = np.array(rig.points)
    speed = np.diff(points, axis=0) / DT
    acceleration = np.diff(speed, axis=0) / DT
    jerk = np.diff(acceleration, axis=0) / DT
    for index, joint in enumerate(joints):
        assert points[:, index].min() >= joint.lower - 1e-6, joint.name
        assert points[:, index].max() <= joint.upper + 1e-6, joint.name
        assert np.abs(speed[:, index]).max() <= joint.max_speed * SPEED_TOLERANCE, joint.name
        assert np.abs(acceleration[:, index]).max() <= joint.max_acceleration * ACCELERATION_TOLERANCE, joint.name
        assert np.abs(jerk[:, index]).max() <= joint.max_jerk * JERK_TOLERANCE, joint.name
    assert rig.tool_speeds().max() <= rig.robot.config.tool.max_speed
