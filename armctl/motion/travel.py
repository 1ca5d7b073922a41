"""`Travel`: moving along a path, with pause, resume and a tool speed that may change at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.motion.jerk import MotionState, PositionControl
from armctl.motion.pace import Pace
from armctl.motion.path import JointPath

HELD_UP: Final = 0.5
"""When the tool may go at less than this share of what was asked, the person is told."""


@dataclass(frozen=True, slots=True, eq=False)
class Stride:
    """One tick of a motion.

    Attributes:
        state: The next state, of the arm's dof joints, or of all n where the motion moves the gripper too.
        progress: 0 to 1.
        remaining: Time left [s].
        done: True when the motion has arrived, or is at rest after a pause.
        notice: What the person should know; empty when nothing.
    """

    state: MotionState
    progress: float = 0.0
    remaining: float = 0.0
    done: bool = False
    notice: str = ""


class Travel:
    """A motion along one path, or several with a rest between them.

    Args:
        robot: The arm.
        paths: One after the other, each beginning where the last one ends; at least one.
        speed: Share of the arm's allowed speed, above 0 to 1.
        dt: Time between two set-points [s].

    Attributes:
        paused: True while the motion rests, or comes to rest, on its path.
    """

    def __init__(self, robot: RobotModel, paths: Sequence[JointPath], speed: float, dt: float) -> None:
        self._paths = list(paths)
        self._paces = [Pace(robot, path) for path in self._paths]
        self._speed = speed
        self._tool_speed = robot.config.tool.max_speed
        self._control = PositionControl(dt)
        self._index = 0
        self._along = MotionState.at_rest(np.zeros(1))
        self._total = sum(path.length for path in self._paths)
        self.paused = False

    @property
    def travelled(self) -> float:
        """Parameter reached, counted over all paths [s]."""
        before = sum(path.length for path in self._paths[: self._index])
        return before + float(self._along.positions[0])

    @property
    def columns(self) -> int:
        """Number of joints it moves: dof, or n with the gripper."""
        return int(self._paths[0].points.shape[1])

    @property
    def ahead(self) -> FloatArray:
        """The points not passed yet, shape (m, `columns`) [rad]."""
        path = self._paths[self._index]
        rest = path.points[path.knots > float(self._along.positions[0])]
        return np.concatenate([rest, *(later.points[1:] for later in self._paths[self._index + 1 :])])

    def pause(self) -> None:
        """Come to rest on the path."""
        self.paused = True

    def resume(self) -> None:
        """Go on along the path."""
        self.paused = False

    def step(self, state: MotionState, tool_speed: float) -> Stride:
        """Return the next tick; ``tool_speed`` is the largest allowed tool speed [m/s]."""
        path, pace = self._paths[self._index], self._paces[self._index]
        limit = pace.limit(float(self._along.positions[0]), tool_speed)
        speed = 0.0 if self.paused else min(self._speed, limit)
        self._along, left = self._control.step(self._along, path.length, speed, pace.acceleration, pace.jerk)
        arrived = self._arrived(path)
        joints = _on_path(path, self._along)
        if arrived and self._index + 1 < len(self._paths):
            self._index += 1
            self._along = MotionState.at_rest(np.zeros(1))
            arrived = False
        rested = self.paused and self._along.still
        after = sum(path.length for path in self._paths[self._index + 1 :]) / self._speed
        return Stride(
            state=joints,
            progress=1.0 if arrived else min(1.0, self.travelled / self._total),
            remaining=0.0 if arrived else left + after,
            done=arrived or rested,
            notice=self._notice(tool_speed),
        )

    def _arrived(self, path: JointPath) -> bool:
        return self._along.still and float(self._along.positions[0]) >= path.length

    def _notice(self, tool_speed: float) -> str:
        if self.paused or tool_speed >= HELD_UP * self._speed * self._tool_speed:
            return ""
        return "It goes slowly here, to be safe." if tool_speed > 0.0 else "It waits here, to be safe."


def _on_path(path: JointPath, along: MotionState) -> MotionState:
    s, u, du = (float(values[0]) for values in (along.positions, along.velocities, along.accelerations))
    q, first, second = path.at(s)
    return MotionState(q, first * u, second * (u * u) + first * du)
