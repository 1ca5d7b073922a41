"""Inverse kinematics: joint angles for a goal; one tick of following it (`track`), or from anywhere (`solve`)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, as_angles
from armctl.kinematics.descent import Problem
from armctl.kinematics.goal import Goal
from armctl.kinematics.tracking import Tracked, track
from armctl.units import DEG, MM

__all__ = ["Goal", "Tracked", "solve", "track"]

STEPS: Final = 80
"""Damped steps per attempt; nine of ten successes need fewer than thirty."""
POSITION_TOLERANCE: Final = 1e-5
"""Largest distance between tool and goal of an answer [m]."""
ROTATION_TOLERANCE: Final = 1e-4
"""Largest angle between tool and goal of an answer [rad]."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    q: list[float]
    position_error: float
    rotation_error: float
    cost: float
    held: tuple[str, ...]

    @property
    def reached(self) -> bool:
        return self.position_error <= POSITION_TOLERANCE and self.rotation_error <= ROTATION_TOLERANCE


def solve(
    chain: Chain,
    goal: Goal,
    seed: Sequence[float] | FloatArray | None = None,
    rng: np.random.Generator | None = None,
    attempts: int = 40,
) -> FloatArray:
    """Return joint angles (dof,) within the limits at which the tip is at ``goal``.

    The first attempt starts at the seed, the next ones farther and farther from it, so that an answer near the seed is
    found before one far away.

    Args:
        chain: Base to tip.
        goal: Where the tip should be; met to 0.01 mm and 0.1 mrad.
        seed: Shape (dof,), where to start; the middle of the limits when None.
        rng: Source of the restarts; a fixed one when None, so that equal questions have equal answers.
        attempts: How often to start.

    Raises:
        UnreachableError: No attempt arrived; the message says what is in the way and by how much.
        KinematicsError: ``seed`` has another length or a value that is not finite.
    """
    best = _best(chain, goal, seed, rng, attempts)
    if best.reached:
        return np.array(best.q)
    raise _unreachable(chain, goal, best, attempts)


def _best(
    chain: Chain,
    goal: Goal,
    seed: Sequence[float] | FloatArray | None,
    rng: np.random.Generator | None,
    attempts: int,
) -> _Attempt:
    """Return the first attempt that arrives, or the one that came nearest."""
    middle = _near_zero(chain) if seed is None else as_angles(chain, seed)
    best: _Attempt | None = None
    for start in _starts(chain, middle, rng or np.random.default_rng(0), max(1, attempts)):
        attempt = _attempt(chain, goal, start)
        if best is None or attempt.cost < best.cost:
            best = attempt
        if best.reached:
            break
    if best is None:
        raise UnreachableError("No attempt was made.")
    return best


def _near_zero(chain: Chain) -> list[float]:
    """Return the middle of the limits, 0 where there are none."""
    return [
        0.5 * (joint.lower + joint.upper) if math.isfinite(joint.lower + joint.upper) else 0.0 for joint in chain.moving
    ]


def _starts(chain: Chain, seed: list[float], rng: np.random.Generator, attempts: int) -> Iterator[list[float]]:
    lower = np.maximum(chain.lower, np.array(seed) - math.pi)
    upper = np.minimum(chain.upper, np.array(seed) + math.pi)
    lower, upper = np.minimum(lower, upper), np.maximum(lower, upper)
    inside = np.clip(seed, lower, upper)
    yield inside.tolist()
    for number in range(1, attempts):
        share = min(1.0, 2.0 * number / attempts)
        somewhere = rng.uniform(lower, upper)
        start: list[float] = (inside + share * (somewhere - inside)).tolist()
        yield start


def _attempt(chain: Chain, goal: Goal, start: list[float]) -> _Attempt:
    problem = Problem(chain, goal, chain.lower.tolist(), chain.upper.tolist(), calm=False)
    point = problem.descend(start, STEPS)
    return _Attempt(
        point.q,
        math.sqrt(sum(error * error for error in point.errors[:3])),
        math.sqrt(sum(error * error for error in point.errors[3:])),
        point.cost,
        tuple(chain.names[i] for i in problem.held(point)),
    )


def _unreachable(chain: Chain, goal: Goal, best: _Attempt, attempts: int) -> UnreachableError:
    """Find out why: too far, a joint limit, or the orientation."""
    if goal.conditions > 3:
        position_only = _best(chain, Goal(goal.position), best.q, None, attempts)
        if position_only.reached:
            return _orientation_error(chain, best)
        best = position_only
    return _position_error(chain, goal, best, attempts)


def _orientation_error(chain: Chain, best: _Attempt) -> UnreachableError:
    if best.rotation_error > ROTATION_TOLERANCE and best.position_error < MM:
        missed = f"it stays {best.rotation_error / DEG:.0f}° off"
    else:
        missed = f"it stays {best.position_error / MM:.0f} mm and {best.rotation_error / DEG:.0f}° off"
    return UnreachableError(
        f"The point can be reached, but not with this orientation: {missed}{_at_limits(best)}.",
        "Turn the tool another way or choose a nearer point.",
    )


def _position_error(chain: Chain, goal: Goal, best: _Attempt, attempts: int) -> UnreachableError:
    missed = f"{best.position_error / MM:.0f} mm"
    endless = chain.with_limits([-math.inf] * chain.dof, [math.inf] * chain.dof)
    if best.held and _best(endless, Goal(goal.position), best.q, None, attempts).reached:
        return UnreachableError(
            f"The point cannot be reached: the arm ends {missed} short of it{_at_limits(best)}.",
            "Choose a point on another side of the arm.",
        )
    away = float(np.linalg.norm(goal.position))
    return UnreachableError(
        f"The point, {away:.2f} m from the base, is out of reach by {missed}{_at_limits(best)}.",
        f"Choose a point at least {missed} nearer.",
    )


def _at_limits(best: _Attempt) -> str:
    if not best.held:
        return ""
    return f", with {', '.join(best.held)} at {'its limit' if len(best.held) == 1 else 'their limits'}"
