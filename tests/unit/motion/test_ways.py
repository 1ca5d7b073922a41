import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.kinematics.rotation import pose_matrix, rotation_vector
from armctl.motion.ways import SAME_POINT, Way, arc, length_of, line, rotate, smooth, swing, through

A, B = np.array([0.33, -0.12, 0.05]), np.array([0.18, 0.24, 0.28])


@pytest.mark.parametrize("way", [line, lambda a, b: arc([a, b])])
def test_a_way_begins_and_ends_at_its_points(way: object) -> None:
    made = way(A, B)  # type: ignore[operator]  # parametrised over functions
    assert made(0.0) == pytest.approx(A)
    assert made(1.0) == pytest.approx(B)


def test_a_line_is_as_long_as_it_is_far() -> None:
    assert length_of(line(A, B)) == pytest.approx(float(np.linalg.norm(B - A)))


def test_an_arc_blends_azimuth_distance_and_height() -> None:
    way = arc([A, B])
    for share in (0.0, 0.3, 0.5, 0.9):
        x, y, z = way(share)
        first, last = math.atan2(A[1], A[0]), math.atan2(B[1], B[0])
        assert math.atan2(y, x) == pytest.approx(first + share * (last - first))
        assert math.hypot(x, y) == pytest.approx((1 - share) * math.hypot(*A[:2]) + share * math.hypot(*B[:2]))
        assert z == pytest.approx((1 - share) * A[2] + share * B[2])


def test_an_arc_passes_in_front_of_the_base() -> None:
    way = arc([np.array([-0.2, 0.2, 0.1]), np.array([-0.2, -0.2, 0.1])])
    assert way(0.5)[0] > 0.2


def test_a_swing_keeps_unit_length_and_ends_where_told() -> None:
    start, end = np.array([0.0, 1.0, 0.0]), np.array([0.6, 0.0, 0.8])
    way = swing(start, end, until=0.6)
    assert way(0.0) == pytest.approx(start)
    assert way(0.6) == pytest.approx(end)
    assert way(1.0) == pytest.approx(end)
    assert np.linalg.norm(way(0.3)) == pytest.approx(1.0)


def test_a_swing_between_opposites_goes_over_a_side() -> None:
    up = np.array([0.0, 0.0, 1.0])
    assert swing(up, -up)(1.0) == pytest.approx(-up)
    assert swing(up, -up)(0.5) @ up == pytest.approx(0.0, abs=1e-9)


def test_a_swing_to_the_same_stays() -> None:
    up = np.array([0.0, 0.0, 1.0])
    assert swing(up, up)(0.4) == pytest.approx(up)


def test_a_rotation_is_turned_about_one_axis() -> None:
    start, end = np.eye(3), pose_matrix((0, 0, 0), (0.3, -0.5, 1.0))[:3, :3]
    way = rotate(start, end)
    assert way(1.0) == pytest.approx(end)
    half, whole = rotation_vector(way(0.5)), rotation_vector(end)
    assert np.cross(half, whole) == pytest.approx(np.zeros(3), abs=1e-9)


def test_smooth_starts_and_ends_without_speed_or_acceleration() -> None:
    x = np.array([0.0, 1e-3, 0.5, 1.0 - 1e-3, 1.0])
    values = [smooth(value) for value in x]
    assert values[0] == 0.0
    assert values[-1] == 1.0
    assert values[2] == pytest.approx(0.5)
    # Both first and second derivative are zero at the ends: the value grows with the cube.
    assert values[1] == pytest.approx(1e-8, rel=0.01)
    assert 1.0 - values[3] == pytest.approx(1e-8, rel=0.01)


points_3d = st.lists(st.tuples(*[st.floats(-0.4, 0.4)] * 3), min_size=2, max_size=6)


def from_corners(way: Way, corners: list[np.ndarray]) -> float:
    """Largest distance of ``way`` from the lines through ``corners`` [m]."""
    worst = 0.0
    for share in np.linspace(0.0, 1.0, 80):
        point = way(float(share))
        nearest = math.inf
        for a, b in pairwise(corners):
            d = b - a
            along = min(1.0, max(0.0, float((point - a) @ d) / max(float(d @ d), 1e-12)))
            nearest = min(nearest, float(np.linalg.norm(a + along * d - point)))
        worst = max(worst, nearest)
    return worst


@given(points_3d, st.floats(0.001, 0.05))
@settings(max_examples=60)
def test_rounded_corners_keep_their_distance_and_both_ends_stay(
    places: list[tuple[float, float, float]], deviation: float
) -> None:
    corners = [np.array(place) for place in places]
    way = through(corners, deviation)
    assert way(0.0) == pytest.approx(corners[0], abs=1e-9)
    assert way(1.0) == pytest.approx(corners[-1], abs=1e-9)
    assert from_corners(way, corners) <= deviation + SAME_POINT + 1e-9


@given(points_3d)
@settings(max_examples=30)
def test_a_rounded_way_has_no_jumps(places: list[tuple[float, float, float]]) -> None:
    corners = [np.array(place) for place in places]
    way = through(corners, 0.02)
    whole = sum(float(np.linalg.norm(b - a)) for a, b in pairwise(corners))
    points = np.array([way(float(share)) for share in np.linspace(0.0, 1.0, 401)])
    # A parabola goes at most twice as fast as its mean.
    assert np.linalg.norm(np.diff(points, axis=0), axis=1).max() <= 2.5 * whole / 400 + SAME_POINT


def test_each_corner_is_passed_within_the_distance_asked_for() -> None:
    corners = [np.array(p) for p in ((0.3, -0.2, 0.2), (0.3, 0.0, 0.2), (0.3, 0.0, 0.4), (0.1, 0.0, 0.4))]
    points = np.array([through(corners, 0.02)(float(share)) for share in np.linspace(0.0, 1.0, 400)])
    for corner in corners:
        assert np.linalg.norm(points - corner, axis=1).min() <= 0.0201


def test_an_arc_through_points_keeps_its_distance_from_the_axis() -> None:
    places = [np.array([0.3 * math.cos(a), 0.3 * math.sin(a), h]) for a, h in ((-0.8, 0.1), (0.0, 0.2), (0.9, 0.2))]
    way = arc(places, 0.02)
    for share in np.linspace(0.0, 1.0, 50):
        assert math.hypot(*way(float(share))[:2]) == pytest.approx(0.3, abs=1e-9)
