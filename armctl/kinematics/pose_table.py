"""Poses of the arm kept by where they bring the tool, to begin close to any goal.

A reduced goal has four dimensions at most: radius, height and a direction (two for a position). They are cut into
cells, and every cell keeps a few poses that reach into it, unlike each other, so that one of them is on the right side
of the limits. With each goes the first step from it, the damped inverse of its Jacobian, so that the descent begins
about a millimetre from the goal and two steps finish it (measured: 2.6 in the mean, where a random start takes 12).

Directions become two numbers by unfolding the octahedron |x| + |y| + |z| = 1, which needs no trigonometry and has no
poles (Cigolla et al., "A survey of efficient representations for independent unit vectors", JCGT 3(2), 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from armctl.hal.state import FloatArray
from armctl.kinematics.solver_code import SolverCode

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

CELLS: Final = {2: (64, 96), 3: (16, 16, 16), 4: (10, 14, 11, 11), 5: (8, 8, 8, 7, 7)}
"""Cells along each dimension of a place; odd for directions, so that straight up, as of a level hand, is a middle."""
POSES: Final = {2: 150_000, 3: 60_000, 4: 200_000, 5: 200_000}
"""Random poses that the cells choose from; 0.2 s for the largest."""
KEPT: Final = 6
"""Poses a cell keeps at most."""
CHOICE: Final = 12
"""Poses nearest to the middle of a cell that it chooses from."""
ROOM: Final = 0.1
"""How far beyond its limits the first joint may be for a pose to be tried [rad]: the descent still moves it."""
DAMPING: Final = 1e-5
"""λ of the step kept with a pose [m²]: near singular poses it must not be trusted far."""


@dataclass(frozen=True, slots=True, eq=False)
class PoseTable:
    """The cells and their poses.

    Attributes:
        split: How many numbers of a place are metres: 2, or 3 where the first joint is not left out.
        low: Shape (d,), where the cells begin.
        scale: Shape (d,), cells per unit.
        counts: d cells along each dimension.
        begin: Shape (cells + 1,): the poses of cell i are begin[i] to begin[i + 1].
        rows: Shape (poses, width), float32: heading [rad] where the first joint is left out, else 0; unknown angles;
            place; the step per unit of each number of a place, unknown by unknown.
    """

    split: int
    low: FloatArray
    scale: FloatArray
    counts: tuple[int, ...]
    begin: IntArray
    rows: npt.NDArray[np.float32]

    def choices(self, targets: FloatArray, first: tuple[float, float] | None, code: SolverCode) -> IntArray:
        """Return the rows to begin with for each target, the best first, shape (M, `KEPT`); -1 where there are fewer.

        Args:
            targets: Shape (numbers of a target, M).
            first: Limits of the angle of the first joint about its axis [rad], where it is left out; None without.
            code: Of the reduced problem.
        """
        places = code.reduction.residuals
        cells = self.cells(targets[:places])
        rows = self.begin[cells][:, None] + np.arange(KEPT)
        there = rows < self.begin[cells + 1][:, None]
        if first is not None:
            middle, half = 0.5 * (first[0] + first[1]), 0.5 * (first[1] - first[0]) + ROOM
            ahead = np.arctan2(targets[places + 1], targets[places])
            turn = ahead[:, None] - self.rows[np.where(there, rows, 0), 0] - middle
            there &= np.abs(turn - 2.0 * np.pi * np.round(turn / (2.0 * np.pi))) <= half
        order = np.argsort(~there, axis=1, kind="stable")
        return np.take_along_axis(np.where(there, rows, -1), order, axis=1)

    def first_steps(self, rows: IntArray, targets: FloatArray, code: SolverCode) -> FloatArray:
        """Return the angles (unknown, M) after the first step from ``rows`` (M,) towards ``targets``."""
        unknown, places = len(code.unknown), code.reduction.residuals
        kept = self.rows[rows]
        q = kept[:, 1 : 1 + unknown].T.astype(np.float64)
        away = targets[:places] - kept[:, 1 + unknown : 1 + unknown + places].T
        steps = kept[:, 1 + unknown + places :].reshape(-1, unknown, places)
        for number in range(unknown):
            q[number] += (steps[:, number].T * away).sum(axis=0)
        return q

    def cells(self, places: FloatArray) -> IntArray:
        """Return the cell of each of ``places`` (numbers, M), shape (M,)."""
        where = _coordinates(places, self.split)
        indices = ((where - self.low[:, None]) * self.scale[:, None]).astype(np.int64)
        limits = np.array(self.counts)[:, None] - 1
        cells: IntArray = np.ravel_multi_index(tuple(np.clip(indices, 0, limits)), self.counts)
        return cells


def _coordinates(places: FloatArray, split: int) -> FloatArray:
    """Return the dimensions of ``places`` (numbers, M): ``split`` metres, then two of the first direction."""
    if len(places) == split:
        return places
    x, y, z = places[split : split + 3] / np.abs(places[split : split + 3]).sum(axis=0)
    under = z < 0.0
    u = np.where(under, (1.0 - np.abs(y)) * np.where(x < 0.0, -1.0, 1.0), x)
    v = np.where(under, (1.0 - np.abs(x)) * np.where(y < 0.0, -1.0, 1.0), y)
    return np.concatenate([places[:split], [u, v]])


def make_table(code: SolverCode, span: tuple[FloatArray, FloatArray]) -> PoseTable:
    """Return the table of an arm: the same every time.

    Args:
        code: Of the reduced problem.
        span: Bounds (dof,) that poses are drawn from.
    """
    split = 3 if code.reduction.first is None else 2
    d = split + (2 if code.reduction.marks.directions else 0)
    q = np.random.default_rng(1).uniform(*span, (POSES[d], len(span[0])))[:, code.unknown].T
    places, headings = code.places(q)
    where = _coordinates(places, split)
    low, high = where.min(axis=1), where.max(axis=1)
    low[split:], high[split:] = -1.0, 1.0
    counts = CELLS[d]
    empty = PoseTable(split, low, np.array(counts) / np.maximum(high - low, 1e-9), counts, np.zeros(1, np.int64), _NONE)
    cells = empty.cells(places)
    off = (((where - low[:, None]) * empty.scale[:, None]) % 1.0 - 0.5) ** 2
    unlike = np.concatenate([np.sin(q), np.cos(q), [np.sin(headings), np.cos(headings)]]).T
    chosen = _filled(_chosen(cells, off.sum(axis=0), unlike), cells, counts)
    return PoseTable(split, low, empty.scale, counts, *_packed(code, chosen, q, places, headings))


_NONE: Final = np.zeros((0, 0), dtype=np.float32)


def _chosen(cells: IntArray, off: FloatArray, unlike: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the cells that hold poses (C,), and the poses each keeps (C, `KEPT`), -1 where there are fewer.

    The first is the one nearest to the middle; each next one is the least like those before it.
    """
    order = np.lexsort((off, cells))
    held, begin, count = np.unique(cells[order], return_index=True, return_counts=True)
    rank = np.arange(CHOICE)
    there = rank < count[:, None]
    poses = np.where(there, order[np.minimum(begin[:, None] + rank, len(order) - 1)], -1)
    features = unlike[poses].astype(np.float32)
    apart = np.where(there, np.float32(np.inf), np.float32(-1.0))
    kept = np.full((len(held), KEPT), -1)
    rows = np.arange(len(held))
    pick = np.zeros(len(held), dtype=np.int64)
    for number in range(KEPT):
        kept[:, number] = np.where(apart[rows, pick] > 0.0, poses[rows, pick], -1)
        gap = ((features - features[rows, pick][:, None, :]) ** 2).sum(axis=2)
        apart = np.where(there, np.minimum(apart, gap), -1.0)
        pick = apart.argmax(axis=1)
    return held, kept


def _filled(chosen: tuple[IntArray, IntArray], cells: IntArray, counts: tuple[int, ...]) -> IntArray:
    """Return the poses of all cells (cells, `KEPT`); an empty one has those of a neighbour, if that has any."""
    held, kept = chosen
    table = np.full((int(np.prod(counts)), KEPT), -1)
    table[held] = kept
    grid = table.reshape(*counts, KEPT)
    for axis in range(len(counts)):
        for shift in (1, -1):
            beside = np.roll(grid, shift, axis)
            edge = [slice(None)] * len(counts)
            edge[axis] = slice(0, 1) if shift == 1 else slice(-1, None)
            beside[tuple(edge)] = -1
            grid = np.where(grid[..., :1] >= 0, grid, beside)
    return grid.reshape(-1, KEPT)


def _packed(
    code: SolverCode, poses: IntArray, q: FloatArray, places: FloatArray, headings: FloatArray
) -> tuple[IntArray, npt.NDArray[np.float32]]:
    """Return `PoseTable.begin` and `PoseTable.rows`; poses that cells share are kept once for each."""
    there = poses >= 0
    begin = np.concatenate([[0], there.sum(axis=1).cumsum()])
    index = poses[there]
    columns = code.columns(q[:, index])
    J = columns.transpose(2, 1, 0)
    JT = J.transpose(0, 2, 1)
    steps = np.linalg.solve(JT @ J + DAMPING * np.eye(len(q)), JT)
    parts = [headings[None, index], q[:, index], places[:, index], steps.reshape(len(index), -1).T]
    return begin, np.ascontiguousarray(np.concatenate(parts).T, dtype=np.float32)
