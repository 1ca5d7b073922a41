"""solver.py and its text: whole turns, limits, and the check that an answer is one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.kinematics.answer_code import settle_source
from armctl.kinematics.batch import solve_batch
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal, solve
from armctl.kinematics.reduction import GoalKind
from armctl.kinematics.solver import solver_for, solver_of
from armctl.kinematics.straightline import SCALAR, compiled
from tests.unit.kinematics.arms import chain, random_angles
from tests.unit.kinematics.goals import TOOL, goal_at


def test_whole_turns_lead_into_the_limits_and_what_stays_outside_is_refused() -> None:
    solver = solver_for(chain("panda"), "pose")
    middle = solver.middle.tolist()
    turned = [q + 2 * math.pi * k for q, k in zip(middle, (1, -1, 2, 0, -3, 1, 0), strict=True)]
    np.testing.assert_allclose(np.array(solver.settle(*turned)), middle, atol=1e-9)
    assert solver.settle(*middle[:3], 0.5, *middle[4:]) is None


def test_a_joint_without_limits_comes_back_to_within_half_a_turn() -> None:
    solver = solver_for(chain("kinova_j2n6s300"), "pose")
    q = [9.0, 3.0, 3.0, -8.0, 0.3, 100.0]
    settled = solver.settle(*q)
    assert settled is not None
    assert np.abs(np.array(settled)[[0, 3, 4, 5]]).max() <= math.pi
    np.testing.assert_allclose(np.sin(settled), np.sin(q), atol=1e-9)


def test_joints_that_are_not_sought_stay_in_the_middle_or_where_they_are_told() -> None:
    arm = chain("ur5")
    settle = compiled(settle_source(arm, [0, 1, 2, 3, 4], np.array([0, 0, 0, 0, 0, 5.0])), SCALAR, "settle")
    assert settle(0.1, 0.2, 0.3, 0.4, 0.5)[5] == 5.0
    assert settle(0.1, 0.2, 0.3, 0.4, 0.5, q5=-1.0)[5] == -1.0


def test_an_answer_comes_near_its_start_by_whole_turns_where_the_limits_leave_room() -> None:
    solver = solver_for(chain("ur5"), "pose")
    start = [4.0, -5.0, 1.0, 0.0, 6.0, -6.0]
    q = [4.0 - 2 * math.pi, -5.0 + 2 * math.pi, 1.0, 0.0, 6.0 - 2 * math.pi, -6.0 + 2 * math.pi]
    np.testing.assert_allclose(solver.nearest(q, start), start)
    elbow = solver.nearest([0.0, 0.0, 3.0, 0.0, 0.0, 0.0], [0.0, 0.0, -3.1, 0.0, 0.0, 0.0])
    assert elbow[2] == 3.0


@pytest.mark.parametrize("kind", ["position", "axis", "pose"])
def test_the_last_check_lets_pass_what_is_there_and_nothing_else(kind: GoalKind) -> None:
    arm, rng = chain("wx250s"), np.random.default_rng(1)
    solver = solver_for(arm, kind, TOOL if kind == "axis" else None)
    for _ in range(20):
        q = random_angles(arm, rng)
        goal = goal_at(arm, kind, q)
        assert solver.is_met(*q.tolist(), *goal)
        for i in range(3):
            near, far = list(goal), list(goal)
            near[i] += 0.9e-5
            far[i] += 1.1e-5
            assert solver.is_met(*q.tolist(), *near)
            assert not solver.is_met(*q.tolist(), *far)
        turned = q.copy()
        turned[4] += 2e-4
        moved = goal_at(arm, kind, turned)
        if kind != "position" and np.linalg.norm(np.array(moved[3:]) - goal[3:]) > 1.5e-4:
            assert not solver.is_met(*q.tolist(), *goal[:3], *moved[3:])


def test_the_lookup_gives_answers_within_the_limits() -> None:
    arm, rng = chain("mycobot280"), np.random.default_rng(7)
    solver, found = solver_for(arm, "pose"), 0
    for _ in range(100):
        goal = goal_at(arm, "pose", random_angles(arm, rng))
        q = solver.lookup(*goal)
        if q is not None:
            found += 1
            assert arm.within(np.array(q))
            assert solver.is_met(*q, *goal)
    assert found >= 95


@pytest.mark.parametrize("name", ["wx250s", "so101", "panda"])
def test_a_goal_on_the_first_axis_is_found_though_its_heading_means_nothing(name: str) -> None:
    arm = chain(name)
    axis = np.eye(4)
    for joint in arm.joints:
        axis = axis @ joint.origin
        if joint.kind != "fixed":
            break
    for off in (0.0, 1e-13, 1e-9, 1e-6):
        place = axis[:3, 3] + np.array([off, 0.0, 0.3])
        q = solve(arm, Goal(place))
        np.testing.assert_allclose(forward(arm, q)[:3, 3], place, atol=1.001e-5)
    assert solve_batch(arm, place[None]).solved.all()


def test_a_solver_is_made_once_for_each_arm_and_kind() -> None:
    arm = chain("so101")
    first = Goal(forward(arm, [0.0] * 5)[:3, 3], axis=(TOOL, TOOL))
    second = Goal(np.zeros(3), axis=(TOOL, np.array([0.0, 0.0, 1.0])))
    assert solver_of(arm, first) is solver_of(arm, second)
    assert solver_of(arm, first) is not solver_of(arm, Goal(np.zeros(3)))
