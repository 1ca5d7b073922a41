"""What would stop a thing that falls: the highest furniture beneath a point."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from armctl.config.scene import ShapeConfig
from armctl.kinematics.rotation import pose_matrix

FLOOR: Final = -0.86
"""Height of the floor in the arm's base frame [m]: a table of 0.73 m and a riser of 0.13 m."""
STEP_UP: Final = 0.03
"""A foot this far inside furniture is still lifted onto it [m]."""


def support_below(furniture: Iterable[ShapeConfig], x: float, y: float, z: float) -> float:
    """Return the height [m] on which a foot at (x, y, z) [m] would come to stand.

    Upright boxes (turned about z only) and upright cylinders carry; other shapes do not, since things roll off.
    """
    tops = (top_at(shape, x, y) for shape in furniture)
    return max((top for top in tops if top is not None and top <= z + STEP_UP), default=FLOOR)


def top_at(shape: ShapeConfig, x: float, y: float) -> float | None:
    """Return the height [m] of the flat top of ``shape`` above (x, y) [m]; None where there is none."""
    roll, pitch, _ = shape.rpy
    if shape.kind not in {"box", "cylinder"} or abs(roll) > 1e-6 or abs(pitch) > 1e-6:
        return None
    inside = np.linalg.inv(pose_matrix(shape.xyz, shape.rpy)) @ np.array([x, y, 0.0, 1.0])
    if shape.kind == "cylinder":
        radius, height = shape.size
        return shape.xyz[2] + height / 2.0 if np.hypot(inside[0], inside[1]) <= radius else None
    length, width, height = shape.size
    on_top = abs(inside[0]) <= length / 2.0 and abs(inside[1]) <= width / 2.0
    return shape.xyz[2] + height / 2.0 if on_top else None
