"""Ways of the tool point and of its tilt, as functions of a share from 0 to 1."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Final, TypeAlias

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import matrix_from_rotation_vector, rotation_vector

Way: TypeAlias = Callable[[float], FloatArray]
"""Share of the way, 0 to 1, to what it passes there."""


SAME_POINT: Final = 1e-3
"""Points of a way nearer than this are one [m]."""


def line(start: FloatArray, end: FloatArray) -> Way:
    """Return the straight way between two points (3,) [m]."""
    return lambda share: start + share * (end - start)


def through(points: Sequence[FloatArray], deviation: float) -> Way:
    """Return the way along straight lines from point to point (3,) [m], its corners rounded.

    Each corner is a parabola that touches the lines at the distance r before and behind it. It leaves the lines by
    r·cos(φ/2)/2 at most, where φ is the angle between them; r is chosen so, but at most half a line.

    Args:
        points: The first, those to pass, and the last; at least one.
        deviation: How far from a corner the way may pass [m].
    """
    kept = [points[0], *(point for before, point in pairwise(points) if _apart(before, point) > SAME_POINT)]
    if len(kept) < 2:
        return line(points[0], points[-1])
    pieces: list[Way] = []
    reached = kept[0]
    for before, corner, after in zip(kept, kept[1:], kept[2:], strict=False):
        entry, leave = _rounded(before, corner, after, deviation)
        pieces += [line(reached, entry), _parabola(entry, corner, leave)]
        reached = leave
    pieces.append(line(reached, points[-1]))
    return _one_after_another(pieces)


def _rounded(
    before: FloatArray, corner: FloatArray, after: FloatArray, deviation: float
) -> tuple[FloatArray, FloatArray]:
    """Return where the rounding of ``corner`` begins and ends."""
    one, other = before - corner, after - corner
    sizes = float(np.linalg.norm(one)), float(np.linalg.norm(other))
    one, other = one / sizes[0], other / sizes[1]
    half = math.sqrt(max(0.0, 0.5 * (1.0 + float(one @ other))))
    radius = min(0.5 * sizes[0], 0.5 * sizes[1], 2.0 * deviation / max(half, 1e-9))
    return corner + radius * one, corner + radius * other


def _parabola(start: FloatArray, corner: FloatArray, end: FloatArray) -> Way:
    return lambda t: (1.0 - t) ** 2 * start + 2.0 * t * (1.0 - t) * corner + t * t * end


def _one_after_another(pieces: Sequence[Way]) -> Way:
    """Return the ways as one; each has a share of it that goes with its length."""
    ends = list(accumulate(length_of(piece, 8) for piece in pieces))
    starts = [0.0, *ends[:-1]]

    def at(share: float) -> FloatArray:
        where = share * ends[-1]
        index = min(bisect_right(ends, where), len(pieces) - 1)
        size = ends[index] - starts[index]
        return pieces[index]((where - starts[index]) / size if size > 0.0 else 1.0)

    return at


def _apart(one: FloatArray, other: FloatArray) -> float:
    return float(np.linalg.norm(one - other))


def arc(points: Sequence[FloatArray], deviation: float = 0.0) -> Way:
    """Return the way around the base's upright axis from point to point (3,) [m], corners rounded as in `through`.

    Azimuth, distance from the axis and height change evenly. It leads through the front of the arm (+x), where arms
    that cannot turn all the way round can pass.
    """
    azimuths = [math.atan2(float(point[1]), float(point[0])) for point in points]
    radii = [math.hypot(point[0], point[1]) for point in points]
    # Azimuths count as ways at the largest radius, so that no way in the room is longer than it looks here.
    widest = max(*radii, SAME_POINT)
    unrolled = [np.array([widest * a, r, p[2]]) for a, r, p in zip(azimuths, radii, points, strict=True)]
    way = through(unrolled, deviation)

    def at(share: float) -> FloatArray:
        around, radius, height = way(share).tolist()
        return np.array([radius * math.cos(around / widest), radius * math.sin(around / widest), height])

    return at


def length_of(way: Way, pieces: int = 24) -> float:
    """Return the length of a way of points [m], measured over ``pieces`` chords."""
    points = np.array([way(index / pieces) for index in range(pieces + 1)])
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def swing(start: FloatArray, end: FloatArray, until: float = 1.0) -> Way:
    """Return the way between two unit vectors (3,) on the shortest great circle, smoothly, done at ``until``."""
    sine = np.cross(start, end)
    size = float(np.linalg.norm(sine))
    angle = math.atan2(size, float(start @ end))
    if angle < 1e-6:
        return lambda _share: end
    # Exactly opposite: any axis across will do.
    axis = sine / size if size > 1e-9 else _across(start)
    return lambda share: matrix_from_rotation_vector(axis * (angle * smooth(share / until))) @ start


def rotate(start: FloatArray, end: FloatArray) -> Way:
    """Return the way between two rotations, matrices (3, 3), about one axis, smoothly; its share goes from 0 to 1."""
    vector = rotation_vector(end @ start.T)
    return lambda share: matrix_from_rotation_vector(vector * smooth(share)) @ start


def smooth(share: float) -> float:
    """Return 0 to 1 for 0 to 1, with no speed and no acceleration at the ends: 6x⁵ - 15x⁴ + 10x³."""
    x = min(1.0, max(0.0, share))
    return x * x * x * (x * (6.0 * x - 15.0) + 10.0)


def _across(vector: FloatArray) -> FloatArray:
    other = np.eye(3)[int(np.argmin(np.abs(vector)))]
    across: FloatArray = np.cross(vector, other)
    return across / float(np.linalg.norm(across))
