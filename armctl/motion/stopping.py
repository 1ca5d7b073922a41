"""`Stopping`: the arm's joints come to rest from whatever they do."""

from __future__ import annotations

from armctl.hal.state import FloatArray
from armctl.motion.envelope import Envelope
from armctl.motion.jerk import MotionState
from armctl.motion.travel import Stride


class Stopping:
    """A jerk-limited stop in joint space: from present speeds and accelerations to rest, all joints together.

    Args:
        envelope: Limits of the joints.
        state: Present state.
        dt: Time between two set-points [s].
        notice: Why, where it was not the person who asked for it.
    """

    def __init__(self, envelope: Envelope, state: MotionState, dt: float, notice: str = "") -> None:
        self._stop = envelope.stop(state)
        self._dt = dt
        self._time = 0.0
        self._notice = notice

    @property
    def end(self) -> FloatArray:
        """Where the joints will rest [rad]."""
        return self._stop.end

    def step(self, state: MotionState, tool_speed: float) -> Stride:
        """Return the next tick; a stop's does not depend on ``tool_speed``, the tool's allowed one [m/s]."""
        self._time += self._dt
        duration = self._stop.duration
        return Stride(
            state=self._stop.at(self._time),
            progress=min(1.0, self._time / duration) if duration > 0.0 else 1.0,
            remaining=max(0.0, duration - self._time),
            done=self._time >= duration,
            notice=self._notice,
        )
