"""Finds out whether a task's motion has a clear way, and looks for one around what stands there.

Pure: a question with everything that matters in it, and an answer. `armctl.control.pathfinding` asks it in a process of
its own, so that neither screen nor control waits. What is found is a proposal: the supervisor judges every set-point of
it as of any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.scene import SceneConfig
from armctl.errors import ArmctlError, UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.inverse import Goal, solve
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.surroundings import title_of
from armctl.motion.plan import plan
from armctl.motion.planning import LIMIT, Clear, JointSpace, LevelSpace, Space, plan_way
from armctl.motion.prepare import finished
from armctl.motion.requests import JointRequest, ToolRequest
from armctl.motion.upright import is_level
from armctl.safety.sensed import grip_pose, held_at
from armctl.safety.zones import Zones

SPARE: Final = 0.005
"""A way around keeps this much more than the supervisor asks for [m]: it is followed with small errors."""
ROUNDING: Final = 0.002
"""Pairs that are closer at one of the ends may be as close on the way, and this much closer [m]."""
THIN: Final = 0.06
"""Points of the answer are about this far apart [rad, the farthest joint]."""
UP: Final = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True)
class Question:
    """May the arm go there, and how?

    Attributes:
        number: Of the question; the answer carries it.
        positions: Where the arm is, n values, the gripper last [rad].
        goal: What is to be asked of the arm.
        held: Name of the object in the hand; empty when there is none.
    """

    number: int
    positions: tuple[float, ...]
    goal: JointRequest | ToolRequest
    held: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    Attributes:
        number: Of the question.
        points: A way around, dof values each [rad]; empty when the way asked for is clear, or there is none.
        refused: Why there is no way, in plain words; empty when there is one.
        around: What the way leads around, in plain words; empty when the way asked for is clear.
    """

    number: int
    points: tuple[tuple[float, ...], ...] = ()
    refused: str = ""
    around: str = ""


class Wayfinder:
    """Answers questions about one arm in one scene.

    Args:
        config: The arm.
        scene: What stands around it.
        limit: Time a search may take [s].
    """

    def __init__(self, config: ArmConfig, scene: SceneConfig, limit: float = LIMIT) -> None:
        self._robot = RobotModel(config)
        self._scene = scene
        self._zones = Zones(self._robot, scene)
        self._limit = limit

    def answer(self, question: Question) -> Answer:
        """Return whether the way asked for is clear, a way around, or why there is none."""
        try:
            return self._answer(question)
        except ArmctlError as error:
            return Answer(question.number, refused=str(error))

    def _answer(self, question: Question) -> Answer:
        self._hold(question.held)
        start = np.array(question.positions)
        straight = self._straight(start, question)
        end = self._end(start, question, straight)
        margin = self._margin(start, end, 0.0)
        if straight is not None and self._zones.model.clear_way(straight, margin):
            return Answer(question.number)
        around = self._blocked_by(straight, margin)
        way = self._around(start, end, question)
        points = tuple(tuple(point.tolist()) for point in way)
        return Answer(question.number, points, around=around)

    def _hold(self, name: str) -> None:
        item = self._scene.objects.get(name)
        config = self._robot.config
        self._zones.hold(held_at(config, item, grip_pose(config, item)) if item else None)

    def _straight(self, start: FloatArray, question: Question) -> FloatArray | None:
        """Return the way asked for, shape (m, n) [rad], or None where it cannot be followed."""
        dt = 1.0 / self._robot.config.rate_hz
        try:
            travel = finished(plan(self._robot, start[:-1], question.goal, dt, holding=bool(question.held)))
        except UnreachableError:
            return None
        return start[None] if travel is None else self._with_gripper(start, np.vstack((start[:-1], travel.ahead)))

    def _end(self, start: FloatArray, question: Question, straight: FloatArray | None) -> FloatArray:
        """Return the joint angles (n,) [rad] at which the motion ends.

        Raises:
            UnreachableError: The goal itself is out of reach.
        """
        if straight is not None:
            return np.array(straight[-1])
        goal = question.goal
        if isinstance(goal, JointRequest):
            q = np.array(goal.positions)
        else:
            axis = (np.array(self._robot.config.tool.up_axis), UP) if goal.level else None
            q = solve(self._robot.chain, Goal(np.array(goal.position), axis=axis), seed=start[:-1])
        return np.append(q, start[-1])

    def _margin(self, start: FloatArray, end: FloatArray, spare: float) -> FloatArray:
        """Return what each pair must keep, shape (pairs,) [m]: nobody is asked to keep more than at the ends."""
        at_ends = self._zones.model.distances_many(np.stack((start, end))).min(axis=0)
        margin: FloatArray = np.minimum(self._zones.limits + spare, at_ends - ROUNDING)
        return margin

    def _around(self, start: FloatArray, end: FloatArray, question: Question) -> FloatArray:
        """Return a way around, shape (m, dof) [rad].

        Raises:
            UnreachableError: There is none, or it was not found in time.
            SetupError: The planner library is not installed.
        """
        model, margin = self._zones.model, self._margin(start, end, SPARE)

        def clear(q: FloatArray) -> bool:
            return model.clear(np.append(q, start[-1]), margin)

        space, ends = self._space(start[:-1], end[:-1], question, clear)
        way = thinned(plan_way(space, *ends, clear, limit=self._limit))
        if not model.clear_way(self._with_gripper(start, way), self._margin(start, end, 0.0)):
            raise UnreachableError("The way that was found came too close to something.", "Try once more.")
        return way

    def _space(
        self, start: FloatArray, end: FloatArray, question: Question, clear: Clear
    ) -> tuple[Space, tuple[FloatArray, FloatArray]]:
        """Return where to search, and both ends there; what is held stays upright."""
        level = bool(question.held) or (isinstance(question.goal, ToolRequest) and question.goal.level)
        if level and is_level(self._robot, start) and is_level(self._robot, end):
            space = LevelSpace(self._robot.chain, self._robot.config.tool.up_axis, start)
            ends = space.state_of(start), space.state_of(end)
            # A hand that is all but level stands a little elsewhere when it is level: on its post there is no room so.
            if question.held or all(_is_clear(space, state, clear) for state in ends):
                return space, ends
        if question.held:
            raise UnreachableError("What is held would be tilted on any way there.", "Let go of it first.")
        return JointSpace(self._robot.chain), (start, end)

    def _with_gripper(self, start: FloatArray, way: FloatArray) -> FloatArray:
        dof = self._robot.chain.dof
        return np.column_stack((way[:, :dof], np.full(len(way), start[-1])))

    def _blocked_by(self, straight: FloatArray | None, margin: FloatArray) -> str:
        """Return what stands in the way asked for, in plain words."""
        if straight is None:
            return "where the arm cannot go straight"
        room = self._zones.model.distances_many(straight) - margin
        pair = self._zones.model.pairs[int(room.min(axis=0).argmin())]
        return "the arm itself" if pair.kind == "self" else f"the {title_of(self._scene, pair.b)}"


def _is_clear(space: Space, state: FloatArray, clear: Clear) -> bool:
    joints = space.joints(state)
    return joints is not None and clear(joints)


def thinned(way: FloatArray) -> FloatArray:
    """Return every so many points of ``way`` (m, dof) [rad], its corners and its end kept."""
    kept = [way[0]]
    for point, after in pairwise(way[1:]):
        straight = point - kept[-1], after - point
        size = float(np.linalg.norm(straight[0]) * np.linalg.norm(straight[1]))
        turns = size > 0.0 and float(straight[0] @ straight[1]) / size < 0.999
        if turns or float(np.abs(point - kept[-1]).max()) >= THIN:
            kept.append(point)
    return np.array([*kept, way[-1]])
