"""How far a straight step in joint space goes astray: a bound on what a linearised task leaves out.

Turning joint i changes the column of a later joint j by at most |zᵢ x (zⱼ x r)| <= ρⱼ, with ρ the way from a joint to
the tip along the links, and the weight of the turn added. Of two joints the later one has the smaller ρ, so ρ is at
most √(ρᵢ·ρⱼ), and the second derivative of the task along the steps a and b is at most

    |D²e(a, b)| <= (Σ √ρᵢ·|aᵢ|) · (Σ √ρⱼ·|bⱼ|).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain

UNBOUNDED: Final = 1e6
"""Stands for the way of a sliding joint that has no end [m]: nothing is concluded from it."""


def bends(chain: Chain, weight: float) -> FloatArray:
    """Return √ρ for each coordinate of q, shape (dof,) [√m/rad].

    Args:
        chain: Base to tip.
        weight: Metres that one radian of rotation error counts as [m/rad], above zero.
    """
    roots: list[float] = []
    rest = weight
    for joint in reversed(chain.joints):
        if joint.kind == "prismatic":
            # Slides along its axis: a joint before it turns that, by 1 a radian, and reaches at least the weight.
            roots.append(1.0 / math.sqrt(weight))
            rest += min(max(abs(joint.lower), abs(joint.upper)), UNBOUNDED)
        elif joint.kind != "fixed":
            roots.append(math.sqrt(rest))
        rest += float(np.linalg.norm(joint.origin[:3, 3]))
    found: FloatArray = np.array(roots[::-1]) @ np.abs(chain.drive.matrix)
    return found
