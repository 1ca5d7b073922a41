"""The camera keeps everything it is to show inside the picture, the right way up."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.camera import Camera

POINTS = np.array([[x, y, z] for x in (-0.2, 0.5) for y in (-0.3, 0.4) for z in (-0.13, 0.5)])


def camera(azimuth=-1.2, elevation=0.4, size=(400, 300)):
    return Camera.fitted(POINTS, size, azimuth, elevation, 1.9)


@given(azimuth=st.floats(-3.1, 3.1), elevation=st.floats(0.0, 1.2))
def test_all_points_are_inside_with_a_margin(azimuth, elevation):
    flat, depth = camera(azimuth, elevation).project(POINTS)
    assert (depth > 0).all()
    assert (flat > 0).all()
    assert (flat[:, 0] < 400).all()
    assert (flat[:, 1] < 300).all()


def test_up_is_up_and_right_is_right():
    flat, _ = camera(azimuth=-math.pi / 2).project(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.2], [0.2, 0.0, 0.0]]))
    assert flat[1][1] < flat[0][1]
    assert flat[2][0] > flat[0][0]


def test_what_is_nearer_is_larger():
    view = camera(azimuth=-math.pi / 2, elevation=0.0)
    flat, depth = view.project(np.array([[0, -0.3, 0], [0.1, -0.3, 0], [0, 0.4, 0], [0.1, 0.4, 0]], dtype=float))
    near, far = np.ptp(flat[:2, 0]), np.ptp(flat[2:, 0])
    assert depth[0] < depth[2]
    assert near / far == pytest.approx(depth[2] / depth[0])
