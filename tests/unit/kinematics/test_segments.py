"""segments.py: exact, held against points sampled densely along the segments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.segments import TINY, between_segments, segment_to_box, segment_to_segment

SAMPLES = np.linspace(0.0, 1.0, 2001)[:, None]
numbers = st.floats(-1.0, 1.0).map(lambda value: 0.0 if abs(value) < 1e-6 else value)
vectors = st.tuples(numbers, numbers, numbers).map(np.array)
sizes = st.tuples(*[st.floats(0.01, 0.6)] * 3).map(np.array)


def outside_box(points: FloatArray, half: FloatArray) -> FloatArray:
    """Signed distance of points (n, 3) to a box, from its definition."""
    excess = np.abs(points) - half
    distance: FloatArray = np.linalg.norm(np.maximum(excess, 0.0), axis=1) + np.minimum(excess.max(axis=1), 0.0)
    return distance


@settings(deadline=None)
@given(vectors, vectors, sizes)
def test_a_segment_is_as_far_from_a_box_as_its_nearest_point(
    start: FloatArray, along: FloatArray, half: FloatArray
) -> None:
    found = float(segment_to_box(start[:, None], along[:, None], half[:, None])[0])
    sampled = float(outside_box(start + SAMPLES * along, half).min())
    # No sample is nearer than the nearest point, and it is at most half a sample from one.
    spacing = 0.5 * float(np.linalg.norm(along)) / (len(SAMPLES) - 1)
    assert found <= sampled + 1e-9
    assert found >= sampled - spacing - 1e-9


@settings(deadline=None)
@given(vectors, vectors, vectors, vectors)
def test_two_segments_are_as_far_apart_as_their_nearest_points(
    start: FloatArray, along: FloatArray, other: FloatArray, other_along: FloatArray
) -> None:
    found = float(segment_to_segment(start[None], along[None], other[None], other_along[None])[0, 0])
    few = SAMPLES[::20]
    between = (start + few * along)[:, None] - (other + few * other_along)[None]
    sampled = float(np.linalg.norm(between, axis=2).min())
    spacing = 0.5 * float(np.linalg.norm(along) + np.linalg.norm(other_along)) / (len(few) - 1)
    assert found <= sampled + 1e-7
    assert found >= sampled - spacing - 1e-7


PARALLEL = [
    ([0, 0, 0], [1, 0, 0], [0.2, 0.5, 0], [1, 0, 0], 0.5),
    ([0, 0, 0], [1, 0, 0], [3, 0, 0], [-1, 0, 0], 1.0),
    ([0, 0, 0], [1, 0, 0], [-1, 0, 0.3], [0.5, 0, 0], float(np.hypot(0.5, 0.3))),
    ([0, 0, 0], [0, 0, 0], [0, 2, 0], [0, 0, 0], 2.0),
    ([0, 0, 0], [0, 0, 0], [-1, 1, 0], [2, 0, 0], 1.0),
    ([-1, 0, 0], [2, 0, 0], [0, -1, 0], [0, 2, 0], 0.0),
]


@pytest.mark.parametrize("case", PARALLEL)
def test_parallel_crossing_and_point_like_segments(case: tuple[list[float], ...]) -> None:
    start, along, other, other_along, wanted = (np.array(part, dtype=float) for part in case)
    found = segment_to_segment(start[None], along[None], other[None], other_along[None])
    assert found[0, 0] == pytest.approx(float(wanted), abs=1e-12)


DEEP = [
    ([0, 0, 0], [0, 0, 0], -0.1),
    ([0.15, 0, 0], [0, 0, 0], -0.05),
    ([-1, 0, 0], [2, 0, 0], -0.1),
    ([0.2, -1, 0], [0, 2, 0], 0.0),
    ([0.19, -1, 0], [0, 2, 0], -0.01),
    ([0.3, 0, 0], [-0.12, 0, 0], -0.02),
]


@pytest.mark.parametrize(("start", "along", "wanted"), DEEP)
def test_inside_a_box_the_depth_of_the_deepest_point_counts(
    start: list[float], along: list[float], wanted: float
) -> None:
    half = np.array([[0.2], [0.1], [0.3]])
    found = segment_to_box(np.array(start, dtype=float)[:, None], np.array(along, dtype=float)[:, None], half)
    assert found[0] == pytest.approx(wanted, abs=1e-9)


def test_many_pairs_at_once_give_what_each_gives_alone() -> None:
    rng = np.random.default_rng(4)
    start, along, half = rng.normal(size=(3, 50)), rng.normal(size=(3, 50)), rng.uniform(0.1, 1, (3, 50))
    together = segment_to_box(start, along, half)
    alone = [segment_to_box(start[:, [i]], along[:, [i]], half[:, [i]])[0] for i in range(50)]
    np.testing.assert_allclose(together, alone, atol=1e-12)


@settings(deadline=None)
@given(vectors, vectors, vectors, vectors)
def test_segments_given_by_their_middles_are_as_far_apart(
    start: FloatArray, along: FloatArray, other: FloatArray, other_along: FloatArray
) -> None:
    wanted = segment_to_segment(start[None], along[None], other[None], other_along[None])[0, 0]
    half, other_half = 0.5 * along, 0.5 * other_along
    squares = [np.array([max(float(axis @ axis), TINY)]) for axis in (half, other_half)]
    gap = (start + half) - (other + other_half)
    found = between_segments(gap[:, None], half[:, None], other_half[:, None], *squares)[0]
    assert found == pytest.approx(wanted, abs=1e-7)
