"""The envelope: what every set-point must keep, whatever made it.

A set-point is admitted when speed, acceleration and jerk of each joint keep their limits and the joint could still
come to rest inside its position limits. The second condition makes stopping always possible: if the present state has
it, so has the next state of the fastest stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from armctl.config.arm import JointConfig
from armctl.hal.state import FloatArray
from armctl.motion.braking import stop_range
from armctl.motion.jerk import MotionState, SpeedControl, Stop

SLACK: Final = 1e-6
"""Relative rounding allowed on speed and acceleration."""
SPEED_SLACK: Final = 1e-3
"""The same for the speed that a joint would still grow to; the supervisor grants 2 %."""
JERK_SLACK: Final = 1e-2
"""Relative rounding allowed on jerk: it is the difference of accelerations over one tick, which magnifies rounding."""
STITCH: Final = 2e-7
"""Allowed between two motions that follow each other [rad]: ways end within `armctl.motion.jerk.SAME_PLACE`."""
POSITION_SLACK: Final = 1e-9
"""Rounding allowed on positions [rad]."""


class Envelope:
    """Limits of n joints.

    Args:
        joints: The n joints.
        dt: Time between two set-points [s].

    Attributes:
        speed: Shape (n,) [rad/s].
        acceleration: Shape (n,) [rad/s²].
        jerk: Shape (n,) [rad/s³].
        lower: Shape (n,) [rad]; the present angle where a joint was found outside, until it is back.
        upper: The same at the other end.
    """

    def __init__(self, joints: Sequence[JointConfig], dt: float) -> None:
        self.speed: Final = np.array([joint.max_speed for joint in joints])
        self.acceleration: Final = np.array([joint.max_acceleration for joint in joints])
        self.jerk: Final = np.array([joint.max_jerk for joint in joints])
        self._soft_lower: Final = np.array([joint.lower for joint in joints])
        self._soft_upper: Final = np.array([joint.upper for joint in joints])
        self.lower = self._soft_lower
        self.upper = self._soft_upper
        self._dt = dt
        self._alone = SpeedControl(len(joints), dt, together=False)
        self._together = SpeedControl(len(joints), dt, together=True)

    def adopt(self, positions: FloatArray) -> None:
        """Take ``positions`` (n,) [rad] for granted: a joint outside its limits may stay there, or come back."""
        self.lower = np.minimum(self._soft_lower, positions)
        self.upper = np.maximum(self._soft_upper, positions)

    def tighten(self, positions: FloatArray) -> None:
        """Narrow the limits after a set-point at ``positions`` (n,) [rad]: what came back inside stays inside."""
        self.lower = np.maximum(self.lower, np.minimum(self._soft_lower, positions))
        self.upper = np.minimum(self.upper, np.maximum(self._soft_upper, positions))

    def admits(self, now: MotionState, candidate: MotionState) -> bool:
        """Tell whether ``candidate`` may follow ``now`` one tick later."""
        values = (candidate.positions, candidate.velocities, candidate.accelerations)
        if not all(np.isfinite(value).all() for value in values):
            return False
        change = np.abs(candidate.accelerations - now.accelerations)
        # An acceleration cannot end at once: on the way to zero it still adds a²/2j to the speed.
        grows = np.maximum(candidate.accelerations * np.sign(candidate.velocities), 0.0)
        peak = np.abs(candidate.velocities) + grows * grows / (2.0 * self.jerk)
        return bool(
            (peak <= self.speed * (1.0 + SPEED_SLACK)).all()
            and (np.abs(candidate.accelerations) <= self.acceleration * (1.0 + SLACK)).all()
            and (change <= self.jerk * (self._dt * (1.0 + JERK_SLACK))).all()
            and (self._jump(now, candidate) <= self.jerk * (self._dt**3 / 6.0) + STITCH).all()
            and self._stops_inside(candidate)
        )

    def _jump(self, now: MotionState, candidate: MotionState) -> FloatArray:
        """Return how far ``candidate`` is from where constant acceleration would lead, shape (n,) [rad]."""
        led = now.positions + self._dt * (now.velocities + 0.5 * self._dt * now.accelerations)
        return np.abs(candidate.positions - led)

    def braked(self, now: MotionState) -> MotionState:
        """Return the state one tick later on each joint's fastest way to rest."""
        return self._alone.step(now, np.zeros(len(now.positions)), self.acceleration, self.jerk)

    def stop(self, now: MotionState) -> Stop:
        """Return the way to rest: all joints together where that stays inside, else each as fast as it can."""
        together = self._together.stop(now, self.acceleration, self.jerk)
        low, high = together.extremes(self._dt)
        if (low >= self.lower - POSITION_SLACK).all() and (high <= self.upper + POSITION_SLACK).all():
            return together
        return self._alone.stop(now, self.acceleration, self.jerk)

    def _stops_inside(self, state: MotionState) -> bool:
        """Tell whether each joint's fastest stop from ``state`` stays inside the limits."""
        columns = (state.positions, state.velocities, state.accelerations, self.acceleration, self.jerk)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for row, lower, upper in zip(rows, self.lower.tolist(), self.upper.tolist(), strict=True):
            low, high = stop_range(*row)
            if low < lower - POSITION_SLACK or high > upper + POSITION_SLACK:
                return False
        return True
