"""pairs.py: the same distances as `distance.py`, for any pair and many postures, with bounds that never err."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.distance import WorldShape, arm_placer, distances, world_bodies
from armctl.kinematics.pairs import PairDistances, cover
from armctl.kinematics.rotation import pose_matrix
from armctl.kinematics.shapes import LinkShape, ShapeKind
from tests.unit.kinematics.arms import so101

seeds = st.integers(0, 2**32 - 1)
KINDS: tuple[ShapeKind, ...] = ("sphere", "capsule", "cylinder", "box")
SIZES = {"sphere": 1, "capsule": 2, "cylinder": 2, "box": 3}


def random_shape(rng: np.random.Generator, kind: ShapeKind) -> WorldShape:
    size = tuple(rng.uniform(0.02, 0.3, SIZES[kind]).tolist())
    return WorldShape(kind, size, pose_matrix(rng.uniform(-0.3, 0.3, 3), rng.uniform(-3, 3, 3)))


def poses(rng: np.random.Generator, count: int, frames: int) -> FloatArray:
    made = [
        [pose_matrix(rng.uniform(-0.3, 0.3, 3), rng.uniform(-3, 3, 3)) for _ in range(frames)] for _ in range(count)
    ]
    return np.array(made)


def every_pair(count: int) -> FloatArray:
    return np.array([(a, b) for a in range(count) for b in range(a)], dtype=np.intp)


def one_by_one(shapes: list[WorldShape], pairs: FloatArray, frames: FloatArray) -> FloatArray:
    """The distances of `distance.py`, with each shape moved by its own frame."""
    at = [WorldShape(shape.kind, shape.size, frame @ shape.pose) for shape, frame in zip(shapes, frames, strict=True)]
    found = []
    for a, b in pairs:
        part = LinkShape("l", at[a].kind, at[a].size, at[a].pose)
        found.append(distances(arm_placer([part], ["l"]).place(np.eye(4)[None]), world_bodies([at[b]]))[0, 0])
    return np.array(found)


def everything(engine: PairDistances, at: FloatArray) -> FloatArray:
    bounds = engine.bounds(at)
    return engine.measure(bounds, np.ones_like(bounds.least, dtype=np.bool_))


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_distances_are_those_of_the_exact_shapes_in_every_posture(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = [random_shape(rng, kind) for kind in KINDS + KINDS]
    engine = PairDistances(shapes, range(8), every_pair(8))
    at = poses(rng, 3, 8)
    found = everything(engine, at)
    for row, frames in zip(found, at, strict=True):
        np.testing.assert_allclose(row, one_by_one(shapes, engine.pairs, frames), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_bounds_never_err(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = [random_shape(rng, kind) for kind in KINDS + KINDS]
    engine = PairDistances(shapes, range(8), every_pair(8))
    at = poses(rng, 6, 8)
    bounds, exact = engine.bounds(at), everything(engine, at)
    assert (bounds.least <= exact + 1e-9).all()
    assert (engine.most(bounds) >= exact - 1e-9).all()


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_only_what_is_wanted_is_measured(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = [random_shape(rng, kind) for kind in KINDS]
    engine = PairDistances(shapes, range(4), every_pair(4))
    bounds = engine.bounds(poses(rng, 5, 4))
    wanted = rng.random(bounds.least.shape) < 0.5
    found, exact = engine.measure(bounds, wanted), engine.measure(bounds, np.ones_like(wanted))
    np.testing.assert_allclose(found[wanted], exact[wanted], atol=1e-12)
    np.testing.assert_array_equal(found[~wanted], bounds.least[~wanted])


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_where_parts_are_nearest_lies_on_both_and_is_as_far_as_told(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = [random_shape(rng, kind) for kind in KINDS + KINDS]
    engine = PairDistances(shapes, range(8), every_pair(8))
    at = poses(rng, 1, 8)
    exact = everything(engine, at)[0]
    apart = np.flatnonzero(exact > 1e-3)
    nearest = engine.nearest_points(engine.bounds(at), apart)
    for index, one, other in zip(apart, nearest[0], nearest[1], strict=True):
        radii = 0.0
        for shape_index, point in zip(engine.pairs[index], (one, other), strict=True):
            shape = shapes[shape_index]
            local = np.linalg.inv(at[0, shape_index] @ shape.pose) @ np.array([*point, 1.0])
            if shape.kind == "box":
                assert (np.abs(local[:3]) <= 0.5 * np.array(shape.size) + 1e-9).all()
            else:
                half = 0.5 * shape.size[1] if len(shape.size) > 1 else 0.0
                assert np.hypot(local[0], local[1]) < 1e-7
                assert abs(local[2]) <= half + 1e-9
                radii += shape.size[0]
        assert np.linalg.norm(one - other) - radii == pytest.approx(exact[index], abs=1e-7)


def test_results_come_without_a_box_first_then_with_one_then_with_two() -> None:
    shapes = [
        WorldShape("box", (0.1, 0.1, 0.1), np.eye(4)),
        *(random_shape(np.random.default_rng(1), k) for k in KINDS),
    ]
    engine = PairDistances(shapes, range(5), every_pair(5))
    boxes = [sum(shapes[index].kind == "box" for index in pair) for pair in engine.pairs]
    assert boxes == sorted(boxes)
    assert {tuple(pair) for pair in engine.pairs.tolist()} == {tuple(pair) for pair in every_pair(5).tolist()}


@pytest.mark.parametrize("kinds", [("sphere", "capsule"), ("box", "sphere"), ("box", "box")])
def test_any_mixture_of_kinds_can_be_measured(kinds: tuple[ShapeKind, ShapeKind]) -> None:
    shapes = [WorldShape(kind, (0.1,) * SIZES[kind], np.eye(4)) for kind in kinds]
    at = np.stack((np.eye(4), pose_matrix((1.0, 0.0, 0.0))))[None]
    engine = PairDistances(shapes, range(2), every_pair(2))
    assert 0.7 < everything(engine, at)[0, 0] < 0.96
    assert engine.nearest_points(engine.bounds(at), np.array([0])).shape == (2, 1, 3)


def test_no_pairs_have_no_distances() -> None:
    engine = PairDistances([], [], np.zeros((0, 2), dtype=np.intp))
    assert everything(engine, np.eye(4)[None, None]).shape == (1, 0)


def test_the_capsule_around_a_box_holds_all_its_corners() -> None:
    for shape in so101().shapes:
        middle, half, radius = cover(shape)
        if shape.kind != "box":
            continue
        corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * 0.5 * np.array(shape.size)
        at = corners @ shape.pose[:3, :3].T + shape.pose[:3, 3] - middle
        along = half / np.linalg.norm(half)
        assert (np.abs(at @ along) <= np.linalg.norm(half) + 1e-12).all()
        assert (np.linalg.norm(at - np.outer(at @ along, along), axis=1) <= radius + 1e-12).all()
