"""descent.py: a descent never gets worse and never leaves its bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.kinematics.descent import Problem
from armctl.kinematics.forward import forward
from armctl.kinematics.goal import Goal
from tests.unit.kinematics.arms import READY, chain, names, random_angles, seeds


@settings(deadline=None, max_examples=100)
@given(names, seeds, st.booleans(), st.integers(1, 10))
def test_no_step_makes_it_worse_or_leaves_the_bounds(name: str, seed: int, calm: bool, steps: int) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    start = random_angles(arm, rng)
    lower, upper = start - rng.uniform(0, 0.5, arm.dof), start + rng.uniform(0, 0.5, arm.dof)
    goal = Goal(rng.uniform(-1.0, 1.0, 3), forward(arm, random_angles(arm, rng))[:3, :3])
    problem = Problem(arm, goal, lower.tolist(), upper.tolist(), calm=calm)
    before, after = problem.at(start.tolist()), problem.descend(start.tolist(), steps)
    assert after.cost <= before.cost
    assert (lower <= after.q).all()
    assert (after.q <= upper).all()


@settings(deadline=None, max_examples=50)
@given(names, seeds)
def test_the_pull_is_the_slope_of_the_cost(name: str, seed: int) -> None:
    """g = -½·∂|We|²/∂q; it decides which joints leave the problem, so it has to be right."""
    arm, rng = chain(name), np.random.default_rng(seed)
    q = random_angles(arm, rng)
    goal = Goal(forward(arm, q)[:3, 3] + rng.normal(0, 0.1, 3), axis=(rng.normal(size=3), rng.normal(size=3)))
    problem = Problem(arm, goal, arm.lower.tolist(), arm.upper.tolist(), calm=True)
    pull, step = problem.at(q.tolist()).pull, 1e-6
    for i in range(arm.dof):
        there, back = q.copy(), q.copy()
        there[i] += step
        back[i] -= step
        slope = (problem.at(there.tolist()).cost - problem.at(back.tolist()).cost) / (2 * step)
        assert -0.5 * slope == pytest.approx(pull[i], abs=2e-6)


def test_joints_at_their_bounds_leave_the_problem_to_the_others() -> None:
    """Goals that need two joints right at a bound: clamping the step meant for all reaches 4 of these 40 in time."""
    arm, start, reached = chain("panda"), np.array(READY["panda"]), 0
    for seed in range(40):
        there = np.clip(start + np.random.default_rng(seed).normal(0.0, 0.3, 7), arm.lower, arm.upper)
        lower, upper = arm.lower.copy(), arm.upper.copy()
        for i in (0, 2):
            lower[i], upper[i] = min(start[i], there[i]), max(start[i], there[i])
        pose = forward(arm, there)
        problem = Problem(arm, Goal(pose[:3, 3], pose[:3, :3]), lower.tolist(), upper.tolist(), calm=False)
        reached += problem.descend(start.tolist(), 10).cost < 1e-12
    assert reached >= 38


def test_held_names_only_joints_that_are_pushed_outward() -> None:
    arm = chain("so101")
    q = [0.0, -0.9, 1.1, -0.2, -1.522]
    left = Goal(forward(arm, q)[:3, 3] + np.array([0.0, 0.1, 0.0]))
    lower, upper = [-2.0] * 5, [2.0] * 5
    # Left of the arm is negative pan on this arm, so only a lower bound holds it.
    assert Problem(arm, left, [0.0, *lower[1:]], upper, calm=True).held(
        Problem(arm, left, lower, upper, calm=True).at(q)
    ) == [0]
    assert (
        Problem(arm, left, lower, [0.0, *upper[1:]], calm=True).held(Problem(arm, left, lower, upper, calm=True).at(q))
        == []
    )
