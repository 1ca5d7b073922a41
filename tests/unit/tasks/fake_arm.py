"""A small world for the task engine: motions are exact and take a few updates, a cup stands, is held or falls.

It refuses what no engine may do, by raising: moving when not ready, asking twice at once, opening in mid-air.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.load import find, load, parse
from armctl.config.scene import SceneConfig
from armctl.hal.scene import Pose7
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import load_chain
from armctl.kinematics.forward import forward
from armctl.kinematics.rotation import inverse_pose, matrix_from_pose7, pose7
from armctl.tasks.engine import TaskEngine
from armctl.tasks.hand import LevelHand
from armctl.tasks.model import TaskConfig
from armctl.tasks.requests import GoBack, GoJoints, GoTool, GripTo, Halt, MotionRequest, Point, Request, Speak
from armctl.tasks.view import TaskView
from armctl.tasks.world import World

SCENE = parse(
    """
name = "room"
title = "Room"
arm = "so101"
[furniture]
[objects.cup]
title = "the cup"
shapes = [{ kind = "cylinder", size = [0.0275, 0.10], xyz = [0, 0, 0.05] }]
mass = 0.075
place = "shelf"
grasp_height = 0.06
grasp_width = 0.055
drink_point = [0, 0, 0.17]
[places.shelf]
title = "the shelf"
xyz = [0.32, -0.22, 0.0]
[places.stand]
title = "the stand"
xyz = [0.38, 0.07, 0.0]
approach = "above"
[person]
head_xyz = [0.2667, 0.3647, 0.32]
mouth_xyz = [0.2137, 0.2799, 0.32]
mouth_direction = [-0.529919, -0.848048, 0.0]
torso = { kind = "box", size = [0.2, 0.38, 0.45], xyz = [0.33, 0.47, -0.12] }
""",
    SceneConfig,
    "room.toml",
)
ARM = load(find("arms", "so101"), ArmConfig)
HAND = LevelHand.of(ARM)
CHAIN = load_chain(ARM.urdf_text(), ARM.base_link, ARM.tool.tip_link)


def level_pose(position: Point) -> FloatArray:
    """Return the pose (4, 4) of a level so101 tool at ``position``: x left, y up, z ahead."""
    x, y = position[0] - HAND.axis[0], position[1] - HAND.axis[1]
    angle = math.atan2(y, x) - math.asin(HAND.lateral / math.hypot(x, y))
    c, s = math.cos(angle), math.sin(angle)
    pose = np.eye(4)
    pose[:3, :3] = [[-s, 0.0, c], [c, 0.0, s], [0.0, 1.0, 0.0]]
    pose[:3, 3] = position
    return pose


def world(tool: Point = (0.28, 0.0, 0.19), holding: bool = False, held: str = "", seen: bool = True) -> World:
    """Return a world with the tool level at ``tool`` and the cup on its shelf."""
    cup: Pose7 = (*SCENE.places["shelf"].xyz, 0.0, 0.0, 0.0, 1.0)
    view = TaskView(
        0.0, True, "", 0, "idle", "", pose7(level_pose(tool)), 0.0, holding, {"cup": cup} if seen else {}, held
    )
    made = World(SCENE, ARM, 0.5, view)
    made.look(view)
    return made


class ForbiddenError(Exception):
    """The engine asked for what it must never ask for."""


class FakeArm:
    """An exact arm, a cup and a clock.

    Attributes:
        asked: Every motion that was asked for.
        spoken: Everything that was said.
        fate: What happens to motions: they are done, stopped or refused.
        fates: What happens to the motion with that number, from 1, instead.
        sag: How far the tool gives way downwards 0.3 m from the axis of the base [m].
        brakes: Updates it takes to come to rest after a stop.
        grips: False makes the jaws close on nothing.
        seen: False hides where objects are, as without a camera.
    """

    def __init__(self, task: TaskConfig, *, seen: bool = True, takes: int = 3) -> None:
        self.engine = TaskEngine(task, SCENE, ARM, 0.5)
        self.tool: FloatArray = forward(CHAIN, ARM.poses["home"])
        self.cup = np.eye(4)
        self.cup[:3, 3] = SCENE.places["shelf"].xyz
        self.opening, self.now = 0.0, 100.0
        self.ready, self.fault = True, ""
        self.fate: Literal["done", "stopped", "refused"] = "done"
        self.fates: dict[int, Literal["stopped", "refused"]] = {}
        self.grips, self.seen, self.takes = True, seen, takes
        self.asked: list[MotionRequest] = []
        self.spoken: list[str] = []
        self.let_go_at: list[Point] = []
        self._held: FloatArray | None = None
        self._motion: MotionRequest | None = None
        self._left = 0
        self._sequence = 7
        self._phase: Literal["idle", "running", "done", "stopped", "refused"] = "idle"
        self.brakes = 0
        self.sag = 0.0
        self._stopping = False
        self._trail: list[FloatArray] = []

    @property
    def holding(self) -> bool:
        return self._held is not None

    @property
    def moving(self) -> bool:
        return self._motion is not None

    def view(self) -> TaskView:
        return TaskView(
            now=self.now,
            ready=self.ready,
            fault=self.fault,
            motion_sequence=self._sequence,
            motion_phase=self._phase,
            motion_reason="" if self._phase in ("running", "done", "idle") else "Because.",
            tool=pose7(self.tool),
            opening=self.opening,
            holding=self.holding,
            objects={"cup": pose7(self.cup)} if self.seen else {},
            held="cup" if self.holding and self.seen else "",
        )

    def turn(self, seconds: float = 0.02) -> tuple[Request, ...]:
        """Let time and the motion go on, and give the engine one update."""
        self.now += seconds
        self._go_on()
        requests = self.engine.update(self.view())
        for request in requests:
            if isinstance(request, Speak):
                self.spoken.append(request.text)
            elif isinstance(request, Halt):
                self.stop()
            else:
                self._send(request)
        return requests

    def run(self, until: str = "done", turns: int = 2000) -> None:
        """Turn until the task is in phase ``until``."""
        for _ in range(turns):
            if self.engine.status.phase == until:
                return
            self.turn()
        raise AssertionError(f"never {until}: {self.engine.status}")

    def stop(self) -> None:
        """Stop the motion under way, as a press does."""
        if self._motion is None:
            return
        if self.brakes == 0:
            self._motion, self._phase = None, "stopped"
        elif not self._stopping:
            self._stopping, self._left = True, self.brakes

    def jog(self, position: Point) -> None:
        """Move the hand by hand."""
        self._sequence += 1
        self._phase = "done"
        self._put(level_pose(position))

    def lose(self) -> None:
        """The cup slips out of the jaws."""
        self._held = None

    def foot(self) -> Point:
        x, y, z = self.cup[:3, 3].tolist()
        return x, y, z

    def drink_tip(self) -> Point:
        x, y, z = (self.cup[:3, :3] @ SCENE.objects["cup"].drink_point + self.cup[:3, 3]).tolist()
        return x, y, z

    def _send(self, request: MotionRequest) -> None:
        if not self.ready or self.fault:
            raise ForbiddenError(f"{request} while not ready")
        if self._motion is not None:
            raise ForbiddenError(f"{request} while {self._motion} is under way")
        self.asked.append(request)
        self._sequence += 1
        self.engine.sent(self._sequence)
        if self._fate() == "refused":
            self._phase = "refused"
        else:
            self._motion, self._left, self._phase = request, self.takes, "running"

    def _go_on(self) -> None:
        if self._motion is None:
            return
        self._left -= 1
        if self._left > 0:
            return
        motion, self._motion, self._phase = self._motion, None, "stopped" if self._stopping else self._fate()
        self._stopping = False
        if self._phase == "done":
            self._do(motion)

    def _fate(self) -> Literal["done", "stopped", "refused"]:
        return self.fates.get(len(self.asked), self.fate)

    def _do(self, motion: MotionRequest) -> None:
        if isinstance(motion, GripTo):
            self._grip(motion.opening)
            return
        if isinstance(motion, GoBack):
            self._put(self._trail.pop() if self._trail else self.tool)
            return
        self._trail.append(self.tool)
        target = forward(CHAIN, motion.positions) if isinstance(motion, GoJoints) else level_pose(motion.position)
        if isinstance(motion, GoJoints) and self.holding:
            raise ForbiddenError("a joint motion may tilt the cup")
        if isinstance(motion, GoTool) and not motion.level:
            raise ForbiddenError("every motion of a task is level")
        self._put(target)

    def _grip(self, opening: float) -> None:
        if opening > self.opening and self.holding:
            self.let_go_at.append(self.foot())
            self._held = None
            self.cup[2, 3] = max(0.0, self.cup[2, 3] - 0.003)
        if opening < self.opening and self.grips and self._cup_between_jaws():
            self._held = inverse_pose(self.tool) @ self.cup
        self.opening = opening

    def _cup_between_jaws(self) -> bool:
        x, y, z = (inverse_pose(self.tool) @ self.cup)[:3, 3].tolist()  # left, up, ahead
        return -self.opening * 0.1 < x - 0.0275 and x + 0.0275 < 0.001 and abs(z) < 0.02 and abs(y + 0.06) < 0.01

    def _put(self, pose: FloatArray) -> None:
        """Bring the tool to ``pose``; it gives way downwards, more so when stretched out and when loaded."""
        self.tool = pose.copy()
        reach = math.dist(self.tool[:2, 3], HAND.axis)
        self.tool[2, 3] -= self.sag * reach / 0.3 * (1.5 if self.holding else 1.0)
        if self._held is not None:
            self.cup = self.tool @ self._held


def supported(foot: Point) -> bool:
    """Return True when a cup with its ``foot`` there stands, or is 3 mm above, a place."""
    places = SCENE.places.values()
    return any(math.dist(foot[:2], p.xyz[:2]) < 0.02 and -0.001 <= foot[2] - p.xyz[2] <= 0.0035 for p in places)


def moved(view: TaskView, tool: Point) -> TaskView:
    """Return ``view`` with the level tool at ``tool``."""
    return replace(view, tool=pose7(level_pose(tool)))


def point_of(pose: Pose7) -> Point:
    """Return the position in ``pose``."""
    return matrix_from_pose7(pose)[0, 3], matrix_from_pose7(pose)[1, 3], matrix_from_pose7(pose)[2, 3]
