"""Signed distances between the shapes of an arm and the shapes of the world around it.

Between spheres, capsules and boxes they are exact where the shapes are apart. Where they overlap they are negative: how
deep the deepest point of the arm's axis (a capsule) or edges (a box) is in, less its radius. Cylinders count as the
capsules around them: their ends come out nearer than they are by up to their radius, never farther.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from armctl.config.scene import ShapeConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import pose_matrix
from armctl.kinematics.segments import segment_to_box, segment_to_segment
from armctl.kinematics.shapes import LinkShape, ShapeKind

IndexArray: TypeAlias = NDArray[np.intp]

_CORNERS: Final = np.array([[x, y, z] for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)])
_EDGES: Final = np.array([(i, i | bit) for i in range(8) for bit in (1, 2, 4) if not i & bit]).T


@dataclass(frozen=True, slots=True, eq=False)
class WorldShape:
    """One primitive that stands in the base frame.

    Attributes:
        kind: box, sphere, capsule or cylinder.
        size: As `LinkShape.size` [m].
        pose: Pose (4, 4) of its middle in the base frame.
    """

    kind: ShapeKind
    size: tuple[float, ...]
    pose: FloatArray


def world_shape(config: ShapeConfig, frame: FloatArray | None = None) -> WorldShape:
    """Return a configured shape where it stands.

    Args:
        config: The shape; the height of a capsule is that between the centres of its ends.
        frame: Pose (4, 4), in the base frame, of what the shape belongs to; the base frame itself when None.
    """
    pose = pose_matrix(config.xyz, config.rpy)
    return WorldShape(config.kind, config.size, pose if frame is None else frame @ pose)


@dataclass(frozen=True, slots=True, eq=False)
class Bodies:
    """Shapes in the base frame, as the arrays that distances are computed from.

    Attributes:
        count: How many shapes.
        round_at: Shape (r,), which of the shapes are round; ``box_at`` (b,) which are boxes.
        radius: Shape (r + 12·b,), of the segments; 0 for the edges of boxes.
        start: Shape (r + 12·b, 3), first ends of the axes of the round ones, then of the edges of the boxes [m].
        along: Shape (r + 12·b, 3), from first to second ends [m].
        middle: Shape (b, 3), middles of the boxes [m].
        rotation: Shape (b, 3, 3), their rotations.
        half: Shape (b, 3), half their sizes [m].
    """

    count: int
    round_at: IndexArray
    box_at: IndexArray
    radius: FloatArray
    start: FloatArray
    along: FloatArray
    middle: FloatArray
    rotation: FloatArray
    half: FloatArray


class Placer:
    """Puts the same shapes at ever new poses.

    Args:
        shapes: What to place: `LinkShape` or `WorldShape`.
        frames: Which pose each shape hangs on: indices into the array given to `place`.
    """

    def __init__(self, shapes: Sequence[LinkShape | WorldShape], frames: Sequence[int]) -> None:
        self._count = len(shapes)
        boxes = [i for i, shape in enumerate(shapes) if shape.kind == "box"]
        rounds = [i for i, shape in enumerate(shapes) if shape.kind != "box"]
        self._round_at, self._box_at = np.array(rounds, dtype=np.intp), np.array(boxes, dtype=np.intp)
        radius = [shapes[i].size[0] for i in rounds] + [0.0] * (12 * len(boxes))
        self._radius = np.array(radius, dtype=np.float64)
        starts, ends = [np.zeros((0, 3))], [np.zeros((0, 3))]
        for i in rounds:
            half_axis = 0.5 * (shapes[i].size[1] if len(shapes[i].size) > 1 else 0.0) * shapes[i].pose[:3, 2]
            starts.append((shapes[i].pose[:3, 3] - half_axis)[None])
            ends.append((shapes[i].pose[:3, 3] + half_axis)[None])
        for i in boxes:
            corners = _CORNERS * (0.5 * np.array(shapes[i].size)) @ shapes[i].pose[:3, :3].T + shapes[i].pose[:3, 3]
            starts.append(corners[_EDGES[0]])
            ends.append(corners[_EDGES[1]])
        self._start = np.concatenate(starts)
        self._along = np.concatenate(ends) - self._start
        owners = [frames[i] for i in rounds] + [frames[i] for i in boxes for _ in range(12)]
        self._segment_frame = np.array(owners, dtype=np.intp)
        self._box_frame = np.array([frames[i] for i in boxes], dtype=np.intp)
        self._box_pose = np.array([shapes[i].pose for i in boxes]).reshape(-1, 4, 4)
        self._half = 0.5 * np.array([shapes[i].size for i in boxes]).reshape(-1, 3)

    def place(self, poses: FloatArray) -> Bodies:
        """Return the shapes at ``poses`` (frames, 4, 4) [m]."""
        frame = poses[self._segment_frame]
        turn = frame[:, :3, :3]
        boxes = poses[self._box_frame] @ self._box_pose
        return Bodies(
            count=self._count,
            round_at=self._round_at,
            box_at=self._box_at,
            radius=self._radius,
            start=(turn @ self._start[:, :, None])[:, :, 0] + frame[:, :3, 3],
            along=(turn @ self._along[:, :, None])[:, :, 0],
            middle=boxes[:, :3, 3],
            rotation=boxes[:, :3, :3],
            half=self._half,
        )


def arm_placer(shapes: Sequence[LinkShape], links: Sequence[str]) -> Placer:
    """Return the placer of ``shapes`` on ``links``; its poses are `RobotModel.link_array`'s.

    Args:
        shapes: Those to look at: all of `RobotModel.shapes`, or some.
        links: Names of the links, in the order of the poses.
    """
    index = {link: i for i, link in enumerate(links)}
    return Placer(shapes, [index[shape.link] for shape in shapes])


def world_bodies(shapes: Sequence[WorldShape]) -> Bodies:
    """Return ``shapes`` that stand still, ready for `distances`."""
    return Placer(shapes, [0] * len(shapes)).place(np.eye(4)[None])


def distances(arm: Bodies, world: Bodies) -> FloatArray:
    """Return the signed distances [m], shape (world shapes, arm shapes), in the order in which they were given."""
    result = np.empty((world.count, arm.count))
    rounds, world_rounds = len(arm.round_at), len(world.round_at)
    if rounds and world_rounds:
        between = segment_to_segment(
            arm.start[:rounds], arm.along[:rounds], world.start[:world_rounds], world.along[:world_rounds]
        )
        between -= arm.radius[None, :rounds] + world.radius[:world_rounds, None]
        result[np.ix_(world.round_at, arm.round_at)] = between
    into_world, into_arm = _into_boxes(arm, world)
    result[np.ix_(world.box_at, arm.round_at)] = into_world[:, :rounds]
    result[np.ix_(world.round_at, arm.box_at)] = into_arm[:, :world_rounds].T
    if len(arm.box_at) and len(world.box_at):
        by_arm_edges = into_world[:, rounds:].reshape(len(world.box_at), len(arm.box_at), 12).min(axis=2)
        by_world_edges = into_arm[:, world_rounds:].reshape(len(arm.box_at), len(world.box_at), 12).min(axis=2)
        result[np.ix_(world.box_at, arm.box_at)] = np.minimum(by_arm_edges, by_world_edges.T)
    return result


def _into_boxes(arm: Bodies, world: Bodies) -> tuple[FloatArray, FloatArray]:
    """Return the signed distances (boxes, segments) of the arm's segments to the world's boxes, and the other way."""
    from_world, from_arm = _seen_from_boxes(arm, world), _seen_from_boxes(world, arm)
    start, along, half = (
        np.ascontiguousarray(np.concatenate(both).T) for both in zip(from_world, from_arm, strict=True)
    )
    flat = segment_to_box(start, along, half)
    split = len(from_world[0])
    into_world = flat[:split].reshape(len(world.box_at), len(arm.start)) - arm.radius
    into_arm = flat[split:].reshape(len(arm.box_at), len(world.start)) - world.radius
    return into_world, into_arm


def _seen_from_boxes(bodies: Bodies, boxes: Bodies) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return starts, directions and half sizes (boxes · segments, 3): every segment in the frame of every box."""
    start = (bodies.start - boxes.middle[:, None]) @ boxes.rotation
    along = bodies.along @ boxes.rotation
    return start.reshape(-1, 3), along.reshape(-1, 3), np.repeat(boxes.half, len(bodies.start), axis=0)


def _to_one(arm: Bodies, shape: WorldShape) -> FloatArray:
    row: FloatArray = distances(arm, world_bodies([shape]))[0]
    return row


def distances_to_sphere(arm: Bodies, middle: Sequence[float] | FloatArray, radius: float) -> FloatArray:
    """Return the signed distance [m] of each shape of the arm, shape (shapes,), to a sphere at ``middle`` (3,) [m]."""
    return _to_one(arm, WorldShape("sphere", (radius,), pose_matrix(middle)))


def distances_to_box(arm: Bodies, pose: FloatArray, size: tuple[float, float, float]) -> FloatArray:
    """Return the signed distance [m] of each shape of the arm, shape (shapes,), to a box at ``pose`` (4, 4).

    Args:
        arm: The arm where it is.
        pose: Pose of the box's middle in the base frame.
        size: x, y, z of the box [m].
    """
    return _to_one(arm, WorldShape("box", size, pose))


def distances_to_capsule(arm: Bodies, pose: FloatArray, radius: float, length: float) -> FloatArray:
    """Return the signed distance [m] of each shape of the arm, shape (shapes,), to a capsule along z at ``pose``.

    Args:
        arm: The arm where it is.
        pose: Pose (4, 4) of the capsule's middle in the base frame.
        radius: Its radius [m].
        length: Distance between the centres of its ends [m].
    """
    return _to_one(arm, WorldShape("capsule", (radius, length), pose))
