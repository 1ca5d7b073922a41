"""walk.py: what is folded along the way changes no pose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import matrix_from_rotation_vector, pose_matrix
from armctl.kinematics.straightline import Writer
from armctl.kinematics.urdf import Kind
from armctl.kinematics.walk import segments, walk

QUARTERS = [0.0, math.pi / 2, math.pi, -math.pi / 2]
AXES = [(0, 0, 1), (0, 0, -1), (0, 1, 0), (-1, 0, 0), (0.6, 0.0, 0.8)]


@dataclass
class Part:
    """A joint as a walk needs it."""

    kind: Kind
    origin: FloatArray
    axis: FloatArray


def parts(turns: st.SearchStrategy[float]) -> st.SearchStrategy[list[Part]]:
    """Chains whose axes often are parallel, or opposite, as those of real arms are."""
    origin = st.builds(lambda *v: pose_matrix(v[:3], v[3:]), *[st.floats(-0.5, 0.5)] * 3, *[turns] * 3)
    axis = st.sampled_from(AXES).map(lambda v: np.array(v, dtype=float))
    kinds: st.SearchStrategy[Kind] = st.sampled_from(["revolute", "revolute", "continuous", "prismatic", "fixed"])
    return st.lists(st.builds(Part, kinds, origin, axis), min_size=1, max_size=6)


def by_matrices(chain: list[Part], values: list[float]) -> FloatArray:
    """The pose of the tip by plain products."""
    pose, left = np.eye(4), list(values)
    for part in chain:
        pose = pose @ part.origin
        if part.kind == "fixed":
            continue
        motion = np.eye(4)
        if part.kind == "prismatic":
            motion[:3, 3] = part.axis * left.pop(0)
        else:
            motion[:3, :3] = matrix_from_rotation_vector(part.axis * left.pop(0))
        pose = pose @ motion
    return pose


@settings(deadline=None, max_examples=80)
@given(parts(st.sampled_from(QUARTERS) | st.floats(-3, 3)), st.lists(st.floats(-3, 3), min_size=6, max_size=6))
def test_parallel_axes_may_add_up_and_the_pose_is_that_of_plain_products(
    chain: list[Part], values: list[float]
) -> None:
    found, to_tip = segments(chain)
    writer = Writer()
    tip = walk(writer, found, [f"q{i}" for i in range(len(found))])[-1].moved(writer, "tip", to_tip)
    run = writer.program(len(found), [*tip.rotation, *tip.position]).run
    pose = np.eye(4)
    numbers = run(values[: len(found)])
    pose[:3, :3], pose[:3, 3] = np.array(numbers[:9]).reshape(3, 3), numbers[9:]
    np.testing.assert_allclose(pose, by_matrices(chain, values), atol=2e-8)


@pytest.mark.parametrize("tilt", [1e-8, 1e-6, 1e-5, 1e-4])
def test_axes_that_are_nearly_parallel_are_not_taken_as_parallel(tilt: float) -> None:
    """The cosine of such a tilt is 1 to nine digits and more."""
    up = np.array([0.0, 0.0, 1.0])
    arm = [Part("revolute", pose_matrix((0.3, 0, 0), (turn, 0, 0)), up) for turn in (0.0, tilt, 0.0)]
    arm.append(Part("fixed", pose_matrix((100.0, 0, 0)), up))
    found, to_tip = segments(arm)
    writer = Writer()
    tip = walk(writer, found, ["q0", "q1", "q2"])[-1].moved(writer, "tip", to_tip)
    place = writer.program(3, [*tip.position]).run([0.3, 0.8, -0.4])
    np.testing.assert_allclose(place, by_matrices(arm, [0.3, 0.8, -0.4])[:3, 3], atol=2e-7)


def test_three_parallel_axes_need_one_sine_of_their_sum() -> None:
    arm = [Part("revolute", pose_matrix((0.3, 0, 0)), np.array([0.0, 0.0, 1.0])) for _ in range(3)]
    found, to_tip = segments(arm)
    writer = Writer()
    tip = walk(writer, found, ["q0", "q1", "q2"])[-1].moved(writer, "tip", to_tip)
    source = writer.program(3, [*tip.rotation]).source
    assert source.count("sin(") == 1
    assert "*" not in source


def test_the_last_constant_pose_leads_back_out_of_the_axis_frame() -> None:
    part = Part("revolute", pose_matrix((0.1, 0.2, 0.3), (0.4, 0.5, 0.6)), np.array([0.6, 0.0, 0.8]))
    (segment,), to_tip = segments([part])
    np.testing.assert_allclose(segment.before @ to_tip, part.origin, atol=1e-12)
    np.testing.assert_allclose(to_tip[:3, :3] @ [0.6, 0.0, 0.8], [0.0, 0.0, 1.0], atol=1e-12)
