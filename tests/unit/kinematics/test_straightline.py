"""straightline.py: folding changes the amount of work, never the result."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import pose_matrix
from armctl.kinematics.straightline import SNAP, Frame, Writer, axis_to_z, snapped
from tests.unit.kinematics.arms import chain

small = st.floats(-2.0, 2.0)
poses = st.builds(lambda *v: pose_matrix(v[:3], v[3:]), *[small] * 6)


def as_matrix(values: tuple[float, ...]) -> FloatArray:
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(values[:9]).reshape(3, 3)
    matrix[:3, 3] = values[9:]
    return matrix


@settings(deadline=None)
@given(poses, poses, small, small)
def test_a_program_computes_the_product_of_its_poses(
    first: FloatArray, second: FloatArray, angle: float, way: float
) -> None:
    writer = Writer()
    frame = (
        Frame().moved(writer, "a", first).turned(writer, "t", "q0").moved(writer, "b", second).slid(writer, "s", "q1")
    )
    program = writer.program(2, [*frame.rotation, *frame.position])
    wanted = first @ pose_matrix((0, 0, 0), (0, 0, angle)) @ second @ pose_matrix((0, 0, way))
    np.testing.assert_allclose(as_matrix(program.run([angle, way])), wanted, atol=1e-8)


def test_zeros_and_ones_cost_nothing() -> None:
    writer = Writer()
    frame = Frame().moved(writer, "a", pose_matrix((0, 0, 0.3))).turned(writer, "t", "q0")
    program = writer.program(1, [*frame.rotation, *frame.position])
    assert "*" not in program.source
    assert program.run([0.5])[9:] == (0.0, 0.0, 0.3)


def test_what_no_output_needs_is_left_out() -> None:
    writer = Writer()
    writer.call("unused", "sin", "q0")
    used = writer.call("used", "cos", "q0")
    program = writer.program(1, [used])
    assert "unused" not in program.source
    assert program.run([0.0]) == (1.0,)


@pytest.mark.parametrize(
    ("value", "wanted"), [(1 - 2e-10, 1.0), (-2e-10, 0.0), (-1 + 2e-10, -1.0), (0.5, 0.5), (2.0, 2.0)]
)
def test_only_what_is_within_a_nanometre_of_an_integer_is_rounded(value: float, wanted: float) -> None:
    assert snapped(value) == wanted
    assert snapped(1 - 2 * SNAP) != 1.0


@settings(deadline=None)
@given(st.tuples(small, small, small))
def test_the_helper_frame_of_an_axis_has_it_as_z_and_is_a_rotation(axis: tuple[float, float, float]) -> None:
    length = math.hypot(*axis)
    if length > 1e-3:
        frame = axis_to_z(np.array(axis) / length)
        np.testing.assert_allclose(frame[:3, 2], np.array(axis) / length, atol=2 * SNAP)
        np.testing.assert_allclose(frame[:3, :3].T @ frame[:3, :3], np.eye(3), atol=1e-8)
        assert np.linalg.det(frame[:3, :3]) == pytest.approx(1.0)


def test_nothing_of_the_file_but_numbers_gets_into_the_program() -> None:
    source = chain("so101").program.source
    for name in (*chain("so101").names, "base_link", "gripper_link"):
        assert name not in source
