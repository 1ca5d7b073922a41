"""A still camera: points in the arm's base frame [m] to points of the picture [px], by numpy."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from armctl.hal.state import FloatArray


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera that looks at a scene from one side.

    Attributes:
        eye: Where it stands, shape (3,) [m].
        axes: Rows right, down, ahead, shape (3, 3).
        focal: Focal length [px].
        centre: Where the line of sight meets the picture, shape (2,) [px].
    """

    eye: FloatArray
    axes: FloatArray
    focal: float
    centre: FloatArray

    def project(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return picture points (k, 2) [px] and depths (k,) [m] of ``points`` (k, 3) [m]."""
        seen = (points - self.eye) @ self.axes.T
        depth = np.maximum(seen[:, 2], 0.05)
        return self.centre + seen[:, :2] * (self.focal / depth)[:, None], depth

    @classmethod
    def fitted(
        cls, points: FloatArray, size: tuple[int, int], azimuth: float, elevation: float, distance: float
    ) -> Camera:
        """Return the camera whose picture of ``size`` [px] just holds all ``points`` (k, 3) [m], with a margin.

        Args:
            points: What must be seen.
            size: Width and height of the picture [px].
            azimuth: Side it looks from, from the x axis towards y [rad].
            elevation: How far it looks down [rad].
            distance: How far it stands from the middle of the points [m].
        """
        back = np.array(
            [math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation), math.sin(elevation)]
        )
        ahead = -back
        right = np.cross(ahead, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        axes = np.array([right, np.cross(ahead, right), ahead])
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        eye = middle + back * distance
        seen = (points - eye) @ axes.T
        flat = seen[:, :2] / seen[:, 2:3]
        low, high = flat.min(axis=0), flat.max(axis=0)
        focal = float(np.min(0.94 * np.array(size) / np.maximum(high - low, 1e-6)))
        return cls(eye, axes, focal, np.array(size) / 2 - focal * (low + high) / 2)
