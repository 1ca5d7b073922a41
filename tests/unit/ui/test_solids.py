"""Solids cover the pixels they should, near ones hide far ones, and light comes from above."""

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.camera import Camera
from ui.solids import Round, ball, box, capsule, convex, cylinder, draw

SIZE = (200, 200)
CAMERA = Camera.fitted(np.array([[-0.5, -0.5, -0.5], [0.5, 0.5, 0.5]]), SIZE, -1.57, 0.3, 3.0)


def drawn(*solids):
    surface = pygame.Surface(SIZE)
    draw(surface, CAMERA, solids)
    return pygame.surfarray.array3d(surface).astype(int)


def colour_at(pixels, point):
    ((x, y),) = CAMERA.project(np.array([point], dtype=float))[0]
    return pixels[int(x), int(y)]


def test_a_near_solid_hides_a_far_one_whatever_the_order():
    near, far = ball([0, -0.3, 0], 0.1, (250, 0, 0)), ball([0, 0.3, 0], 0.1, (0, 0, 250))
    for order in ((near, far), (far, near)):
        red, _, blue = colour_at(drawn(*order), [0, -0.3, 0])
        assert red > blue


@pytest.mark.parametrize(
    "solid",
    [
        box(np.eye(4), (0.4, 0.4, 0.4), (90, 140, 90)),
        cylinder(np.eye(4), 0.2, 0.4, (90, 140, 90)),
        capsule(np.eye(4), 0.15, 0.3, (90, 140, 90)),
        Round(np.array([[x, 0, z] for x in (-0.2, 0.2) for z in (-0.2, 0.2)]), np.full(4, 0.1), (90, 140, 90)),
    ],
    ids=["box", "cylinder", "capsule", "torso"],
)
def test_a_solid_covers_its_middle_but_not_the_corners_and_is_lighter_above(solid):
    pixels = drawn(solid)
    assert colour_at(pixels, [0, 0, 0]).sum() > 60
    assert pixels[0, 0].sum() == pixels[-1, -1].sum() == 0
    lit = np.argwhere(pixels.sum(axis=2) > 0)
    middle = (lit[:, 1].min() + lit[:, 1].max()) / 2
    upper = pixels[lit[lit[:, 1] < middle][:, 0], lit[lit[:, 1] < middle][:, 1]].sum(axis=1).mean()
    lower = pixels[lit[lit[:, 1] > middle][:, 0], lit[lit[:, 1] > middle][:, 1]].sum(axis=1).mean()
    assert upper > lower


def test_a_ball_is_as_large_as_geometry_says():
    pixels = drawn(ball([0, 0, 0], 0.2, (200, 200, 200)))
    depth = CAMERA.project(np.zeros((1, 3)))[1][0]
    radius = 0.2 * CAMERA.focal / depth
    assert (pixels.sum(axis=2) > 0).sum() == pytest.approx(np.pi * radius**2, rel=0.08)


def test_faces_of_a_box_and_a_cylinder_look_outward():
    for solid in (box(np.eye(4), (1, 2, 3), (0, 0, 0)), cylinder(np.eye(4), 1, 2, (0, 0, 0))):
        for face, normal in zip(solid.faces, solid.normals(), strict=True):
            assert float(normal @ solid.centres[list(face)].mean(axis=0)) > 0
            assert np.linalg.norm(normal) == pytest.approx(1.0)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=4, max_size=40, unique=True))
def test_the_hull_holds_every_point_and_turns_one_way(points):
    hull = convex([list(map(float, point)) for point in points])
    for a, b in zip(hull, hull[1:] + hull[:1], strict=True):
        for x, y in points:
            assert (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) >= -1e-9


def test_nothing_to_draw_is_no_error():
    assert drawn().sum() == 0
