"""Inverse kinematics of many goals at once, for reach maps and checks of whole tasks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.pose_table import KEPT, IntArray
from armctl.kinematics.reduction import GoalKind
from armctl.kinematics.search import PATIENCE
from armctl.kinematics.solver import FROM_TABLE, Solver, solver_for
from armctl.kinematics.solver_code import PATIENT, POSITION_TOLERANCE, QUICK, ROTATION_TOLERANCE, Effort, SolverCode
from armctl.kinematics.streaming import descend_many

ATTEMPTS: Final = 60
"""Starts a goal gets before it counts as out of reach."""
HOPELESS: Final = 12
"""Starts of a goal to which not one leads, nor near it, not even beyond the limits: it is too far and gets no more."""
NEARBY: Final = 0.02**2
"""Squared error [m²] of a goal that may still be reached: singular poses are come upon slowly."""
TOGETHER: Final = 1024
"""Descents that one array holds where few goals are left: a step costs 0.2 ms for one as well as for 500."""
MOST_COPIES: Final = 16
"""Starts of one goal in one array at most: more would be wasted, most answers come with the first few."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Answers to M goals; where there is none, the nearest that was found.

    Attributes:
        q: Shape (M, dof) [rad, or m for prismatic joints]; within the limits where solved.
        solved: Shape (M,).
        position_error: Shape (M,), distance left between tool and goal [m].
        rotation_error: Shape (M,), angle left [rad]; 0 where the orientation is free.
    """

    q: FloatArray
    solved: npt.NDArray[np.bool_]
    position_error: FloatArray
    rotation_error: FloatArray


def solve_batch(
    chain: Chain,
    positions: FloatArray,
    rotations: FloatArray | None = None,
    axis: tuple[FloatArray, FloatArray] | None = None,
    rng: np.random.Generator | None = None,
    seeds: FloatArray | None = None,
    attempts: int = ATTEMPTS,
) -> Batch:
    """Return joint angles within the limits for each of M goals, met to 0.01 mm and 0.1 mrad where solved.

    Args:
        chain: Base to tip.
        positions: Shape (M, 3), of the tool point [m].
        rotations: Shape (M, 3, 3), of the tool; None leaves the orientation free.
        axis: A unit vector (3,) in the tool frame, and the direction in the base frame it must point to, shape (3,) or
            (M, 3).
        rng: Source of restarts; a fixed one when None, so that equal questions have equal answers.
        seeds: Shape (M, dof), where to start first; the poses kept for this arm when None.
        attempts: How often to start for each goal; all kept poses count as one.

    Raises:
        KinematicsError: Shapes that do not fit, figures that are not finite, or both rotations and axis given.
    """
    goals = _Goals.checked(positions, rotations, axis)
    solver = solver_for(chain, goals.kind, goals.axis)
    search = _Search(solver, goals, rng or np.random.default_rng(0))
    search.run(None if seeds is None else _checked(seeds, (goals.count, chain.dof), "seeds"), max(1, attempts))
    return search.batch()


@dataclass(frozen=True, slots=True, eq=False)
class _Goals:
    """M goals of one kind, checked."""

    positions: FloatArray
    rotations: FloatArray | None
    axis: FloatArray | None
    directions: FloatArray | None

    @classmethod
    def checked(
        cls, positions: FloatArray, rotations: FloatArray | None, axis: tuple[FloatArray, FloatArray] | None
    ) -> _Goals:
        count = len(positions)
        positions = _checked(positions, (count, 3), "positions")
        if rotations is not None and axis is not None:
            raise KinematicsError("Goals have either rotations or an axis, not both.")
        if rotations is not None:
            return cls(positions, _checked(rotations, (count, 3, 3), "rotations"), None, None)
        if axis is None:
            return cls(positions, None, None, None)
        tool = _checked(axis[0], (3,), "axis")
        directions = np.broadcast_to(np.asarray(axis[1], dtype=np.float64), (count, 3))
        return cls(positions, None, _unit(tool), _unit(_checked(directions, (count, 3), "directions")))

    @property
    def count(self) -> int:
        return len(self.positions)

    @property
    def kind(self) -> GoalKind:
        if self.rotations is not None:
            return "pose"
        return "position" if self.axis is None else "axis"

    @property
    def numbers(self) -> FloatArray:
        """The goals as plain numbers, shape (M, 3, 6 or 12)."""
        numbers = [self.positions]
        if self.rotations is not None:
            numbers.append(self.rotations.reshape(-1, 9))
        if self.directions is not None:
            numbers.append(self.directions)
        return np.concatenate(numbers, axis=1)

    def targets(self, code: SolverCode) -> FloatArray:
        """Return the goals reduced, shape (numbers of a target, M)."""
        target = code.reduce_many(*self.numbers.T)
        return np.array([np.broadcast_to(part, self.count) for part in target])

    def errors(self, chain: Chain, q: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how far the tool is from the goals at ``q`` (M, dof): metres (M,) and radians (M,)."""
        pose = chain.poses(q)
        off = np.linalg.norm(pose[:, :3, 3] - self.positions, axis=1)
        if self.rotations is not None:
            chord = np.linalg.norm(pose[:, :3, :3] - self.rotations, axis=(1, 2)) / math.sqrt(2.0)
        elif self.axis is not None and self.directions is not None:
            chord = np.linalg.norm(pose[:, :3, :3] @ self.axis - self.directions, axis=1)
        else:
            return off, np.zeros(self.count)
        # A chord measures small angles exactly, where the arc cosine of a product cannot.
        return off, 2.0 * np.arcsin(np.minimum(0.5 * chord, 1.0))


class _Search:
    """Attempts at goals until all have an answer."""

    def __init__(self, solver: Solver, goals: _Goals, rng: np.random.Generator) -> None:
        self._solver = solver
        self._goals = goals
        self._rng = rng
        self._targets: dict[SolverCode, FloatArray] = {}
        self._q = np.tile(solver.middle, (goals.count, 1))
        self._arrived = np.zeros(goals.count, dtype=np.bool_)
        self._cost = np.full(goals.count, np.inf)
        self._waiting = np.ones(goals.count, dtype=np.bool_)

    def run(self, seeds: FloatArray | None, attempts: int) -> None:
        """Try all starts in turn, several of one goal at once as soon as few goals are left."""
        if seeds is None:
            self._look_up()
        else:
            self._attempt(np.arange(self._goals.count), seeds, QUICK)
        made = 1
        while made < attempts and self._waiting.any():
            if made > HOPELESS:
                self._waiting &= self._arrived | (self._cost < NEARBY)
            index = np.flatnonzero(self._waiting)
            copies = self._copies(index.size, (attempts - made + 1) // 2)
            index = np.repeat(index, copies)
            starts = self._solver.drawn(self._rng, index.size)
            self._attempt(index, starts, PATIENT if made > PATIENCE else QUICK, amend=made + copies < attempts)
            made += 2 * copies

    @staticmethod
    def _copies(goals: int, most: int) -> int:
        """Return how many starts of each of ``goals`` go into one array: a step of 1 costs as much as one of 500."""
        return max(1, min(most, MOST_COPIES, TOGETHER // max(goals, 1)))

    def _look_up(self) -> None:
        """Start at the kept poses of each goal's cell, the best one first."""
        code, table = self._solver.code, self._solver.table
        starts = table.choices(self._targets_of(code), self._solver.first_span, code)
        done = 0
        while done < KEPT and self._waiting.any():
            index = np.flatnonzero(self._waiting)
            copies = self._copies(index.size, KEPT - done)
            rows = starts[index, done : done + copies]
            done += copies
            goal, row = np.repeat(index, copies)[rows.ravel() >= 0], rows.ravel()[rows.ravel() >= 0]
            q = table.first_steps(row, self._targets_of(code)[:, goal], code)
            self._descend(code, goal, q, FROM_TABLE, np.tile(self._solver.middle, (goal.size, 1)))

    def _attempt(self, index: IntArray, starts: FloatArray, effort: Effort, *, amend: bool = True) -> None:
        """Start at ``starts`` (M, dof) for the goals ``index``; then where that led to, keeping to the limits.

        Of goals that every kept pose fails, a quarter to a half is reached by the second, twice as many as from
        anywhere.
        """
        solver = self._solver
        inside = np.clip(starts, *solver.span)
        ends = self._descend(solver.code, index, inside[:, solver.code.unknown].T, effort, inside)
        left = self._waiting[index]
        if amend and left.any():
            start = np.clip(ends[left], *solver.span)
            self._descend(solver.whole, index[left], start[:, solver.whole.unknown].T, effort, start)

    def _targets_of(self, code: SolverCode) -> FloatArray:
        if code not in self._targets:
            self._targets[code] = self._goals.targets(code)
        return self._targets[code]

    def _descend(
        self, code: SolverCode, index: IntArray, start: FloatArray, effort: Effort, others: FloatArray
    ) -> FloatArray:
        """Descend to the goals ``index``, keep what is an answer or nearer than before; return where all ended."""
        targets = self._targets_of(code)[:, index]
        found = descend_many(code, start, targets, effort)
        q = self._solver.answers(code, found.q, targets, others)
        inside = self._solver.chain.within(q)
        self._arrived[index[found.arrived]] = True
        nearer = np.flatnonzero(inside & ~found.arrived & (found.cost < self._cost[index]))
        nearer = nearer[np.argsort(-found.cost[nearer])]
        solved = np.flatnonzero(inside & found.arrived & self._waiting[index])
        for kept in (nearer, solved):
            # A goal may be there several times; the last one stays.
            self._q[index[kept]] = q[kept]
            self._cost[index[kept]] = found.cost[kept]
        self._waiting[index[solved]] = False
        return q

    def batch(self) -> Batch:
        """Return what was found, checked once more by forward kinematics."""
        inside = self._solver.chain.within(self._q)
        off, turned = self._goals.errors(self._solver.chain, self._q)
        solved = inside & (off <= POSITION_TOLERANCE) & (turned <= ROTATION_TOLERANCE)
        return Batch(self._q, solved, off, turned)


def _checked(values: FloatArray, shape: tuple[int, ...], what: str) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != shape or not np.isfinite(array).all():
        raise KinematicsError(f"The {what} of goals must be {shape} finite numbers; these are {array.shape}.")
    return array


def _unit(vectors: FloatArray) -> FloatArray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if (length < 1e-6).any():
        raise KinematicsError("An axis of the goals has no length.")
    units: FloatArray = vectors / length
    return units
