"""The order in which starts are tried for one goal: near where the arm is, the kept poses, anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Final

import numpy as np

from armctl.kinematics.solver import Solver
from armctl.kinematics.solver_code import PATIENT, QUICK

PATIENCE: Final = 20
"""After so many attempts descents are followed longer."""


def searched(
    solver: Solver,
    goal: list[float],
    start: list[float] | None,
    rng: np.random.Generator | None,
    attempts: int,
    table: bool,
) -> list[float] | None:
    """Return all angles (dof) of the first answer, checked by the whole arm's kinematics, or None.

    Args:
        solver: Of the chain, for such goals.
        goal: Its numbers.
        start: Where to begin, dof angles; None for no place in particular.
        rng: Source of restarts; None for the same every time.
        attempts: How often to start, at least once.
        table: Whether the kept poses are tried; with a start only after it, where there is more than one attempt.
    """
    near = 0
    if start is not None:
        inside = solver.brought_in(start)
        found = solver.descend(goal, inside, QUICK)
        if found is not None and solver.is_met(*found, *goal):
            return found
        near = 1
    if table and (start is None or attempts > 1):
        found = solver.lookup(*goal)
        if found is not None and solver.is_met(*found, *goal):
            return found
    starts = _starts(solver, start, rng)
    for number in range(near, attempts):
        search = solver.amend if number % 2 else solver.descend
        found = search(goal, next(starts), PATIENT if number > PATIENCE else QUICK)
        if found is not None and solver.is_met(*found, *goal):
            return found
    return None


def _starts(solver: Solver, start: list[float] | None, rng: np.random.Generator | None) -> Iterator[list[float]]:
    """Return where to begin, without end: a third of the way from ``start`` to anywhere, then anywhere."""
    anywhere = cycle(solver.restarts) if rng is None else _drawn(solver, rng)
    if start is not None:
        inside = solver.brought_in(start)
        yield [q + (away - q) / 3.0 for q, away in zip(inside, next(anywhere), strict=True)]
    yield from anywhere


def _drawn(solver: Solver, rng: np.random.Generator) -> Iterator[list[float]]:
    while True:
        yield from solver.drawn(rng, 8).tolist()
