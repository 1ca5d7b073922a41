"""trackstep.py: a careful tick never gets worse, never leaves its bounds, and leans to where the elbow was bent."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, load_chain
from armctl.kinematics.forward import forward
from armctl.kinematics.trackcode import Geometry, code_for
from armctl.kinematics.tracklines import Floats
from armctl.kinematics.trackstep import Task, descend, look, pushed
from tests.unit.kinematics.arms import READY, chain, names, random_angles, seeds

TWO_LINKS = """<robot name="two"><link name="base"/><link name="upper"/><link name="fore"/><link name="tool"/>
<joint name="shoulder" type="revolute"><parent link="base"/><child link="upper"/><axis xyz="0 0 1"/>
<limit lower="-3" upper="3" effort="1" velocity="1"/></joint>
<joint name="elbow" type="revolute"><parent link="upper"/><child link="fore"/><origin xyz="0.3 0 0"/><axis xyz="0 0 1"/>
<limit lower="-3" upper="3" effort="1" velocity="1"/></joint>
<joint name="hand" type="fixed"><parent link="fore"/><child link="tool"/><origin xyz="0.2 0 0"/></joint></robot>"""
"""A flat arm, 0.3 and 0.2 m long; its elbow is straight at zero."""


def position_task(
    arm: Chain, goal: FloatArray, lower: FloatArray, upper: FloatArray, posture: Floats | None = None
) -> Task:
    code = code_for(Geometry.of(arm), "position", 0.3)
    return Task(code, goal.tolist(), lower.tolist(), upper.tolist(), arm.length, posture)


@settings(deadline=None, max_examples=80)
@given(names, seeds, st.integers(1, 8))
def test_without_a_posture_no_step_makes_it_worse_or_leaves_the_bounds(name: str, seed: int, steps: int) -> None:
    arm, rng = chain(name), np.random.default_rng(seed)
    q = random_angles(arm, rng)
    lower, upper = q - rng.uniform(0.0, 0.4, arm.dof), q + rng.uniform(0.0, 0.4, arm.dof)
    task = position_task(arm, rng.uniform(-1.0, 1.0, 3), lower, upper)
    found = descend(task, q.tolist(), steps)
    assert found.cost <= look(task, q.tolist()).cost
    assert (lower <= found.q).all()
    assert (np.array(found.q) <= upper).all()


@settings(deadline=None, max_examples=60)
@given(names, seeds)
def test_a_lean_does_not_keep_a_goal_from_being_met(name: str, seed: int) -> None:
    """Its weight is a share of the error, so it goes where the error goes; in a pose that moves every way with ease."""
    arm, rng = chain(name), np.random.default_rng(seed)
    q = random_angles(arm, rng)
    near = np.clip(q + rng.uniform(-0.05, 0.05, arm.dof), arm.lower, arm.upper)
    posture = q + rng.uniform(-0.5, 0.5, arm.dof)
    task = position_task(arm, forward(arm, near)[:3, 3], arm.lower, arm.upper, posture.tolist())
    jacobian = np.array(look(task, q.tolist()).jacobian).reshape(3, -1)
    if np.linalg.svd(jacobian, compute_uv=False)[-1] > 0.1 * arm.length:
        assert descend(task, q.tolist(), 60).cost < 1e-10


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_beyond_reach_the_elbow_stays_a_little_bent_the_way_it_was(side: float) -> None:
    """Straight to the last bit, it would bend either way afterwards."""
    arm = load_chain(TWO_LINKS, "base", "tool")
    bent, beyond = [-0.4 * side, side], np.array([0.7, 0.0, 0.0])
    leaning = descend(position_task(arm, beyond, arm.lower, arm.upper, bent), bent, 200)
    upright = descend(position_task(arm, beyond, arm.lower, arm.upper), bent, 200)
    assert 0.02 < side * leaning.q[1] < 0.2
    assert side * upright.q[1] < 0.01
    assert math.sqrt(leaning.cost) - math.sqrt(upright.cost) < 1e-3


def test_only_joints_that_would_have_to_go_on_are_pushed() -> None:
    arm, q = chain("so101"), READY["so101"]
    left = forward(arm, q)[:3, 3] + np.array([0.0, 0.1, 0.0])
    lower, upper = np.full(5, -2.0), np.full(5, 2.0)
    # Left of the arm is negative pan on this arm, so only a lower bound holds it.
    held = position_task(arm, left, np.array([0.0, *lower[1:]]), upper)
    assert pushed(held, look(held, q)) == [0]
    free = position_task(arm, left, lower, np.array([0.0, *upper[1:]]))
    assert pushed(free, look(free, q)) == []


def test_joints_at_their_bounds_leave_the_problem_to_the_others() -> None:
    """Goals that need two joints right at a bound; clamping a step meant for all of them would miss most in time."""
    arm, start, reached = chain("panda"), np.array(READY["panda"]), 0
    for seed in range(40):
        there = np.clip(start + np.random.default_rng(seed).normal(0.0, 0.2, 7), arm.lower, arm.upper)
        lower, upper = arm.lower.copy(), arm.upper.copy()
        for i in (0, 2):
            lower[i], upper[i] = min(start[i], there[i]), max(start[i], there[i])
        reached += (
            descend(position_task(arm, forward(arm, there)[:3, 3], lower, upper), start.tolist(), 12).cost < 1e-10
        )
    assert reached >= 38
