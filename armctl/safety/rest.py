"""Is the arm at rest after stop, and in time?"""

from __future__ import annotations

import math

import numpy as np

from armctl.hal.state import FloatArray, JointState
from armctl.safety.checks import SAME
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import REST_MEASURED, REST_SPEED, REST_TIME, Limits


class Stopping:
    """One stop, from the moment it was asked for until the arm stands.

    Args:
        limits: The limits.
        begun: When the stop was asked for [s].
    """

    def __init__(self, limits: Limits, begun: float) -> None:
        self._limits = limits
        self._begun = begun
        self._still_since = math.inf
        self._led_at = -math.inf

    def lead(self, velocities: FloatArray, now: float) -> None:
        """Note that a set-point with these ``velocities``, shape (n,) [rad/s], was approved at ``now`` [s]."""
        if (np.abs(velocities) > REST_SPEED).any():
            self._led_at = now

    def lasted(self, now: float) -> float:
        """Return the time since stop [s]."""
        return now - self._begun

    def at_rest(self, state: JointState, now: float) -> bool:
        """Tell whether no joint moved, or was told to, for `REST_TIME`; once a reading, at ``now`` [s]."""
        still = bool((np.abs(state.velocities) <= REST_MEASURED).all())
        self._still_since = min(self._still_since, now) if still else math.inf
        return now - max(self._still_since, self._led_at) >= REST_TIME - SAME

    def overrun(self, now: float) -> Finding | None:
        """Return that the arm still moves when it should stand, or None; ``now`` [s]."""
        limit = self._limits.stop_time + 2.0 * REST_TIME
        if self.lasted(now) <= limit:
            return None
        return Finding(Code.STOP_OVERRUN, value=self.lasted(now), limit=limit)
