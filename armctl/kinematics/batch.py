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
from armctl.kinematics.solver import FROM_TABLE, Solver, solver_for
from armctl.kinematics.solver_code import PATIENT, POSITION_TOLERANCE, QUICK, ROTATION_TOLERANCE, Effort, SolverCode
from armctl.kinematics.streaming import descend_many

ATTEMPTS: Final = 60
"""Starts a goal gets before it counts as out of reach."""
HOPELESS: Final = 12
"""Starts of a goal to which not one leads, nor near it, not even beyond the limits: it is too far and gets no more."""
NEARBY: Final = 0.02**2
"""Squared error [m²] of a goal that may still be reached: singular poses are come upon slowly."""


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
    if seeds is None:
        for number in range(KEPT):
            search.look_up(number)
    else:
        search.attempt(_checked(seeds, (goals.count, chain.dof), "seeds"))
    for number in range(max(1, attempts) - 1):
        if number == HOPELESS:
            search.give_up()
        if search.pending.size:
            if number % 2:
                search.amend()
            else:
                search.attempt(None)
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

    def targets(self, code: SolverCode) -> FloatArray:
        """Return the goals reduced, shape (numbers of a target, M)."""
        numbers = [self.positions]
        if self.rotations is not None:
            numbers.append(self.rotations.reshape(-1, 9))
        if self.directions is not None:
            numbers.append(self.directions)
        target = code.reduce_many(*np.concatenate(numbers, axis=1).T)
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
        self._last = self._q.copy()
        self._arrived = np.zeros(goals.count, dtype=np.bool_)
        self._cost = np.full(goals.count, np.inf)
        self._waiting = np.ones(goals.count, dtype=np.bool_)
        self.pending = np.arange(goals.count)

    def look_up(self, number: int) -> None:
        """Start at the kept pose ``number`` of each goal's cell."""
        code, index = self._solver.code, self.pending
        targets = self._targets_of(code)[:, index]
        q, there = self._solver.table.starts(number, targets, len(code.unknown), code.reduction.residuals)
        self._descend(code, index[there], q[:, there], FROM_TABLE, self._q[index[there]])

    def attempt(self, starts: FloatArray | None) -> None:
        """Start at ``starts`` (M, dof), or anywhere, for all goals that wait for an answer."""
        code, index = self._solver.code, self.pending
        start = self._solver.drawn(self._rng, index.size) if starts is None else starts[index]
        self._descend(code, index, start[:, code.unknown].T, QUICK, np.clip(start, *self._solver.span))

    def amend(self) -> None:
        """Start where the last attempts ended, brought within the limits, and keep to them at every step.

        Of goals that every kept pose fails, a quarter to a half is reached so, twice as many as from anywhere.
        """
        code, index = self._solver.whole, self.pending
        start = self._last[index]
        self._descend(code, index, start[:, code.unknown].T, PATIENT, start)

    def give_up(self) -> None:
        """Leave the goals that no descent has led to, or near, within the limits or beyond."""
        self._waiting &= self._arrived | (self._cost < NEARBY)
        self.pending = np.flatnonzero(self._waiting)

    def _targets_of(self, code: SolverCode) -> FloatArray:
        if code not in self._targets:
            self._targets[code] = self._goals.targets(code)
        return self._targets[code]

    def _descend(
        self, code: SolverCode, index: IntArray, start: FloatArray, effort: Effort, others: FloatArray
    ) -> None:
        """Descend to the goals ``index`` and keep what is an answer, or nearer than what was found before."""
        targets = self._targets_of(code)[:, index]
        found = descend_many(code, start, targets, effort)
        q = self._solver.answers(code, found.q, targets, others)
        solved = found.arrived & self._solver.chain.within(q)
        better = solved | (found.cost < self._cost[index])
        self._arrived[index] |= found.arrived
        self._last[index] = np.clip(q, *self._solver.span)
        self._q[index[better]] = q[better]
        self._cost[index[better]] = found.cost[better]
        self._waiting[index[solved]] = False
        self.pending = np.flatnonzero(self._waiting)

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
