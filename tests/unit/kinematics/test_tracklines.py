"""tracklines.py: the written-out algebra gives what numpy gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.hal.state import FloatArray
from armctl.kinematics.tracklines import algebra
from tests.unit.kinematics.arms import seeds

sizes = st.tuples(st.sampled_from([3, 5, 6]), st.integers(1, 7))
dampings = st.floats(1e-4, 1.0)


def problem(m: int, n: int, seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A Jacobian (m, n), an error (m,) and a wish (n,)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=n)


@settings(deadline=None, max_examples=60)
@given(sizes, seeds, dampings)
def test_the_step_is_the_damped_least_squares_one(size: tuple[int, int], seed: int, damping: float) -> None:
    """It minimises |e - J·dq|² + λ·|dq - r|², which is (JᵀJ + λI)·dq = Jᵀe + λ·r."""
    (m, n), (jacobian, error, wish) = size, problem(*size, seed)
    step = algebra(m, n).solve(jacobian.ravel().tolist(), error.tolist(), wish.tolist(), [1.0] * n, damping)
    wanted = np.linalg.solve(jacobian.T @ jacobian + damping * np.eye(n), jacobian.T @ error + damping * wish)
    np.testing.assert_allclose(step, wanted, atol=1e-7)


@settings(deadline=None, max_examples=60)
@given(sizes, seeds, dampings)
def test_joints_that_are_not_free_move_by_their_wish_and_the_others_make_up_for_it(
    size: tuple[int, int], seed: int, damping: float
) -> None:
    (m, n), (jacobian, error, wish) = size, problem(*size, seed)
    free = np.random.default_rng(seed).random(n) < 0.6
    flags = free.astype(float).tolist()
    step = np.array(algebra(m, n).solve(jacobian.ravel().tolist(), error.tolist(), wish.tolist(), flags, damping))
    np.testing.assert_array_equal(step[~free], wish[~free])
    own, rest = jacobian[:, free], error - jacobian[:, ~free] @ wish[~free]
    wanted = np.linalg.solve(own.T @ own + damping * np.eye(free.sum()), own.T @ rest + damping * wish[free])
    np.testing.assert_allclose(step[free], wanted, atol=1e-7)


@settings(deadline=None, max_examples=30)
@given(sizes, seeds)
def test_slope_and_square_are_the_products(size: tuple[int, int], seed: int) -> None:
    (m, n), (jacobian, error, _) = size, problem(*size, seed)
    np.testing.assert_allclose(
        algebra(m, n).slope(jacobian.ravel().tolist(), error.tolist()), jacobian.T @ error, atol=1e-12
    )
    square = algebra(m, n).square(jacobian.ravel().tolist())
    np.testing.assert_allclose(square, (jacobian @ jacobian.T)[np.tril_indices(m)], atol=1e-12)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([3, 5, 6]), seeds)
def test_ease_is_one_over_the_trace_of_the_inverse_and_vanishes_with_the_least_eigenvalue(m: int, seed: int) -> None:
    functions, (jacobian, _, _) = algebra(m, 7), problem(m, 7, seed)
    values = np.linalg.eigvalsh(jacobian @ jacobian.T)
    ease = functions.ease(functions.square(jacobian.ravel().tolist()))
    assert ease == pytest.approx(1.0 / (1.0 / values).sum(), rel=1e-6)
    jacobian[2] = jacobian[0] - 2.0 * jacobian[1]
    assert functions.ease(functions.square(jacobian.ravel().tolist())) == pytest.approx(0.0, abs=1e-10)
