"""solver_code.py: the generated steps are the formula's, alike for one goal and for many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from armctl.kinematics.forward import forward
from armctl.kinematics.reduction import GoalKind, reduction
from armctl.kinematics.solver_code import DAMPING, LEAST_DAMPING, PATIENT, SolverCode
from tests.unit.kinematics.arms import chain, names, random_angles, seeds
from tests.unit.kinematics.goals import TOOL, goal_at, kinds, place_at


@settings(deadline=None, max_examples=40)
@given(names, kinds, seeds)
def test_the_jacobian_is_the_slope_of_the_place(name: str, kind: GoalKind, seed: int) -> None:
    arm = chain(name)
    code = SolverCode(reduction(arm, kind, TOOL))
    q, step = random_angles(arm, np.random.default_rng(seed)), 1e-6
    radius = place_at(code, q)[0]
    J = code.columns(q[code.unknown][:, None])[:, :, 0]
    for row, motor in enumerate(code.unknown):
        there, back = q.copy(), q.copy()
        there[motor] += step
        back[motor] -= step
        slope = (place_at(code, there) - place_at(code, back)) / (2.0 * step)
        # Near the first axis directions swing about it ever faster.
        np.testing.assert_allclose(J[row], slope, atol=1e-6 + 1e-8 / radius**3)


@settings(deadline=None, max_examples=30)
@given(names, seeds)
def test_a_step_is_that_of_levenberg_and_marquardt(name: str, seed: int) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    code = SolverCode(reduction(arm, "pose"))
    q = random_angles(arm, rng)
    target = np.array(code.reduce(*goal_at(arm, "pose", random_angles(arm, rng))))
    u = q[code.unknown]
    *moved, miss, turn = code.step_many(*u[:, None], *target[:, None])
    e = target[: code.reduction.residuals] - place_at(code, q)
    J = code.columns(u[:, None])[:, :, 0]
    damping = DAMPING * (e @ e) + LEAST_DAMPING
    step = np.linalg.solve(J @ J.T + damping * np.eye(len(u)), J @ e)
    assert float(miss[0] + turn[0]) == pytest.approx(e @ e)
    np.testing.assert_allclose(np.ravel(moved), u + step, rtol=1e-5, atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(names, kinds, seeds)
def test_a_descent_from_near_an_answer_ends_at_one(name: str, kind: GoalKind, seed: int) -> None:
    """The whole arm's forward kinematics must agree with what was found without its first and last joint."""
    arm, rng = chain(name), np.random.default_rng(seed)
    q = random_angles(arm, rng)
    code = SolverCode(reduction(arm, kind, TOOL))
    goal = goal_at(arm, kind, q)
    start = q + rng.normal(0.0, 1e-3, arm.dof)
    found = code.descend(*start[code.unknown].tolist(), *code.reduce(*goal), PATIENT.limit, PATIENT.least)
    if found is None:
        # Only where the arm is singular, so that a millimetre may need any turn.
        J = code.columns(q[code.unknown][:, None])[:, :, 0]
        assert np.linalg.svd(J, compute_uv=False)[-1] < 0.02 or place_at(code, q)[0] < 0.02
        return
    answer = q.copy()
    answer[code.found] = found
    np.testing.assert_allclose(goal_at(arm, kind, answer), goal, atol=1e-4)
    np.testing.assert_allclose(forward(arm, answer)[:3, 3], goal[:3], atol=1.001e-5)


@settings(deadline=None, max_examples=30)
@given(names, seeds)
def test_guarded_steps_never_leave_the_limits(name: str, seed: int) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    code = SolverCode(reduction(arm, "position", whole=True), guarded=True)
    target = np.array(code.reduce(*rng.uniform(-1.0, 1.0, 3)))
    q = random_angles(arm, rng)[code.unknown][:, None]
    for _ in range(12):
        q = np.array(code.step_many(*q, *target[:, None])[:-2])
        assert (q[:, 0] >= arm.lower[code.unknown]).all()
        assert (q[:, 0] <= arm.upper[code.unknown]).all()


def test_floats_and_arrays_walk_the_same_way() -> None:
    arm, rng = chain("panda"), np.random.default_rng(3)
    code = SolverCode(reduction(arm, "pose"))
    for _ in range(20):
        q = random_angles(arm, rng)
        target = code.reduce(*goal_at(arm, "pose", q))
        start = (q + rng.normal(0.0, 0.05, 7))[code.unknown]
        one = code.descend(*start.tolist(), *target, PATIENT.limit, PATIENT.least)
        if one is None:
            continue
        many = start[:, None]
        for _ in range(PATIENT.limit):
            *moved, miss, turn = code.step_many(*many, *np.array(target)[:, None])
            if miss[0] < code.tolerance[0] and turn[0] < code.tolerance[1]:
                break
            many = np.array(moved)
        np.testing.assert_allclose(many[:, 0], one[1:-1], atol=1e-7)


def test_the_text_can_be_read_and_holds_no_name_of_the_file() -> None:
    code = SolverCode(reduction(chain("so101"), "position"))
    assert code.descend_source.startswith("def descend(q1, q2, q3, q4, t0, t1, tc, ts, limit, least):")
    for name in chain("so101").names:
        assert name not in code.descend_source + code.reduce_source


def test_the_tool_is_within_tolerance_however_far_from_the_last_axis_it_is_compared() -> None:
    """A long tool: an angle that is right to 0.1 mrad may still put its end a hundredth of a millimetre off."""
    near, straight = SolverCode(reduction(chain("panda"), "pose")).tolerance
    lever = float(np.linalg.norm(reduction(chain("panda"), "pose").tool.point))
    assert lever > 0.1
    assert near**0.5 + lever * straight**0.5 / 0.3 <= 1e-5
