"""Directions as the person sees them, and how fast each of them goes: pure functions between a wish and a request.

The person sits somewhere and looks somewhere. "Away" is the way they look, "left" their left, "up" is up. The frame of
the person is therefore the base frame turned about the upright, and nothing else: lengths and heights stay.
"""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias

from armctl.config.scene import PersonConfig
from armctl.config.user import DirectionsConfig
from armctl.motion.requests import Frame, Vector

Seen: TypeAlias = Literal["user", "base", "tool"]
"""Frames a person can move the arm in: their own, the arm's, the hand's."""

LEVEL_GAZE: Final = 1e-3
"""A look that is steeper than this (share of its length along the floor) tells no direction on the floor."""
NO_WISH: Final = 1e-9
"""A part of a step below this is none."""


def gaze_yaw(person: PersonConfig | None, told: float | None = None) -> float:
    """Return which way the person looks: the angle about the upright from the arm's x axis [rad].

    Args:
        person: The person of the scene, whose face tells it; None for nobody: then they look as the arm does.
        told: What the person's profile says, which counts first [rad].
    """
    if told is not None:
        return told
    if person is None:
        return 0.0
    x, y, _ = person.mouth_direction
    return math.atan2(y, x) if math.hypot(x, y) > LEVEL_GAZE else 0.0


def in_base(vector: Vector, yaw: float) -> Vector:
    """Return a ``vector`` (away, to the left, up) of a person who looks at ``yaw`` [rad] in the base frame."""
    c, s = math.cos(yaw), math.sin(yaw)
    return c * vector[0] - s * vector[1], s * vector[0] + c * vector[1], vector[2]


def resolved(linear: Vector, angular: Vector, frame: Seen, yaw: float) -> tuple[Vector, Vector, Frame]:
    """Return both vectors in a frame that the arm knows, and which that is.

    Args:
        linear: Away, left, up, in ``frame``.
        angular: About the same axes.
        frame: Frame of both.
        yaw: Which way the person looks [rad].
    """
    if frame == "user":
        return in_base(linear, yaw), in_base(angular, yaw), "base"
    return linear, angular, frame


def weighted(
    linear: Vector, angular: Vector, grip: float, directions: DirectionsConfig
) -> tuple[Vector, Vector, float]:
    """Return a wish with each direction at its own share of the speed.

    Args:
        linear: Away, left, up, each -1 to 1.
        angular: Roll to the right, tilt down, turn to the left, each -1 to 1.
        grip: Closing (negative) or opening.
        directions: The shares.
    """
    d = directions
    return (
        (
            _part(linear[0], d.away, d.closer),
            _part(linear[1], d.left, d.right),
            _part(linear[2], d.up, d.down),
        ),
        (
            _part(angular[0], d.roll_right, d.roll_left),
            _part(angular[1], d.tilt_down, d.tilt_up),
            _part(angular[2], d.turn_left, d.turn_right),
        ),
        _part(grip, d.open, d.close),
    )


def share_of(linear: Vector, angular: Vector, directions: DirectionsConfig) -> float:
    """Return the share of the speed for one step that goes along ``linear`` and about ``angular``: its slowest part."""
    slower = weighted(linear, angular, 0.0, directions)
    wished, allowed = (*linear, *angular), (*slower[0], *slower[1])
    return min((part / wish for part, wish in zip(allowed, wished, strict=True) if abs(wish) > NO_WISH), default=1.0)


def _part(value: float, ahead: float, back: float) -> float:
    return value * (ahead if value > 0.0 else back)
