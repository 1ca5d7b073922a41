"""Hold-to-move: the tool goes the way it is pushed, and slows down before anything that would stop it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.barriers import Barrier, without_inward
from armctl.kinematics.robot import RobotModel
from armctl.motion.envelope import Envelope
from armctl.motion.jerk import MotionState, SpeedControl
from armctl.motion.rates import Pose, Rates, shift, shift_map, turn
from armctl.motion.requests import JogRequest, Vector
from armctl.motion.travel import Stride
from armctl.motion.words import at_limit, near_limit

TOOL_SHARE: Final = 0.97
"""Share of the allowed tool speed that is used; the rest is for the way between two directions."""
CORRECTION: Final = 2.5
"""How fast a drift of the kept tilt or point is worked off [1/s]."""
SETTLED_TURN: Final = 0.03
"""The tool turns slower than this [rad/s] when its tilt is taken as the one to keep."""
APPROACH: Final = 3.0
"""Speed towards a joint limit per distance from it [1/s], for the last bit."""
BRAKING_SHARE: Final = 0.25
"""Share of a joint's acceleration that slowing down before its limit counts on."""
MARGIN: Final = 0.002
"""Jogging ends this far from a joint's limit [rad], so that what comes next has room."""
LEAST_PART: Final = 0.02
"""Every joint may use at least this share of the proportion of the one that changes most."""
LEAST_SHARE: Final = 0.15
"""Limits of acceleration and jerk are never lowered below this share for the tool's sake: stopping would take long."""
AT_LIMIT: Final = 0.03
NEAR_LIMIT: Final = 0.5
"""Below these shares of the wanted speed the person is told."""
HELD_OFF: Final = 0.25
"""When more than this share of the wanted speed led into something, and is taken away, the person is told."""
LIFT: Final = 0.5
"""What goes along something that it touches moves away from it at this share of its speed, until there is room."""
TINY: Final = 1e-12
ALONG: Final = "Something is near: the arm goes along it."
NO_CLOSER: Final = "Something is near: the arm cannot go closer."


@dataclass(slots=True, eq=False)
class _Kept:
    """What a jog keeps while it is not asked to change it."""

    rotation: FloatArray | None = None
    settled: bool = False
    position: FloatArray | None = None


class Jog:
    """The arm's part of a jog; the gripper has its own.

    Args:
        robot: The arm.
        envelope: Limits of all n joints.
        dt: Time between two set-points [s].
        request: What to do until `replace`.
    """

    def __init__(self, robot: RobotModel, envelope: Envelope, dt: float, request: JogRequest) -> None:
        self._chain = robot.chain
        self._tool = robot.config.tool
        self._names = robot.chain.names
        self._envelope = envelope
        self._arm = slice(0, robot.chain.dof)
        self._control = SpeedControl(robot.chain.dof, dt, together=True)
        self._request = request
        self._kept = _Kept()
        self._barriers: Sequence[Barrier] = ()

    def replace(self, request: JogRequest) -> None:
        """Go on with another request."""
        self._request = request

    def keep(self, barriers: Sequence[Barrier], braking: float) -> None:
        """Say how fast near parts may come closer, for the next tick.

        The speeds are those from which the arm could just stop. A jog comes to rest more gently, because its set-points
        follow a wish only with a delay.

        Args:
            barriers: Of n joints.
            braking: The deceleration that their speeds count on [m/s²].
        """
        self._barriers = [Barrier(barrier.gradient, self._gently(barrier.speed, braking)) for barrier in barriers]

    def step(self, state: MotionState, tool_speed: float) -> Stride:
        """Return the next tick; ``tool_speed`` is the largest allowed tool speed [m/s]."""
        pose = Pose.of(self._chain, state.positions)
        allowed = TOOL_SHARE * max(0.0, min(self._tool.max_speed * self._request.speed, tool_speed))
        rates = self._rates(pose, state, allowed)
        share, notice = self._share(pose, rates.speeds, allowed)
        if rates.share < share:
            share, notice = rates.share, rates.notice
        wanted = share * rates.speeds
        acceleration, jerk = self._limits(pose, wanted - state.velocities, state.accelerations)
        return Stride(
            state=self._control.step(state, wanted, acceleration, jerk),
            notice=notice or (rates.notice if rates.share == 1.0 else ""),
        )

    def _rates(self, pose: Pose, state: MotionState, allowed: float) -> Rates:
        linear, angular = _bounded(self._request.linear), _bounded(self._request.angular)
        velocity = pose.in_base(linear, self._request.frame) * allowed
        if not any(angular):
            self._kept.position = None
            if not any(linear):
                self._kept = _Kept()
                return Rates(np.zeros(self._chain.dof))
            kept = self._tilt(pose, state)
            along = self._without_inward(pose, velocity, kept)
            rates = shift(self._chain, pose, along, kept, CORRECTION)
            return rates if rates.notice else Rates(rates.speeds, rates.share, _held_off(velocity, along))
        self._kept.rotation, self._kept.settled = None, False
        velocity += self._back_to_point(pose, state, moving=any(linear))
        # A turn moves no tool point, but where the tool must go slowly it also turns slowly.
        turn_speed = self._tool.max_turn_speed * allowed / self._tool.max_speed
        axes = np.eye(3) * np.array(angular)[:, None] * turn_speed
        return turn(pose, velocity, [pose.in_base(axis, self._request.frame) for axis in axes])

    def _without_inward(self, pose: Pose, velocity: FloatArray, kept: FloatArray) -> FloatArray:
        """Return what of ``velocity`` (3,) [m/s] leads along what is near, or away from it."""
        if not self._barriers:
            return velocity
        follows = shift_map(self._chain, pose, kept)
        # The gripper's row: it does not follow the tool.
        to_joints = np.vstack((follows, np.zeros(3)))
        along = without_inward(velocity, self._barriers, to_joints)
        touching = [barrier.gradient @ to_joints for barrier in self._barriers if barrier.speed == 0.0]
        size = float(np.linalg.norm(along))
        if not touching:
            return along
        if size < HELD_OFF * float(np.linalg.norm(velocity)):
            return np.zeros(3)
        # What lies on something is lifted off while it goes along it: a way that is curved would lead into it.
        away = sum((normal / max(float(np.linalg.norm(normal)), TINY) for normal in touching), np.zeros(3))
        lifted = along + LIFT * size * away / max(float(np.linalg.norm(away)), TINY)
        return without_inward(lifted, self._barriers, to_joints)

    @staticmethod
    def _gently(speed: float, braking: float) -> float:
        """Return how fast to come closer where one could stop from ``speed`` [m/s] with ``braking`` [m/s²]."""
        room = speed * speed / (2.0 * braking)
        return min(math.sqrt(BRAKING_SHARE) * speed, APPROACH * room)

    def _tilt(self, pose: Pose, state: MotionState) -> FloatArray:
        """Return the orientation to keep: as it is when the tool, from a turn before, has stopped tilting."""
        kept = self._kept
        if kept.rotation is None or not kept.settled:
            kept.rotation = pose.rotation
            kept.settled = float(np.abs(pose.angular @ state.velocities)[:2].max()) < SETTLED_TURN
        return kept.rotation

    def _back_to_point(self, pose: Pose, state: MotionState, *, moving: bool) -> FloatArray:
        """Return the velocity (3,) [m/s] that keeps the point while only turning."""
        if moving:
            self._kept.position = None
            return np.zeros(3)
        if self._kept.position is None:
            self._kept.position = pose.position
        return CORRECTION * (self._kept.position - pose.position)

    def _share(self, pose: Pose, speeds: FloatArray, allowed: float) -> tuple[float, str]:
        """Return how much of ``speeds`` the joints and the tool may do, and what to tell about it."""
        size = np.maximum(np.abs(speeds), 1e-9)
        limits = self._approach(pose.q, speeds) / size
        tightest = int(np.argmin(limits))
        share = min(
            1.0,
            float((self._envelope.speed[self._arm] / size).min()),
            allowed / max(float(np.linalg.norm(pose.linear @ speeds)), 1e-9),
            self._tool.max_turn_speed / max(float(np.linalg.norm(pose.angular @ speeds)), 1e-9),
        )
        limit = float(limits[tightest])
        if limit >= share:
            return share, ""
        if limit < AT_LIMIT * share:
            return limit, at_limit(self._names[tightest])
        return limit, near_limit(self._names[tightest]) if limit < NEAR_LIMIT * share else ""

    def _approach(self, q: FloatArray, speeds: FloatArray) -> FloatArray:
        """Return how fast each joint may go towards the limit it moves to, shape (dof,) [rad/s]."""
        envelope = self._envelope
        room = np.where(speeds > 0.0, envelope.upper[self._arm] - q, q - envelope.lower[self._arm]) - MARGIN
        room = np.maximum(room, 0.0)
        braking = BRAKING_SHARE * envelope.acceleration[self._arm]
        return np.minimum(np.sqrt(2.0 * braking * room), APPROACH * room)

    def _limits(self, pose: Pose, change: FloatArray, now: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return acceleration and jerk limits (dof,) that keep the tool's, for a ``change`` of speeds (dof,).

        What touches something must go straight from the first tick on: with every joint's full jerk it would dip first.
        So they are in proportion to the change then; a joint keeps what its acceleration ``now`` needs.
        """
        acceleration, jerk = self._envelope.acceleration[self._arm], self._envelope.jerk[self._arm]
        size = np.maximum(np.abs(change), 1e-9)
        if any(barrier.speed == 0.0 for barrier in self._barriers):
            parts = np.maximum(size / size.max(), np.abs(now) / max(float(np.abs(now).max()), TINY))
            parts = np.maximum(parts, LEAST_PART)
            acceleration, jerk = float((acceleration / parts).min()) * parts, float((jerk / parts).min()) * parts
        way = float(np.linalg.norm(pose.linear @ change))
        if way < 1e-6:
            return acceleration, jerk
        pull = self._tool.max_acceleration / (float((acceleration / size).min()) * way)
        tug = self._tool.max_jerk / (float((jerk / size).min()) * way)
        return acceleration * min(1.0, max(LEAST_SHARE, pull)), jerk * min(1.0, max(LEAST_SHARE, tug))


def _held_off(wanted: FloatArray, done: FloatArray) -> str:
    """Return what to tell when only ``done`` of the velocity ``wanted`` (3,) [m/s] is not inward."""
    asked, size = float(np.linalg.norm(wanted)), float(np.linalg.norm(done))
    if asked == 0.0 or float(np.linalg.norm(wanted - done)) < HELD_OFF * asked:
        return ""
    return NO_CLOSER if size < HELD_OFF * asked else ALONG


def _bounded(vector: Vector) -> Vector:
    """Return ``vector`` no longer than 1."""
    length = math.hypot(*vector)
    return vector if length <= 1.0 else (vector[0] / length, vector[1] / length, vector[2] / length)
