"""Inverse kinematics along a way, from its beginning to its end, before anything moves: a point at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from armctl.errors import UnreachableError
from armctl.hal.state import FloatArray
from armctl.kinematics.inverse import Goal, Tracked, track
from armctl.kinematics.robot import RobotModel
from armctl.motion.prepare import Work
from armctl.motion.words import joint_words
from armctl.units import MM

POSITION_TOLERANCE: Final = 1e-4
"""The tool follows its way at least this closely [m]."""
TILT_TOLERANCE: Final = 0.003
"""And its orientation this closely [rad]."""
LARGEST_STEP: Final = 0.2
"""Where a joint moves more than this between two points of the way [rad], more points are put between them."""
FINEST: Final = 12
"""So many points at most between two; a joint that still moves as much turns over to another way of reaching."""
STEP: Final = 0.35
"""Largest joint motion in one call of the inverse kinematics [rad]."""
TRIES: Final = 3
"""Calls to arrive at a point of the way from the one before; one is usual."""
REACH_STEPS: Final = 16
"""Calls to arrive at a far goal."""
SETTLED: Final = 1e-5
"""A call that moves every joint less than this [rad] will not get nearer."""


def follow(robot: RobotModel, start: FloatArray, goal: Callable[[float], Goal], count: int) -> Work[FloatArray]:
    """Return, in pieces of work, joint angles along a way, shape (m, dof) [rad], m above ``count``.

    Args:
        robot: The arm.
        start: Shape (dof,), where it begins [rad]; the first point of the result.
        goal: Share of the way, 0 to 1, to the goal there.
        count: Pieces the way is cut into at least.

    Raises:
        UnreachableError: The way cannot be followed to its end: says where and why.
    """
    points, shares = [start], [0.0]
    ahead = [index / count for index in range(count, 0, -1)]
    while ahead:
        tracked = yield from _arrive(robot, _guess(robot, points, shares, ahead[-1]), goal(ahead[-1]), TRIES)
        if not _there(tracked):
            raise _cannot(robot, tracked, ahead[-1])
        moved = np.abs(tracked.q - points[-1])
        if float(moved.max()) <= LARGEST_STEP:
            points.append(tracked.q)
            shares.append(ahead.pop())
        elif ahead[-1] - shares[-1] > 1.0 / (count * FINEST):
            ahead.append(0.5 * (shares[-1] + ahead[-1]))
        else:
            joint = robot.chain.names[int(np.argmax(moved))]
            raise (yield from _turned_over(robot, goal(1.0), points[-1], joint, ahead[-1]))
    return np.array(points)


def _guess(robot: RobotModel, points: list[FloatArray], shares: list[float], share: float) -> FloatArray:
    """Return where the joints would be if they went on as before: nearer than where they are."""
    if len(points) < 2:
        return np.clip(points[-1], robot.chain.lower, robot.chain.upper)
    rate = (points[-1] - points[-2]) / (shares[-1] - shares[-2])
    step = np.clip(rate * (share - shares[-1]), -LARGEST_STEP, LARGEST_STEP)
    return np.clip(points[-1] + step, robot.chain.lower, robot.chain.upper)


def _turned_over(robot: RobotModel, end: Goal, q: FloatArray, joint: str, share: float) -> Work[UnreachableError]:
    """Say what stopped the way at ``q``: its end being out of reach, or a pose that must turn over to go on."""
    at_end = yield from _arrive(robot, q, end, REACH_STEPS)
    if not _there(at_end):
        return _cannot(robot, at_end, share)
    return UnreachableError(
        f"The way cannot be followed smoothly: {share:.0%} along it, {joint_words(joint)} would have to turn over.",
        "Go there by another path, or a little at a time.",
    )


def reach(robot: RobotModel, start: FloatArray, goal: Goal) -> Work[FloatArray]:
    """Return, in pieces of work, joint angles (dof,) [rad] for ``goal``, near ``start`` (dof,) where possible.

    It tries from the present pose and the configured ones.

    Raises:
        UnreachableError: No try arrived.
    """
    best: Tracked | None = None
    for seed in (start, *(np.array(pose) for pose in robot.config.poses.values())):
        tracked = yield from _arrive(robot, np.clip(seed, robot.chain.lower, robot.chain.upper), goal, REACH_STEPS)
        if _there(tracked):
            return tracked.q
        if best is None or tracked.position_error < best.position_error:
            best = tracked
    raise _cannot(robot, best, 1.0) if best else UnreachableError("No pose was tried.")


def _arrive(robot: RobotModel, guess: FloatArray, goal: Goal, tries: int) -> Work[Tracked]:
    tracked = track(robot.chain, guess, goal, STEP)
    yield
    for _ in range(tries - 1):
        if _there(tracked):
            break
        before = tracked.q
        tracked = track(robot.chain, before, goal, STEP)
        yield
        if float(np.abs(tracked.q - before).max()) < SETTLED:
            break
    return tracked


def _there(tracked: Tracked) -> bool:
    return tracked.position_error <= POSITION_TOLERANCE and tracked.rotation_error <= TILT_TOLERANCE


def _cannot(robot: RobotModel, tracked: Tracked, share: float) -> UnreachableError:
    at = robot.chain.names
    margin = 1e-6
    limited = tracked.limited or tuple(
        name
        for name, q, low, high in zip(at, tracked.q, robot.chain.lower, robot.chain.upper, strict=True)
        if q <= low + margin or q >= high - margin
    )
    where = "The end of the way" if share >= 1.0 else f"The way from {share:.0%} on"
    if limited:
        joints = " and ".join(joint_words(name) for name in limited)
        reason = f"{joints} {'is at its limit' if len(limited) == 1 else 'are at their limits'}"
    elif tracked.position_error > POSITION_TOLERANCE:
        reason = f"the arm is stretched and {max(1.0, tracked.position_error / MM):.0f} mm short"
    else:
        reason = "the hand cannot be held that way there"
    return UnreachableError(
        f"{where} is out of reach: {reason}.", "Choose a nearer point, another height, or another path."
    )
