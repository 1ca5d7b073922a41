"""Reduce a goal to what the middle of an arm has to do; the first and the last joint then follow in closed form.

Turning the first joint turns everything about its axis, so only the goal's distance from that axis, its height along it
and its direction as seen from there matter to the other joints. Turning the last joint leaves its own axis where it is,
so of a whole orientation only the direction of that axis matters to the joints before. A pose, six numbers for six
joints, thus becomes

    (radius, height, direction of the last axis as three numbers of fixed length)

for four joints; a position becomes (radius, height). Directions are scaled by `WEIGHT`, so that all are metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain
from armctl.kinematics.rotation import inverse_pose
from armctl.kinematics.walk import Segment, segments

GoalKind = Literal["position", "axis", "pose"]

WEIGHT: Final = 0.3
"""One radian counts as much as this many metres [m/rad]."""


def goal_names(kind: GoalKind) -> list[str]:
    """Return the names of the numbers of a goal: position, then a direction (3) or a rotation row by row (9)."""
    more = {"position": 0, "axis": 3, "pose": 9}[kind]
    return ["px", "py", "pz", *(f"g{i}" for i in range(more))]


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """What of the tool has to come where, in one frame.

    Attributes:
        point: Shape (3,) [m].
        directions: None, one or two of shape (3,), each `WEIGHT` long [m].
    """

    point: FloatArray
    directions: tuple[FloatArray, ...]

    def seen_from(self, pose: FloatArray) -> Marks:
        """Return the same in the frame in which theirs has ``pose`` (4, 4)."""
        turned = tuple(pose[:3, :3] @ direction for direction in self.directions)
        return Marks(pose[:3, :3] @ self.point + pose[:3, 3], turned)


@dataclass(frozen=True, slots=True, eq=False)
class Reduction:
    """How one kind of goal is reduced for one chain.

    Attributes:
        chain: The arm.
        kind: What the goal fixes.
        first: The motor left out at the base, index into q; None where it has to be found like the others.
        last: The motor left out at the tip; None likewise.
        parts: The joints that are walked over.
        skipped: How many joints come before ``parts``: 0 or 1.
        base: Constant pose (4, 4), in the base, of the frame that everything reduced is told in.
        end: Constant pose (4, 4) from the frame after ``parts`` to the one before the last joint moves, or to the tool.
        marks: What has to come where, after ``end``.
        tool: The same in the tool frame.
        spoke: Shape (3,) in the tool frame: the x axis of the last joint, whose angle tells how far it has to turn.
    """

    chain: Chain
    kind: GoalKind
    first: int | None
    last: int | None
    parts: tuple[Segment, ...]
    skipped: int
    base: FloatArray
    end: FloatArray
    marks: Marks
    tool: Marks
    spoke: FloatArray

    @property
    def inner(self) -> list[int]:
        """The motors that are not left out."""
        return [motor for motor in range(self.chain.dof) if motor not in {self.first, self.last}]

    @property
    def residuals(self) -> int:
        """How many numbers the reduced goal has."""
        return (3 if self.first is None else 2) + 3 * len(self.marks.directions)


def reduction(chain: Chain, kind: GoalKind, axis: FloatArray | None = None, *, whole: bool = False) -> Reduction:
    """Return how goals of ``kind`` are reduced for ``chain``.

    Args:
        chain: Base to tip.
        kind: What the goal fixes.
        axis: Unit vector (3,) in the tool frame, for goals of kind axis.
        whole: Leave no joint out: for goals near the first axis, where its angle means nothing, and for those that take
            every joint's limits into account.
    """
    parts, to_tip = segments(chain.joints)
    count = len(parts)
    first = None if whole or count < 2 or parts[0].kind == "prismatic" else chain.drive.alone(0)
    rolls = kind == "pose" and not whole and count > 2 and parts[-1].kind != "prismatic"
    last = chain.drive.alone(count - 1) if rolls else None
    skipped = 0 if first is None else 1
    base = np.eye(4) if first is None else parts[0].before
    if last is None:
        end, tool = to_tip, Marks(np.zeros(3), _directions(kind, axis))
        marks = tool
    else:
        end = parts[-1].before
        marks = Marks(np.array([0.0, 0.0, _nearest(end)]), (np.array([0.0, 0.0, WEIGHT]),))
        tool = marks.seen_from(inverse_pose(to_tip))
    inner = tuple(parts[skipped : count if last is None else count - 1])
    if last is None and len(inner) > 1 and _idle(inner[-1], to_tip, marks):
        end, inner = inner[-1].before @ to_tip, inner[:-1]
    return Reduction(chain, kind, first, last, inner, skipped, base, end, marks, tool, inverse_pose(to_tip)[:3, 0])


def _idle(part: Segment, to_tip: FloatArray, marks: Marks) -> bool:
    """Return whether the last joint moves no mark: they lie on its axis or along it."""
    seen = marks.seen_from(to_tip)
    across = [seen.point, *seen.directions]
    return part.kind != "prismatic" and max(abs(value) for mark in across for value in mark[:2].tolist()) < 1e-9


def _directions(kind: GoalKind, axis: FloatArray | None) -> tuple[FloatArray, ...]:
    if kind == "position":
        return ()
    if kind == "axis":
        return (WEIGHT * np.asarray(axis, dtype=np.float64),)
    return (np.array([0.0, 0.0, WEIGHT]), np.array([WEIGHT, 0.0, 0.0]))


def _nearest(end: FloatArray) -> float:
    """Return the place on the last axis [m] nearest to the axis before it: in a wrist, where both meet.

    The joint before then does not move this point, and what it does not move falls out of the code.
    """
    x, y, z = (-end[:3, :3].T @ end[:3, 3]).tolist()
    dx, dy, dz = end[2, :3].tolist()
    across = dx * dx + dy * dy
    return float(z if across < 1e-12 else z - dz * (x * dx + y * dy) / across)
