"""Forward kinematics: joint angles to the pose of the tip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, as_angles


def forward(chain: Chain, q: Sequence[float] | FloatArray) -> FloatArray:
    """Return the pose (4, 4) of the tip in the base frame.

    Args:
        chain: Base to tip.
        q: Shape (dof,) [rad, or m for prismatic joints].

    Raises:
        KinematicsError: ``q`` has another length or a value that is not finite.
    """
    x, y, z, r00, r01, r02, r10, r11, r12, r20, r21, r22 = chain.pose_program.run(as_angles(chain, q))
    return np.array([[r00, r01, r02, x], [r10, r11, r12, y], [r20, r21, r22, z], [0.0, 0.0, 0.0, 1.0]])
