"""Distances from line segments to segments and boxes, for many pairs at once.

Everything round (sphere, capsule) is a segment with a radius, and the nearest points of two boxes always lie on an edge
of one of them, so these two routines are all that distances between the primitives need. Both are exact up to rounding.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray

TINY: Final = 1e-18
"""Squared lengths [m²] below it are those of a point; keeps divisions defined."""
TOUCHING: Final = 1e-9
"""A segment this near to a box [m] is looked at as one that enters it: rounding must not hide a penetration."""
STEEP: Final = 1e100
"""A slope [m²] beyond any that occurs."""

_PAIRS: Final = np.array(list(combinations(range(6), 2))).T


def segment_to_segment(start: FloatArray, along: FloatArray, other: FloatArray, other_along: FloatArray) -> FloatArray:
    """Return the distances [m], shape (m, n), of n segments to m other ones.

    Method: Ericson, Real-Time Collision Detection, 5.1.9 (nearest points of two infinite lines, clamped in turn).

    Args:
        start: Shape (n, 3), first ends [m].
        along: Shape (n, 3), from first to second ends [m]; zero for a point.
        other: Shape (m, 3), first ends of the other segments [m].
        other_along: Shape (m, 3), from their first to their second ends [m]; zero for a point.
    """
    gap = start - other[:, None]
    a = np.einsum("ni,ni->n", along, along)
    e = np.einsum("mi,mi->m", other_along, other_along)[:, None]
    b = other_along @ along.T
    c = np.einsum("mni,ni->mn", gap, along)
    f = np.einsum("mni,mi->mn", gap, other_along)
    # For parallel segments any s will do: b·f - c·e is zero then, too.
    s = _clamped((b * f - c * e) / np.maximum(a * e - b * b, TINY))
    t = _clamped((b * s + f) / np.maximum(e, TINY))
    s = _clamped((b * t - c) / np.maximum(a, TINY))
    between = gap + s[..., None] * along - t[..., None] * other_along[:, None]
    distance: FloatArray = np.sqrt(np.einsum("mni,mni->mn", between, between))
    return distance


def between_segments(
    gap: FloatArray, half: FloatArray, other: FloatArray, squares: FloatArray, others: FloatArray
) -> FloatArray:
    """Return the distances [m], shape (...), of pairs of segments that are given by their middles.

    Method: as `segment_to_segment`, with both parameters from -1 to 1. Coordinates come first, because numpy is fastest
    along the long axes.

    Args:
        gap: Shape (3, ...), from the middle of the other segment to that of the first [m].
        half: Shape (3, ...), from the middle of the first segment to its end [m]; zero for a point.
        other: Shape (3, ...), the same of the other segment [m].
        squares: Squared length of ``half`` [m²], shape (...) or what broadcasts to it: it does not change as the arm
            moves, so it comes ready made; at least `TINY`, also of a point.
        others: The same of ``other`` [m²].
    """
    s, t = nearest_shares(gap, half, other, squares, others)
    between = gap + s * half - t * other
    distance: FloatArray = np.sqrt(_dot(between, between))
    return distance


def nearest_shares(
    gap: FloatArray, half: FloatArray, other: FloatArray, squares: FloatArray, others: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return where pairs of segments are nearest: shares (...) of both half axes, -1 to 1; as `between_segments`."""
    b, c, f = _dot(half, other), _dot(half, gap), _dot(other, gap)
    s = _within_one((b * f - c * others) / np.maximum(squares * others - b * b, TINY))
    t = _within_one((b * s + f) / others)
    return _within_one((b * t - c) / squares), t


def _dot(one: FloatArray, other: FloatArray) -> FloatArray:
    product = one * other
    total: FloatArray = product[0] + product[1] + product[2]
    return total


def _within_one(share: FloatArray) -> FloatArray:
    return np.minimum(np.maximum(share, -1.0), 1.0)


def _clamped(share: FloatArray) -> FloatArray:
    return np.minimum(np.maximum(share, 0.0), 1.0)


def segment_to_box(start: FloatArray, along: FloatArray, half: FloatArray) -> FloatArray:
    """Return the signed distances [m], shape (p,), of p segments to p boxes; negative: the depth of its deepest point.

    Along a segment the squared distance to a box is convex, and its slope is linear between the points where the
    segment crosses a face plane; so the zero of the slope is found exactly by looking at those eight places.

    Args:
        start: Shape (3, p), first end of the segment in the frame of the box, which is in its middle [m]. Coordinates
            come first because numpy is fastest along the long axis.
        along: Shape (3, p), from first to second end [m].
        half: Shape (3, p), half the size of the box [m].
    """
    out = _outside(start + nearest_share(start, along, half) * along, half)
    out *= out
    distance: FloatArray = np.sqrt(out[0] + out[1] + out[2])
    if distance.min(initial=STEEP) < TOUCHING:
        entered = np.flatnonzero(distance < TOUCHING)
        distance[entered] = _depth(start[:, entered].T, along[:, entered].T, half[:, entered].T)
    return distance


def nearest_share(start: FloatArray, along: FloatArray, half: FloatArray) -> FloatArray:
    """Return where p segments are nearest to p boxes: shares (p,) of ``along``, 0 to 1; as `segment_to_box`."""
    x, d, h = start, along, half
    places = _places(x, d, h)
    points = places * d[:, None]
    points += x[:, None]
    points = _outside(points, h[:, None])
    points *= d[:, None]
    slope = points[0] + points[1] + points[2]
    # The slope grows along the segment: the last place where it is negative and the first where it is not are
    # neighbours. Where one of them is missing, the steep stand-in makes the other, an end of the segment, the answer.
    falling = slope < 0.0
    t0, s0 = np.where(falling, places, 0.0).max(axis=0), np.where(falling, slope, -STEEP).max(axis=0)
    t1, s1 = np.where(falling, 1.0, places).min(axis=0), np.where(falling, STEEP, slope).min(axis=0)
    share: FloatArray = t0 + (t1 - t0) * (s0 / (s0 - s1))
    return share


def _places(x: FloatArray, d: FloatArray, h: FloatArray) -> FloatArray:
    """Return the shares (8, p) of each segment at its ends and where it crosses the six face planes."""
    places = np.empty((8, x.shape[1]))
    places[6], places[7] = 0.0, 1.0
    per_metre = np.where(np.abs(d) < TINY, TINY, d)
    np.divide(-h - x, per_metre, out=places[0:3])
    np.divide(h - x, per_metre, out=places[3:6])
    return np.minimum(np.maximum(places, 0.0, out=places), 1.0, out=places)


def _outside(x: FloatArray, h: FloatArray) -> FloatArray:
    """Return the vector from the nearest point of the box to ``x``; zero inside."""
    inside = np.minimum(x, h)
    return x - np.maximum(inside, -h, out=inside)


def _depth(start: FloatArray, along: FloatArray, half: FloatArray) -> FloatArray:
    """Return the least of max(|x| - h) along each segment (p, 3), shape (p,): minus the depth of its deepest point.

    max(|x| - h) is the greatest of six straight lines over the segment; its least value is at an end or where two of
    the lines cross.
    """
    value = np.concatenate([start - half, -start - half], axis=1)
    slope = np.concatenate([along, -along], axis=1)
    first, second = _PAIRS
    turn = slope[:, first] - slope[:, second]
    crossing = (value[:, second] - value[:, first]) / np.where(np.abs(turn) < TINY, np.inf, turn)
    ends = np.broadcast_to([0.0, 1.0], (start.shape[0], 2))
    places = np.concatenate([ends, _clamped(crossing)], axis=1)
    highest = (value[:, None, :] + places[:, :, None] * slope[:, None, :]).max(axis=2)
    least: FloatArray = highest.min(axis=1)
    return least
