"""The careful way to follow a goal: damped steps between bounds, leaning towards a posture of the arm.

Minimise |e(q)|² + μ·|q - p|² over a box of joint angles, with Levenberg and Marquardt's steps. The error e counts
metres and weighted radians as in `trackcode`; p is a posture with its elbow, and its other bends, on the side that the
arm is to stay on:

* λ = c·L·|e| with the arm's length L. The curvature that the step leaves out is at most L·|e|; damping of that order
  keeps a stretched elbow from overshooting to its other side.
* μ = k·L·|e|. Beyond reach, a stretched elbow would come to rest exactly straight, and nothing would tell on the way
  back which way to bend. The lean keeps it bent by about k of its bend in p, the same at every distance. As the goal
  comes back into reach, e and with it μ goes to zero, and the goal is met exactly.

A joint at a bound leaves the problem while it is pushed outward (an active set); merely clamping it would leave the
others with a step that was meant for all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from armctl.kinematics.trackcode import Code
from armctl.kinematics.tracklines import Floats

CALM: Final = 0.1
"""c; of 0, 0.1, 0.25 and 1 it brought the arm back from beyond its reach most often."""
LEAN: Final = 0.02
"""k. Of 144 random excursions of three arms beyond reach none ended in another posture with it, 5 with 0.01, and of 95
of seven arms 31 with none. Beyond reach the arm comes 1 mm less near for it (median; a centimetre at worst); goals
2 mm within reach are met to a micrometre."""
LEAST_DAMPING: Final = 1e-7
"""Keeps the step finite in singular poses [m²]."""
GOOD_ENOUGH: Final = 1e-14
"""|e|² [m²] from which on nothing is improved: a tenth of a micrometre."""
SETTLED: Final = 1e-4
"""A step that lowers the cost by less than this share is the last one."""
HOPELESS: Final = 1e8
"""Damping this many times its usual value that still lowers nothing ends the search."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One goal for one arm, between bounds.

    Attributes:
        code: The compiled functions of arm and goal.
        goal: The goal as ``code`` takes it.
        lower: Lower bounds [rad, or m for prismatic joints].
        upper: Upper bounds [rad or m], none below its lower one.
        length: L, the arm's length [m].
        posture: p [rad or m]; None to lean nowhere.
        calm: c [no unit].
    """

    code: Code
    goal: Floats
    lower: Sequence[float]
    upper: Sequence[float]
    length: float
    posture: Floats | None = None
    calm: float = CALM


@dataclass(slots=True, eq=False)
class Point:
    """Joint angles and the task linearised there.

    Attributes:
        q: Joint angles [rad or m].
        error: e [m].
        jacobian: J, row by row.
        cost: |e|² [m²].
    """

    q: Floats
    error: Floats
    jacobian: Floats
    cost: float


def look(task: Task, q: Floats) -> Point:
    """Return ``task`` linearised at ``q``."""
    error, jacobian = task.code.look(q, task.goal)
    cost = 0.0
    for value in error:
        cost += value * value
    return Point(q, error, jacobian, cost)


def descend(task: Task, q: Floats, steps: int) -> Point:
    """Return the best point after at most ``steps`` steps from ``q``, which must be between the bounds."""
    point = look(task, q)
    caution = 1.0
    for _ in range(steps):
        if point.cost < GOOD_ENOUGH:
            break
        scale = task.length * math.sqrt(point.cost)
        lean = 0.0 if task.posture is None else LEAN * scale
        trial = look(task, _step(task, point, caution * (task.calm * scale + LEAST_DAMPING), lean))
        gain = point.cost - trial.cost
        if task.posture is not None:
            gain += lean * (_apart(point.q, task.posture) - _apart(trial.q, task.posture))
        if gain > 0.0:
            settled = gain < SETTLED * point.cost
            point = trial
            caution = max(1.0, caution * 0.1)
            if settled:
                break
        else:
            caution *= 10.0
            if caution > HOPELESS:
                break
    return point


def pushed(task: Task, point: Point) -> list[int]:
    """Return which joints are at a bound and would have to go on."""
    return _held(task, point.q, task.code.algebra.slope(point.jacobian, point.error))


def _held(task: Task, q: Floats, slope: Sequence[float]) -> list[int]:
    bounds = enumerate(zip(q, slope, task.lower, task.upper, strict=True))
    return [k for k, (at, g, low, high) in bounds if (at <= low and g < 0.0) or (at >= high and g > 0.0)]


def _apart(first: Floats, second: Floats) -> float:
    total = 0.0
    for a, b in zip(first, second, strict=True):
        total += (a - b) * (a - b)
    return total


def _step(task: Task, point: Point, damping: float, lean: float) -> list[float]:
    """Return where the damped step ends, every joint between its bounds."""
    q, lower, upper, solve = point.q, task.lower, task.upper, task.code.algebra.solve
    slope = task.code.algebra.slope(point.jacobian, point.error)
    wish = [0.0] * len(q)
    if task.posture is not None:
        share = lean / (lean + damping)
        wish = [share * (there - here) for there, here in zip(task.posture, q, strict=True)]
        slope = [g + (lean + damping) * way for g, way in zip(slope, wish, strict=True)]
    free = [1.0] * len(q)
    for k in _held(task, q, slope):
        free[k] = wish[k] = 0.0
    while True:
        step = solve(point.jacobian, point.error, wish, free, lean + damping)
        there = [here + dq for here, dq in zip(q, step, strict=True)]
        inside = True
        for k, at in enumerate(there):
            if free[k] and not lower[k] <= at <= upper[k]:
                free[k] = 0.0
                wish[k] = (lower[k] if at < lower[k] else upper[k]) - q[k]
                inside = False
        if inside:
            # Adding the step to q may miss the bound by one bit.
            return [min(max(at, low), high) for at, low, high in zip(there, lower, upper, strict=True)]
