"""The gate: judges one set-point against everything, and remembers nothing.

What was approved before comes in as a `Reference`, what is approved now goes out as the next one, so a refused
set-point cannot change what the following ones are compared with.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from armctl.config.arm import CAP_JOINT_SPEED
from armctl.hal.state import FloatArray, JointState
from armctl.safety import braking, checks
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import ACCELERATION_SLACK, CATCH_UP, REST_SPEED, Limits
from armctl.safety.states import Mode
from armctl.safety.zones import STANDING, Going, Reach, Zones
from armctl.units import MM

ZONE_SLACK: Final = 1.1
ZONE_ROUNDING: Final = 0.005
"""A speed counts as above the allowed one when it is 10 % and 5 mm/s [m/s] above it."""
STOPPING_SLACK: Final = 0.25
"""Share of a joint's largest speed by which it may rise while stopping: a jerk-limited stop first ends its
acceleration, which adds a²/(2·jerk), 19 % for the arms at hand."""
CATCH_UP_TIME: Final = 0.1
"""Servos may make up for their lag within this time [s]."""
STOP_TICKS: Final = 2.0
"""Ticks that a stop begins late: a set-point is refused, the next one already is one further; and one in reserve."""
STOP_DIP: Final = 0.001
"""A stop may come this much too close [m] before it is refused: to hold at once then would be the rougher stop."""
UNSEEN_DIP: Final = 0.001
"""While the head is not seen, the arm may come this much nearer to where it was than it had been farthest [m]: the way
out need not be a straight one."""
SETTLING_SHARE: Final = 0.25
"""Share of the largest speed for set-points that only bring command and arm together."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What the next set-point is compared with.

    Attributes:
        positions: Shape (n,), the set-point approved last [rad].
        velocities: Shape (n,), how fast it came there [rad/s].
        reach: Where the arm is with it.
        fast_since: Since when the tool has been faster than allowed there [s]; infinite when it is not.
        slowest: The least share of the largest speeds since stop; infinite when not stopping.
        going: How it moves there.
        away: How far it had been at most from a head that has not been seen since [m]; minus infinity when it is seen.
    """

    positions: FloatArray
    velocities: FloatArray
    reach: Reach
    fast_since: float = math.inf
    slowest: float = math.inf
    going: Going = STANDING
    away: float = -math.inf


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """A set-point that passed.

    Attributes:
        reference: What the next one is compared with.
        speeds: Shape (n,), the largest speed each servo may use [rad/s].
        anew: The set-point came to the arm instead of leading it: tracking starts anew.
    """

    reference: Reference
    speeds: FloatArray
    anew: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SetPoint:
    """What is asked for, and when.

    Attributes:
        positions: Shape (n,) [rad].
        velocities: Shape (n,) [rad/s].
        state: What the arm reports.
        now: The time [s].
        mode: The supervisor's mode.
        allowed: The largest tool speed that was advised [m/s].
        stopping_for: Time since stop [s]; 0 when not stopping.
        unseen: That a tracked head is not seen, or None.
    """

    positions: FloatArray
    velocities: FloatArray
    state: JointState
    now: float
    mode: Mode
    allowed: float
    stopping_for: float = 0.0
    unseen: Finding | None = None


class Gate:
    """Every check of a set-point, in order; pure."""

    def __init__(self, limits: Limits, zones: Zones) -> None:
        self._limits = limits
        self._zones = zones

    def start(self, state: JointState) -> Reference:
        """Return the reference of an arm that was sent nothing yet: where it is, at rest."""
        return self.at_rest(state.positions)

    def at_rest(self, positions: FloatArray) -> Reference:
        """Return the reference of an arm that stands at ``positions``, shape (n,) [rad]."""
        return self._standing(positions, self._zones.reach(positions))

    def renewed(self, last: Reference) -> Reference:
        """Return a reference as it is in the surroundings of now, which may have changed since."""
        if last.reach.version == self._zones.version:
            return last
        reach = self._zones.reach(last.positions)
        going = last.going if reach.margins.shape == last.going.closing.shape else STANDING
        return replace(last, reach=reach, going=going)

    def form(self, asked: SetPoint) -> Finding | None:
        """Return what forbids to look at the set-point at all: its size, its numbers, or an arm not seen lately."""
        return (
            checks.check_size(asked.positions, asked.velocities, self._limits)
            or checks.check_finite(asked.positions, asked.velocities, asked.state.positions, self._limits)
            or checks.check_fresh(asked.state, asked.now, self._limits)
        )

    def judge(self, asked: SetPoint, last: Reference | None) -> Passed | Finding:
        """Return the set-point's approval or what is wrong with it; `form` must have passed.

        Args:
            asked: What is asked for.
            last: What was approved before, as `renewed` returns it; None for the first set-point after arming.
        """
        before = last or self.start(asked.state)
        step = (asked.positions - before.positions) / self._limits.dt
        overrun = self._overrun(asked, step)
        if overrun is not None:
            return overrun
        reach = self._zones.reach(asked.positions)
        if asked.mode is Mode.STOPPING and checks.slows_down(step, before.velocities):
            return self._passed(asked, before, step, reach)
        finding = next((found for found in self._continues(asked, before, step, reach) if found is not None), None)
        if finding is None:
            return self._passed(asked, before, step, reach)
        if self._begins_to_stop(asked, before, step):
            return self._passed(asked, before, 0.5 * step, reach)
        to_the_arm = self._pulls_back(asked, before) or self._settles(asked, last, reach)
        if to_the_arm and not self._deeper(asked, before, reach):
            return self._comes_to_the_arm(asked, last, reach)
        return finding

    def _begins_to_stop(self, asked: SetPoint, before: Reference, step: FloatArray) -> bool:
        """Tell whether this is the first set-point of a stop that began because the one before was refused.

        It is two ticks ahead of the one approved last, and may still carry the acceleration of the motion.
        """
        carried = self._limits.acceleration * (ACCELERATION_SLACK * self._limits.dt)
        first = asked.mode is Mode.STOPPING and math.isinf(before.slowest)
        return first and checks.slows_down(0.5 * step, before.velocities, carried)

    def _overrun(self, asked: SetPoint, step: FloatArray) -> Finding | None:
        limit = self._limits.stop_time
        if asked.stopping_for <= limit or checks.check_standing(step, self._limits, asked.mode) is None:
            return None
        return Finding(Code.STOP_OVERRUN, value=asked.stopping_for, limit=limit)

    def _continues(
        self, asked: SetPoint, before: Reference, step: FloatArray, reach: Reach
    ) -> Iterator[Finding | None]:
        """Yield what each check finds on a set-point that goes on from the one before."""
        limits = self._limits
        yield checks.check_position(asked.positions, before.positions, limits)
        yield checks.check_speed(step, limits)
        yield checks.check_speed(asked.velocities, limits)
        yield checks.check_acceleration(step, before.velocities, limits)
        yield checks.check_lead(asked.positions, before.positions, asked.state.positions, limits)
        if asked.mode is Mode.READY:
            yield checks.check_standing(step, limits, asked.mode)
        if asked.mode is Mode.STOPPING:
            yield self._speeds_up(step, before)
        tool_speed = self._tool_speed(before, reach)
        yield checks.check_tool_speed(tool_speed, limits)
        yield checks.check_turn_speed(self._turn_speed(before, reach), limits)
        yield self._too_fast_for_too_long(asked, before, tool_speed)
        yield self._zones.check(reach, before.reach, STOP_DIP if asked.mode is Mode.STOPPING else 0.0)
        if asked.mode is Mode.MOVING:
            yield self._nearer_to_the_unseen(asked, before, reach)
            yield self._could_not_stop(asked, before, step, reach)

    def _nearer_to_the_unseen(self, asked: SetPoint, before: Reference, reach: Reach) -> Finding | None:
        """Return that the head is not seen where the arm does not back away from where it was."""
        farthest = max(before.away, before.reach.head)
        return asked.unseen if reach.head < farthest - UNSEEN_DIP else None

    def _deeper(self, asked: SetPoint, before: Reference, reach: Reach) -> bool:
        """Tell whether a set-point leads beyond a limit, farther than both the last one and the arm itself are."""
        measured = asked.state.positions
        found = (
            checks.check_position(asked.positions, before.positions, self._limits),
            self._zones.check(reach, before.reach),
            self._nearer_to_the_unseen(asked, before, reach),
        )
        if found == (None, None, None):
            return False
        here = self._zones.reach(measured)
        return (
            checks.check_position(asked.positions, measured, self._limits) is not None
            or self._zones.check(reach, here) is not None
            or (asked.unseen is not None and reach.head < here.head - checks.SAME)
        )

    def _could_not_stop(self, asked: SetPoint, before: Reference, step: FloatArray, reach: Reach) -> Finding | None:
        """Return what the arm would come too close to, on the way too, if it were to stop from here."""
        if braking.stands(step):
            return None
        accelerations = (step - before.velocities) / self._limits.dt
        way = STOP_TICKS * self._limits.dt * step + braking.stop_way(step, accelerations, self._limits)
        return self._zones.check_way(asked.positions, way, reach, before.reach)

    def _speeds_up(self, step: FloatArray, before: Reference) -> Finding | None:
        shares = np.abs(step) / self._limits.speed
        if float(shares.max()) <= min(before.slowest, self._share(before.velocities)) + STOPPING_SLACK:
            return None
        return Finding(Code.NOT_BEGUN, self._limits.names[int(np.argmax(shares))], detail=Mode.STOPPING)

    def _too_fast_for_too_long(self, asked: SetPoint, before: Reference, tool_speed: float) -> Finding | None:
        since = self._fast_since(asked, before, tool_speed)
        if asked.now - since <= self._limits.slow_down_time:
            return None
        return Finding(Code.ZONE_SPEED, value=tool_speed / MM, limit=asked.allowed / MM)

    def _fast_since(self, asked: SetPoint, before: Reference, tool_speed: float) -> float:
        fast = tool_speed > asked.allowed * ZONE_SLACK + ZONE_ROUNDING
        return min(before.fast_since, asked.now) if fast else math.inf

    def _tool_speed(self, before: Reference, reach: Reach) -> float:
        return float(np.linalg.norm(reach.tool - before.reach.tool)) / self._limits.dt

    def _turn_speed(self, before: Reference, reach: Reach) -> float:
        """Return how fast the tool turns [rad/s]: of small angles the chord, |R - R'| = 2·√2·sin(θ/2)."""
        return float(np.linalg.norm(reach.turn - before.reach.turn)) / (math.sqrt(2.0) * self._limits.dt)

    def _going(self, before: Reference, step: FloatArray, reach: Reach) -> Going:
        limits = self._limits
        turning = self._turn_speed(before, reach) * limits.tool_speed / limits.jog_turn
        return Going(
            tool_speed=max(self._tool_speed(before, reach), turning),
            closing=self._zones.closing(reach, before.reach, limits.dt),
            slowing=braking.slowing_time(step, limits),
        )

    def _standing(self, positions: FloatArray, reach: Reach) -> Reference:
        return Reference(positions.copy(), np.zeros_like(positions), reach)

    def _share(self, velocities: FloatArray) -> float:
        return float((np.abs(velocities) / self._limits.speed).max())

    def _passed(self, asked: SetPoint, before: Reference, step: FloatArray, reach: Reach) -> Passed:
        slowest = min(before.slowest, self._share(step)) if asked.mode is Mode.STOPPING else math.inf
        since = self._fast_since(asked, before, self._tool_speed(before, reach))
        going, away = self._going(before, step, reach), self._away(asked, before, reach)
        reference = Reference(asked.positions.copy(), step, reach, since, slowest, going, away)
        return Passed(reference, self._speeds(asked, step, CATCH_UP))

    def _away(self, asked: SetPoint, before: Reference | None, reach: Reach) -> float:
        if asked.unseen is None:
            return -math.inf
        return reach.head if before is None else max(before.away, before.reach.head, reach.head)

    def _pulls_back(self, asked: SetPoint, before: Reference) -> bool:
        return (
            checks.pulls_back(asked.positions, before.positions, asked.state.positions)
            and checks.check_speed(asked.velocities, self._limits) is None
        )

    def _settles(self, asked: SetPoint, last: Reference | None, reach: Reach) -> bool:
        """Tell whether a standing arm is told to stand where it is, and not deeper in anything than it is."""
        measured = asked.state.positions
        before = last.positions if last is not None else None
        return (
            checks.settles(asked.positions, asked.velocities, before, asked.state)
            and checks.check_position(asked.positions, measured, self._limits) is None
            and self._zones.check(reach, self._zones.reach(measured)) is None
        )

    def _comes_to_the_arm(self, asked: SetPoint, last: Reference | None, reach: Reach) -> Passed:
        reference = replace(self._standing(asked.positions, reach), away=self._away(asked, last, reach))
        return Passed(reference, self._speeds(asked, reference.velocities, SETTLING_SHARE), anew=True)

    def _speeds(self, asked: SetPoint, step: FloatArray, share: float) -> FloatArray:
        """Return what each servo may use: the motion's own speed, what makes up for its lag, and never above caps."""
        lag = np.abs(asked.positions - asked.state.positions) / CATCH_UP_TIME
        wanted = CATCH_UP * np.maximum(np.maximum(np.abs(step), np.abs(asked.velocities)), lag) + REST_SPEED
        speeds: FloatArray = np.minimum(wanted, np.minimum(share * self._limits.speed, CAP_JOINT_SPEED))
        return speeds
