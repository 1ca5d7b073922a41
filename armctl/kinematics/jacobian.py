"""The geometric Jacobian: joint speeds to the twist of the tip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, as_angles


def jacobian(chain: Chain, q: Sequence[float] | FloatArray) -> FloatArray:
    """Return J (6, dof) with (v, ω) = J·q̇: v of the tip point [m/s], then ω [rad/s], both in the base frame.

    Args:
        chain: Base to tip.
        q: Shape (dof,) [rad, or m for prismatic joints].

    Raises:
        KinematicsError: ``q`` has another length or a value that is not finite.
    """
    return np.array(chain.program.run(as_angles(chain, q))[12:]).reshape(6, chain.dof)
