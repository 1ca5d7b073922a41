"""Why a goal cannot be reached, and by how much: looked into only after every attempt has failed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, pose_of
from armctl.kinematics.descent import Point, Problem
from armctl.kinematics.goal import Goal
from armctl.kinematics.solver import Solver, solver_of
from armctl.kinematics.solver_code import PATIENT, POSITION_TOLERANCE
from armctl.kinematics.streaming import descend_many
from armctl.units import DEG, MM

STARTS: Final = 48
"""Descents at once towards the nearest point; they cost about 10 ms together."""
REFINED: Final = 80
"""Careful steps from the best of them."""
ALONG: Final = 0.7
"""Cosine from which on what is missing counts as lying along the arm's reach: nearer or farther would help."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The pose nearest to a goal.

    Attributes:
        q: dof angles [rad, or m for prismatic joints].
        off: Distance left [m].
        turned: Angle left [rad].
        held: Names of the joints that would have to go on beyond their limits.
    """

    q: list[float]
    off: float
    turned: float
    held: tuple[str, ...]


def nearest_pose(solver: Solver, goal: Goal, start: list[float] | None, attempts: int = STARTS) -> Nearest:
    """Return the pose within the limits that is nearest to ``goal``, of some that were sought.

    Args:
        solver: For such goals.
        goal: The goal.
        start: Where to seek first, dof angles [rad or m]; None for no place in particular.
        attempts: How often to start, `STARTS` at most; with one it takes 3 ms, with all 15.
    """
    chain = solver.chain
    problem = Problem(chain, goal, chain.lower.tolist(), chain.upper.tolist(), calm=False)
    q = solver.middle.tolist() if start is None else start
    if attempts > 1:
        q = _sought(solver, goal, start, min(attempts, STARTS))
    inside: list[float] = np.clip(q, chain.lower, chain.upper).tolist()
    return _told(chain, problem, problem.descend(inside, REFINED))


def _sought(solver: Solver, goal: Goal, start: list[float] | None, count: int) -> list[float]:
    """Return where the best of ``count`` descents at once ended, dof angles."""
    code = solver.whole
    starts = solver.drawn(np.random.default_rng(2), count)
    if start is not None:
        starts[0] = solver.brought_in(start)
    targets = np.array(code.reduce(*goal.numbers))
    found = descend_many(code, starts[:, code.unknown].T, np.tile(targets[:, None], count), PATIENT)
    best = int(found.cost.argmin())
    starts[best, code.unknown] = found.q[:, best]
    q: list[float] = starts[best].tolist()
    return q


def refusal(solver: Solver, goal: Goal, nearest: Nearest, attempts: int) -> UnreachableError:
    """Return the error that says what keeps ``solver.chain`` from ``goal``.

    Args:
        solver: That found no answer.
        goal: The goal.
        nearest: The pose that comes nearest to it.
        attempts: How many starts there were.
    """
    point = Goal(goal.position)
    closest = nearest
    if goal.kind != "position":
        closest = nearest_pose(solver_of(solver.chain, point), point, nearest.q, attempts)
    if closest.off > POSITION_TOLERANCE:
        return _position_refused(solver.chain, point, closest, attempts)
    if goal.kind == "position" or (nearest.turned < DEG and nearest.off < MM):
        return UnreachableError(
            f"No answer was found in {attempts} attempts, though the tool comes within {_metres(nearest.off)} of it.",
            "Choose a point a little way off.",
        )
    return _orientation_refused(nearest)


def _told(chain: Chain, problem: Problem, point: Point) -> Nearest:
    held = tuple(chain.names[i] for i in problem.held(point))
    return Nearest(point.q, math.hypot(*point.errors[:3]), math.hypot(*point.errors[3:]), held)


def _position_refused(chain: Chain, goal: Goal, nearest: Nearest, attempts: int) -> UnreachableError:
    missed = _metres(nearest.off)
    endless = solver_of(_endless(chain), goal)
    if nearest.held and nearest_pose(endless, goal, nearest.q, attempts).off <= POSITION_TOLERANCE:
        return UnreachableError(
            f"The point cannot be reached: {_at_limits(nearest)}, {missed} short of it.",
            "Choose a point on another side of the arm.",
        )
    away = float(np.linalg.norm(goal.position))
    tool = np.array(pose_of(chain, nearest.q)[0])
    place = f"The point, {away:.2f} m from the base,"
    along = _cosine(goal.position - tool, goal.position - _shoulder(chain))
    if along > ALONG:
        return UnreachableError(f"{place} is too far by {missed}.", f"Choose a point at least {missed} nearer.")
    if along < -ALONG:
        return UnreachableError(f"{place} is too near by {missed}.", f"Choose a point at least {missed} farther away.")
    x, y, z = tool.tolist()
    return UnreachableError(
        f"{place} is out of reach by {missed}.",
        f"The nearest place that can be reached is ({x:.2f}, {y:.2f}, {z:.2f}) m.",
    )


def _cosine(a: FloatArray, b: FloatArray) -> float:
    return float(a @ b) / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-12)


def _orientation_refused(nearest: Nearest) -> UnreachableError:
    missed = f"{nearest.turned / DEG:.0f}°"
    if nearest.off >= MM:
        missed = f"{_metres(nearest.off)} and {missed}"
    blocked = f", with {_at_limits(nearest)}" if nearest.held else ""
    return UnreachableError(
        f"The point can be reached, but not with this orientation: the tool stays {missed} off{blocked}.",
        "Turn the tool another way or choose a nearer point.",
    )


def _metres(distance: float) -> str:
    """Return a distance in words: metres, or millimetres where it is short."""
    return f"{distance:.2f} m" if distance >= 0.01 else f"{distance / MM:.1f} mm"


def _at_limits(nearest: Nearest) -> str:
    if len(nearest.held) == 1:
        return f"the {nearest.held[0]} joint is at its limit"
    return f"the {', '.join(nearest.held[:-1])} and {nearest.held[-1]} joints are at their limits"


@lru_cache(maxsize=16)
def _endless(chain: Chain) -> Chain:
    """Return the same arm without limits on what turns; what slides still ends somewhere."""
    turns = np.isfinite(chain.periods)
    return chain.with_limits(
        np.where(turns, -math.inf, chain.lower).tolist(), np.where(turns, math.inf, chain.upper).tolist()
    )


def _shoulder(chain: Chain) -> FloatArray:
    """Return where the second joint that moves is at zero, (3,) [m]: reach is counted from there."""
    pose, count = np.eye(4), 0
    for joint in chain.joints:
        pose = pose @ joint.origin
        count += joint.kind != "fixed"
        if count == 2:
            break
    found: FloatArray = pose[:3, 3]
    return found
