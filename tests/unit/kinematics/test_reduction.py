"""reduction.py: the joints left out do not matter to a place, and follow from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.kinematics.chain import load_chain
from armctl.kinematics.reduction import GoalKind, goal_names, reduction
from armctl.kinematics.solver_code import SolverCode
from tests.unit.kinematics.arms import chain, names, random_angles, seeds
from tests.unit.kinematics.goals import KINDS, TOOL, goal_at, kinds, place_at
from tests.unit.kinematics.sketches import LIMIT, joint, robot


@settings(deadline=None, max_examples=60)
@given(names, kinds, seeds, st.booleans())
def test_a_goal_and_the_arm_in_it_reduce_to_the_same_place(name: str, kind: GoalKind, seed: int, whole: bool) -> None:
    arm = chain(name)
    q = random_angles(arm, np.random.default_rng(seed))
    code = SolverCode(reduction(arm, kind, TOOL, whole=whole))
    target = code.reduce(*goal_at(arm, kind, q))
    np.testing.assert_allclose(target[: code.reduction.residuals], place_at(code, q), atol=1e-7)


@settings(deadline=None, max_examples=40)
@given(names, seeds, st.floats(-1.0, 1.0))
def test_turning_the_joints_left_out_moves_no_place(name: str, seed: int, turn: float) -> None:
    arm = chain(name)
    q = random_angles(arm, np.random.default_rng(seed))
    code = SolverCode(reduction(arm, "pose"))
    assert (code.reduction.first, code.reduction.last) == (0, arm.dof - 1)
    before = code.reduce(*goal_at(arm, "pose", q))[: code.reduction.residuals]
    q[[0, -1]] += turn
    after = code.reduce(*goal_at(arm, "pose", q))[: code.reduction.residuals]
    np.testing.assert_allclose(before, after, atol=1e-7)


@pytest.mark.parametrize("name", ["ur5", "wx250s"])
def test_a_pose_of_a_wrist_whose_axes_meet_leaves_zeros_to_fold(name: str) -> None:
    """The point compared is where the last two axes meet: the joint before the last does not move it."""
    code = SolverCode(reduction(chain(name), "pose"))
    J = code.columns(random_angles(chain(name), np.random.default_rng(1))[code.unknown][:, None])
    assert np.abs(J[-1, :2]).max() < 1e-9


SLIDES = robot(
    joint("lift", "a", "b", '<axis xyz="0 0 1"/><limit lower="0" upper="0.5"/>', "prismatic"),
    joint("turn", "b", "c", '<axis xyz="0 0 1"/>' + LIMIT),
    joint("bend", "c", "d", '<origin xyz="0.3 0 0"/><axis xyz="0 1 0"/>' + LIMIT),
    joint("tip", "d", "e", '<origin xyz="0.2 0 0"/>', "fixed"),
    links="abcde",
)


def test_a_joint_that_slides_is_never_left_out() -> None:
    arm = load_chain(SLIDES, "a", "e")
    assert reduction(arm, "position").first is None
    code = SolverCode(reduction(arm, "position"))
    assert code.unknown == [0, 1, 2]


def test_what_a_goal_consists_of() -> None:
    assert [len(goal_names(kind)) for kind in KINDS] == [3, 6, 12]


def test_a_joint_that_moves_nothing_the_goal_fixes_is_not_sought() -> None:
    """The tool point of a UR5 lies on its last axis, and so does the tool's z."""
    up = np.array([0.0, 0.0, 1.0])
    for code in (SolverCode(reduction(chain("ur5"), "position")), SolverCode(reduction(chain("ur5"), "axis", up))):
        assert code.unknown == [1, 2, 3, 4]
        assert code.idle == [5]
    assert SolverCode(reduction(chain("ur5"), "axis", TOOL)).idle == []
