"""Damped least squares between bounds: the step that tracking and solving share.

Minimise |W·e(q)|² over a box of joint angles with Levenberg and Marquardt's method: (H + λI)·dq = g with
H = (WJ)ᵀ(WJ), g = (WJ)ᵀ(We). λ shrinks with the error, so that far from the goal, and at singular poses, steps stay
small, and near it they are Newton's:

* to find an answer from anywhere: λ = k·|We|² + 1e-7, the bold one;
* to follow a goal: λ = c·L·|We| + 1e-7 with the arm's length L, the calm one. The curvature that H leaves out is at
  most L·|We|; a λ of that order keeps a stretched elbow from overshooting to its other side.

A joint at a bound leaves the problem while it is pushed outward (an active set); merely
clamping it would leave the others with a step that was meant for all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.goal import Goal

DAMPING: Final = 0.03
"""k for goals with orientation; measured on six arms to need the fewest steps."""
POSITION_DAMPING: Final = 0.1
"""k for goals of position only."""
CALM_DAMPING: Final = 0.1
"""c; of 0, 0.1, 0.25 and 1 it brought the arm back from beyond its reach most often (five arms, 150 excursions)."""
LEAST_DAMPING: Final = 1e-7
"""Keeps H + λI invertible at singular poses."""
GOOD_ENOUGH: Final = 1e-16
"""|We|² [m²] from which on nothing is improved: ten nanometres."""


@dataclass(slots=True, eq=False)
class Point:
    """Joint angles, and the problem linearised there.

    Attributes:
        q: dof angles [rad, or m for prismatic joints].
        errors: 3 metres, then 3 radians unless orientation is free.
        task: WJ, shape (rows, dof).
        pull: g = (WJ)ᵀ(We), shape (dof,): which way each joint should go.
        cost: |We|² [m²].
    """

    q: list[float]
    errors: tuple[float, ...]
    task: FloatArray
    pull: FloatArray
    cost: float


class Problem:
    """One goal for one chain, between bounds.

    Args:
        chain: Base to tip.
        goal: Where the tip should be.
        lower: dof lower bounds [rad, or m for prismatic joints].
        upper: dof upper bounds, none below its lower one.
        calm: To follow a goal; otherwise to find an answer from anywhere.
    """

    def __init__(self, chain: Chain, goal: Goal, lower: list[float], upper: list[float], *, calm: bool) -> None:
        self._run = chain.program.run
        self._dof = chain.dof
        self._goal = goal
        self._weights = goal.weights(chain.dof)
        self._rows = 3 if goal.conditions == 3 else 6
        self._per_error = CALM_DAMPING * chain.length if calm else 0.0
        self._per_cost = 0.0 if calm else POSITION_DAMPING if goal.conditions == 3 else DAMPING
        self._lower = lower
        self._upper = upper

    def at(self, q: list[float]) -> Point:
        """Return the problem linearised at ``q``, dof angles [rad or m]."""
        values = self._run(q)
        errors = self._goal.errors(values[:3], values[3:12])
        jacobian = np.array(values[12:]).reshape(6, self._dof)
        weighted = self._weights[:, : self._rows] @ np.array(errors)
        task = self._weights @ jacobian
        return Point(q, errors, task, weighted @ task, float(weighted @ weighted))

    def descend(self, q: list[float], steps: int) -> Point:
        """Return the best point after at most ``steps`` steps from ``q`` [rad or m], between the bounds."""
        point = self.at(q)
        caution = 1.0
        for _ in range(steps):
            if point.cost < GOOD_ENOUGH:
                break
            damping = self._per_cost * point.cost + self._per_error * math.sqrt(point.cost) + LEAST_DAMPING
            trial = self.at(self._step(point, caution * damping))
            if trial.cost < point.cost:
                settled = trial.cost > 0.9999 * point.cost
                point = trial
                caution = max(1.0, caution * 0.1)
                if settled:
                    break
            else:
                caution *= 10.0
                if caution > 1e8:
                    break
        return point

    def held(self, point: Point) -> list[int]:
        """Return which joints are at a bound and pushed outward."""
        pull: list[float] = point.pull.tolist()
        bounds = enumerate(zip(point.q, pull, self._lower, self._upper, strict=True))
        return [i for i, (q, g, low, high) in bounds if (q <= low and g < 0.0) or (q >= high and g > 0.0)]

    def _step(self, point: Point, damping: float) -> list[float]:
        """Return where the damped step ends, every joint between its bounds."""
        H = point.task.T @ point.task
        H.flat[:: self._dof + 1] += damping
        fixed = dict.fromkeys(self.held(point), 0.0)
        while True:
            step = _solve(H, point.pull, fixed)
            outside = {}
            for i, (q, dq, low, high) in enumerate(zip(point.q, step, self._lower, self._upper, strict=True)):
                if i not in fixed and not low <= q + dq <= high:
                    outside[i] = (low if q + dq < low else high) - q
            if not outside:
                break
            fixed.update(outside)
        # Adding the step to q may miss the bound by one bit.
        return [
            min(max(q + dq, low), high)
            for q, dq, low, high in zip(point.q, step, self._lower, self._upper, strict=True)
        ]


def _solve(H: FloatArray, pull: FloatArray, fixed: dict[int, float]) -> list[float]:
    """Solve H·dq = pull, with the joints in ``fixed`` moving by what is written there."""
    if fixed:
        H, pull = H.copy(), pull.copy()
        for i, dq in fixed.items():
            pull -= H[:, i] * dq
            H[i, :] = 0.0
            H[:, i] = 0.0
            H[i, i] = 1.0
        for i, dq in fixed.items():
            pull[i] = dq
    step: list[float] = np.linalg.solve(H, pull).tolist()
    return step
