"""curvature.py: no step in joint space leaves more of a linearised task than the bound says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.curvature import UNBOUNDED, bends
from armctl.kinematics.forward import forward
from armctl.kinematics.jacobian import jacobian
from tests.unit.kinematics.arms import chain, names, random_angles, seeds

WEIGHT = 0.3


def weighted(arm: Chain, q: FloatArray) -> FloatArray:
    return np.diag([1.0, 1.0, 1.0, WEIGHT, WEIGHT, WEIGHT]) @ jacobian(arm, q)


@settings(deadline=None, max_examples=150)
@given(names, seeds, st.floats(1e-3, 2.0))
def test_the_jacobian_changes_no_more_than_the_bound(name: str, seed: int, size: float) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    q, a, b = random_angles(arm, rng), size * rng.normal(size=arm.dof), rng.normal(size=arm.dof)
    change = (weighted(arm, q + a) - weighted(arm, q)) @ b
    root = bends(arm, WEIGHT)
    assert np.linalg.norm(change) <= (root @ np.abs(a)) * (root @ np.abs(b)) + 1e-12


@settings(deadline=None, max_examples=50)
@given(names, seeds)
def test_what_a_step_leaves_of_the_way_is_within_half_the_bound(name: str, seed: int) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    q, step = random_angles(arm, rng), 0.05 * rng.normal(size=arm.dof)
    moved = forward(arm, q + step)[:3, 3] - forward(arm, q)[:3, 3]
    left = np.linalg.norm(moved - jacobian(arm, q)[:3] @ step)
    assert left <= 0.5 * (bends(arm, WEIGHT) @ np.abs(step)) ** 2 + 1e-12


def test_a_slide_without_an_end_lets_nothing_be_concluded() -> None:
    arm = chain("so101")
    sliding = replace(arm.joints[-1], name="rail", kind="prismatic", lower=-np.inf, upper=np.inf)
    found = bends(Chain(arm.base, arm.tip, (*arm.joints, sliding)), WEIGHT)
    assert np.isfinite(found).all()
    assert found[:-1].min() ** 2 >= UNBOUNDED
