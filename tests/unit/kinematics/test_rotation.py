"""rotation.py: every form says the same rotation, and the ways back return it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics import rotation as rot

angles = st.floats(-math.pi, math.pi)
rpys = st.tuples(angles, angles, angles)
vectors = st.tuples(*[st.floats(-1.8, 1.8)] * 3)


def about(axis: int, angle: float) -> FloatArray:
    """A rotation written down from its definition, not through the code under test."""
    c, s = math.cos(angle), math.sin(angle)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[i, i] = matrix[j, j] = c
    matrix[j, i], matrix[i, j] = s, -s
    return matrix


@settings(deadline=None)
@given(rpys)
def test_rpy_turns_about_the_fixed_axes_x_then_y_then_z(rpy: tuple[float, float, float]) -> None:
    wanted = about(2, rpy[2]) @ about(1, rpy[1]) @ about(0, rpy[0])
    np.testing.assert_allclose(rot.rotation_from_rpy(rpy), wanted, atol=1e-14)


@settings(deadline=None)
@given(rpys)
def test_a_quaternion_gives_back_its_matrix_and_has_length_one(rpy: tuple[float, float, float]) -> None:
    matrix = rot.rotation_from_rpy(rpy)
    quaternion = rot.quaternion_from_matrix(matrix)
    assert np.linalg.norm(quaternion) == pytest.approx(1.0, abs=1e-12)
    assert quaternion[3] >= 0.0
    np.testing.assert_allclose(rot.matrix_from_quaternion(quaternion), matrix, atol=1e-12)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("angle", [0.0, 1e-13, 1e-7, math.pi / 2, math.pi - 1e-9, math.pi])
def test_half_turns_and_no_turns_survive_every_form(axis: int, angle: float) -> None:
    matrix = about(axis, angle)
    vector = rot.rotation_vector(matrix)
    assert np.linalg.norm(vector) == pytest.approx(angle, abs=1e-9)
    np.testing.assert_allclose(rot.matrix_from_rotation_vector(vector), matrix, atol=1e-9)
    np.testing.assert_allclose(rot.matrix_from_quaternion(rot.quaternion_from_matrix(matrix)), matrix, atol=1e-12)


@settings(deadline=None)
@given(vectors)
def test_a_rotation_vector_shorter_than_half_a_turn_comes_back(vector: tuple[float, float, float]) -> None:
    length = math.hypot(*vector)
    if length < math.pi - 1e-3:
        back = rot.rotation_vector(rot.matrix_from_rotation_vector(vector))
        np.testing.assert_allclose(back, vector, atol=1e-9)


@settings(deadline=None)
@given(st.floats(0.1, 10.0), rpys)
def test_the_length_of_a_quaternion_does_not_matter(scale: float, rpy: tuple[float, float, float]) -> None:
    matrix = rot.rotation_from_rpy(rpy)
    np.testing.assert_allclose(
        rot.matrix_from_quaternion(scale * rot.quaternion_from_matrix(matrix)), matrix, atol=1e-12
    )


@pytest.mark.parametrize("quaternion", [(0, 0, 0, 0), (math.nan, 0, 0, 1), (math.inf, 0, 0, 1)])
def test_what_is_no_rotation_is_refused(quaternion: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="is not a rotation"):
        rot.matrix_from_quaternion(quaternion)


@settings(deadline=None)
@given(vectors, rpys)
def test_a_pose_survives_its_seven_numbers_and_its_inverse_undoes_it(
    xyz: tuple[float, float, float], rpy: tuple[float, float, float]
) -> None:
    pose = rot.pose_matrix(xyz, rpy)
    np.testing.assert_allclose(rot.matrix_from_pose7(rot.pose7(pose)), pose, atol=1e-12)
    np.testing.assert_allclose(rot.inverse_pose(pose) @ pose, np.eye(4), atol=1e-12)
