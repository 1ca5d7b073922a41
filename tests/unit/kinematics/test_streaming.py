"""streaming.py: many descents at once end where each would alone."""

from __future__ import annotations

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.solver import solver_for
from armctl.kinematics.solver_code import PATIENT, QUICK, SolverCode
from armctl.kinematics.streaming import SLOTS, descend_many
from tests.unit.kinematics.arms import chain, random_angles
from tests.unit.kinematics.goals import goal_at


def problem(count: int, seed: int) -> tuple[SolverCode, FloatArray, FloatArray]:
    arm, rng = chain("ur5"), np.random.default_rng(seed)
    solver = solver_for(arm, "pose")
    goals = [goal_at(arm, "pose", random_angles(arm, rng)) for _ in range(count)]
    starts = np.array([random_angles(arm, rng) for _ in range(count)])[:, solver.code.unknown].T
    return solver.code, starts, np.array(solver.code.reduce_many(*np.array(goals).T))


def test_each_ends_where_it_would_alone() -> None:
    code, starts, targets = problem(120, 1)
    many = descend_many(code, starts, targets, QUICK)
    assert 60 < many.arrived.sum() < 120
    for i in range(120):
        one = code.descend(*starts[:, i].tolist(), *targets[:, i].tolist(), QUICK.limit, QUICK.least)
        assert (one is not None) == many.arrived[i]
        if one is not None:
            np.testing.assert_allclose(many.q[:, i], one[1:-1], atol=1e-6)


def test_goals_beyond_the_first_slots_get_their_turn() -> None:
    code, starts, targets = problem(60, 2)
    times = SLOTS // 60 + 2
    few = descend_many(code, starts, targets, PATIENT)
    many = descend_many(code, np.tile(starts, times), np.tile(targets, times), PATIENT)
    np.testing.assert_array_equal(many.arrived, np.tile(few.arrived, times))
    np.testing.assert_allclose(many.q[:, many.arrived], np.tile(few.q, times)[:, many.arrived], atol=1e-9)


def test_nothing_to_do_is_done_at_once() -> None:
    code, starts, targets = problem(1, 3)
    none = descend_many(code, starts[:, :0], targets[:, :0], QUICK)
    assert none.q.shape == (4, 0)
    assert none.arrived.shape == (0,)
