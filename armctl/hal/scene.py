"""What is around the arm, as a simulator (one day a camera) reports it."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

Pose7: TypeAlias = tuple[float, float, float, float, float, float, float]
"""Position x, y, z [m] and unit quaternion x, y, z, w, in the arm's base frame."""


class Contact(msgspec.Struct, frozen=True):
    """Two bodies that touch.

    Attributes:
        first: Name of a link of the arm, or of an object.
        second: Name of the other one.
        force: Normal force [N].
    """

    first: str
    second: str
    force: float


class Head(msgspec.Struct, frozen=True):
    """Where a tracker saw the middle of the head.

    Attributes:
        stamp: When [s, monotonic].
        position: Where, in the arm's base frame [m].
    """

    stamp: float
    position: tuple[float, float, float]


class SceneState(msgspec.Struct, frozen=True):
    """Where the objects are now.

    Attributes:
        stamp: When [s, monotonic].
        objects: Name of each object to its pose in the arm's base frame [m, quaternion].
        held: Name of the object the gripper holds, or empty.
        contacts: Pairs that touch now, other than things resting on furniture.
        touched: Largest force [N] since the start on each part of the person, by name ("head", "torso").
        head: Where the head was seen last; None where nothing tracks it and it is where the scene's file says.
    """

    stamp: float
    objects: dict[str, Pose7]
    held: str = ""
    contacts: tuple[Contact, ...] = ()
    touched: dict[str, float] = {}
    head: Head | None = None
