"""Goals of every kind, as the solver's tests give them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.forward import forward
from armctl.kinematics.reduction import GoalKind
from armctl.kinematics.solver_code import SolverCode

TOOL = np.array([0.0, 0.6, 0.8])
KINDS: tuple[GoalKind, ...] = ("position", "axis", "pose")
kinds = st.sampled_from(KINDS)


def goal_at(arm: Chain, kind: GoalKind, q: FloatArray) -> list[float]:
    """The goal that the pose at ``q`` is, as plain numbers."""
    pose = forward(arm, q)
    more = {"position": [], "axis": (pose[:3, :3] @ TOOL).tolist(), "pose": pose[:3, :3].ravel().tolist()}[kind]
    return [*pose[:3, 3].tolist(), *more]


def place_at(code: SolverCode, q: FloatArray) -> FloatArray:
    return code.places(q[code.unknown][:, None])[0][:, 0]
