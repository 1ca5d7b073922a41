"""distance.py: never farther than it is (0.5 mm), and hardly ever nearer (5 mm), beside dense sampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config.scene import ShapeConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.distance import (
    WorldShape,
    arm_placer,
    distances,
    distances_to_box,
    distances_to_capsule,
    distances_to_sphere,
    world_bodies,
    world_shape,
)
from armctl.kinematics.rotation import pose_matrix
from armctl.kinematics.shapes import LinkShape, ShapeKind
from tests.unit.kinematics.arms import so101

seeds = st.integers(0, 2**32 - 1)
HOME = np.array([*so101().config.poses["home"], 0.3])


def surface(kind: str, size: tuple[float, ...], pose: FloatArray, rng: np.random.Generator, count: int) -> FloatArray:
    """Random points (count, 3) on a shape, corners and ends among them."""
    if kind == "box":
        half = 0.5 * np.array(size)
        points = rng.uniform(-half, half, (count, 3))
        face = rng.integers(0, 3, count)
        points[np.arange(count), face] = np.sign(points[np.arange(count), face]) * half[face]
        points[:8] = half * [[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]
    else:
        points = rng.normal(size=(count, 3))
        points *= size[0] / np.linalg.norm(points, axis=1, keepdims=True)
        if len(size) > 1:
            points[:, 2] += size[1] * np.clip(rng.uniform(-1.0, 1.0, count), -0.5, 0.5)
    return points @ pose[:3, :3].T + pose[:3, 3]


def to_shape(points: FloatArray, shape: WorldShape) -> FloatArray:
    """Signed distance of points (n, 3) to a shape, from the definitions."""
    local = (points - shape.pose[:3, 3]) @ shape.pose[:3, :3]
    distance: FloatArray
    if shape.kind == "box":
        excess = np.abs(local) - 0.5 * np.array(shape.size)
        distance = np.linalg.norm(np.maximum(excess, 0.0), axis=1) + np.minimum(excess.max(axis=1), 0.0)
        return distance
    half = 0.5 * shape.size[1] if len(shape.size) > 1 else 0.0
    local[:, 2] -= np.clip(local[:, 2], -half, half)
    distance = np.linalg.norm(local, axis=1) - shape.size[0]
    return distance


def random_shapes(rng: np.random.Generator, smallest: float, largest: float) -> list[WorldShape]:
    sizes: dict[ShapeKind, int] = {"sphere": 1, "capsule": 2, "box": 3}
    return [
        WorldShape(
            kind,
            tuple(rng.uniform(smallest, largest, count).tolist()),
            pose_matrix(rng.uniform(-0.6, 0.6, 3), rng.uniform(-3, 3, 3)),
        )
        for kind, count in sizes.items()
    ]


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_no_point_of_the_arm_is_nearer_to_anything_than_told(seed: int) -> None:
    rng, robot = np.random.default_rng(seed), so101()
    joints = robot.config.joints
    poses = robot.link_array(rng.uniform([j.lower for j in joints], [j.upper for j in joints]))
    world = random_shapes(rng, 0.05, 0.3)
    told = distances(arm_placer(robot.shapes, robot.links).place(poses), world_bodies(world))
    for column, part in enumerate(robot.shapes):
        frame = poses[robot.links.index(part.link)] @ part.pose
        points = surface(part.kind, part.size, frame, rng, 1500)
        for row, shape in enumerate(world):
            sampled = float(to_shape(points, shape).min())
            if told[row, column] > 0.0:
                assert told[row, column] <= sampled + 5e-4
            else:
                # Overlap: sampling must not say they are clear of each other by more than its own coarseness.
                assert sampled < 0.03


@settings(deadline=None, max_examples=25)
@given(seeds)
def test_apart_it_is_hardly_ever_told_nearer_than_it_is(seed: int) -> None:
    """Two shapes, both sampled densely; the nearest samples bound the true distance from above."""
    rng = np.random.default_rng(seed)
    world = random_shapes(rng, 0.05, 0.3)
    for part in random_shapes(rng, 0.03, 0.1):
        link = LinkShape("l", part.kind, part.size, part.pose)
        told = distances(arm_placer([link], ["l"]).place(np.eye(4)[None]), world_bodies(world))[:, 0]
        points = surface(part.kind, part.size, part.pose, rng, 6000)
        for shape, distance in zip(world, told, strict=True):
            if distance > 0.1:
                # 6000 samples on at most a fifth of a square metre lie within 1 cm of any point of it; this far from
                # the other shape that is worth gap²/2 · (1/distance + 1/radius), at most 2.5 mm.
                nearest = float(to_shape(points, shape).min())
                assert nearest - distance < 5e-3
                assert distance <= nearest + 1e-9


def unit_box(x: float, angle: float = 0.0) -> WorldShape:
    return WorldShape("box", (1.0, 1.0, 1.0), pose_matrix((x, 0.0, 0.0), (0.0, 0.0, angle)))


def box_to_box(other: WorldShape) -> float:
    link = LinkShape("l", "box", (1.0, 1.0, 1.0), np.eye(4))
    return float(distances(arm_placer([link], ["l"]).place(np.eye(4)[None]), world_bodies([other]))[0, 0])


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        (unit_box(1.5), 0.5),
        (unit_box(1.0 + np.sqrt(0.5) - 0.5, np.pi / 4), 0.0),
        (unit_box(2.0, np.pi / 4), 1.5 - np.sqrt(0.5)),
        (WorldShape("box", (1.0, 1.0, 1.0), pose_matrix((2.0, 2.0, 2.0))), np.sqrt(3.0)),
    ],
)
def test_boxes_are_measured_face_to_face_edge_to_face_and_corner_to_corner(other: WorldShape, wanted: float) -> None:
    assert box_to_box(other) == pytest.approx(wanted, abs=1e-9)


def test_a_box_inside_another_counts_as_in_it() -> None:
    small = WorldShape("box", (0.2, 0.2, 0.2), np.eye(4))
    assert box_to_box(small) < 0.0


def test_results_are_in_the_order_in_which_shapes_were_given() -> None:
    shapes = [unit_box(3.0), WorldShape("sphere", (0.5,), pose_matrix((0, 5, 0))), unit_box(-4.0)]
    link = [LinkShape("l", "sphere", (0.1,), np.eye(4)), LinkShape("l", "box", (0.2, 0.2, 0.2), np.eye(4))]
    found = distances(arm_placer(link, ["l"]).place(np.eye(4)[None]), world_bodies(shapes))
    np.testing.assert_allclose(found, [[2.4, 2.4], [4.4, 4.4], [3.4, 3.4]], atol=1e-9)


def test_the_single_shape_questions_agree_with_the_whole_world() -> None:
    robot = so101()
    arm = arm_placer(robot.shapes, robot.links).place(robot.link_array(HOME))
    pose = pose_matrix((0.4, 0.1, 0.3), (0.3, 0.2, 0.1))
    world = [
        WorldShape("sphere", (0.1,), pose_matrix((0.4, 0.1, 0.3))),
        WorldShape("box", (0.1, 0.2, 0.3), pose),
        WorldShape("capsule", (0.05, 0.2), pose),
    ]
    together = distances(arm, world_bodies(world))
    np.testing.assert_allclose(distances_to_sphere(arm, (0.4, 0.1, 0.3), 0.1), together[0])
    np.testing.assert_allclose(distances_to_box(arm, pose, (0.1, 0.2, 0.3)), together[1])
    np.testing.assert_allclose(distances_to_capsule(arm, pose, 0.05, 0.2), together[2])


def test_a_cylinder_is_never_told_farther_than_its_capsule() -> None:
    cylinder = ShapeConfig(kind="cylinder", size=(0.04, 0.1), xyz=(0.5, 0.0, 0.1))
    robot = so101()
    arm = arm_placer(robot.shapes, robot.links).place(robot.link_array(HOME))
    found = distances(arm, world_bodies([world_shape(cylinder)]))[0]
    np.testing.assert_allclose(found, distances_to_capsule(arm, pose_matrix((0.5, 0.0, 0.1)), 0.04, 0.1))


def test_a_configured_shape_stands_where_its_owner_stands() -> None:
    config = ShapeConfig(kind="sphere", size=(0.1,), xyz=(0.0, 0.0, 0.5))
    found = world_shape(config, pose_matrix((1.0, 0.0, 0.0), (0.0, np.pi / 2, 0.0)))
    np.testing.assert_allclose(found.pose[:3, 3], [1.5, 0.0, 0.0], atol=1e-12)


def test_no_shapes_make_no_distances() -> None:
    robot = so101()
    arm = arm_placer(robot.shapes, robot.links).place(robot.link_array(HOME))
    assert distances(arm, world_bodies([])).shape == (0, len(robot.shapes))
    nothing = arm_placer([], robot.links).place(robot.link_array(HOME))
    assert distances(nothing, world_bodies([unit_box(1.0)])).shape == (1, 0)
