"""`KinematicPlant`: exact joints without masses, and a scene that follows simple rules instead of physics.

Joints go to their goals at the largest speed allowed and stop there; limp ones stay. What the gripper closes around is
carried, what it lets go falls straight down (`sim.kinematic_scene`). It needs no physics engine, costs next to nothing
and is the same on every computer.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.config.scene import SceneConfig
from armctl.hal.scene import SceneState
from armctl.hal.state import BoolArray, FloatArray
from armctl.kinematics.robot import RobotModel
from sim.kinematic_scene import KinematicScene

SCENE_PERIOD: Final = 0.02
"""How often the scene looks at the arm [s]; at 0.25 m/s, the fastest tool, that is 5 mm of travel."""


class KinematicPlant:
    """n exact joints and a rule-based scene; a `Plant`.

    Args:
        robot: The arm's model.
        scene: What stands around it.
    """

    def __init__(self, robot: RobotModel, scene: SceneConfig) -> None:
        config = robot.config
        self._lower: FloatArray = np.array([joint.lower for joint in config.joints])
        self._upper: FloatArray = np.array([joint.upper for joint in config.joints])
        self._positions: FloatArray = np.array([*config.poses["rest"], config.gripper.closed])
        self._velocities: FloatArray = np.zeros(len(config.joints))
        self._efforts: FloatArray = np.zeros(len(config.joints))
        self._scene = KinematicScene(robot, scene, self._positions)
        self._since_scene = 0.0

    def step(self, dt: float, goals: FloatArray, speeds: FloatArray, torque_on: BoolArray, efforts: FloatArray) -> None:
        """Move each joint towards its goal by at most speed · dt [s], the gripper as far as what it holds allows."""
        wanted = np.where(torque_on, np.minimum(np.maximum(goals, self._lower), self._upper), self._positions)
        reach = speeds * dt
        moved = np.minimum(np.maximum(wanted - self._positions, -reach), reach)
        free = self._scene.grip_room(float(self._positions[-1]), float(moved[-1]))
        blocked = free != moved[-1]
        moved[-1] = free
        self._efforts[-1] = np.sign(wanted[-1] - self._positions[-1]) * efforts[-1] if blocked else 0.0
        self._positions = self._positions + moved
        self._velocities = moved / dt
        self._since_scene += dt
        if self._since_scene >= SCENE_PERIOD:
            self._look()

    def positions(self) -> FloatArray:
        """Return the joint angles, shape (n,) [rad]."""
        return self._positions.copy()

    def velocities(self) -> FloatArray:
        """Return the joint speeds over the last step, shape (n,) [rad/s]."""
        return self._velocities.copy()

    def efforts(self) -> FloatArray:
        """Return 0, and the allowed effort where the gripper presses on what it holds, shape (n,)."""
        return self._efforts.copy()

    def scene(self, stamp: float) -> SceneState:
        """Return where the objects are and what touches what, as of ``stamp`` [s]."""
        self._look()
        return self._scene.state(stamp)

    def close(self) -> None:
        """Nothing to free."""

    def _look(self) -> None:
        self._scene.update(self._positions, self._since_scene)
        self._since_scene = 0.0
