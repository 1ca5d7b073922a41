"""The nine arms that come with armctl, as the kinematics tests use them."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from hypothesis import strategies as st

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, find, load
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, chain_of
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.urdf import load_tree

ARMS: Final = (
    "kinova_j2n6s300",
    "koch_v11",
    "mycobot280",
    "openmanipulator_x",
    "panda",
    "so101",
    "uarm_swift_pro",
    "ur5",
    "wx250s",
)
READY: Final = {
    "so101": [0.0, -0.9, 1.1, -0.2, -1.522],
    "panda": [0.0, -0.3, 0.0, -2.0, 0.0, 1.8, 0.7],
    "ur5": [0.0, -1.2, 1.5, -0.3, 1.2, 0.0],
    "wx250s": [0.0, -0.3, 0.3, 0.2, 0.4, 0.1],
    "kinova_j2n6s300": [1.5, 2.9, 1.3, 4.2, 1.4, 0.0],
}
"""A usual pose of each arm that the tracking tests drive, away from limits."""


def urdf(name: str) -> str:
    return builtin("arms", name, ".urdf").read_text(encoding="utf-8")


@cache
def chain(name: str) -> Chain:
    tree = load_tree(urdf(name))
    return chain_of(tree, tree.root, "tool")


@cache
def so101() -> RobotModel:
    return RobotModel(load(find("arms", "so101"), ArmConfig))


def random_angles(on: Chain, rng: np.random.Generator) -> FloatArray:
    """Angles (dof,) anywhere within the limits; within a turn where there are none."""
    return rng.uniform(np.maximum(on.lower, -np.pi), np.minimum(on.upper, np.pi))


seeds = st.integers(0, 2**32 - 1)
names = st.sampled_from(ARMS)
