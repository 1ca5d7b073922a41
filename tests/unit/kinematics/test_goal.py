"""goal.py: how far a pose is from a goal, and which goals make no sense."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.goal import ROTATION_WEIGHT, SPARE_ROTATION_WEIGHT, Goal
from armctl.kinematics.rotation import matrix_from_rotation_vector, rotation_from_rpy

UP = (np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0]))
HERE = np.zeros(3)
angles = st.floats(-math.pi, math.pi)
rpys = st.tuples(angles, angles, angles)


def errors(goal: Goal, rotation: FloatArray, position: FloatArray = HERE) -> tuple[float, ...]:
    return goal.errors(tuple(position.tolist()), tuple(rotation.ravel().tolist()))


def test_a_goal_of_position_only_has_three_conditions_and_no_rotation_error() -> None:
    goal = Goal(np.array([0.3, 0.1, 0.2]))
    assert goal.conditions == 3
    assert errors(goal, np.eye(3), np.array([0.1, 0.1, 0.1])) == pytest.approx((0.2, 0.0, 0.1))


@settings(deadline=None)
@given(rpys, rpys)
def test_turning_by_the_rotation_error_arrives(now: tuple[float, ...], wanted: tuple[float, ...]) -> None:
    here, there = rotation_from_rpy(now), rotation_from_rpy(wanted)
    turn = errors(Goal(HERE, there), here)[3:]
    np.testing.assert_allclose(matrix_from_rotation_vector(turn) @ here, there, atol=1e-9)


@settings(deadline=None)
@given(rpys)
def test_turning_by_the_axis_error_aligns_the_axis_on_the_shortest_way(now: tuple[float, ...]) -> None:
    here = rotation_from_rpy(now)
    turn = errors(Goal(HERE, axis=UP), here)[3:]
    turned = matrix_from_rotation_vector(turn) @ here
    np.testing.assert_allclose(turned @ UP[0], UP[1], atol=1e-7)
    between = math.acos(max(-1.0, min(1.0, float((here @ UP[0]) @ UP[1]))))
    assert math.hypot(*turn) == pytest.approx(between, abs=1e-6)


@pytest.mark.parametrize("wanted", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, -1), (0.6, 0.0, 0.8)])
def test_an_axis_that_points_the_opposite_way_turns_half_round(wanted: tuple[float, float, float]) -> None:
    goal = Goal(HERE, axis=(-np.array(wanted), np.array(wanted)))
    turn = errors(goal, np.eye(3))[3:]
    assert math.hypot(*turn) == pytest.approx(math.pi)
    np.testing.assert_allclose(matrix_from_rotation_vector(turn) @ -np.array(wanted), wanted, atol=1e-9)


def test_rotation_about_the_wanted_axis_is_free() -> None:
    weights = Goal(HERE, axis=UP).weights(5)
    about_up, sideways = np.array([0, 0, 0, 0, 0, 1.0]), np.array([0, 0, 0, 1.0, 0, 0])
    assert np.linalg.norm(weights @ about_up) == pytest.approx(0.0)
    assert np.linalg.norm(weights @ sideways) == pytest.approx(ROTATION_WEIGHT)


@pytest.mark.parametrize(
    ("goal", "dof", "weight"),
    [
        (Goal(HERE, np.eye(3)), 6, ROTATION_WEIGHT),
        (Goal(HERE, np.eye(3)), 5, SPARE_ROTATION_WEIGHT),
        (Goal(HERE, axis=UP), 5, ROTATION_WEIGHT),
        (Goal(HERE, axis=UP), 4, SPARE_ROTATION_WEIGHT),
    ],
)
def test_position_comes_first_where_the_joints_do_not_suffice(goal: Goal, dof: int, weight: float) -> None:
    assert goal.weights(dof)[3, 3] == pytest.approx(weight)
    np.testing.assert_array_equal(goal.weights(dof)[:3, :3], np.eye(3))


def test_axes_are_made_unit_vectors() -> None:
    goal = Goal(HERE, axis=(np.array([0, 2.0, 0]), np.array([0, 0, 3.0])))
    assert goal.axis is not None
    assert [np.linalg.norm(vector) for vector in goal.axis] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("position", "rotation", "axis"),
    [
        (np.array([math.nan, 0, 0]), None, None),
        (np.zeros(2), None, None),
        (HERE, np.full((3, 3), math.inf), None),
        (HERE, np.zeros(3), None),
        (HERE, None, (np.zeros(3), np.ones(3))),
        (HERE, np.eye(3), UP),
    ],
)
def test_goals_that_make_no_sense_are_refused(
    position: FloatArray, rotation: FloatArray | None, axis: tuple[FloatArray, FloatArray] | None
) -> None:
    with pytest.raises(KinematicsError):
        Goal(position, rotation, axis)


@pytest.mark.parametrize(
    "matrix", [np.eye(3) * 1.1, np.diag([1.0, 1.0, -1.0]), np.diag([2.0, 0.5, 1.0]), np.zeros((3, 3))]
)
def test_what_stretches_or_mirrors_is_no_rotation(matrix: FloatArray) -> None:
    with pytest.raises(KinematicsError, match="determinant"):
        Goal(HERE, matrix)


def test_a_goal_tells_its_numbers_in_one_row() -> None:
    assert Goal(HERE).numbers == HERE.tolist()
    assert Goal(HERE, np.eye(3)).numbers == [*HERE.tolist(), 1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert Goal(HERE, axis=UP).numbers == [*HERE.tolist(), *UP[1].tolist()]
    assert [Goal(HERE).kind, Goal(HERE, axis=UP).kind, Goal(HERE, np.eye(3)).kind] == ["position", "axis", "pose"]
