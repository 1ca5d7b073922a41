"""Lines of straight-line Python for small linear systems, and the damped step of tracking made of them.

The matrices are symmetric, at most 6 by 6 and positive definite by their damping, so LDLᵀ needs no pivoting: written
out it takes 1 to 4 µs, where one call into LAPACK takes 10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from armctl.kinematics.straightline import Scalar, Term, compiled

Floats: TypeAlias = Sequence[float]


@dataclass(frozen=True, slots=True)
class Algebra:
    """Compiled functions for a task of m rows and n joints; J is the task's Jacobian, row by row (m·n).

    Attributes:
        solve: (J, error, wish, free, λ) to dq, a list. ``free`` holds 1.0 for joints that may move, and 0.0 for those
            that move by their wish and no more.
        slope: (J, error) to Jᵀ·error, a list: which way each joint should go.
        square: J to A = J·Jᵀ, lower triangle row by row [m²].
        ease: A to 1 / trace(A⁻¹) [m²]: between its least eigenvalue and an m-th of it.
    """

    solve: Callable[[Floats, Floats, Floats, Floats, float], list[float]]
    slope: Callable[[Floats, Floats], list[float]]
    square: Callable[[Floats], tuple[float, ...]]
    ease: Callable[[Floats], float]


@lru_cache(maxsize=32)
def algebra(m: int, n: int) -> Algebra:
    """Return the functions for a task of m rows and n joints."""
    return Algebra(
        compiled(_solve(m, n), {}, "solve"),
        compiled(_slope(m, n), {}, "slope"),
        compiled(_square(m, n), {}, "square"),
        compiled(_ease(m), {}, "ease"),
    )


def function(head: str, body: Iterable[str]) -> str:
    """Return the text of a function."""
    return f"def {head}:\n" + "".join(f"    {line}\n" for line in body)


def joined(letter: str, number: int) -> str:
    """Return ``letter0, letter1, …,``: to unpack a tuple, or to make one."""
    return "".join(f"{letter}{i}, " for i in range(number))


def tuple_of(values: Iterable[Scalar]) -> str:
    """Return the text of a tuple."""
    return "(" + "".join(f"{value}, " for value in values) + ")"


def sum_of(parts: Iterable[str]) -> str:
    """Return the text of a sum."""
    return " + ".join(parts) or "0.0"


def difference(first: Scalar, parts: Iterable[str]) -> str:
    """Return the text of ``first`` minus the ``parts``."""
    return " - ".join([str(first), *parts])


def squares(letter: str, m: int) -> str:
    """Return the text of the sum of m squares."""
    return sum_of(f"{letter}{i} * {letter}{i}" for i in range(m))


def dot(first: Iterable[Scalar], second: Iterable[Scalar]) -> list[Term]:
    """Return the terms of a scalar product."""
    return [(1.0, a, b) for a, b in zip(first, second, strict=True)]


def factors(m: int, square: Sequence[Scalar], damping: str) -> list[str]:
    """Return the lines that factor a symmetric (m, m) matrix, ``square`` its lower triangle, into LDLᵀ.

    They define the pivots ``d``, their inverses ``p``, and the rows of L, ``f``.
    """
    lines = []
    at = {(i, j): square[i * (i + 1) // 2 + j] for i in range(m) for j in range(i + 1)}
    for i in range(m):
        # h = L·D, before its division by the pivot.
        lines += [f"h{i}{j} = {difference(at[i, j], (f'h{i}{k} * f{j}{k}' for k in range(j)))}" for j in range(i)]
        lines += [f"f{i}{j} = h{i}{j} * p{j}" for j in range(i)]
        lines.append(f"d{i} = {difference(at[i, i], (f'h{i}{k} * f{i}{k}' for k in range(i)))} + {damping}")
        lines.append(f"p{i} = 1.0 / d{i}")
    return lines


def back(right: str, m: int) -> list[str]:
    """Return the lines that solve for ``y``, with the `factors` and a right-hand side of the name ``right``."""
    lines = [f"y{i} = {difference(f'{right}{i}', (f'f{i}{k} * y{k}' for k in range(i)))}" for i in range(m)]
    return lines + [
        f"y{i} = {difference(f'y{i} * p{i}', (f'f{k}{i} * y{k}' for k in range(i + 1, m)))}" for i in reversed(range(m))
    ]


def without_wish(rows: Sequence[Sequence[Scalar]]) -> list[str]:
    """Return the lines of u = e - J·x: the error that a wish x leaves."""
    return [
        f"u{i} = {difference(f'e{i}', (f'{value} * x{k}' for k, value in enumerate(row) if value != 0.0))}"
        for i, row in enumerate(rows)
    ]


def products(rows: Sequence[Sequence[Scalar]], k: int) -> list[str]:
    """Return the parts of row k of Jᵀ·y."""
    return [f"{row[k]} * y{i}" for i, row in enumerate(rows) if row[k] != 0.0]


def _rows(letter: str, m: int, n: int) -> list[list[str]]:
    return [[f"{letter}{i}_{k}" for k in range(n)] for i in range(m)]


def _unpacked(m: int, n: int) -> str:
    return "".join(f"{value}, " for row in _rows("j", m, n) for value in row) + "= jacobian"


def _triangle(m: int, first: list[list[str]], second: list[list[str]]) -> list[str]:
    return [
        f"a{i}{j} = {sum_of(f'{a} * {b}' for a, b in zip(first[i], second[j], strict=True))}"
        for i in range(m)
        for j in range(i + 1)
    ]


def _names(m: int) -> list[str]:
    return [f"a{i}{j}" for i in range(m) for j in range(i + 1)]


def _solve(m: int, n: int) -> str:
    rows, freed = _rows("j", m, n), _rows("i", m, n)
    body = [_unpacked(m, n), f"{joined('e', m)}= error", f"{joined('x', n)}= wish", f"{joined('w', n)}= free"]
    body += [f"i{i}_{k} = j{i}_{k} * w{k}" for i in range(m) for k in range(n)]
    body += without_wish(rows) + _triangle(m, freed, rows) + factors(m, _names(m), "damping") + back("u", m)
    steps = (sum_of([f"x{k}", *products(freed, k)]) for k in range(n))
    return function("solve(jacobian, error, wish, free, damping)", [*body, f"return [{', '.join(steps)}]"])


def _slope(m: int, n: int) -> str:
    slopes = (sum_of(f"j{i}_{k} * e{i}" for i in range(m)) for k in range(n))
    body = [_unpacked(m, n), f"{joined('e', m)}= error", f"return [{', '.join(slopes)}]"]
    return function("slope(jacobian, error)", body)


def _square(m: int, n: int) -> str:
    rows = _rows("j", m, n)
    return function("square(jacobian)", [_unpacked(m, n), *_triangle(m, rows, rows), f"return {tuple_of(_names(m))}"])


def _ease(m: int) -> str:
    """Write 1 / trace(A⁻¹) with A⁻¹ = GᵀD⁻¹G, where G = L⁻¹ row by row is g_kj = -f_kj - Σ f_ki·g_ij."""
    # The damping keeps a pivot that is zero from being divided by; it is far below any that matters.
    body = [f"{tuple_of(_names(m))[1:-1]}= square", *factors(m, _names(m), "1e-15")]
    parts = []
    for k in range(m):
        body += [
            f"g{k}{j} = {difference(f'-f{k}{j}', (f'f{k}{i} * g{i}{j}' for i in range(j + 1, k)))}" for j in range(k)
        ]
        parts.append(f"p{k} * ({sum_of(['1.0', *(f'g{k}{j} * g{k}{j}' for j in range(k))])})")
    return function("ease(square)", [*body, f"return 1.0 / ({sum_of(parts)})"])
