"""A task's motion, from asking whether its way is clear to what the arm is to be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from armctl.control.messages import Snapshot
from armctl.control.pathfinding import Pathfinder
from armctl.control.wayfinder import Answer, Question
from armctl.motion.requests import JointRequest, ToolRequest
from armctl.tasks.requests import GoJoints, GoTool

Going: TypeAlias = GoJoints | GoTool


class Detours:
    """Holds back one motion while a clear way for it is looked for.

    Args:
        pathfinder: Knows; None to always go straight.
        objects: Names of what can be held: where no scene tells what is, it is the first.
    """

    def __init__(self, pathfinder: Pathfinder | None, objects: Sequence[str]) -> None:
        self._pathfinder = pathfinder
        self._objects = tuple(objects)
        self._sought: Going | None = None

    @property
    def seeking(self) -> bool:
        """True while an answer is waited for."""
        return self._sought is not None

    def takes(self, request: object) -> bool:
        """Tell whether ``request`` is a motion whose way is to be looked at first."""
        return self._pathfinder is not None and isinstance(request, GoJoints | GoTool)

    def seek(self, request: Going, snapshot: Snapshot, number: int) -> None:
        """Ask for a clear way from where the arm is; an open question is forgotten."""
        if self._pathfinder is None:
            return
        if isinstance(request, GoJoints):
            goal: JointRequest | ToolRequest = JointRequest(request.positions, request.speed)
        else:
            goal = ToolRequest(request.position, request.level, request.path, request.speed)
        felt = self._objects[0] if self._objects and snapshot.holding else ""
        held = snapshot.scene.held if snapshot.scene is not None else felt
        self._sought = request
        self._pathfinder.ask(Question(number, snapshot.positions, goal, held))

    def forget(self) -> None:
        """What was asked for is not wanted any more."""
        self._sought = None

    def found(self) -> tuple[Going, Answer] | None:
        """Return the motion that was held back and the answer, once it is there."""
        answer = self._pathfinder.poll() if self._pathfinder is not None else None
        if answer is None or self._sought is None:
            return None
        request, self._sought = self._sought, None
        return request, answer
