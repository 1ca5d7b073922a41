"""Ways of the tool point and of its tilt, as functions of a share from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.rotation import matrix_from_rotation_vector, rotation_vector

Way: TypeAlias = Callable[[float], FloatArray]
"""Share of the way, 0 to 1, to what it passes there."""


def line(start: FloatArray, end: FloatArray) -> Way:
    """Return the straight way between two points (3,) [m]."""
    return lambda share: start + share * (end - start)


def arc(start: FloatArray, end: FloatArray) -> Way:
    """Return the way around the base's upright axis between two points (3,) [m].

    Azimuth, distance from the axis and height change evenly. It leads through the front of the arm (+x), where arms
    that cannot turn all the way round can pass.
    """
    azimuths = [math.atan2(float(point[1]), float(point[0])) for point in (start, end)]
    first = np.array([azimuths[0], math.hypot(start[0], start[1]), start[2]])
    last = np.array([azimuths[1], math.hypot(end[0], end[1]), end[2]])

    def at(share: float) -> FloatArray:
        azimuth, radius, height = (first + share * (last - first)).tolist()
        return np.array([radius * math.cos(azimuth), radius * math.sin(azimuth), height])

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
    """Return the way between two rotations (3, 3) about one axis, smoothly."""
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
