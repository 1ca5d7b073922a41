"""`Travel`: moving along a path, with pause, resume and a tool speed that may change at any time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.hal.state import FloatArray
from armctl.motion.foresight import Foresight
from armctl.motion.jerk import MotionState, PositionControl
from armctl.motion.pace import Forecast, Pace
from armctl.motion.path import JointPath
from armctl.motion.prepare import Work, pieces_for

GENTLY: Final = (0.4, 0.2, 0.1)
"""Shares of the largest speeding up that are tried on ways with bends; the one that takes least time is used."""
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


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """One path from rest to rest.

    Attributes:
        path: The path.
        pace: How fast it may be travelled.
        forecast: How long it takes when nothing holds it up.
    """

    path: JointPath
    pace: Pace
    forecast: Forecast

    @classmethod
    def of(cls, config: ArmConfig, path: JointPath, tool: FloatArray, speed: float) -> Work[Leg]:
        """Return, in pieces of work, the leg along ``path`` at ``speed``, share of the arm's allowed speed.

        Args:
            config: The arm.
            path: The path.
            tool: The tool's points at its knots, shape (m, 3) [m].
            speed: Above 0 to 1.
        """
        best = cls._at_pace(config, path, Pace(config, path, tool), speed)
        yield from pieces_for(len(path.knots))
        if not best.pace.bent:
            return best
        for share in GENTLY:
            other = cls._at_pace(config, path, Pace(config, path, tool, share), speed)
            yield from pieces_for(len(path.knots))
            best = min(best, other, key=lambda leg: leg.forecast.whole)
        return best

    @classmethod
    def _at_pace(cls, config: ArmConfig, path: JointPath, pace: Pace, speed: float) -> Leg:
        return cls(path, pace, pace.forecast(speed, np.full(len(pace.grid), config.tool.max_speed)))


class Travel:
    """A motion along one path, or several with a rest between them.

    Args:
        config: The arm.
        legs: One after the other, each beginning where the last one ends; at least one.
        speed: Share of the arm's allowed speed, above 0 to 1.
        dt: Time between two set-points [s].
        notice: What the person should know all the way; empty when nothing.

    Attributes:
        paused: True while the motion rests, or comes to rest, on its path.
    """

    def __init__(self, config: ArmConfig, legs: Sequence[Leg], speed: float, dt: float, notice: str = "") -> None:
        self._legs = list(legs)
        self._speed = speed
        self._tool_speed = config.tool.max_speed
        self._control = PositionControl(dt)
        self._index = 0
        self._along = MotionState.at_rest(np.zeros(1))
        self._note = notice
        self._foresight = Foresight([(leg.path, leg.pace, leg.forecast) for leg in legs], speed, self._tool_speed)
        self._total = self._foresight.length
        self.paused = False

    @property
    def travelled(self) -> float:
        """Parameter reached, counted over all paths [s]."""
        before = sum(leg.path.length for leg in self._legs[: self._index])
        return before + float(self._along.positions[0])

    @property
    def columns(self) -> int:
        """Number of joints it moves: dof, or n with the gripper."""
        return int(self._legs[0].path.points.shape[1])

    @property
    def ahead(self) -> FloatArray:
        """The points not passed yet, shape (m, `columns`) [rad]."""
        path = self._legs[self._index].path
        rest = path.points[path.knots > float(self._along.positions[0])]
        return np.concatenate([rest, *(later.path.points[1:] for later in self._legs[self._index + 1 :])])

    @property
    def end(self) -> FloatArray:
        """Where it ends, shape (`columns`,) [rad]."""
        end: FloatArray = self._legs[-1].path.points[-1]
        return end

    @property
    def remaining(self) -> float:
        """Estimated time left while nothing holds it up [s]; known before it begins."""
        return self._foresight.left(self._index, float(self._along.positions[0]))

    @property
    def foreseen(self) -> bool:
        """True when every place ahead was looked at."""
        return self._foresight.complete

    def foresee(self, advise: Callable[[FloatArray], float], count: int) -> None:
        """Look at what tool speeds will be allowed ahead, for the estimate of time.

        Args:
            advise: Joint angles (`columns`,) [rad] to the largest tool speed there [m/s].
            count: Places to look at now.
        """
        self._foresight.look(advise, count, self.travelled)

    def pause(self) -> None:
        """Come to rest on the path."""
        self.paused = True

    def resume(self) -> None:
        """Go on along the path."""
        self.paused = False

    def step(self, state: MotionState, tool_speed: float) -> Stride:
        """Return the next tick; ``tool_speed`` is the largest allowed tool speed [m/s]."""
        path, pace = self._legs[self._index].path, self._legs[self._index].pace
        limit = pace.limit(float(self._along.positions[0]), tool_speed)
        speed = 0.0 if self.paused else min(self._speed, limit)
        self._along = self._control.step(self._along, path.length, speed, pace.acceleration, pace.jerk)
        arrived = self._arrived(path)
        joints = _on_path(path, self._along)
        if arrived and self._index + 1 < len(self._legs):
            self._index += 1
            self._along = MotionState.at_rest(np.zeros(1))
            arrived = False
        rested = self.paused and self._along.still
        return Stride(
            state=joints,
            progress=1.0 if arrived else min(1.0, self.travelled / self._total),
            remaining=0.0 if arrived else self.remaining,
            done=arrived or rested,
            notice=self._notice(tool_speed),
        )

    def _arrived(self, path: JointPath) -> bool:
        return self._along.still and float(self._along.positions[0]) >= path.length

    def _notice(self, tool_speed: float) -> str:
        if self.paused or tool_speed >= HELD_UP * self._speed * self._tool_speed:
            return self._note
        return "It goes slowly here, to be safe." if tool_speed > 0.0 else "It waits here, to be safe."


def _on_path(path: JointPath, along: MotionState) -> MotionState:
    s, u, du = (float(values[0]) for values in (along.positions, along.velocities, along.accelerations))
    q, first, second = path.at(s)
    return MotionState(q, first * u, second * (u * u) + first * du)
