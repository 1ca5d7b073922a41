"""pose_table.py: what is kept is true, and begins near any goal."""

from __future__ import annotations

import numpy as np
import pytest

from armctl.kinematics.pose_table import KEPT, make_table
from armctl.kinematics.reduction import GoalKind
from armctl.kinematics.solver import solver_for
from tests.unit.kinematics.arms import chain, random_angles
from tests.unit.kinematics.goals import goal_at

CASES: list[tuple[str, GoalKind]] = [("so101", "position"), ("wx250s", "pose")]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_every_row_tells_where_its_angles_are_and_lies_within_the_limits(name: str, kind: GoalKind) -> None:
    solver = solver_for(chain(name), kind)
    code, rows = solver.code, solver.table.rows.astype(float)
    unknown, places = len(code.unknown), code.reduction.residuals
    q = rows[:, 1 : 1 + unknown].T
    found, headings = code.places(q)
    np.testing.assert_allclose(rows[:, 1 + unknown : 1 + unknown + places].T, found, atol=1e-5)
    off = np.abs(rows[:, 0] - headings)
    assert np.minimum(off, 2 * np.pi - off)[found[0] > 0.01].max() < 1e-3
    lower, upper = (end[code.unknown][:, None] for end in solver.span)
    assert ((q >= lower - 1e-6) & (q <= upper + 1e-6)).all()


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_the_first_step_from_the_best_row_ends_near_the_goal(name: str, kind: GoalKind) -> None:
    arm, rng = chain(name), np.random.default_rng(6)
    solver = solver_for(arm, kind)
    code, table = solver.code, solver.table
    goals = np.array([goal_at(arm, kind, random_angles(arm, rng)) for _ in range(300)])
    targets = np.array(code.reduce_many(*goals.T))
    rows = table.choices(targets, solver.first_span, code)
    there = rows[:, 0] >= 0
    assert there.mean() > 0.99
    q = table.first_steps(rows[there, 0], targets[:, there], code)
    off = np.linalg.norm(code.places(q)[0] - targets[: code.reduction.residuals, there], axis=0)
    assert np.median(off) < 0.01


def test_choices_come_in_order_without_gaps_and_only_where_the_first_joint_can_turn() -> None:
    arm, rng = chain("so101"), np.random.default_rng(2)
    solver = solver_for(arm, "position")
    goals = np.array([goal_at(arm, "position", random_angles(arm, rng)) for _ in range(200)])
    targets = np.array(solver.code.reduce_many(*goals.T))
    free = solver.table.choices(targets, None, solver.code)
    held = solver.table.choices(targets, (-0.5, 0.5), solver.code)
    assert free.shape == (200, KEPT)
    for row in (*free, *held):
        count = int((row >= 0).sum())
        assert (row[:count] >= 0).all()
        assert (np.diff(row[:count]) > 0).all()
    assert (held >= 0).sum() < (free >= 0).sum()


def test_a_table_is_the_same_every_time() -> None:
    solver = solver_for(chain("koch_v11"), "position")
    again = make_table(solver.code, solver.span)
    np.testing.assert_array_equal(solver.table.rows, again.rows)
    np.testing.assert_array_equal(solver.table.begin, again.begin)


def test_straight_up_is_the_middle_of_a_cell() -> None:
    """A level hand's axis points straight up; on the edge of cells it would be as far from kept poses as can be."""
    solver = solver_for(chain("so101"), "axis", np.array([0.0, 1.0, 0.0]))
    tilts = 0.3 * np.array([[0, 0, 1], [0.03, 0, 1], [-0.03, 0, 1], [0, 0.03, 1], [0, -0.03, 1]])
    places = np.concatenate([np.tile([[0.25], [0.1]], 5), tilts.T])
    assert len(set(solver.table.cells(places).tolist())) == 1
