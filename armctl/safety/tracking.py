"""Does the arm do what it is told? Jumps, frozen readings, blocked joints and joints that go the wrong way.

`Tracking` remembers a few angles and times for each joint; it has no clock and no I/O, so the same readings always
give the same findings.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from armctl.hal.state import BoolArray, FloatArray, JointState
from armctl.safety.checks import SAME
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.health import jump_allowance
from armctl.safety.limits import (
    ENCODER_JUMP,
    FOLLOWING_TIME,
    FROZEN_MOVE,
    FROZEN_TIME,
    REST_SPEED,
    WRONG_WAY,
    Limits,
)
from armctl.units import DEG

NO_WAY: Final = 0.5 * DEG
"""A joint that has made less of the way than this before it turns back never went the right way [rad]."""


class Tracking:
    """Compares what n joints are told with what they report."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._last: JointState | None = None
        self._restart = True
        # All of these `_begin` sets, before anything is followed.
        self._told: FloatArray
        self._seen: FloatArray
        self._way: FloatArray
        self._anchor_told: FloatArray
        self._anchor_seen: FloatArray
        self._made: FloatArray
        self._still_since: FloatArray
        self._still_told: FloatArray
        self._still_state: JointState
        self._repeats: BoolArray
        self._behind_since: FloatArray

    def restart(self) -> None:
        """Forget what the joints were told: from now on they are told something new."""
        self._restart = True

    def jump(self, state: JointState) -> Finding | None:
        """Return a joint that moved further between two readings than it can, or None; to be called once a reading."""
        last, self._last = self._last or state, state
        moved = np.abs(state.positions - last.positions)
        allowed = jump_allowance(state.stamps - last.stamps, self._limits, ENCODER_JUMP)
        # Written so that a position that is not a number fails too.
        bad = ~(moved <= allowed)
        return self._first(Code.ENCODER_JUMP, bad, moved, allowed)

    def follow(self, state: JointState, told: FloatArray, now: float) -> Finding | None:
        """Return a joint that does not follow, or None; to be called once a tick while the arm is armed.

        Args:
            state: What the arm reports.
            told: Shape (n,), the last approved set-point [rad].
            now: The time [s].
        """
        if self._restart:
            self._begin(state, told, now)
            return None
        exempt = self._closing_on_something(state, told)
        findings = (
            self._wrong_way(state, told, exempt),
            self._frozen(state, told, now, exempt),
            self._behind(state, told, now, exempt),
        )
        self._told, self._seen = told, state.positions
        return next((finding for finding in findings if finding is not None), None)

    def wandered(self, state: JointState, stood: FloatArray) -> Finding | None:
        """Return a joint that left the place where it is to stand, or None.

        What it is told may go along with it, as holding does, so that nothing else finds a servo that runs away from
        its goal before the arm was told anything.

        Args:
            state: What the arm reports.
            stood: Shape (n,), where it stood when it came to rest [rad].
        """
        away = np.abs(state.positions - stood)
        return self._first(Code.FOLLOWING_ERROR, away > self._limits.following, away, self._limits.following)

    def _begin(self, state: JointState, told: FloatArray, now: float) -> None:
        self._restart = False
        self._told, self._seen = told, state.positions
        self._way, self._made = np.zeros_like(told), np.zeros_like(told)
        self._anchor_told, self._anchor_seen = told, state.positions
        self._still_since, self._still_told = np.full(told.shape, now), told
        self._repeats, self._still_state = np.ones(told.shape, dtype=np.bool_), state
        self._behind_since = np.full(told.shape, np.inf)

    def _closing_on_something(self, state: JointState, told: FloatArray) -> BoolArray:
        """Return which joints may stay behind: the gripper, where it is told to close further than it is."""
        exempt = np.zeros(told.shape, dtype=np.bool_)
        exempt[-1] = (told[-1] - state.positions[-1]) * self._limits.closing > 0.0
        return exempt

    def _wrong_way(self, state: JointState, told: FloatArray, exempt: BoolArray) -> Finding | None:
        """Find a joint that goes against its command: from the start, or driven back on the way it had made."""
        step = told - self._told
        way = np.where(np.abs(step) > REST_SPEED * self._limits.dt, np.sign(step), 0.0)
        # A way is measured from where command and joint were when the command took it.
        anew = (way != self._way) | (way == 0.0) | exempt
        self._way = way
        self._anchor_told = np.where(anew, self._told, self._anchor_told)
        self._anchor_seen = np.where(anew, self._seen, self._anchor_seen)
        made = np.where(anew, 0.0, self._made)
        on_the_way = (state.positions - self._anchor_seen) * np.sign(told - self._anchor_told)
        self._made = np.maximum(made, on_the_way)
        back = self._made - on_the_way
        limit = np.full(told.shape, WRONG_WAY)
        far = back >= limit
        return self._first(Code.WRONG_DIRECTION, far & (self._made < NO_WAY), back, limit) or self._first(
            Code.FOLLOWING_ERROR, far, np.abs(told - state.positions), limit
        )

    def _frozen(self, state: JointState, told: FloatArray, now: float, exempt: BoolArray) -> Finding | None:
        """Find a joint that stands while it is told to move: its readings are frozen, or it is blocked.

        A frozen reading repeats all it said, while a motor that is blocked says that it strains.
        """
        # Exactly the same: a servo under load trembles by at least a step now and then.
        anew = (state.positions != self._seen) | ~state.fresh | exempt
        self._repeats = anew | (self._repeats & _repeated(state, self._still_state))
        self._still_state = state
        self._still_since = np.where(anew, now, self._still_since)
        self._still_told = np.where(anew, told, self._still_told)
        moved = np.abs(told - self._still_told)
        bad = (moved > FROZEN_MOVE) & (now - self._still_since >= FROZEN_TIME - SAME)
        error, limit = np.abs(told - state.positions), np.full(told.shape, FROZEN_MOVE)
        blocked = self._first(Code.FOLLOWING_ERROR, bad & ~self._repeats, error, limit)
        return blocked or self._first(Code.FROZEN_POSITION, bad, moved, moved)

    def _behind(self, state: JointState, told: FloatArray, now: float, exempt: BoolArray) -> Finding | None:
        error = np.abs(told - state.positions)
        over = (error > self._limits.following) & ~exempt
        self._behind_since = np.where(over, np.minimum(self._behind_since, now), np.inf)
        bad = now - self._behind_since >= FOLLOWING_TIME - SAME
        return self._first(Code.FOLLOWING_ERROR, bad, error, self._limits.following)

    def _first(self, code: Code, bad: BoolArray, values: FloatArray, limit: FloatArray) -> Finding | None:
        if not bad.any():
            return None
        index = int(np.argmax(bad))
        return Finding(code, self._limits.names[index], float(values[index]) / DEG, float(limit[index]) / DEG)


def _repeated(state: JointState, before: JointState) -> BoolArray:
    """Return which joints said the same speed and effort as before; what is not measured counts as the same."""
    effort = (state.efforts == before.efforts) | np.isnan(state.efforts)
    same: BoolArray = effort & (state.velocities == before.velocities)
    return same
