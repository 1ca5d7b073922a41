"""`ReachMap`: where a hand can be from one mounting, level or at any tilt, and where something is in the way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.batch import solve_batch
from armctl.kinematics.collision import CollisionModel

CHUNK: Final = 8192
"""Places solved together; after each the caller is told how far it is."""
MOST_PLACES: Final = 2_000_000
OTHER_BENDS: Final = 3
"""Further answers that are looked for where the first one touches something."""
STARTS: Final = {"level": 8, "tilted": 24}
"""Starts for a place. Of those that hundreds of starts reach, these find 99.5 and 99 in a hundred (SO-101)."""
CLEARANCE: Final = 0.005
"""Distance that counts as free [m]: what the supervisor keeps from furniture."""


class Reach(IntEnum):
    """What the hand can do at one place; what is larger is better."""

    OUT = 0
    """Out of reach."""
    BLOCKED = 1
    """Within reach, but a part of the arm would touch something."""
    TILTED = 2
    """Free, but the hand is not level there."""
    LEVEL = 3
    """Free, with a level hand."""


@dataclass(frozen=True, slots=True, eq=False)
class ReachMap:
    """What the hand can do at each place of a grid.

    Attributes:
        x: Shape (nx,), the grid's lines [m].
        y: Shape (ny,) [m].
        z: Shape (nz,) [m].
        reach: Shape (nx, ny, nz), a `Reach` each.
    """

    x: FloatArray
    y: FloatArray
    z: FloatArray
    reach: npt.NDArray[np.int8]

    @property
    def volume(self) -> float:
        """Volume in which a level hand is free [m³]."""
        step = float(np.prod([lines[1] - lines[0] for lines in (self.x, self.y, self.z)]))
        return float(np.count_nonzero(self.reach == Reach.LEVEL)) * step

    def rows(self) -> Iterator[tuple[float, float, float, str]]:
        """Yield (x, y, z [m], name of the `Reach`) of every place, for a table."""
        places = itertools.product(self.x.tolist(), self.y.tolist(), self.z.tolist())
        for place, reach in zip(places, self.reach.ravel().tolist(), strict=True):
            yield *place, Reach(reach).name.lower()


def grid(lower: tuple[float, float, float], upper: tuple[float, float, float], spacing: float) -> list[FloatArray]:
    """Return the lines of a grid over a box, x, y and z [m].

    Raises:
        KinematicsError: The spacing is not a length, or makes too many places.
    """
    if not spacing > 0.0:
        raise KinematicsError(f"A spacing of {spacing:g} m makes no grid.", "Give a length above 0.")
    counts = [round((b - a) / spacing) + 1 for a, b in zip(lower, upper, strict=True)]
    if min(counts) < 2 or np.prod([float(count) for count in counts]) > MOST_PLACES:
        total = " × ".join(str(count) for count in counts)
        raise KinematicsError(
            f"A spacing of {spacing:g} m makes {total} places; 2 each way to {MOST_PLACES:,} in all are possible.",
            "Give another spacing.",
        )
    return [np.linspace(a, a + (count - 1) * spacing, count) for a, count in zip(lower, counts, strict=True)]


def reach_map(
    model: CollisionModel, lines: list[FloatArray], tell: Callable[[int, int], None] = lambda done, total: None
) -> ReachMap:
    """Return what the hand can do at every place of a grid.

    Args:
        model: The arm and what stands around it.
        lines: The grid's lines, x, y and z [m], as `grid` returns them.
        tell: Called now and then with how many places of how many are done.
    """
    places = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1).reshape(-1, 3)
    found = np.zeros(len(places), dtype=np.int8)
    for begin in range(0, len(places), CHUNK):
        part = slice(begin, begin + CHUNK)
        found[part] = reach_at(model, places[part])
        tell(min(begin + CHUNK, len(places)), len(places))
    x, y, z = lines
    return ReachMap(x, y, z, found.reshape(len(x), len(y), len(z)))


def reach_at(model: CollisionModel, places: FloatArray) -> npt.NDArray[np.int8]:
    """Return the `Reach` of each of ``places``, shape (M, 3) [m]."""
    found = np.zeros(len(places), dtype=np.int8)
    chain = model.robot.chain
    near = np.flatnonzero(np.linalg.norm(places - chain_root(model), axis=1) <= chain.length)
    found[near] = _with(model, places[near], Reach.LEVEL)
    rest = near[found[near] != Reach.LEVEL]
    found[rest] = np.maximum(found[rest], _with(model, places[rest], Reach.TILTED))
    return found


def chain_root(model: CollisionModel) -> FloatArray:
    """Return the place (3,) [m] of the first joint: nothing farther from it than the chain is long can be reached."""
    first: FloatArray = model.robot.chain.joints[0].origin[:3, 3]
    return first


def _with(model: CollisionModel, places: FloatArray, best: Reach) -> npt.NDArray[np.int8]:
    """Return `best`, BLOCKED or OUT for each place."""
    tool, chain = model.robot.config.tool, model.robot.chain
    axis = (np.array(tool.up_axis), np.array([0.0, 0.0, 1.0])) if best is Reach.LEVEL else None
    found = np.zeros(len(places), dtype=np.int8)
    rng = np.random.default_rng(0)
    open_places = np.arange(len(places))
    for attempt in range(1 + OTHER_BENDS):
        # The first answer comes from the table; the others start anywhere, to find another bend of the elbow.
        seeds = None if not attempt else rng.uniform(*_bounds(chain.lower, chain.upper), (len(open_places), chain.dof))
        starts = 1 if attempt else STARTS["level" if best is Reach.LEVEL else "tilted"]
        batch = solve_batch(chain, places[open_places], axis=axis, seeds=seeds, attempts=starts)
        clear = np.zeros(len(open_places), dtype=np.bool_)
        solved = np.flatnonzero(batch.solved)
        clear[solved] = model.clear_many(_with_gripper(model, batch.q[solved]), CLEARANCE)
        found[open_places[solved]] = Reach.BLOCKED
        found[open_places[clear]] = best
        if not attempt:
            clear |= ~batch.solved
        open_places = open_places[~clear]
        if not open_places.size:
            break
    return found


def _bounds(lower: FloatArray, upper: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.maximum(lower, -np.pi), np.minimum(upper, np.pi)


def _with_gripper(model: CollisionModel, q: FloatArray) -> FloatArray:
    return np.column_stack([q, np.full(len(q), model.robot.config.gripper.open)])
