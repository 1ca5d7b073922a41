"""What can be asked of the motion generator, and the check that a request makes sense.

All vectors are in the base frame unless a request says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from armctl.errors import KinematicsError
from armctl.units import MM

Frame: TypeAlias = Literal["base", "tool"]
Way: TypeAlias = Literal["joint", "line", "arc"]
Vector: TypeAlias = tuple[float, float, float]

MAX_STEP: Final = 0.05
"""Largest step of the tool at one request [m]: short segments, each confirmed, for people who cannot hold a switch."""
MAX_STEP_TURN: Final = 0.5
"""Largest turn of the tool at one step [rad]."""
MOST_WAYPOINTS: Final = 16
MOST_WAY_POINTS: Final = 400
"""Most points of a way through joint angles: about 20 KB in a message."""
ROUNDING: Final = 1e-9
ZERO: Final[Vector] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class JogRequest:
    """Hold-to-move: goes on until another request or stop.

    Attributes:
        linear: Share of the allowed tool speed along x, y, z, each -1 to 1; a diagonal is no faster.
        angular: Share of the allowed turn speed about x, y, z, each -1 to 1.
        grip: Share of the gripper's speed, -1 closing to 1 opening.
        frame: Frame of both vectors.
        speed: Share of the arm's allowed speed, above 0 to 1.
    """

    linear: Vector = ZERO
    angular: Vector = ZERO
    grip: float = 0.0
    frame: Frame = "base"
    speed: float = 0.6


@dataclass(frozen=True, slots=True)
class StepRequest:
    """One bounded step of the tool on a straight line, keeping its tilt.

    Attributes:
        translation: Way along x, y, z [m], at most 50 mm long.
        rotation: Rotation vector about the tool point [rad], at most 0.5 long.
        frame: Frame of both vectors, as it is at the start.
        speed: Share of the arm's allowed speed, above 0 to 1.
    """

    translation: Vector = ZERO
    rotation: Vector = ZERO
    frame: Frame = "base"
    speed: float = 0.6


@dataclass(frozen=True, slots=True)
class JointRequest:
    """Go to joint angles, straight in joint space.

    Attributes:
        positions: Angles without the gripper, dof values [rad].
        speed: Share of the arm's allowed speed, above 0 to 1.
    """

    positions: tuple[float, ...]
    speed: float = 0.6


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """Bring the tool point to a position.

    Attributes:
        position: Where [m].
        level: Keep the tool's up axis upright on the whole way.
        path: joint: straight in joint space; line: straight; arc: around the base's upright axis, distance and
            height blended.
        speed: Share of the arm's allowed speed, above 0 to 1.
        quaternion: Orientation x, y, z, w to arrive with; None leaves free what ``level`` does not fix.
        via: Points to pass on the way without stopping, corners rounded within 20 mm [m]; not for a joint path.
        may_tilt: Where the tool cannot be kept level, go all the same and say so, unless something is held.
    """

    position: Vector
    level: bool = True
    path: Way = "line"
    speed: float = 0.6
    quaternion: tuple[float, float, float, float] | None = None
    via: tuple[Vector, ...] = ()
    may_tilt: bool = False


@dataclass(frozen=True, slots=True)
class FollowRequest:
    """Follow a way that was worked out before, around what stands between.

    Attributes:
        points: Angles without the gripper, dof values each [rad]; the first ones are where the arm is, or near.
        speed: Share of the arm's allowed speed, above 0 to 1.
    """

    points: tuple[tuple[float, ...], ...]
    speed: float = 0.6


@dataclass(frozen=True, slots=True)
class GripRequest:
    """Move the gripper while the arm is still.

    Attributes:
        opening: 0 closed to 1 open.
    """

    opening: float


@dataclass(frozen=True, slots=True)
class RetraceRequest:
    """Go back along the way of the last motion.

    Attributes:
        speed: Share of the arm's allowed speed, above 0 to 1.
        hand: Move the gripper back, too, where the motion moved it.
    """

    speed: float = 0.6
    hand: bool = True


@dataclass(frozen=True, slots=True)
class WayOutRequest:
    """Go back along the whole way the arm came, motion by motion; the gripper stays as it is.

    Attributes:
        speed: Share of the arm's allowed speed, above 0 to 1; slow unless said otherwise.
    """

    speed: float = 0.35


WayRequest: TypeAlias = StepRequest | JointRequest | ToolRequest | FollowRequest
"""Requests whose way is worked out before it is begun."""
Request: TypeAlias = JogRequest | WayRequest | GripRequest | RetraceRequest | WayOutRequest


def check(request: Request) -> None:
    """Raise KinematicsError when a figure of ``request`` is not finite or out of its range."""
    if not isinstance(request, GripRequest) and not 0.0 < request.speed <= 1.0:
        raise KinematicsError(f"Speed {request.speed} is not a share above 0 and up to 1.")
    match request:
        case JogRequest():
            _shares("jog", (*request.linear, *request.angular, request.grip), -1.0)
        case GripRequest():
            _shares("gripper opening", (request.opening,), 0.0)
        case StepRequest():
            _length("step", "mm", request.translation, MAX_STEP, MM)
            _length("turn", "rad", request.rotation, MAX_STEP_TURN, 1.0)
        case JointRequest():
            _finite("joint angles", request.positions)
        case FollowRequest():
            _finite("joint angles", (angle for point in request.points for angle in point))
            if not 1 <= len(request.points) <= MOST_WAY_POINTS:
                raise KinematicsError(f"A way has 1 to {MOST_WAY_POINTS} points, not {len(request.points)}.")
        case ToolRequest():
            _finite("position", request.position)
            _finite("quaternion", request.quaternion or ())
            _waypoints(request)
            if request.quaternion is not None and math.hypot(*request.quaternion) < 1e-6:
                raise KinematicsError("A quaternion of length 0 is no orientation.")
        case _:
            pass


def _waypoints(request: ToolRequest) -> None:
    for point in request.via:
        _finite("waypoint", point)
    if request.via and request.path == "joint":
        raise KinematicsError("A way straight in joint space has no waypoints.", "Choose a line or an arc.")
    if len(request.via) > MOST_WAYPOINTS:
        raise KinematicsError(f"{len(request.via)} waypoints are more than the {MOST_WAYPOINTS} one way may have.")


def _finite(what: str, values: Iterable[float]) -> None:
    if not all(math.isfinite(value) for value in values):
        raise KinematicsError(f"The {what} of a motion must be numbers, not {tuple(values)}.")


def _shares(what: str, values: tuple[float, ...], lowest: float) -> None:
    if not all(lowest - ROUNDING <= value <= 1.0 + ROUNDING for value in values):
        raise KinematicsError(f"The {what} {values} has a share outside {lowest:g} to 1.")


def _length(what: str, unit: str, vector: Vector, limit: float, scale: float) -> None:
    _finite(what, vector)
    length = math.hypot(*vector)
    if length > limit + ROUNDING:
        raise KinematicsError(
            f"A {what} of {length / scale:.3g} {unit} is more than the {limit / scale:.3g} {unit} one step may be.",
            "Ask for several smaller ones.",
        )
