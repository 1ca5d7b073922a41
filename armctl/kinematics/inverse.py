"""Inverse kinematics: joint angles for a goal; one tick of following it (`track`), or from anywhere (`solve`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, as_angles
from armctl.kinematics.goal import Goal
from armctl.kinematics.refusal import nearest_pose, refusal
from armctl.kinematics.search import searched
from armctl.kinematics.solver import solver_of
from armctl.kinematics.solver_code import POSITION_TOLERANCE, ROTATION_TOLERANCE
from armctl.kinematics.tracking import Tracked, track

__all__ = ["POSITION_TOLERANCE", "ROTATION_TOLERANCE", "Goal", "Tracked", "find", "solve", "track"]

ATTEMPTS: Final = 100
"""Starts before a goal counts as out of reach; measured: 99.99 of 100 goals that can be reached need fewer."""


def solve(
    chain: Chain,
    goal: Goal,
    seed: Sequence[float] | FloatArray | None = None,
    rng: np.random.Generator | None = None,
    attempts: int = ATTEMPTS,
    *,
    table: bool = True,
) -> FloatArray:
    """Return joint angles (dof,) within the limits at which the tip is at ``goal``.

    The first descent starts at the seed, so that an answer near it is found where there is one. After it, and at once
    where there is no seed, come poses kept for this arm, which lead to an answer in a third of the time; they are made
    when first needed, in a third of a second. What is left is sought from anywhere.

    Args:
        chain: Base to tip.
        goal: Where the tip should be; met to 0.01 mm and 0.1 mrad.
        seed: Shape (dof,), where to start; anywhere when None.
        rng: Source of the restarts; a fixed one when None, so that equal questions have equal answers.
        attempts: How often to start; with a seed and one attempt only what is near the seed is found.
        table: Whether to use the kept poses.

    Raises:
        UnreachableError: No attempt arrived; the message says what is in the way and by how much.
        KinematicsError: ``seed`` has another length or a value that is not finite.
    """
    solver = solver_of(chain, goal)
    start = None if seed is None else as_angles(chain, seed)
    found = searched(solver, goal.numbers, start, rng, max(1, attempts), table)
    if found is None:
        # The pose that comes nearest is sought in another way; now and then it turns out to be an answer.
        nearest = nearest_pose(solver, goal, start, attempts)
        if not solver.chain.within(np.array(nearest.q)) or not solver.is_met(*nearest.q, *goal.numbers):
            raise refusal(solver, goal, nearest, attempts)
        found = nearest.q
    return np.array(found if start is None else solver.nearest(found, start))


def find(
    chain: Chain, goal: Goal, seed: Sequence[float] | FloatArray | None = None, attempts: int = ATTEMPTS
) -> FloatArray | None:
    """Return what `solve` does, or None: for searches in which failing is usual and nobody asks for the reason.

    Args:
        chain: Base to tip.
        goal: Where the tip should be.
        seed: Shape (dof,), where to start; anywhere when None. With one attempt only an answer near it is found.
        attempts: How often to start.

    Raises:
        KinematicsError: ``seed`` has another length or a value that is not finite.
    """
    solver = solver_of(chain, goal)
    start = None if seed is None else as_angles(chain, seed)
    found = searched(solver, goal.numbers, start, None, max(1, attempts), True)
    if found is None:
        return None
    return np.array(found if start is None else solver.nearest(found, start))
