"""`Solver`: everything that is made once for one chain and one kind of goal."""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.goal import Goal
from armctl.kinematics.reduction import GoalKind, reduction
from armctl.kinematics.solver_code import SolverCode


class Solver:
    """Generated code and limits of one chain for one kind of goal.

    Args:
        chain: Base to tip.
        kind: What the goals fix.
        axis: Unit vector (3,) in the tool frame, for goals of kind axis.
    """

    def __init__(self, chain: Chain, kind: GoalKind, axis: tuple[float, ...] | None) -> None:
        self.chain = chain
        self.kind = kind
        self._axis = None if axis is None else np.array(axis)
        endless = np.isinf(chain.lower) | np.isinf(chain.upper)
        self.middle: FloatArray = 0.5 * (np.where(endless, 0.0, chain.lower) + np.where(endless, 0.0, chain.upper))

    @cached_property
    def code(self) -> SolverCode:
        """The code for most goals."""
        return SolverCode(reduction(self.chain, self.kind, self._axis))

    @cached_property
    def whole(self) -> SolverCode:
        """The code for goals near the first axis, with the first joint left in."""
        return SolverCode(reduction(self.chain, self.kind, self._axis, whole=True))

    @cached_property
    def span(self) -> tuple[FloatArray, FloatArray]:
        """Bounds (dof,) that starts are drawn from: the limits, but no more than a turn about their middle."""
        half = 0.5 * np.where(np.isfinite(self.chain.periods), self.chain.periods, 2.0 * np.pi)
        return np.maximum(self.chain.lower, self.middle - half), np.minimum(self.chain.upper, self.middle + half)

    def drawn(self, rng: np.random.Generator, count: int) -> FloatArray:
        """Return ``count`` random angles within the limits, shape (count, dof)."""
        return rng.uniform(*self.span, (count, self.chain.dof))

    def answers(self, code: SolverCode, q: FloatArray, targets: FloatArray, others: FloatArray) -> FloatArray:
        """Return all angles (M, dof), turned into the limits where whole turns suffice.

        Args:
            code: That found ``q``.
            q: The unknown angles, shape (unknown, M).
            targets: Shape (numbers of a target, M).
            others: Shape (M, dof), for joints that move nothing the goal fixes.
        """
        full = others.copy()
        full[:, code.unknown] = q.T
        left_out = [motor for motor in (code.reduction.first, code.reduction.last) if motor is not None]
        for motor, angle in zip(left_out, code.finish_many(*q, *targets), strict=False):
            full[:, motor] = angle
        return self.turned_in(full)

    def turned_in(self, q: FloatArray) -> FloatArray:
        """Return ``q`` (M, dof) without the whole turns that lead away from the middle of the limits."""
        periods = self.chain.periods
        turns = np.where(np.isfinite(periods), np.round((q - self.middle) / np.where(periods < 1e9, periods, 1.0)), 0.0)
        return q - np.where(turns != 0.0, turns * np.where(periods < 1e9, periods, 0.0), 0.0)


@lru_cache(maxsize=64)
def _solver(chain: Chain, kind: GoalKind, axis: tuple[float, ...] | None) -> Solver:
    return Solver(chain, kind, axis)


def solver_for(chain: Chain, kind: GoalKind, axis: FloatArray | None = None) -> Solver:
    """Return the solver of ``chain`` for goals of ``kind``, made when first asked for and kept."""
    return _solver(chain, kind, None if axis is None else tuple(axis.tolist()))


def kind_of(goal: Goal) -> GoalKind:
    """Return what ``goal`` fixes."""
    if goal.rotation is not None:
        return "pose"
    return "position" if goal.axis is None else "axis"
