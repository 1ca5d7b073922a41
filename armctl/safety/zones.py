"""Where the arm must not be: in the person, in the furniture, in itself. Every part of it counts, not the tool.

A `Zones` compares, for each pair of parts that can touch, their distance with a limit. A set-point is refused only when
it brings a pair that is too close already closer still: the way out is always open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.config.arm import CAP_TOOL_SPEED
from armctl.config.scene import PersonConfig, SceneConfig
from armctl.hal.state import BoolArray, FloatArray
from armctl.kinematics.barriers import Barrier
from armctl.kinematics.collision import CollisionModel, Held
from armctl.kinematics.pairs import IndexArray
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.rotation import pose_matrix
from armctl.kinematics.surroundings import HEAD, model_of
from armctl.safety.checks import SAME
from armctl.safety.clearances import Clearance, clearances
from armctl.safety.faults import Finding
from armctl.safety.limits import BRAKING_DELAY, BRAKING_SHARE, ESCAPE_SPEED
from armctl.units import MM

LOOK_ON: Final = 0.01
"""Looked at exactly from this much farther than the arm needs to brake [m]."""
CLOSING: Final = 1e-3
"""Parts that come closer more slowly than this [m/s] are not coming closer: rounding of the inverse kinematics."""


WAY_STEP: Final = 0.01
"""A way is looked at where no shape can have moved farther since the last look [m]. What is 30 mm wide, as link and
obstacle are together at least, can come 0.4 mm nearer in between; nothing at all can come 5 mm nearer."""
WAY_LOOKS: Final = 64
"""Looks at one way at most, a quarter of a tick: nothing with a speed limit goes 0.6 m on after it was stopped."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Where the arm is with one set-point.

    Attributes:
        tool: Shape (3,), the tool point [m].
        turn: Shape (3, 3), how the tool is turned.
        margins: Shape (pairs,), distance of each pair less its limit [m]; negative is too close. From `Zones.look` on
            it may be told smaller than it is.
        head: Distance of the nearest part of the arm, or of what it holds, from the surface of the head [m]; exact
            however far, since how far something is from a ball is known at once; infinite without a person.
        version: Which version of the surroundings it was measured in.
    """

    tool: FloatArray
    turn: FloatArray
    margins: FloatArray
    head: float
    version: int


@dataclass(frozen=True, slots=True, eq=False)
class Going:
    """How the arm moves there.

    Attributes:
        tool_speed: How fast the tool moves, or turns by the measure of a jog [m/s].
        closing: Shape (pairs,), how fast the parts of each pair come closer [m/s]; empty where nothing moves.
        slowing: Time in which the joints come to rest when they brake as hard as is counted on [s].
    """

    tool_speed: float
    closing: FloatArray
    slowing: float


STANDING: Final = Going(0.0, np.zeros(0), 0.0)
"""Not moving."""


class Zones:
    """Distances of one arm from everything in one scene, and in itself, that it must not touch.

    What is held and where a tracked head is may change; `version` tells that it did, since margins from before cannot
    be compared with those from after.

    Args:
        robot: The arm.
        scene: What stands around it.

    Attributes:
        look: Margins below this are exact [m].
        version: Counts the changes.
    """

    def __init__(self, robot: RobotModel, scene: SceneConfig) -> None:
        tool = robot.config.tool
        self._scene = scene
        self._person: PersonConfig | None = scene.person
        self._tip = robot.links.index(tool.tip_link)
        fastest = min(tool.max_speed, CAP_TOOL_SPEED)
        self.look: Final = fastest**2 / (2.0 * BRAKING_SHARE * tool.max_acceleration) + BRAKING_DELAY + LOOK_ON
        self.version = 0
        self._model: CollisionModel
        self._clearances: tuple[Clearance, ...]
        self._limits: FloatArray
        self._far: FloatArray
        self._head: IndexArray
        self._take(model_of(robot, scene))

    @property
    def model(self) -> CollisionModel:
        """The collision model in use now."""
        return self._model

    @property
    def limits(self) -> FloatArray:
        """What each pair of `model` must keep, shape (pairs,) [m]; minus infinity where nothing is asked."""
        return self._limits

    @property
    def clearances(self) -> tuple[Clearance, ...]:
        """The same with names."""
        return self._clearances

    def hold(self, held: Held | None) -> None:
        """From now on the hand carries ``held``, or nothing."""
        self._take(self._model.holding(held))

    def see_head(self, position: FloatArray) -> None:
        """From now on the middle of the head is at ``position``, shape (3,) [m]; a scene without person has no head."""
        if self._person:
            # The pairs stay the same, and so do their limits.
            self._model = self._model.moved(HEAD, pose_matrix(position))
            self.version += 1

    def _take(self, model: CollisionModel) -> None:
        self._model = model
        self._clearances = clearances(model, self._scene)
        self._limits = np.array([clearance.limit for clearance in self._clearances])
        self._far = np.maximum(self._limits, 0.0) + self.look
        self._head = np.flatnonzero([pair.b == HEAD for pair in model.pairs])
        self.version += 1

    def reach(self, positions: FloatArray) -> Reach:
        """Return where the arm is at ``positions``, shape (n,) [rad]."""
        measured, poses = self._model.look(positions, self._far)
        tool = poses[self._tip]
        head = float(measured.take(self._head).min(initial=math.inf))
        return Reach(tool[:3, 3], tool[:3, :3], measured - self._limits, head, self.version)

    def check(self, reach: Reach, before: Reach, slack: float = 0.0) -> Finding | None:
        """Return the pair that is too close, by more than ``slack`` [m], and comes closer than ``before``, or None."""
        bad: BoolArray = (reach.margins < -slack) & (reach.margins < before.margins - SAME)
        return self._worst(np.where(bad, reach.margins, np.inf)) if bad.any() else None

    def check_way(self, positions: FloatArray, way: FloatArray, reach: Reach, before: Reach) -> Finding | None:
        """Return the pair that comes too close, and closer than ``before``, anywhere on a straight way, or None.

        Args:
            positions: Where it begins, shape (n,) [rad], the arm's place of ``reach``.
            way: How far each joint goes, shape (n,) [rad].
            reach: Where the arm is at the beginning.
            before: What is to be compared with.
        """
        moved = self._model.levers @ np.abs(way)
        unsure = (reach.margins < moved) & (moved > 0.0)
        if not unsure.any():
            return None
        count = min(math.ceil(float(moved[unsure].max()) / WAY_STEP), WAY_LOOKS)
        shares = np.linspace(0.0, 1.0, count + 1)[1:, None]
        least = self.margins_many(positions + shares * way).min(axis=0)
        bad: BoolArray = (least < 0.0) & (least < before.margins - SAME)
        return self._worst(np.where(bad, least, np.inf)) if bad.any() else None

    def margins_many(self, positions: FloatArray) -> FloatArray:
        """Return how much farther each pair is than its limit at ``positions`` (k, n) [rad], shape (k, pairs) [m].

        What is farther than its limit may be told nearer than it is, but not beyond it.
        """
        margins: FloatArray = self._model.distances_many(positions, self._limits) - self._limits
        return margins

    def _worst(self, margins: FloatArray) -> Finding:
        """Return the finding about the least of the ``margins``, shape (pairs,) [m]."""
        index = int(np.argmin(margins))
        about = self._clearances[index]
        distance = float(margins[index]) + about.limit
        return Finding(about.code, about.part, _whole(distance), _whole(about.limit), about.other)

    def closing(self, reach: Reach, before: Reach, time: float) -> FloatArray:
        """Return how fast the parts of each pair come closer [m/s], shape (pairs,); 0 where they are far.

        Args:
            reach: Where the arm is.
            before: Where it was, in the same version of the surroundings.
            time: The time between the two [s].
        """
        exact = (reach.margins < self.look) & (before.margins < self.look)
        return np.where(exact, (before.margins - np.where(exact, reach.margins, 0.0)) / time, 0.0)

    def speed(self, reach: Reach, going: Going, braking: float) -> tuple[float, str]:
        """Return the largest tool speed [m/s] with which the arm can still stop in time, and why; infinite when far.

        What comes closer at the speed c, while the tool moves at v, may do so at √(2·a·d) at most: so the tool may
        move at v·√(2·a·d)/c. Here a is what tool and joints can brake. What moves along or away is not slowed. Within
        the person's slow radius everything has their slow speed, reached by v = √(v₀² + 2·a·d).

        Args:
            reach: Where the arm is.
            going: How it moves.
            braking: Deceleration of the tool counted on [m/s²].
        """
        allowed, reason = math.inf, ""
        for index in np.flatnonzero(going.closing > CLOSING).tolist():
            closing = float(going.closing[index])
            may = going.tool_speed * self._closing_limit(float(reach.margins[index]), closing, going, braking) / closing
            if may < allowed:
                about = self._clearances[index]
                allowed, reason = may, f"Slow: the {about.part} is close to the {about.other}."
        if self._person:
            ahead = max(0.0, reach.head - self._person.slow_radius)
            near = math.sqrt(self._person.slow_speed**2 + 2.0 * braking * ahead)
            if near < allowed:
                allowed, reason = near, "Slow: close to the head."
        return allowed, reason

    def _closing_limit(self, margin: float, closing: float, going: Going, braking: float) -> float:
        """Return how fast a pair may come closer [m/s]."""
        deceleration = min(braking, closing / going.slowing) if going.slowing > 0.0 else braking
        return max(ESCAPE_SPEED, math.sqrt(2.0 * deceleration * max(0.0, margin - BRAKING_DELAY)))

    def barriers(self, reach: Reach, positions: FloatArray, braking: float) -> tuple[Barrier, ...]:
        """Return how fast the joints may bring each near pair closer, at ``positions`` (n,) [rad], where ``reach`` is.

        For a motion that takes away only the inward part of what it was going to do.

        Args:
            reach: Where the arm is.
            positions: Its joint angles.
            braking: Deceleration counted on [m/s²].
        """
        near = np.flatnonzero(reach.margins < self.look)
        if not len(near):
            return ()
        gradients = self._model.gradients(positions, near)
        return tuple(
            Barrier(gradient, math.sqrt(2.0 * braking * max(0.0, float(reach.margins[index]) - BRAKING_DELAY)))
            for index, gradient in zip(near.tolist(), gradients, strict=True)
        )


def _whole(distance: float) -> float:
    """Return a distance as it is told, in whole mm: never as -0."""
    return float(round(distance / MM))
