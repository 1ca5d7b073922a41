"""The checks of one set-point: pure functions that return what is wrong, or None.

Each compares with a limit inclusively: exactly at the limit passes. A check of something that was already beyond its
limit lets the arm come back, never go further out.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.hal.state import FloatArray, JointState
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import (
    ACCELERATION_SLACK,
    POSITION_SLACK,
    REST_MEASURED,
    REST_SPEED,
    SPEED_SLACK,
    Limits,
)
from armctl.units import DEG, MM, MS

SAME: Final = 1e-9
"""Rounding below which two distances [m], angles [rad] or speeds [rad/s] are the same."""
PULL_BACK_SLACK: Final = 1e-4
"""A set-point counts as pulled back to the arm up to this far beside the way there [rad]."""
START_LEAD: Final = 0.05
"""A standing arm may be told to stand this far from where it is [rad]: gravity makes servos sag by 1 to 2°."""
READING_NOISE: Final = 0.0035
"""Readings of a standing joint differ by this much [rad]: two steps of a 12-bit encoder."""
GRIPPER_SETTLING: Final = 0.2
"""A gripper that stands may still settle on what it holds, at up to this [rad/s]."""


def check_size(positions: FloatArray, velocities: FloatArray, limits: Limits) -> Finding | None:
    """Positions [rad] and velocities [rad/s] must both have shape (n,)."""
    wanted = (len(limits.names),)
    for values in (positions, velocities):
        if values.shape != wanted:
            return Finding(Code.SET_POINT_SIZE, value=float(values.size), limit=float(len(limits.names)))
    return None


def check_finite(positions: FloatArray, velocities: FloatArray, measured: FloatArray, limits: Limits) -> Finding | None:
    """Positions, measured angles [rad] and velocities [rad/s], each (n,), must be numbers: kinematics can make NaN."""
    finite = np.isfinite(positions) & np.isfinite(velocities) & np.isfinite(measured)
    if finite.all():
        return None
    return Finding(Code.NOT_FINITE, joint=limits.names[int(np.argmin(finite))])


def check_fresh(state: JointState, now: float, limits: Limits) -> Finding | None:
    """Each joint must have answered within `Limits.max_age`, and not in the future (``now`` [s])."""
    ages = now - np.minimum(state.stamps, state.stamp)
    # Written so that a stamp that is not a number fails too.
    good = (ages <= limits.max_age) & (now - state.stamp >= -limits.dt)
    if good.all():
        return None
    worst = int(np.argmin(good))
    return Finding(
        Code.STATE_STALE, joint=limits.names[worst], value=float(ages[worst]) / MS, limit=limits.max_age / MS
    )


def check_position(positions: FloatArray, before: FloatArray, limits: Limits) -> Finding | None:
    """Positions, shape (n,) [rad], must be inside the joint limits, or at least not further out than ``before``."""
    low = np.minimum(limits.lower - POSITION_SLACK, before - SAME)
    high = np.maximum(limits.upper + POSITION_SLACK, before + SAME)
    bad = (positions < low) | (positions > high)
    if not bad.any():
        return None
    worst = int(np.argmax(bad))
    limit = limits.lower[worst] if positions[worst] < low[worst] else limits.upper[worst]
    return Finding(
        Code.POSITION_LIMIT,
        joint=limits.names[worst],
        value=float(positions[worst]) / DEG,
        limit=float(limit) / DEG,
    )


def check_speed(velocities: FloatArray, limits: Limits) -> Finding | None:
    """Velocities, shape (n,) [rad/s], must be at most the joints' largest speeds."""
    return _largest(Code.SPEED_LIMIT, np.abs(velocities), limits.speed, SPEED_SLACK, limits)


def check_acceleration(velocities: FloatArray, before: FloatArray, limits: Limits) -> Finding | None:
    """The change from velocities ``before`` within one tick, both (n,) [rad/s], must be at most what joints may do."""
    acceleration = np.abs(velocities - before) / limits.dt
    return _largest(Code.ACCELERATION_LIMIT, acceleration, limits.acceleration, ACCELERATION_SLACK, limits)


def check_lead(positions: FloatArray, before: FloatArray, measured: FloatArray, limits: Limits) -> Finding | None:
    """Set-points must stay near the ``measured`` angles, or at least come nearer than ``before`` (all (n,) [rad]).

    The gripper may be told to close further than it can: that is how it holds things, with the force that is
    configured.
    """
    ahead = positions - measured
    bad = np.abs(ahead) > np.maximum(limits.lead, np.abs(before - measured)) + SAME
    if ahead[-1] * limits.closing > 0.0:
        bad[-1] = False
    if not bad.any():
        return None
    worst = int(np.argmax(bad))
    return Finding(
        Code.TOO_FAR_AHEAD,
        joint=limits.names[worst],
        value=float(abs(ahead[worst])) / DEG,
        limit=float(limits.lead[worst]) / DEG,
    )


def check_standing(velocities: FloatArray, limits: Limits, mode: str) -> Finding | None:
    """Velocities, shape (n,) [rad/s], of an arm that is to stand still; the gripper may settle on what it holds."""
    moving = np.abs(velocities) > REST_SPEED
    moving[-1] = abs(velocities[-1]) > GRIPPER_SETTLING
    if not moving.any():
        return None
    return Finding(Code.NOT_BEGUN, joint=limits.names[int(np.argmax(moving))], detail=mode)


def check_tool_speed(speed: float, limits: Limits) -> Finding | None:
    """The tool's speed [m/s] must be at most what the configuration and the caps allow."""
    if speed <= limits.tool_speed * SPEED_SLACK:
        return None
    return Finding(Code.TOOL_SPEED, value=speed / MM, limit=limits.tool_speed / MM)


def check_turn_speed(speed: float, limits: Limits) -> Finding | None:
    """The tool must turn at most as fast as the configuration allows (``speed`` [rad/s])."""
    if speed <= limits.tool_turn * SPEED_SLACK:
        return None
    return Finding(Code.TURN_SPEED, value=speed / DEG, limit=limits.tool_turn / DEG)


def slows_down(velocities: FloatArray, before: FloatArray, slack: FloatArray | float = SAME) -> bool:
    """Tell whether no joint becomes faster or turns round.

    A set-point for which this holds is never refused while the arm is stopping.

    Args:
        velocities: Now, shape (n,) [rad/s].
        before: At the set-point before, shape (n,) [rad/s].
        slack: By how much each joint may do so all the same [rad/s].
    """
    forward = velocities * np.sign(before)
    return bool(((forward >= -slack) & (np.abs(velocities) <= np.abs(before) + slack)).all())


def pulls_back(positions: FloatArray, before: FloatArray, measured: FloatArray) -> bool:
    """Tell whether a set-point lies between the one ``before`` and the ``measured`` angles (all (n,) [rad]).

    It only brings the command nearer to where the arm is: as good as hold, which never needs approval.
    """
    low = np.minimum(before, measured) - PULL_BACK_SLACK
    high = np.maximum(before, measured) + PULL_BACK_SLACK
    return bool(((positions >= low) & (positions <= high)).all())


def settles(positions: FloatArray, velocities: FloatArray, before: FloatArray | None, state: JointState) -> bool:
    """Tell whether a standing arm is told to stand where it is, give or take what gravity makes servos sag.

    Args:
        positions: Set-point, shape (n,) [rad].
        velocities: Its velocities, shape (n,) [rad/s].
        before: The set-point before, shape (n,) [rad], which must not have been nearer; None for the first one.
        state: What the arm reports.
    """
    away = np.abs(positions - state.positions)
    near = away <= START_LEAD
    if before is not None:
        near &= away <= np.abs(before - state.positions) + READING_NOISE
    still = (np.abs(velocities) <= REST_SPEED) & (np.abs(state.velocities) <= REST_MEASURED)
    return bool((near & still).all())


def _largest(code: Code, values: FloatArray, limit: FloatArray, slack: float, limits: Limits) -> Finding | None:
    bad = values > limit * slack
    if not bad.any():
        return None
    worst = int(np.argmax(values / limit))
    return Finding(code, joint=limits.names[worst], value=float(values[worst]) / DEG, limit=float(limit[worst]) / DEG)
