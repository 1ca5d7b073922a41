"""What a task asks for: the session turns each into an intent (or speech) and says which sequence number it got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Path: TypeAlias = Literal["joint", "line", "arc"]
"""joint: shortest in joint space. line: straight. arc: around the base's upright axis, distance and height blended."""

Point: TypeAlias = tuple[float, float, float]
"""x, y, z in the arm's base frame [m]."""


@dataclass(frozen=True, slots=True)
class GoJoints:
    """Go to joint angles ``positions`` (dof values, without the gripper [rad]) at ``speed`` (share, 0 to 1)."""

    positions: tuple[float, ...]
    speed: float


@dataclass(frozen=True, slots=True)
class GoTool:
    """Bring the tool point to ``position`` [m].

    Attributes:
        position: Where, in the base frame [m].
        level: Keep the tool's up axis upright on the whole way.
        path: Shape of the way.
        speed: Share of the arm's allowed speed, 0 to 1.
    """

    position: Point
    level: bool
    path: Path
    speed: float


@dataclass(frozen=True, slots=True)
class GripTo:
    """Move the gripper to ``opening`` [share], 0 closed to 1 open; closing ends early, and well, on something held."""

    opening: float


@dataclass(frozen=True, slots=True)
class GoBack:
    """Undo: go back along the way of the last motion, at ``speed`` (share, 0 to 1)."""

    speed: float


@dataclass(frozen=True, slots=True)
class Halt:
    """Come to rest now (a stop with reason "task"); it needs no answer."""


@dataclass(frozen=True, slots=True)
class Speak:
    """Say ``text``.

    Attributes:
        shown: `TaskStatus` tells it as well: a screen that says what it shows has no need to say it twice.
    """

    text: str
    shown: bool = False


MotionRequest: TypeAlias = GoJoints | GoTool | GripTo | GoBack
"""Requests that `TaskEngine.sent` must be told the sequence number of."""

Request: TypeAlias = MotionRequest | Halt | Speak
