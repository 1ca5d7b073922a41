"""Taking away only the part of a motion that leads into something: the rest, along it or away, stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray

ROUNDS: Final = 40
"""Passes over all barriers; for two that meet at 60° each pass leaves a quarter of the error."""
CLOSE_ENOUGH: Final = 1e-7
"""A barrier is kept within this [m/s]."""
TINY: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Barrier:
    """How fast the joints may bring two parts closer.

    Attributes:
        gradient: Shape (n,), how the distance of the parts grows with the joints [m/rad, or m/m].
        speed: Largest speed at which it may shrink [m/s].
    """

    gradient: FloatArray
    speed: float


def without_inward(
    velocity: FloatArray, barriers: Sequence[Barrier], to_joints: FloatArray | None = None
) -> FloatArray:
    """Return the velocity nearest to ``velocity`` that keeps every barrier.

    Method: Dykstra's projections onto the half-spaces ``gradient · q̇ ≥ -speed``, which arrive at the nearest point of
    their intersection. Zero keeps every barrier, so that is never empty; should the rounds not be enough, the result
    is scaled down until it keeps them all.

    Args:
        velocity: Shape (m,): of joints [rad/s], or of anything joints follow, such as the tool [m/s].
        barriers: What to keep.
        to_joints: Shape (n, m), joint speeds for each unit of ``velocity``; None when it is of the joints themselves.
    """
    if not barriers:
        return velocity
    rows = np.array([barrier.gradient for barrier in barriers])
    normals = rows if to_joints is None else rows @ to_joints
    least = np.array([-barrier.speed for barrier in barriers])
    squares = np.einsum("ij,ij->i", normals, normals)
    found, kept = velocity.astype(np.float64), np.zeros_like(normals)
    for _ in range(ROUNDS):
        if (normals @ found >= least - CLOSE_ENOUGH).all():
            break
        for index in np.flatnonzero(squares > TINY):
            moved = found - kept[index]
            lack = max(0.0, float(least[index] - normals[index] @ moved))
            kept[index] = lack / squares[index] * normals[index]
            found = moved + kept[index]
    shrinks = -(normals @ found)
    over = float(np.max(shrinks / np.maximum(-least, TINY), initial=1.0, where=shrinks > CLOSE_ENOUGH - least))
    result: FloatArray = found / over
    return result
