"""Write the solution of a small symmetric system as straight-line code: H = L·D·Lᵀ, unrolled.

For four unknowns this is about a hundred float operations, 1.5 µs; LAPACK through numpy takes 6 µs for one system, and
as many calls as systems for many.
"""

from __future__ import annotations

from collections.abc import Sequence

from armctl.kinematics.straightline import Scalar, Term, Writer


def normal(writer: Writer, label: str, vectors: Sequence[Sequence[Scalar]], damping: str) -> list[list[Scalar]]:
    """Write the lower half of V·Vᵀ + damping·I for the rows V of ``vectors``."""
    return [
        [
            writer.total(
                f"{label}{i}_{j}",
                [(1.0, a, b) for a, b in zip(vectors[i], vectors[j], strict=True)]
                + ([(1.0, 1.0, damping)] if i == j else []),
            )
            for j in range(i + 1)
        ]
        for i in range(len(vectors))
    ]


def dots(writer: Writer, label: str, vectors: Sequence[Sequence[Scalar]], other: Sequence[Scalar]) -> list[Scalar]:
    """Write the product of each of ``vectors`` with ``other``."""
    return [
        writer.total(f"{label}{i}", [(1.0, a, b) for a, b in zip(vector, other, strict=True)])
        for i, vector in enumerate(vectors)
    ]


def solved(writer: Writer, label: str, lower: Sequence[Sequence[Scalar]], right: Sequence[Scalar]) -> list[Scalar]:
    """Write x with H·x = ``right`` for the symmetric, positive H whose lower half is ``lower``.

    Eliminates column by column: with u_ij = l_ij·d_j, d_i = h_ii - Σ l_ij·u_ij and u_ik = h_ik - Σ l_ij·u_kj.
    """
    n = len(right)
    u: list[list[Scalar]] = [[] for _ in range(n)]
    factor: list[list[Scalar]] = [[] for _ in range(n)]
    inverse: list[str] = []
    z: list[Scalar] = []
    for i in range(n):
        for k in range(i):
            terms: list[Term] = [(1.0, 1.0, lower[i][k])]
            terms += [(-1.0, u[i][j], factor[k][j]) for j in range(k)]
            u[i].append(writer.total(f"{label}u{i}_{k}", terms))
            factor[i].append(writer.total(f"{label}l{i}_{k}", [(1.0, u[i][k], inverse[k])]))
        pivot = writer.total(
            f"{label}d{i}", [(1.0, 1.0, lower[i][i])] + [(-1.0, factor[i][j], u[i][j]) for j in range(i)]
        )
        inverse.append(writer.write(f"{label}i{i}", f"1.0 / {pivot}", pivot))
        z.append(writer.total(f"{label}z{i}", [(1.0, 1.0, right[i])] + [(-1.0, factor[i][j], z[j]) for j in range(i)]))
    x: list[Scalar] = [0.0] * n
    for i in reversed(range(n)):
        x[i] = writer.total(
            f"{label}x{i}", [(1.0, z[i], inverse[i])] + [(-1.0, factor[k][i], x[k]) for k in range(i + 1, n)]
        )
    return x
