"""symmetric.py: the unrolled solution is LAPACK's, for one system and for many."""

from __future__ import annotations

import numpy as np
import pytest

from armctl.kinematics.straightline import ARRAYS, SCALAR, Writer, compiled, shown
from armctl.kinematics.symmetric import dots, normal, solved


def source_of(unknown: int, rows: int) -> str:
    """A program that solves (V·Vᵀ + damping·I)·x = V·e for the rows V."""
    writer = Writer()
    vectors = [[f"v{i}_{k}" for k in range(rows)] for i in range(unknown)]
    error = [f"e{k}" for k in range(rows)]
    x = solved(writer, "s", normal(writer, "h", vectors, "damping"), dots(writer, "g", vectors, error))
    arguments = [*(name for vector in vectors for name in vector), *error, "damping"]
    body = "".join(f"    {line}\n" for line in writer.body(x))
    return f"def run({', '.join(arguments)}):\n{body}    return ({', '.join(map(shown, x))},)\n"


@pytest.mark.parametrize("unknown", [1, 2, 4, 7])
def test_the_solution_is_that_of_lapack(unknown: int) -> None:
    rng, rows, many = np.random.default_rng(unknown), 5, 20
    V, e = rng.normal(size=(unknown, rows, many)), rng.normal(size=(rows, many))
    source = source_of(unknown, rows)
    at_once = np.array(compiled(source, ARRAYS)(*V.reshape(-1, many), *e, 0.01))
    one = compiled(source, SCALAR)
    for k in range(many):
        wanted = np.linalg.solve(V[..., k] @ V[..., k].T + 0.01 * np.eye(unknown), V[..., k] @ e[:, k])
        np.testing.assert_allclose(at_once[:, k], wanted, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(
            one(*V[..., k].ravel().tolist(), *e[:, k].tolist(), 0.01), wanted, rtol=1e-7, atol=1e-9
        )


def test_zeros_known_beforehand_cost_nothing() -> None:
    writer = Writer()
    lower = normal(writer, "h", [["a", 0.0], [0.0, "b"]], "damping")
    assert lower[1][0] == 0.0
    x = solved(writer, "s", lower, ["g0", "g1"])
    assert len(writer.body(x)) <= 6
