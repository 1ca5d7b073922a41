"""Where the arm must not be: the person's head and body, and the furniture. Every part of the arm counts, not the tool.

A `Zones` knows which pairs of arm part and thing can touch at all; for each it compares the distance with a limit.
A set-point is refused only when it brings a pair that is too close already closer still: the way out is always open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.config.scene import PersonConfig, SceneConfig
from armctl.hal.state import BoolArray, FloatArray
from armctl.kinematics.distance import WorldShape, arm_placer, distances, world_bodies, world_shape
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.shapes import LinkShape
from armctl.safety.checks import SAME
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import ARM_CLEARANCE, BRAKING_DELAY, ESCAPE_SPEED, HAND_CLEARANCE
from armctl.units import MM

TOOL_POINT: Final = 1e-6
"""Radius of the sphere that stands for the tool point [m]."""
SWEEP: Final = 33
"""Angles of the first joint that are tried to find the pairs that cannot touch."""
LOOK_CLOSER: Final = 0.03
"""Nearer than this [m] the exact shapes of the hand count instead of the capsules around them."""
UNCHANGING: Final = 1e-3
"""A pair whose distance changes by less than this [m] cannot be steered."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the arm is with one set-point.

    Attributes:
        tool: Shape (3,), the tool point [m].
        margins: Shape (pairs,), distance of each pair less its limit [m]; negative is too close.
        head: Distance of the nearest part of the arm from the surface of the head [m]; infinite without a person.
    """

    tool: FloatArray
    margins: FloatArray
    head: float


@dataclass(frozen=True, slots=True)
class _Thing:
    code: Code
    title: str
    shape: WorldShape


class Zones:
    """Distances of one arm from everything in one scene that it must not touch."""

    def __init__(self, robot: RobotModel, scene: SceneConfig) -> None:
        self._robot = robot
        self._person: PersonConfig | None = scene.person
        self._things = _things_of(scene)
        tip = robot.config.tool.tip_link
        self._tip = robot.links.index(tip)
        self._shapes = (*robot.shapes, LinkShape(tip, "sphere", (TOOL_POINT,), np.eye(4)))
        self._world = world_bodies([thing.shape for thing in self._things])
        pairs = self._pairs_that_can_touch()
        # Parts that cannot touch anything, such as the base, cost time and say nothing.
        used: BoolArray = np.any(pairs, axis=0)
        self._shapes = tuple(shape for shape, use in zip(self._shapes, used, strict=True) if use)
        self._pairs = pairs[:, used]
        self._placer = arm_placer([_cover(shape) for shape in self._shapes], robot.links)
        self._boxes = np.flatnonzero([shape.kind == "box" for shape in self._shapes])
        self._box_placer = arm_placer([self._shapes[i] for i in self._boxes], robot.links)
        self._single = [world_bodies([thing.shape]) for thing in self._things]
        self._flat_limits = self._limits_of(_hand_links(robot))[self._pairs]
        self._flat_pairs = np.argwhere(self._pairs)

    def reach(self, positions: FloatArray) -> Reach:
        """Return where the arm is at ``positions``, shape (n,) [rad]."""
        poses = self._robot.link_array(positions)
        tool = poses[self._tip, :3, 3]
        if not self._things:
            return Reach(tool, np.zeros(0), math.inf)
        matrix = self._distances(poses)
        head = float(matrix[0][self._pairs[0]].min()) if self._person else math.inf
        return Reach(tool, matrix[self._pairs] - self._flat_limits, head)

    def _distances(self, poses: FloatArray) -> FloatArray:
        """Return the distances (things, shapes) [m]: exact within `LOOK_CLOSER`, never too large beyond it.

        Boxes cost five times what capsules cost, so each stands in for by the capsule around it until it is near.
        """
        matrix = distances(self._placer.place(poses), self._world)
        near = np.flatnonzero((matrix[:, self._boxes] < LOOK_CLOSER).any(axis=1))
        if near.size:
            boxes = self._box_placer.place(poses)
            for row in near:
                matrix[row, self._boxes] = distances(boxes, self._single[row])[0]
        return matrix

    def check(self, reach: Reach, before: Reach) -> Finding | None:
        """Return the pair that is too close and comes closer than ``before``, or None."""
        bad = (reach.margins < 0.0) & (reach.margins < before.margins - SAME)
        if not bad.any():
            return None
        index = int(np.argmin(np.where(bad, reach.margins, np.inf)))
        thing, shape = self._flat_pairs[index]
        limit = float(self._flat_limits[index])
        distance = float(reach.margins[index]) + limit
        about = self._things[thing]
        part = self._shapes[shape].link.replace("_", " ").removesuffix(" link")
        return Finding(about.code, part, distance / MM, limit / MM, about.title)

    def speed(self, reach: Reach, braking: float) -> tuple[float, str]:
        """Return the largest tool speed [m/s] with which the arm can still stop in time, and why; infinite when far.

        The braking curve v = √(2·a·d) towards every keep-out, and within the person's slow radius their slow speed,
        reached by v = √(v₀² + 2·a·d).

        Args:
            reach: Where the arm is.
            braking: Deceleration a counted on [m/s²].
        """
        allowed, reason = math.inf, ""
        if reach.margins.size:
            nearest = int(np.argmin(reach.margins))
            margin = max(0.0, float(reach.margins[nearest]) - BRAKING_DELAY)
            allowed = max(ESCAPE_SPEED, math.sqrt(2.0 * braking * margin))
            reason = f"Slow: close to the {self._things[self._flat_pairs[nearest][0]].title}."
        if self._person:
            ahead = max(0.0, reach.head - self._person.slow_radius)
            near = math.sqrt(self._person.slow_speed**2 + 2.0 * braking * ahead)
            if near < allowed:
                allowed, reason = near, "Slow: close to the head."
        return allowed, reason

    def _limits_of(self, hand: frozenset[str]) -> FloatArray:
        limits = np.empty((len(self._things), len(self._shapes)))
        for row, thing in enumerate(self._things):
            for column, shape in enumerate(self._shapes):
                if self._person and thing.code is not Code.FURNITURE_ZONE:
                    limits[row, column] = self._person.head_keep_out
                else:
                    limits[row, column] = HAND_CLEARANCE if shape.link in hand else ARM_CLEARANCE
        return limits

    def _pairs_that_can_touch(self) -> BoolArray:
        """Return which pairs (things, shapes) to look at.

        A part that only the first joint moves, or none, is beside furniture because the arm was mounted there. Such a
        pair is left out when it never touches in the whole sweep of that joint, or when no motion changes it. The
        person can come anywhere: only parts that never move are left out for them.
        """
        config = self._robot.config
        first = config.joints[0]
        base = np.array([0.5 * (joint.lower + joint.upper) for joint in config.joints])
        bent = base + 0.1
        bent[0] = base[0]
        same = _same_poses(self._robot.link_array(bent), self._robot.link_array(base))
        mounted = np.array([same[self._robot.links.index(shape.link)] for shape in self._shapes])
        placer = arm_placer(self._shapes, self._robot.links)
        sweep = []
        for angle in np.linspace(first.lower, first.upper, SWEEP):
            base[0] = angle
            sweep.append(distances(placer.place(self._robot.link_array(base)), self._world))
        nearest, farthest = np.min(sweep, axis=0), np.max(sweep, axis=0)
        steerable = farthest - nearest >= UNCHANGING
        furniture = np.array([thing.code is Code.FURNITURE_ZONE for thing in self._things], dtype=np.bool_)
        matters = steerable & ((nearest < 0.0) | ~furniture[:, None])
        pairs: BoolArray = ~mounted[None, :] | matters
        return pairs


def _cover(shape: LinkShape) -> LinkShape:
    """Return a capsule around a box, along its longest side; any other shape as it is."""
    if shape.kind != "box":
        return shape
    longest = int(np.argmax(shape.size))
    others = [size for side, size in enumerate(shape.size) if side != longest]
    turned = shape.pose.copy()
    # The longest side becomes z; cyclic, so that the axes stay right-handed.
    turned[:3, :3] = shape.pose[:3, [(longest + 1) % 3, (longest + 2) % 3, longest]]
    return LinkShape(shape.link, "capsule", (0.5 * math.hypot(*others), shape.size[longest]), turned)


def _things_of(scene: SceneConfig) -> tuple[_Thing, ...]:
    """Return what to keep away from, the head first."""
    things: list[_Thing] = []
    if scene.person:
        middle = np.eye(4)
        middle[:3, 3] = scene.person.head_xyz
        things.append(_Thing(Code.HEAD_ZONE, "head", WorldShape("sphere", (scene.person.head_radius,), middle)))
        things.append(_Thing(Code.TORSO_ZONE, "body", world_shape(scene.person.torso)))
    things.extend(
        _Thing(Code.FURNITURE_ZONE, item.title.lower(), world_shape(item.shape))
        for item in scene.furniture.values()
        if item.keep_out
    )
    return tuple(things)


def _hand_links(robot: RobotModel) -> frozenset[str]:
    """Return the links that turn with the tool or that the gripper moves."""
    middle = np.array([0.5 * (joint.lower + joint.upper) for joint in robot.config.joints])
    bent = middle + 0.1
    bent[-1] = middle[-1]
    gripped = middle.copy()
    gripped[-1] += 0.1
    before, after, closed = robot.link_array(middle), robot.link_array(bent), robot.link_array(gripped)
    tip = robot.links.index(robot.config.tool.tip_link)
    with_tool = _same_poses(np.linalg.inv(before[tip]) @ before, np.linalg.inv(after[tip]) @ after)
    by_gripper = ~_same_poses(before, closed)
    return frozenset(link for i, link in enumerate(robot.links) if with_tool[i] or by_gripper[i])


def _same_poses(poses: FloatArray, others: FloatArray) -> BoolArray:
    """Return which of two arrays of poses, shape (k, 4, 4), are the same, shape (k,)."""
    same: BoolArray = np.max(np.abs(poses - others), axis=(1, 2)) < SAME
    return same
