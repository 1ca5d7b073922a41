"""Signed distances of chosen pairs of shapes, for one posture or many at once.

The expensive pairs are those with a box. So each such pair gets a cheap bound first: the core of a shape (the axis of a
capsule, or of the capsule around a box) lies within a quarter of its length of two points on it, and how far a point is
from a box is known at once. Only what may be nearer than somebody looks is then measured exactly.

Between spheres, capsules and boxes the exact distances are as in ``armctl.kinematics.distance``: exact where the shapes
are apart, negative where they overlap; a cylinder counts as the capsule around it. No distance, exact or bound, is ever
larger than the true one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from armctl.hal.state import BoolArray, FloatArray
from armctl.kinematics.distance import WorldShape
from armctl.kinematics.segments import TINY, between_segments, nearest_share, nearest_shares, segment_to_box
from armctl.kinematics.shapes import LinkShape

IndexArray: TypeAlias = NDArray[np.intp]
Shapes: TypeAlias = Sequence[LinkShape | WorldShape]

_CORNERS: Final = np.array([[x, y, z] for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)])
_BITS: Final = [(corner, bit) for corner in range(8) for bit in (1, 2, 4) if not corner & bit]
_ENDS: Final = np.array([corner for corner, _ in _BITS] + [corner | bit for corner, bit in _BITS])
"""Corners where the twelve edges of a box begin, then those where they end."""
_EDGES: Final = len(_BITS)
_OPPOSITE: Final = np.array([[0], [7]])
"""Two corners with the middle of the box between them."""


def cover(shape: LinkShape | WorldShape) -> tuple[FloatArray, FloatArray, float]:
    """Return the capsule around a shape: its middle (3,), half its axis (3,) and its radius [m], in its frame.

    For anything round it is the shape itself; around a box it lies along the longest side.
    """
    middle = shape.pose[:3, 3]
    if shape.kind != "box":
        half = 0.5 * shape.size[1] if len(shape.size) > 1 else 0.0
        return middle, half * shape.pose[:3, 2], shape.size[0]
    longest = int(np.argmax(shape.size))
    others = [size for side, size in enumerate(shape.size) if side != longest]
    return middle, 0.5 * shape.size[longest] * shape.pose[:3, longest], 0.5 * math.hypot(*others)


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What is known of all pairs in k postures before anything is measured exactly.

    Attributes:
        least: Shape (k, pairs), never larger than the distances [m].
        poses: Shape (k, frames, 4, 4), where everything is.
        across: Shape (k, 3 · boxes, 3), the base frame's axes as each box sees them.
        seen: Shape (k, 3, 2, pairs with a box), the points of the pair's other shape, seen from the box [m].
    """

    least: FloatArray
    poses: FloatArray
    across: FloatArray
    seen: FloatArray


class PairDistances:
    """Measures the same pairs of shapes in ever new postures.

    Args:
        shapes: All shapes.
        frames: Which pose each hangs on: indices into the poses given later.
        pairs: Shape (p, 2), the pairs: indices into ``shapes``.

    Attributes:
        pairs: The same pairs in the order of all results: without a box, with one, with two.
    """

    def __init__(self, shapes: Shapes, frames: Sequence[int], pairs: IndexArray) -> None:
        self._frame = np.array(frames, dtype=np.intp)
        covers = [cover(shape) for shape in shapes]
        self._local = np.array([_points(middle, half) for middle, half, _ in covers]).reshape(-1, 4, 2)
        extents = np.array([[float(np.linalg.norm(half)), radius] for _, half, radius in covers]).reshape(-1, 2)
        box = np.array([shape.kind == "box" for shape in shapes], dtype=np.bool_)
        boxes = box[pairs].sum(axis=1)
        self.pairs: Final[IndexArray] = pairs[np.argsort(boxes, kind="stable")]
        self._split: Final = (int(np.count_nonzero(boxes == 0)), int(np.count_nonzero(boxes < 2)))
        first, second = _box_second(self.pairs, np.where(box, extents.sum(axis=1), -1.0))
        self._swapped: BoolArray = first != self.pairs[:, 0]
        begin, flat = self._split
        self._rounds = _Rounds(extents, first[:begin], second[:begin])
        self._boxes = _Boxes(shapes, self._frame, first[begin:], second[begin:])
        radius, half_core = extents[first[begin:], 1], extents[first[begin:], 0]
        self._margin = radius + 0.5 * half_core
        self._radius = radius[: flat - begin]
        self._edges = _Edges(shapes, self._frame, first[flat:], second[flat:])

    def bounds(self, poses: FloatArray) -> Bounds:
        """Return what is known at once: pairs of round shapes exactly, of others a bound.

        Args:
            poses: Shape (k, frames, 4, 4).
        """
        points = self._points(poses)
        least = np.empty((len(poses), len(self.pairs)))
        begin = self._split[0]
        if begin:
            least[:, :begin] = self._rounds.distances(points)
        across, seen = self._boxes.look(poses, points)
        least[:, begin:] = self._boxes.nearest(seen) - self._margin
        return Bounds(least, poses, across, seen)

    def _points(self, poses: FloatArray) -> FloatArray:
        """Return the two points that stand for each core, shape (k, 3, 2, shapes) [m]."""
        placed = poses.take(self._frame, axis=1)[..., :3, :] @ self._local
        return np.ascontiguousarray(placed.transpose(0, 2, 3, 1))

    def nearest_points(self, bounds: Bounds, which: IndexArray) -> FloatArray:
        """Return where the cores, or boxes, of some pairs are nearest in the first posture, shape (2, q, 3) [m].

        Args:
            bounds: As `bounds` returned it.
            which: Shape (q,), indices into `pairs`.
        """
        begin, flat = self._split
        points = self._points(bounds.poses[:1])[0]
        middles = points.mean(axis=1).T
        nearest = np.empty((2, len(which), 3))
        rounds, boxes = which < begin, which >= flat
        one = ~rounds & ~boxes
        if rounds.any():
            nearest[:, rounds] = self._rounds.nearest(points, which[rounds])
        if one.any():
            ends = self._boxes.axes(bounds, np.zeros(np.count_nonzero(one), dtype=np.intp), which[one] - begin)
            nearest[:, one] = self._boxes.to_base(bounds, which[one] - begin, _on_both(*ends), middles)
        if boxes.any():
            column = which[boxes] - flat
            edges = self._edges.seen(bounds, np.zeros(len(column), dtype=np.intp), column)
            nearest[:, boxes] = self._edges.to_base(bounds, column, *_of_nearest_edge(edges, len(column)), middles)
        # The box was put second; the caller knows the pairs as they were given.
        swapped = self._swapped[which]
        nearest[:, swapped] = nearest[::-1, swapped]
        return nearest

    def most(self, bounds: Bounds) -> FloatArray:
        """Return what the distances are never larger than [m], shape (k, pairs)."""
        begin, flat = self._split
        most = bounds.least.copy()
        most[:, begin:] += self._margin
        most[:, begin:flat] -= self._radius
        # Boxes that overlap are measured along their edges, which may be less deep in than the core.
        most[:, flat:] = np.maximum(most[:, flat:], 0.0)
        return most

    def measure(self, bounds: Bounds, wanted: BoolArray) -> FloatArray:
        """Return ``bounds.least`` with the pairs ``wanted``, shape (k, pairs), measured exactly [m]."""
        begin, flat = self._split
        row, column = np.nonzero(wanted[:, begin:flat])
        flat_row, flat_column = np.nonzero(wanted[:, flat:])
        if not len(row) and not len(flat_row):
            return bounds.least
        result = bounds.least.copy()
        axes = self._boxes.axes(bounds, row, column)
        if not len(flat_row):
            result[row, begin + column] = segment_to_box(*axes) - self._radius[column]
            return result
        edges = self._edges.seen(bounds, flat_row, flat_column)
        start, along, half = np.concatenate((axes, edges), axis=2)
        apart = segment_to_box(start, along, half)
        result[row, begin + column] = apart[: len(row)] - self._radius[column]
        result[flat_row, flat + flat_column] = apart[len(row) :].reshape(2 * _EDGES, -1).min(axis=0)
        return result


class _Rounds:
    """Pairs of round shapes: their axes and the sum of their radii."""

    def __init__(self, extents: FloatArray, first: IndexArray, second: IndexArray) -> None:
        self._both = np.concatenate((first, second))
        self._count = len(first)
        squares = np.maximum(extents[:, 0] ** 2, TINY)
        self._squares, self._others = squares[first], squares[second]
        self._radius = extents[first, 1] + extents[second, 1]

    def distances(self, points: FloatArray) -> FloatArray:
        """Return the distances (k, pairs) [m] of shapes whose cores' points are ``points`` (k, 3, 2, shapes)."""
        both = points.take(self._both, axis=3).transpose(1, 2, 0, 3)
        half = both[:, 1] - both[:, 0]
        middle = both[:, 0] + 0.5 * half
        gap = middle[..., : self._count] - middle[..., self._count :]
        one, other = half[..., : self._count], half[..., self._count :]
        apart: FloatArray = between_segments(gap, one, other, self._squares, self._others) - self._radius
        return apart

    def nearest(self, points: FloatArray, which: IndexArray) -> FloatArray:
        """Return where the cores of pairs ``which`` (q,) are nearest (2, q, 3), from their points in one posture."""
        both = points.take(self._both.reshape(2, -1)[:, which], axis=2).transpose(1, 2, 0, 3)
        half = both[1] - both[0]
        middle = both[0] + 0.5 * half
        shares = nearest_shares(middle[0] - middle[1], half[0], half[1], self._squares[which], self._others[which])
        return np.stack([(at + share * along).T for at, share, along in zip(middle, shares, half, strict=True)])


class _Boxes:
    """Pairs of which the second one is a box: what the box sees of the first one's core."""

    def __init__(self, shapes: Shapes, frame: IndexArray, first: IndexArray, second: IndexArray) -> None:
        box, number, half = _numbered(shapes)
        self._frame = frame[box]
        self._turn = np.array([shape.pose[:3, :3].T for shape in shapes if shape.kind == "box"]).reshape(-1, 3, 3)
        self._half = np.ascontiguousarray(half[number[second]].T)
        self._number, self._second = number[second], second
        # Everything is seen from every box in one table; these say where in it to find the two points of the first
        # shape, and of the box itself.
        points = len(shapes) * np.arange(2)[:, None]
        self._point = _places(number[second], points + first, 2 * len(shapes))
        self._middle = _places(number[second], points + second, 2 * len(shapes))

    def look(self, poses: FloatArray, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what `Bounds` calls across and seen."""
        count = len(poses)
        turned = self._turn @ poses.take(self._frame, axis=1)[..., :3, :3].swapaxes(2, 3)
        across = turned.reshape(count, -1, 3)
        table = (across @ points.reshape(count, 3, -1)).reshape(count, -1)
        own = table.take(self._middle, axis=1)
        return across, table.take(self._point, axis=1) - 0.5 * (own[:, :, :1] + own[:, :, 1:])

    def nearest(self, seen: FloatArray) -> FloatArray:
        """Return the signed distance of the nearer of the two points from the box [m], shape (k, pairs)."""
        beyond = np.abs(seen) - self._half[:, None]
        outside = np.maximum(beyond, 0.0)
        outside *= outside
        apart = np.sqrt(outside[:, 0] + outside[:, 1] + outside[:, 2])
        apart += np.minimum(beyond.max(axis=1), 0.0)
        nearer: FloatArray = np.minimum(apart[:, 0], apart[:, 1])
        return nearer

    def axes(self, bounds: Bounds, row: IndexArray, column: IndexArray) -> FloatArray:
        """Return, seen from the boxes, where the cores begin and how they go on, and half the boxes' sizes.

        Shape (3, 3, q): first these three, then the coordinates.
        """
        near, far = bounds.seen[row, :, :, column].transpose(2, 1, 0)
        axes = np.empty((3, 3, len(row)))
        along = np.subtract(far, near, out=axes[1])
        np.subtract(near, 0.5 * along, out=axes[0])
        along *= 2.0
        self._half.take(column, axis=1, out=axes[2])
        return axes

    def to_base(self, bounds: Bounds, column: IndexArray, points: FloatArray, middles: FloatArray) -> FloatArray:
        """Return ``points`` (2, 3, q), which the boxes of pairs ``column`` (q,) see, in the base frame (2, q, 3)."""
        return _to_base(bounds, self._number[column], points, middles[self._second[column]])


class _Edges:
    """Pairs of two boxes: what each sees of the other one's edges."""

    def __init__(self, shapes: Shapes, frame: IndexArray, first: IndexArray, second: IndexArray) -> None:
        box, number, half = _numbered(shapes)
        self._frame = frame[box]
        self._seers, self._shapes = np.stack((number[second], number[first])), np.stack((second, first))
        self._corners = np.array([_corners(shape) for shape in shapes if shape.kind == "box"]).reshape(-1, 4, 8)
        seer = np.stack((number[second], number[first]))
        seen = np.stack((number[first], number[second]))
        width = 8 * int(np.count_nonzero(box))
        self._half = half[seer].transpose(2, 0, 1)[:, :, None]
        self._end = np.stack([_places(a, 8 * b + _ENDS[:, None], width) for a, b in zip(seer, seen, strict=True)], 1)
        self._own = np.stack([_places(a, 8 * a + _OPPOSITE, width) for a in seer], 1)

    def seen(self, bounds: Bounds, row: IndexArray, column: IndexArray) -> FloatArray:
        """Return, as `_Boxes.axes`, the edges of both boxes of each pair, each seen from the other: (3, 3, 24 · q)."""
        frames = bounds.poses.take(self._frame, axis=1)[..., :3, :]
        corners = (frames @ self._corners).transpose(0, 2, 1, 3).reshape(len(frames), 3, -1)
        table = (bounds.across @ corners).reshape(len(frames), -1)
        own = table[row, self._own.take(column, axis=3)]
        ends = table[row, self._end.take(column, axis=3)]
        ends -= 0.5 * (own[:, :, :1] + own[:, :, 1:])
        edges = np.empty((3, 3, 2, _EDGES, len(row)))
        edges[0] = ends[:, :, :_EDGES]
        np.subtract(ends[:, :, _EDGES:], edges[0], out=edges[1])
        edges[2] = self._half.take(column, axis=3)
        seen: FloatArray = edges.reshape(3, 3, -1)
        return seen

    def to_base(
        self, bounds: Bounds, column: IndexArray, seer: IndexArray, points: FloatArray, middles: FloatArray
    ) -> FloatArray:
        """Return ``points`` (2, 3, q) in the base frame (2, q, 3), the first shape's first.

        Args:
            bounds: As `PairDistances.bounds` returned it.
            column: Shape (q,), the pairs.
            seer: Shape (q,), 0 where the second box sees an edge of the first one, 1 the other way round.
            points: The points on that edge, and on the box that sees it.
            middles: Shape (shapes, 3), middles of all shapes.
        """
        boxes, shapes = self._seers[seer, column], self._shapes[seer, column]
        nearest = _to_base(bounds, boxes, points, middles[shapes])
        other = seer == 1
        nearest[:, other] = nearest[::-1, other]
        return nearest


def _on_both(start: FloatArray, along: FloatArray, half: FloatArray) -> FloatArray:
    """Return where segments and boxes are nearest, shape (2, 3, q); arguments as `segment_to_box`."""
    on_segment = start + nearest_share(start, along, half) * along
    return np.stack((on_segment, np.minimum(np.maximum(on_segment, -half), half)))


def _of_nearest_edge(edges: FloatArray, count: int) -> tuple[IndexArray, FloatArray]:
    """Return, of edges as `_Edges.seen` says, which box sees the nearest one (q,), and `_on_both` of it."""
    start, along, half = edges
    both = _on_both(start, along, half).reshape(2, 3, 2 * _EDGES, count)
    gap = both[0] - both[1]
    edge = (gap * gap).sum(axis=0).argmin(axis=0)
    return edge // _EDGES, both[:, :, edge, np.arange(count)]


def _to_base(bounds: Bounds, boxes: IndexArray, points: FloatArray, middles: FloatArray) -> FloatArray:
    turns = bounds.across[0].reshape(-1, 3, 3)[boxes]
    placed: FloatArray = np.einsum("dcq,qcb->dqb", points, turns) + middles
    return placed


def _numbered(shapes: Shapes) -> tuple[BoolArray, IndexArray, FloatArray]:
    """Return which shapes are boxes, the number of each among the boxes (else 0), and half the boxes' sizes (b, 3)."""
    box = np.array([shape.kind == "box" for shape in shapes], dtype=np.bool_)
    half = 0.5 * np.array([shape.size for shape in shapes if shape.kind == "box"]).reshape(-1, 3)
    return box, np.where(box, np.cumsum(box) - 1, 0), half


def _places(seer: IndexArray, columns: IndexArray, width: int) -> IndexArray:
    """Return where in a table of (3 · boxes, width) the x, y, z of ``columns`` (c, p) seen from boxes (p,) stand."""
    places: IndexArray = (3 * seer + np.arange(3)[:, None, None]) * width + columns
    return places


def _points(middle: FloatArray, half: FloatArray) -> FloatArray:
    """Return the two points (4, 2) that stand for a core, half way to its ends."""
    return np.array([[*(middle - 0.5 * half), 1.0], [*(middle + 0.5 * half), 1.0]]).T


def _corners(box: LinkShape | WorldShape) -> FloatArray:
    """Return the corners of a box in its frame, shape (4, 8), with a 1 behind."""
    corners = (_CORNERS * (0.5 * np.array(box.size))) @ box.pose[:3, :3].T + box.pose[:3, 3]
    return np.vstack((corners.T, np.ones(len(corners))))


def _box_second(pairs: IndexArray, size: FloatArray) -> tuple[IndexArray, IndexArray]:
    """Return the pairs' shapes with a box, where there is one, second; of two boxes the larger by ``size``."""
    first, second = pairs.reshape(-1, 2).T
    swap: BoolArray = size[first] > size[second]
    return np.where(swap, second, first), np.where(swap, first, second)
