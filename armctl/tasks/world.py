"""What a step plans with: the scene, the arm, and where things are now."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from armctl.config.arm import ArmConfig
from armctl.config.scene import ObjectConfig, PersonConfig, PlaceConfig, SceneConfig
from armctl.errors import TaskError
from armctl.hal.scene import Pose7
from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import inverse_pose, matrix_from_pose7
from armctl.tasks.hand import LevelHand
from armctl.tasks.plan import Move
from armctl.tasks.requests import GoJoints, GoTool, GripTo, MotionRequest, Path, Point
from armctl.tasks.view import TaskView

TILTED: Final = math.radians(25.0)
"""An object that leans more than this has fallen over [rad]; 15 degrees is what counts as upright on the way."""

GOOD_ENOUGH: Final = 0.003
"""What is within this of where it is wanted is there [m]: a straw offered at 25 mm must be within 30 mm."""

LARGEST_SAG: Final = 0.06
"""What is off by more is no sag but something else, and is not put right by more than this [m]."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What the gripper holds.

    Attributes:
        name: Name of the object.
        pose: Its pose (4, 4) in the tool frame when it was gripped.
    """

    name: str
    pose: FloatArray


class World:
    """The scene as a task knows it; `look` brings it up to date.

    Attributes:
        scene: Furniture, objects, places, person.
        arm: The arm.
        hand: How its level hand points.
        speed: The person's speed, share of the arm's allowed speed.
        view: The newest view.
        near: Object whose grip the open jaws are around; None before an approach.
        carried: What the gripper holds, None when nothing.
        sag: How far behind (forward, side, up) of where it was asked to be the tool came to rest last [m].
    """

    def __init__(self, scene: SceneConfig, arm: ArmConfig, speed: float, view: TaskView) -> None:
        self.scene = scene
        self.arm = arm
        self.hand = LevelHand.of(arm)
        self.speed = speed
        self.view = view
        self.near: str | None = None
        self._named = ""
        self.carried: Carried | None = None
        self.sag: Point = (0.0, 0.0, 0.0)

    def look(self, view: TaskView) -> None:
        """Take the newest ``view``."""
        self.view = view

    # What is where

    @property
    def tool(self) -> Point:
        """Where the tool point is [m]."""
        x, y, z = self.view.tool[:3]
        return x, y, z

    def names(self, name: str) -> str:
        """Return the words for an object, a place or a pose; "" means what is held or about to be."""
        about = name or (self.carried.name if self.carried else self.near) or self._named
        return title_of(about, self.scene)

    def person(self) -> PersonConfig:
        """Return the person of the scene.

        Raises:
            TaskError: There is none.
        """
        if self.scene.person is None:
            raise TaskError("There is no person in this scene.")
        return self.scene.person

    def place(self, name: str) -> PlaceConfig:
        """Return the place ``name``.

        Raises:
            TaskError: There is none.
        """
        if name not in self.scene.places:
            raise TaskError(f"There is no place {name!r} in this scene.")
        return self.scene.places[name]

    def object(self, name: str) -> ObjectConfig:
        """Return what is known of the object ``name``.

        Raises:
            TaskError: There is none.
        """
        if name not in self.scene.objects:
            raise TaskError(f"There is no object {name!r} in this scene.")
        return self.scene.objects[name]

    def held(self) -> ObjectConfig:
        """Return what is known of the object in the gripper.

        Raises:
            TaskError: The gripper is empty.
        """
        if self.carried is None:
            raise TaskError("The gripper holds nothing.")
        return self.object(self.carried.name)

    def pose(self, name: str) -> FloatArray:
        """Return the pose (4, 4) of the object ``name``: as seen now, as gripped, or else on its place."""
        seen: Pose7 | None = self.view.objects.get(name)
        if seen is not None:
            return matrix_from_pose7(seen)
        if self.carried is not None and self.carried.name == name:
            return matrix_from_pose7(self.view.tool) @ self.carried.pose
        pose = np.eye(4)
        pose[:3, 3] = self.place(self.object(name).place).xyz
        return pose

    def grip_point(self, name: str) -> Point:
        """Return where the object ``name`` is to be gripped, in the base frame [m].

        Raises:
            TaskError: There is no such object, or it has fallen over.
        """
        pose = self.pose(name)
        if math.acos(min(1.0, max(-1.0, float(pose[2, 2])))) > TILTED:
            raise TaskError(f"{title_of(name, self.scene).capitalize()} has fallen over.", remedy="Stand it up again.")
        return _point(pose, (0.0, 0.0, self.object(name).grasp_height))

    def grip_offset(self, name: str) -> Point:
        """Return where the middle of the object ``name`` is from the tool point when gripped: forward, side, up [m]."""
        gripper, width = self.arm.gripper, self.object(name).grasp_width
        forward, side, up = self.hand.in_hand(gripper.pinch_offset)
        return forward * width - gripper.grasp_depth, side * width, up * width

    def held_offset(self, point: Point) -> Point:
        """Return where ``point`` of the held object (its own frame) is seen from the tool point: forward, side, up.

        Raises:
            TaskError: The gripper is empty.
        """
        self.held()
        name = self.carried.name if self.carried else ""
        return self.hand.offset(self.view.tool, _point(self.pose(name), point))

    def drink_point(self) -> Point:
        """Return the drinking point of the held object, in its own frame.

        Raises:
            TaskError: The gripper is empty, or one cannot drink from what it holds.
        """
        point = self.held().drink_point
        if point is None:
            raise TaskError(f"{self.names('').capitalize()} has no drinking point.")
        return point

    def before_mouth(self, distance: float) -> Point:
        """Return the point ``distance`` [m] straight in front of the mouth."""
        person = self.person()
        x, y, z = (m + distance * d for m, d in zip(person.mouth_xyz, person.mouth_direction, strict=True))
        return x, y, z

    @property
    def at_face(self) -> bool:
        """True when the hand, or what one drinks from it, is within the slow radius of the mouth."""
        person = self.scene.person
        if person is None:
            return False
        point = self.held().drink_point if self.carried is not None else None
        tip = self.tool if point is None else self.hand.tip(self.view.tool, self.held_offset(point))
        return math.dist(tip, person.mouth_xyz) < person.slow_radius

    # What is noted

    def grip(self) -> None:
        """Note that the jaws now hold what they were around."""
        if self.near is not None:
            tool = matrix_from_pose7(self.view.tool)
            self.carried = Carried(self.near, inverse_pose(tool) @ self.pose(self.near))

    def let_go(self) -> None:
        """Note that the gripper is empty."""
        self._named = self.carried.name if self.carried else self._named
        self.carried = None
        self.near = None

    def arrived(self, request: MotionRequest) -> None:
        """Note how far from where it was asked to be the tool came to rest: arms give way under their own weight.

        On an SO-101 it is 1 to 4 cm. It changes slowly with the pose, so the next motion is asked for as much higher.
        """
        if isinstance(request, GoTool):
            asked = request.position
        elif isinstance(request, GoJoints):
            asked = self.hand.of_joints(request.positions)
        else:
            return
        forward, _, up = self.hand.offset(self.view.tool, asked)
        self.sag = _within(forward), 0.0, _within(up)

    # Requests

    def bring(self, held: Point, target: Point, path: Path, share: float, *, exact: bool = False) -> Move:
        """Return the motion that brings the point ``held`` of the held object (its own frame) to ``target`` [m].

        Raises:
            TaskError: The gripper is empty, or ``target`` is too close to the axis of the base.
        """
        position = self.hand.place(target, self.held_offset(held))
        return Move(self.go(position, path, share), exact=exact, held=held, target=target)

    def corrected(self, move: Move) -> MotionRequest:
        """Return what to ask for so that the arm really comes to where ``move`` wants it."""
        request = move.request
        if not isinstance(request, GoTool):
            return request
        position = request.position
        if move.held is not None and move.target is not None and self.carried is not None:
            position = self.hand.place(move.target, self.held_offset(move.held))
        forward, side, up = self.sag
        return replace(request, position=self.hand.place(position, (-forward, -side, -up)))

    def is_off(self, move: Move) -> bool:
        """Return True when the arm rests further from where ``move`` wanted it than is good enough."""
        if not isinstance(move.request, GoTool):
            return False
        if move.held is None or move.target is None or self.carried is None:
            return math.dist(move.request.position, self.tool) > GOOD_ENOUGH
        tip = self.hand.tip(self.view.tool, self.held_offset(move.held))
        return math.dist(move.target, tip) > GOOD_ENOUGH

    def go(self, position: Point, path: Path, share: float) -> GoTool:
        """Return the request to bring the level tool to ``position`` along ``path``, at ``share`` of the set speed."""
        return GoTool(position, level=True, path=path, speed=self.speed * share)

    def open_for(self, name: str, margin: float) -> GripTo:
        """Return the request to open the jaws ``margin`` [m] wider than the object ``name``."""
        width = self.object(name).grasp_width + margin
        return GripTo(min(1.0, width / self.arm.gripper.max_opening))


def _within(value: float) -> float:
    return min(LARGEST_SAG, max(-LARGEST_SAG, value))


def title_of(name: str, scene: SceneConfig) -> str:
    """Return the words for an object or place of ``scene``; a name it does not know stands for itself."""
    known = scene.objects.get(name) or scene.places.get(name)
    return known.title if known else name.replace("_", " ") or "it"


def _point(pose: FloatArray, point: Point) -> Point:
    x, y, z = (pose[:3, :3] @ np.array(point) + pose[:3, 3]).tolist()
    return x, y, z
