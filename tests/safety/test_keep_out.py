"""Whatever is asked for, the supervisor lets no part of the arm into anything, and always lets it out."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config.load import find, load
from armctl.config.scene import SceneConfig
from armctl.hal.command import ApprovedCommand
from armctl.hal.state import FloatArray
from armctl.safety.zones import Zones
from tests.unit.safety.bench import DT, Bench, N, robot

KITCHEN = load(find("scenes", "kitchen_table"), SceneConfig)
ZONES = Zones(robot(), KITCHEN)
"""The same arm in the same scene, to measure beside the supervisor."""
seeds = st.integers(0, 2**32 - 1)


def postures(count: int) -> FloatArray:
    joints = robot().config.joints
    low, high = np.array([joint.lower for joint in joints]), np.array([joint.upper for joint in joints])
    return np.random.default_rng(3).uniform(0.95 * low, 0.95 * high, (count, N))


SPREAD = postures(3000)
MARGINS = ZONES.model.distances_many(SPREAD) - ZONES.limits
NEAR = np.flatnonzero((MARGINS.min(axis=1) >= 0.0) & (MARGINS.min(axis=1) <= 0.03))
"""Postures with something near."""
INSIDE = np.flatnonzero(
    ((MARGINS < 0.0).sum(axis=1) == 1)
    & (np.sort(MARGINS, axis=1)[:, 1] > 0.01)
    & ((MARGINS + np.maximum(ZONES.limits, -1.0)).min(axis=1) > 1e-3)
)
"""Postures with one pair too close, but not overlapping."""


def least(q: FloatArray) -> float:
    return float((ZONES.model.distances(q) - ZONES.limits).min())


def bench_at(q: FloatArray) -> Bench:
    bench = Bench(KITCHEN)
    bench.q, bench.command = q.copy(), q.copy()
    return bench.moving()


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(NEAR.tolist()), seeds)
def test_no_approved_motion_enters_anything_and_a_stop_is_always_possible(index: int, seed: int) -> None:
    """Random pushes near things; after each refusal the arm stops as a motion would, and pushes on."""
    rng = np.random.default_rng(seed)
    bench = bench_at(SPREAD[index])
    push = rng.normal(0.0, 1.0, N)
    for tick in range(60):
        if tick % 20 == 0:
            push = 1.5 * rng.normal(0.0, 1.0, N) / N**0.5
        answer = bench.tick(push)
        if not isinstance(answer, ApprovedCommand):
            push = -2.0 * bench.velocity / max(float(np.abs(bench.velocity).max()), 0.05)
        assert least(bench.command) >= -1e-9


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(INSIDE.tolist()))
def test_what_is_too_close_may_always_move_away(index: int) -> None:
    q, margins = SPREAD[index], MARGINS[index]
    away = ZONES.model.gradients(q, np.array([int(margins.argmin())]))[0]
    bench = bench_at(q)
    push = 0.8 * away / float(np.abs(away).max())
    for _ in range(8):
        answer = bench.tick(push)
        assert isinstance(answer, ApprovedCommand), answer
    assert least(bench.command) > float(margins.min())


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(0.0, 0.05))
def test_margins_shrink_no_faster_than_the_joints_can_make_them(seed: int, size: float) -> None:
    """Distances are Lipschitz in the joints: what is told once holds around it."""
    rng = np.random.default_rng(seed)
    q = SPREAD[rng.integers(len(SPREAD))]
    change = rng.uniform(-size, size, N)
    before, after = ZONES.reach(q), ZONES.reach(q + change)
    near = before.margins < ZONES.look
    drop = before.margins - after.margins
    assert (drop[near] <= (ZONES.model.levers @ np.abs(change))[near] + 1e-9).all()
    assert math.isfinite(before.head)
    assert abs(before.head - after.head) <= float((ZONES.model.levers @ np.abs(change)).max()) + 1e-9


def test_the_promise_is_not_kept_by_refusing_everything() -> None:
    """Across a free room a motion is approved from beginning to end."""
    bench = bench_at(np.array([*robot().config.poses["home"], 0.3]))
    for tick in range(80):
        sign = 1.0 if tick < 40 else -1.0
        assert isinstance(bench.tick(np.eye(N)[0] * sign), ApprovedCommand)
    assert abs(bench.command[0]) > 40 * 40 * DT * DT * 0.9


def test_the_postures_are_there() -> None:
    assert len(NEAR) > 100
    assert len(INSIDE) > 10
