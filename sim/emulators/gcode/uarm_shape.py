"""The uArm's own arithmetic: from a place to the angles of its motors, and which of them its rods allow.

Formulas and lengths: the maker's firmware (lengths in mm, angles in degrees).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

LOWER, UPPER = 142.07, 158.81
HEIGHT, AHEAD = 106.6, 13.2
TOOLS: Final = {0: (56.65, 74.55), 1: (64.4, 51.04), 2: (56.5, 74.43), 3: (69.5, 74.43)}
"""Tool mode to how far the tool point is ahead of the wrist and below it."""
_LEFT: Final = (0.0, 135.6)
_RIGHT: Final = (0.0, 119.9)
_SUM: Final = (29.0, 170.0)
_TURN: Final = (0.0, 180.0)
_SLACK: Final = 0.02


def place(motors: Sequence[float], mode: int) -> tuple[float, float, float]:
    """Return where the tool is, x, y and z [mm], with the ``motors`` turn, left and right at these angles [deg]."""
    turn, left, right = motors
    ahead, below = TOOLS.get(mode, TOOLS[0])
    stretch = LOWER * math.cos(math.radians(left)) + UPPER * math.cos(math.radians(right)) + AHEAD + ahead
    height = LOWER * math.sin(math.radians(left)) - UPPER * math.sin(math.radians(right)) + HEIGHT - below
    heading = math.radians(turn - 90.0)
    return stretch * math.cos(heading), stretch * math.sin(heading), height


def angles(x: float, y: float, z: float, mode: int) -> tuple[float, float, float] | None:
    """Return turn, left and right [deg] with which the tool is at x, y and z [mm]; None where it cannot be."""
    ahead, below = TOOLS.get(mode, TOOLS[0])
    u, w = math.hypot(x, y) - AHEAD - ahead, z + below - HEIGHT
    rho = math.hypot(u, w)
    if not abs(LOWER - UPPER) <= rho <= LOWER + UPPER:
        return None
    elevation = math.atan2(w, u)
    left = elevation + math.acos((rho * rho + LOWER * LOWER - UPPER * UPPER) / (2.0 * LOWER * rho))
    right = math.acos((rho * rho + UPPER * UPPER - LOWER * LOWER) / (2.0 * UPPER * rho)) - elevation
    found = (math.degrees(math.atan2(y, x)) + 90.0, math.degrees(left), math.degrees(right))
    return found if allowed(*found) else None


def allowed(turn: float, left: float, right: float) -> bool:
    """Return True when the rods allow these angles [deg]."""
    checked = ((turn, _TURN), (left, _LEFT), (right, _RIGHT), (left + right, _SUM))
    return all(low - _SLACK <= value <= high + _SLACK for value, (low, high) in checked)
