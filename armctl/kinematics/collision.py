"""`CollisionModel`: how far an arm is from itself, from what it holds, and from everything around it.

It knows which pairs of shapes can touch at all, and measures them once a tick, or for many postures at once. Two ways
to ask: how far (`nearest`, `distances`), or merely whether everything is at least so far apart (`clear`,
`clear_many`), which needs no exact distance of what is far.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, TypeAlias

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import BoolArray, FloatArray
from armctl.kinematics.distance import WorldShape
from armctl.kinematics.gradients import Gradients
from armctl.kinematics.levers import pair_levers
from armctl.kinematics.pairs import IndexArray, PairDistances
from armctl.kinematics.robot import RobotModel
from armctl.kinematics.shapes import LinkShape
from armctl.kinematics.touching import hand_links, own_pairs

Kind: TypeAlias = Literal["self", "scene"]

CHUNK: Final = 64
"""Postures measured together; with more the processor's cache is too small (measured: 21 µs each, 37 with 1024)."""
FINEST: Final = 1e-3
"""A way that comes nearer than this to its margin [m] is not looked at any closer."""
IDENTITY: Final = np.eye(4)
SWEEP: Final = 33
"""Angles of the first joint that are tried to find what cannot touch."""
UNCHANGING: Final = 1e-3
"""A pair whose distance changes by less than this [m] cannot be steered."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two shapes whose distance is watched.

    Attributes:
        a: Link of the first, or the name of what is held.
        b: Link of the second, or name of a thing around.
        kind: self, or scene when ``b`` is around the arm.
    """

    a: str
    b: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Nearest:
    """The two shapes that are nearest to each other.

    Attributes:
        distance: How far apart they are [m]; negative where they overlap.
        a: As in `Pair`.
        b: As in `Pair`.
        kind: As in `Pair`.
    """

    distance: float
    a: str
    b: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Held:
    """What the hand carries.

    Attributes:
        name: Its name.
        shapes: Its shapes, on the link of the tool.
    """

    name: str
    shapes: tuple[LinkShape, ...]


class CollisionModel:
    """Distances of one arm from itself and from the world. It never changes; `holding` and `moved` return another.

    Args:
        robot: The arm.
        world: What stands around it, by name.
        anywhere: Names of what may come to be anywhere (a person): no pair with it is left out.
        held: What the hand carries: measured against the arm, but not against the hand, and against the world.

    Attributes:
        robot: The arm.
        world: What stands around it.
        held: What the hand carries, or None.
        pairs: The pairs that are measured, in the order of all results.
        levers: Shape (pairs, n): a distance changes by at most ``levers @ |change of the joints|`` [m/rad, or m/m].
    """

    def __init__(
        self,
        robot: RobotModel,
        world: Mapping[str, WorldShape] | None = None,
        *,
        anywhere: Collection[str] = (),
        held: Held | None = None,
        _touching: IndexArray | None = None,
        _levers: FloatArray | None = None,
    ) -> None:
        self.robot: Final = robot
        self.world: Final[Mapping[str, WorldShape]] = dict(world or {})
        self.held: Final = held
        self._anywhere = frozenset(anywhere)
        # What is held comes last, so that what it is does not change the numbers of the others.
        carried = held.shapes if held else ()
        self._shapes: Final[tuple[LinkShape | WorldShape, ...]] = (*robot.shapes, *self.world.values(), *carried)
        self._frames = _frames(robot, self._shapes)
        self._touching = self._own_and_scene_pairs() if _touching is None else _touching
        self._engine = PairDistances(self._shapes, self._frames, np.concatenate((self._touching, self._held_pairs())))
        self._gradients = Gradients(robot, self._shapes, self._engine.pairs)
        self.pairs: Final = self._named()
        levers = pair_levers(robot, self._shapes, self._engine.pairs) if _levers is None else _levers
        self.levers: Final = levers

    def holding(self, held: Held | None) -> CollisionModel:
        """Return the model of the same arm in the same world that carries ``held``, or nothing."""
        return CollisionModel(self.robot, self.world, anywhere=self._anywhere, held=held, _touching=self._touching)

    def moved(self, name: str, pose: FloatArray) -> CollisionModel:
        """Return the model with the thing ``name``, one of those that may be anywhere, at ``pose`` (4, 4).

        Raises:
            KinematicsError: Nothing around the arm that may be anywhere has this name.
        """
        if name not in self._anywhere or name not in self.world:
            raise KinematicsError(f"Nothing that moves is called {name!r} among {', '.join(self.world)}.")
        shape = self.world[name]
        world = {**self.world, name: WorldShape(shape.kind, shape.size, pose)}
        # A head that is tracked moves thirty times a second: what does not depend on where it is stays.
        return CollisionModel(
            self.robot,
            world,
            anywhere=self._anywhere,
            held=self.held,
            _touching=self._touching,
            _levers=self.levers,
        )

    def distances(self, positions: FloatArray, look: float | FloatArray = np.inf) -> FloatArray:
        """Return the signed distance of every pair [m], shape (pairs,).

        Args:
            positions: Shape (n,), the gripper last [rad].
            look: How far to look [m], one figure or shape (pairs,): what is farther may be told nearer than it is, but
                not nearer than this.

        Raises:
            KinematicsError: ``positions`` has another length or a value that is not finite.
        """
        found: FloatArray = self._measured(self._poses(positions), look)[0]
        return found

    def look(self, positions: FloatArray, look: float | FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return `distances`, and the poses of all links, shape (links, 4, 4), since they are known by then."""
        poses = self._poses(positions)
        return self._measured(poses, look)[0], poses[0]

    def gradients(self, positions: FloatArray, which: IndexArray) -> FloatArray:
        """Return how the distances of some pairs grow with the joints, shape (q, n) [m/rad, or m/m].

        Args:
            positions: Shape (n,) [rad].
            which: Shape (q,), indices into `pairs`.
        """
        poses = self._poses(positions)
        nearest = self._engine.nearest_points(self._engine.bounds(poses), which)
        return self._gradients.at(poses[0], which, nearest)

    def distances_many(self, positions: FloatArray, look: float | FloatArray = np.inf) -> FloatArray:
        """Return `distances` for k postures at once, shape (k, pairs), from ``positions`` (k, n); those finite."""
        found = [self._measured(poses, look) for poses in self._chunks(positions)]
        return np.concatenate(found) if found else np.zeros((0, len(self.pairs)))

    def nearest(self, positions: FloatArray) -> Nearest:
        """Return the nearest pair at ``positions``, shape (n,) [rad]; infinitely far when there is no pair.

        Raises:
            KinematicsError: As `distances`.
        """
        if not self.pairs:
            return Nearest(np.inf, "", "", "scene")
        bounds = self._engine.bounds(self._poses(positions))
        found = self._engine.measure(bounds, bounds.least <= self._engine.most(bounds).min())[0]
        index = int(found.argmin())
        pair = self.pairs[index]
        return Nearest(float(found[index]), pair.a, pair.b, pair.kind)

    def clear(self, positions: FloatArray, margin: float | FloatArray = 0.0) -> bool:
        """Tell whether every pair is at least ``margin`` apart at ``positions``, shape (n,) [rad].

        Args:
            positions: As in `distances`.
            margin: One figure, or shape (pairs,) [m].

        Raises:
            KinematicsError: As `distances`.
        """
        return bool(self._clear(self._poses(positions), margin)[0])

    def clear_many(self, positions: FloatArray, margin: float | FloatArray = 0.0) -> BoolArray:
        """Return `clear` for k postures at once, shape (k,), from ``positions`` (k, n); those finite."""
        found = [self._clear(poses, margin) for poses in self._chunks(positions)]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.bool_)

    def clear_way(self, positions: FloatArray, margin: float | FloatArray = 0.0) -> bool:
        """Tell whether the straight way in joint space from each posture to the next is clear, ends included.

        Proved, not sampled: a distance cannot change faster than `levers` say, so what is far at one posture is clear
        for a stretch around it. Ways that come within 1 mm of ``margin`` are refused.

        Args:
            positions: Shape (k, n), k postures [rad]; finite.
            margin: As in `clear`.
        """
        if len(positions) == 1:
            return self.clear(positions[0], margin)
        return all(self._clear_step(*ends, margin) for ends in pairwise(positions))

    def _clear_step(self, start: FloatArray, end: FloatArray, margin: float | FloatArray) -> bool:
        """Tell whether one straight way is clear: halve what is not proved yet."""
        way = end - start
        moved = self.levers @ np.abs(way)
        middles, size = np.array([0.5]), 0.5
        while len(middles):
            # A middle answers for `size` of the way to both sides of it when it is this much farther than asked.
            spare = size * moved
            room = self.distances_many(start + middles[:, None] * way, margin + spare) - margin
            unsure = (room < spare).any(axis=1)
            if (room < 0.0).any() or (unsure.any() and spare.max() < FINEST):
                return False
            size *= 0.5
            middles = np.concatenate((middles[unsure] - size, middles[unsure] + size))
        return True

    def _poses(self, positions: FloatArray) -> FloatArray:
        poses = np.empty((1, len(self.robot.links) + 1, 4, 4))
        poses[0, :-1], poses[0, -1] = self.robot.link_array(positions), IDENTITY
        return poses

    def _chunks(self, positions: FloatArray) -> Iterator[FloatArray]:
        for begin in range(0, len(positions), CHUNK):
            links = self.robot.link_arrays(positions[begin : begin + CHUNK])
            yield np.concatenate((links, np.broadcast_to(IDENTITY, (len(links), 1, 4, 4))), axis=1)

    def _measured(self, poses: FloatArray, look: float | FloatArray) -> FloatArray:
        bounds = self._engine.bounds(poses)
        return self._engine.measure(bounds, bounds.least < look)

    def _clear(self, poses: FloatArray, margin: float | FloatArray) -> BoolArray:
        bounds = self._engine.bounds(poses)
        near: BoolArray = bounds.least < margin
        touching: BoolArray = np.any(self._engine.most(bounds) < margin, axis=1)
        # Only where neither is known already is anything measured.
        near[touching] = False
        found = self._engine.measure(bounds, near)
        clear: BoolArray = ~touching & (found >= margin).all(axis=1)
        return clear

    def _named(self) -> tuple[Pair, ...]:
        own, rest = len(self.robot.shapes), len(self.robot.shapes) + len(self.world)
        names = [shape.link for shape in self.robot.shapes] + list(self.world)
        names += [self.held.name if self.held else ""] * (len(self._shapes) - rest)
        return tuple(
            Pair(names[a], names[b], "scene" if own <= b < rest else "self") for a, b in self._engine.pairs.tolist()
        )

    def _own_and_scene_pairs(self) -> IndexArray:
        return np.concatenate((own_pairs(self.robot), self._scene_pairs()))

    def _held_pairs(self) -> IndexArray:
        """Return the pairs of what is held with arm and world; the hand has it between its fingers."""
        hand, begin = hand_links(self.robot), len(self.robot.shapes) + len(self.world)
        held = range(begin, len(self._shapes))
        pairs = [
            (part, thing) for part, shape in enumerate(self.robot.shapes) if shape.link not in hand for thing in held
        ]
        pairs += [(thing, other) for thing in held for other in range(len(self.robot.shapes), begin)]
        return np.array(pairs, dtype=np.intp).reshape(-1, 2)

    def _scene_pairs(self) -> IndexArray:
        """Return the pairs with the world.

        A part that only the first joint moves is beside furniture because the arm was mounted there: such a pair is
        left out when it never touches in the whole sweep of that joint, or when no motion changes it. So is everything
        on a part that never moves.
        """
        own = len(self.robot.shapes)
        every = np.array([(a, own + b) for a in range(own) for b in range(len(self.world))], dtype=np.intp)
        every = every.reshape(-1, 2)
        moves = pair_levers(self.robot, self._shapes, every) > 0.0
        first_only = moves[:, 0] & ~moves[:, 1:].any(axis=1)
        return np.concatenate((every[moves[:, 1:].any(axis=1)], self._swept(every[first_only])))

    def _swept(self, pairs: IndexArray) -> IndexArray:
        """Return which of ``pairs`` a turn of the first joint changes and, with what stands still, brings to touch."""
        joints = self.robot.config.joints
        postures = np.tile([0.5 * (joint.lower + joint.upper) for joint in joints], (SWEEP, 1))
        postures[:, 0] = np.linspace(joints[0].lower, joints[0].upper, SWEEP)
        engine = PairDistances(self._shapes, self._frames, pairs)
        bounds = engine.bounds(next(self._chunks(postures)))
        apart = engine.measure(bounds, np.ones_like(bounds.least, dtype=np.bool_))
        least = apart.min(axis=0)
        names = list(self.world)
        anywhere = [names[b - len(self.robot.shapes)] in self._anywhere for b in engine.pairs[:, 1]]
        steerable = apart.max(axis=0) - least >= UNCHANGING
        kept: IndexArray = engine.pairs[steerable & (np.array(anywhere, dtype=np.bool_) | (least < 0.0))]
        return kept


def _frames(robot: RobotModel, shapes: Sequence[LinkShape | WorldShape]) -> list[int]:
    """Return which pose each shape hangs on: its link's, or after those of the links that of the base frame."""
    index = {link: i for i, link in enumerate(robot.links)}
    return [len(index) if isinstance(shape, WorldShape) else index[shape.link] for shape in shapes]
