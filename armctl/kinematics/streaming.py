"""Many descents at once: slots of arrays, refilled as they come free.

Descents need between three and forty steps. Run in lockstep, all would wait for the slowest; so the arrays hold a fixed
number of slots, and a slot whose descent has arrived, or no longer comes nearer, takes the next goal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from armctl.hal.state import FloatArray
from armctl.kinematics.solver_code import FIRST_CHECK, Effort, SolverCode

SLOTS: Final = 2048
"""Arrays of this length stay in the processor's second cache and make numpy's cost of a call small beside the work."""


@dataclass(slots=True, eq=False)
class Descents:
    """Where descents ended.

    Attributes:
        q: Shape (unknown, M) [rad or m].
        cost: Squared error (M,) [m²], position and directions together.
        arrived: Shape (M,), whether the error is within the tolerance of the code.
    """

    q: FloatArray
    cost: FloatArray
    arrived: npt.NDArray[np.bool_]


def descend_many(code: SolverCode, seeds: FloatArray, targets: FloatArray, effort: Effort) -> Descents:
    """Return where descents from ``seeds`` to ``targets`` end.

    Args:
        code: Of the reduced problem.
        seeds: Shape (unknown, M) [rad or m].
        targets: Shape (numbers of a target, M), from `SolverCode.reduce_many`.
        effort: How long each is followed.
    """
    near, straight = code.tolerance
    count = seeds.shape[1]
    found = Descents(seeds.copy(), np.full(count, np.inf), np.zeros(count, dtype=np.bool_))
    slots = _Slots.filled(seeds, targets, np.arange(min(SLOTS, count)))
    waiting = slots.index.size
    while slots.index.size:
        *moved, miss, turn = code.step_many(*slots.q, *slots.targets)
        cost = miss + turn + np.zeros(slots.index.size)
        arrived = (miss < near) & (turn < straight)
        over = arrived | slots.stalled(cost, effort.least) | (slots.age >= effort.limit)
        if over.any():
            index = slots.index[over]
            found.q[:, index] = slots.q[:, over]
            found.cost[index] = cost[over]
            found.arrived[index] = arrived[over]
        slots.q = np.array(moved)
        slots.age += 1
        if over.any():
            fresh = np.arange(waiting, min(count, waiting + int(over.sum())))
            waiting += fresh.size
            slots.refill(np.flatnonzero(over), fresh, seeds, targets)
    return found


@dataclass(slots=True, eq=False)
class _Slots:
    index: npt.NDArray[np.int64]
    q: FloatArray
    targets: FloatArray
    age: npt.NDArray[np.int64]
    mark: FloatArray

    @classmethod
    def filled(cls, seeds: FloatArray, targets: FloatArray, index: npt.NDArray[np.int64]) -> _Slots:
        age = np.zeros(index.size, dtype=np.int64)
        return cls(index, seeds[:, index], targets[:, index], age, np.full(index.size, np.inf))

    def stalled(self, cost: FloatArray, least: float) -> npt.NDArray[np.bool_]:
        """Return which slots have not come nearer since the last check, two steps ago."""
        checked = self.age & 1 == 0
        stalled: npt.NDArray[np.bool_] = checked & (self.age >= FIRST_CHECK) & ~(cost <= least * self.mark)
        self.mark = np.where(checked, cost, self.mark)
        return stalled

    def refill(
        self, free: npt.NDArray[np.int64], fresh: npt.NDArray[np.int64], seeds: FloatArray, targets: FloatArray
    ) -> None:
        """Put the descents ``fresh`` into the ``free`` slots, and close those that nothing is left for."""
        taken, closed = free[: fresh.size], free[fresh.size :]
        self.index[taken] = fresh
        self.q[:, taken] = seeds[:, fresh]
        self.targets[:, taken] = targets[:, fresh]
        self.age[taken] = 0
        self.mark[taken] = np.inf
        if closed.size:
            keep = np.ones(self.index.size, dtype=np.bool_)
            keep[closed] = False
            self.index, self.age, self.mark = self.index[keep], self.age[keep], self.mark[keep]
            self.q, self.targets = self.q[:, keep], self.targets[:, keep]
