"""`Solver`: everything that is made once for one chain and one kind of goal."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.answer_code import check_source, lookup_source, settle_source
from armctl.kinematics.chain import Chain
from armctl.kinematics.goal import Goal
from armctl.kinematics.pose_table import PoseTable, make_table
from armctl.kinematics.reduction import GoalKind, reduction
from armctl.kinematics.solver_code import Effort, SolverCode
from armctl.kinematics.straightline import SCALAR, compiled

FROM_TABLE: Final = Effort(10, 0.5)
"""For descents from kept poses; 99 of 100 that arrive need eight steps or fewer."""
RESTARTS: Final = 128
"""Starts that are drawn once and used again."""


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
        """The code for goals that need more care: no joint left out, each kept within its limits at every step."""
        return SolverCode(reduction(self.chain, self.kind, self._axis, whole=True), guarded=True)

    @cached_property
    def table(self) -> PoseTable:
        """Poses to begin from: made when first asked for, in a third of a second."""
        return make_table(self.code, self.span)

    @cached_property
    def lookup(self) -> Callable[..., list[float] | None]:
        """The numbers of a goal to all angles within the limits, by way of the `table`, or None."""
        table = self.table
        uses = {"begin": table.begin.tolist(), "rows": table.rows, "descend": self.code.descend, "settle": self.settle}
        source = lookup_source(self.code, table, self.first_span, FROM_TABLE)
        return compiled(source, {**SCALAR, **uses}, "lookup")

    @cached_property
    def settle(self) -> Callable[..., list[float] | None]:
        """The angles that `code` finds to all angles within the limits, or None."""
        return self._settling(self.code)

    @cached_property
    def settle_whole(self) -> Callable[..., list[float] | None]:
        """The angles that `whole` finds to all angles within the limits, or None."""
        return self._settling(self.whole)

    def _settling(self, code: SolverCode) -> Callable[..., list[float] | None]:
        return compiled(settle_source(self.chain, code.found, self.middle), SCALAR, "settle")

    @cached_property
    def is_met(self) -> Callable[..., bool]:
        """All angles (dof), then the numbers of a goal, to whether the tool is there, by the whole arm's kinematics."""
        return compiled(check_source(self.chain, self.kind, self._axis), SCALAR, "check")

    @cached_property
    def first_span(self) -> tuple[float, float] | None:
        """Limits of the first joint's angle about its axis [rad], where it is left out."""
        motor = self.code.reduction.first
        if motor is None:
            return None
        gain, offset = float(self.chain.drive.matrix[0, motor]), float(self.chain.drive.offset[0])
        lower, upper = sorted(gain * float(end[motor]) + offset for end in self.span)
        return lower, upper

    @cached_property
    def span(self) -> tuple[FloatArray, FloatArray]:
        """Bounds (dof,) that starts are drawn from: the limits, but no more than a turn about their middle."""
        half = 0.5 * np.where(np.isfinite(self.chain.periods), self.chain.periods, 2.0 * np.pi)
        return np.maximum(self.chain.lower, self.middle - half), np.minimum(self.chain.upper, self.middle + half)

    def descend(self, goal: list[float], start: list[float], effort: Effort) -> list[float] | None:
        """Return all angles (dof) within the limits that one descent leads to, or None.

        Args:
            goal: Its numbers.
            start: Where to begin, dof angles.
            effort: How long it is followed.
        """
        found = self._found(self.code, goal, start, effort)
        return None if found is None else self.settle(*found, **self._idle(self.code, start))

    def amend(self, goal: list[float], start: list[float], effort: Effort) -> list[float] | None:
        """Return the same [rad or m], of a descent that keeps to the limits, from where a descent that did not ended.

        Of goals that no kept pose leads to, a quarter to a half is reached so, twice as many as from anywhere.
        """
        found = self._found(self.code, goal, start, effort)
        if found is not None:
            start = start.copy()
            for motor, value in zip(self.code.found, found, strict=True):
                period, middle = float(self.chain.periods[motor]), float(self.middle[motor])
                start[motor] = value - period * round((value - middle) / period) if period < math.inf else value
            start = self.brought_in(start)
        found = self._found(self.whole, goal, start, effort)
        return None if found is None else self.settle_whole(*found, **self._idle(self.whole, start))

    @staticmethod
    def _found(code: SolverCode, goal: list[float], start: list[float], effort: Effort) -> tuple[float, ...] | None:
        start_of = (start[motor] for motor in code.unknown)
        found: tuple[float, ...] | None = code.descend(*start_of, *code.reduce(*goal), effort.limit, effort.least)
        return found

    @staticmethod
    def _idle(code: SolverCode, start: list[float]) -> dict[str, float]:
        return {f"q{motor}": start[motor] for motor in code.idle}

    def nearest(self, q: list[float], start: list[float]) -> list[float]:
        """Return ``q`` with whole turns towards ``start`` [both rad or m], where the limits leave room."""
        for motor in self._loose:
            period = float(self.chain.periods[motor])
            turned = q[motor] + period * round((start[motor] - q[motor]) / period)
            if self.chain.lower[motor] <= turned <= self.chain.upper[motor]:
                q[motor] = turned
        return q

    @cached_property
    def _loose(self) -> list[int]:
        """The motors that can turn all around and more."""
        room = self.chain.upper - self.chain.lower
        return [int(motor) for motor in np.flatnonzero((room > self.chain.periods) & np.isfinite(self.chain.periods))]

    @cached_property
    def restarts(self) -> list[list[float]]:
        """`RESTARTS` starts [rad or m], the same every time: drawing them anew would cost as much as a descent."""
        starts: list[list[float]] = self.drawn(np.random.default_rng(0), RESTARTS).tolist()
        return starts

    def brought_in(self, q: list[float]) -> list[float]:
        """Return dof angles ``q`` [rad or m], those outside `span` at its ends."""
        return [min(max(value, low), high) for value, (low, high) in zip(q, self._ends, strict=True)]

    @cached_property
    def _ends(self) -> list[tuple[float, float]]:
        lower, upper = (end.tolist() for end in self.span)
        return list(zip(lower, upper, strict=True))

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
    """Return the kept solver of ``chain`` for goals of ``kind``; ``axis``, shape (3,), is the tool's that they fix."""
    return _solver(chain, kind, None if axis is None else tuple(axis.tolist()))


def solver_of(chain: Chain, goal: Goal) -> Solver:
    """Return the solver of ``chain`` for such goals as ``goal``."""
    return _solver(chain, goal.kind, goal.tool_axis)
