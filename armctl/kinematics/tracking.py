"""Follow a moving goal, one small step a tick."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, as_angles, pose_of
from armctl.kinematics.descent import Point, Problem
from armctl.kinematics.goal import Goal

TICK_STEPS: Final = 6
"""Damped steps a tick at most; two are usual, six bound the time where the goal is out of reach."""
LEASH: Final = 0.03
"""A goal farther off than this [m] is looked for only so far in its direction. Beyond reach, a distant goal would
otherwise outweigh the orientation and tilt the tool."""
NEAR: Final = 1e-4
"""Weighted error [m] below which no joint is said to limit: a tenth of a millimetre."""


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """One tick of tracking.

    Attributes:
        q: Shape (dof,), where the joints should be next [rad, or m for prismatic joints].
        position_error: Distance left between tool and goal [m].
        rotation_error: Angle left [rad]; 0 where the orientation is free.
        limited: Names of the joints that are at a limit and would have to go on.
        singular: 0 in a pose that can move every way the goal needs, rising to 1 in one that cannot.
    """

    q: FloatArray
    position_error: float
    rotation_error: float
    limited: tuple[str, ...]
    singular: float


def track(
    chain: Chain, q: Sequence[float] | FloatArray, goal: Goal, max_step: float | Sequence[float] | FloatArray = 0.03
) -> Tracked:
    """Return the next joint angles on the way to ``goal``, a small step from ``q``.

    Made for a goal that moves a little every tick. Where it cannot be reached, the tool comes as near as it can and
    stays there without jumps; when the goal comes back, the tool follows.

    Args:
        chain: Base to tip.
        q: Shape (dof,), present angles. Outside the limits (a measured pose may be) they are led back inside.
        goal: Where the tool should be.
        max_step: No joint moves farther than this [rad or m]; one figure, or one per joint.

    Raises:
        KinematicsError: ``q`` or ``max_step`` has another length, a value that is not finite, or a step not above zero.
    """
    start = as_angles(chain, q)
    lower, upper = _box(chain, start, max_step)
    problem = Problem(chain, _on_leash(chain, start, goal), lower, upper, calm=True)
    inside = [min(max(value, low), high) for value, low, high in zip(start, lower, upper, strict=True)]
    point = problem.descend(inside, TICK_STEPS)
    left = goal.errors(*pose_of(chain, point.q))
    return Tracked(
        q=np.array(point.q),
        position_error=math.hypot(*left[:3]),
        rotation_error=math.hypot(*left[3:]),
        limited=_limited(chain, problem, point),
        singular=_singular(point, goal),
    )


def _on_leash(chain: Chain, start: list[float], goal: Goal) -> Goal:
    """Return ``goal``, drawn in to `LEASH` from where the tool is now."""
    position, _ = pose_of(chain, start)
    away = goal.position - np.array(position)
    distance = math.hypot(*away.tolist())
    if distance <= LEASH:
        return goal
    return replace(goal, position=position + away * (LEASH / distance))


def _box(
    chain: Chain, start: list[float], max_step: float | Sequence[float] | FloatArray
) -> tuple[list[float], list[float]]:
    """Return the bounds of this tick: within the limits and within a step; the way back first when outside."""
    steps: list[float] = (
        [float(max_step)] * chain.dof if isinstance(max_step, float | int) else list(map(float, max_step))
    )
    if len(steps) != chain.dof or not all(0.0 < step < math.inf for step in steps):
        raise KinematicsError(f"Largest steps {steps} are not {chain.dof} finite figures above zero.")
    lower: list[float] = []
    upper: list[float] = []
    for q, step, joint in zip(start, steps, chain.moving, strict=True):
        lower.append(min(max(joint.lower, q - step), q + step))
        upper.append(max(min(joint.upper, q + step), q - step))
    return lower, upper


def _limited(chain: Chain, problem: Problem, point: Point) -> tuple[str, ...]:
    if point.cost < NEAR * NEAR:
        return ()
    held = (chain.moving[i] for i in problem.held(point))
    angles = dict(zip(chain.names, point.q, strict=True))
    return tuple(joint.name for joint in held if not joint.lower < angles[joint.name] < joint.upper)


def _singular(point: Point, goal: Goal) -> float:
    """Return 1 - σ_least / (0.1·σ_greatest), at least 0, of the weighted Jacobian.

    Only the directions that the goal needs and the joints could give count: an arm of five joints is not singular
    because it lacks a sixth.
    """
    values: list[float] = np.linalg.svd(point.task, compute_uv=False).tolist()
    counted = min(goal.conditions, len(point.q))
    return max(0.0, 1.0 - values[counted - 1] / (0.1 * values[0]))
