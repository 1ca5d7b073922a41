from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.kinematics.barriers import Barrier, without_inward

seeds = st.integers(0, 2**32 - 1)


def barriers(rng: np.random.Generator, count: int, size: int) -> list[Barrier]:
    return [Barrier(rng.normal(size=size), float(rng.choice([0.0, 0.01, 0.1]))) for _ in range(count)]


def shrinks(velocity: np.ndarray, barrier: Barrier) -> float:
    return -float(barrier.gradient @ velocity)


def test_without_barriers_nothing_changes() -> None:
    velocity = np.array([0.1, -0.2, 0.3])
    np.testing.assert_array_equal(without_inward(velocity, []), velocity)


@settings(max_examples=100)
@given(seeds, st.integers(1, 6), st.integers(2, 6))
def test_every_barrier_is_kept(seed: int, count: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    kept = barriers(rng, count, size)
    found = without_inward(rng.normal(size=size), kept)
    for barrier in kept:
        assert shrinks(found, barrier) <= barrier.speed + 1e-6


@settings(max_examples=50)
@given(seeds)
def test_a_motion_that_keeps_all_barriers_stays_as_it_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    velocity = rng.normal(size=5)
    kept = [Barrier(gradient if gradient @ velocity > 0 else -gradient, 0.0) for gradient in rng.normal(size=(4, 5))]
    np.testing.assert_array_equal(without_inward(velocity, kept), velocity)


@settings(max_examples=50)
@given(seeds)
def test_of_one_barrier_only_the_inward_part_is_taken(seed: int) -> None:
    rng = np.random.default_rng(seed)
    barrier = Barrier(rng.normal(size=4), 0.02)
    velocity = rng.normal(size=4)
    along = rng.normal(size=4)
    along -= along @ barrier.gradient / (barrier.gradient @ barrier.gradient) * barrier.gradient
    found = without_inward(velocity, [barrier])
    assert found @ along == pytest.approx(velocity @ along, abs=1e-9)
    assert shrinks(found, barrier) == pytest.approx(min(shrinks(velocity, barrier), 0.02), abs=1e-9)


def test_into_a_corner_nothing_is_left_and_out_of_it_everything() -> None:
    corner = [Barrier(np.array([1.0, 0.0]), 0.0), Barrier(np.array([0.0, 1.0]), 0.0)]
    np.testing.assert_allclose(without_inward(np.array([-1.0, -2.0]), corner), [0.0, 0.0], atol=1e-7)
    np.testing.assert_allclose(without_inward(np.array([-1.0, 2.0]), corner), [0.0, 2.0], atol=1e-7)
    np.testing.assert_allclose(without_inward(np.array([1.0, 2.0]), corner), [1.0, 2.0])


def test_the_tool_keeps_barriers_of_the_joints_that_follow_it() -> None:
    follows = np.array([[2.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    found = without_inward(np.array([-1.0, 0.5]), [Barrier(np.array([1.0, 0.0, 5.0]), 0.1)], follows)
    np.testing.assert_allclose(found, [-0.05, 0.5])


def test_a_barrier_that_nothing_moves_changes_nothing() -> None:
    velocity = np.array([0.3, 0.1])
    np.testing.assert_array_equal(without_inward(velocity, [Barrier(np.zeros(2), 0.0)]), velocity)


def test_barriers_too_sharp_to_be_met_exactly_are_kept_by_slowing_down() -> None:
    """Two planes that almost face each other: projections creep along the wedge."""
    wedge = [Barrier(np.array([1.0, 1e-3]), 0.0), Barrier(np.array([-1.0, 1e-3]), 0.0)]
    found = without_inward(np.array([0.2, -1.0]), wedge)
    assert all(shrinks(found, barrier) <= 1e-6 for barrier in wedge)
