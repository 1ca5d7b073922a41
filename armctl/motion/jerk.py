"""Jerk-limited motion: the only file that knows ruckig, behind a typed interface.

A motion is computed in continuous time and sampled. Between two samples, the mean speed, and the first and second
difference of it, are weighted means of the continuous speed, acceleration and jerk; so limits that the continuous
motion keeps, its samples keep too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from ruckig import (
    ControlInterface,
    InputParameter,
    OutputParameter,
    Ruckig,
    RuckigError,
    Synchronization,
    Trajectory,
)

from armctl.hal.state import FloatArray

STILL_SPEED: Final = 1e-6
"""Slower than this [rad/s or m/s] is rest: a thousandth of an encoder step a second."""
STILL_ACCELERATION: Final = 1e-4
"""Less acceleration than this [rad/s² or m/s²] is rest."""

SAME_PLACE: Final = 1e-7
"""Resting nearer than this to the goal [rad, m or s] is being there; a servo's step is ten thousand times as much."""


@dataclass(frozen=True, slots=True, eq=False)
class MotionState:
    """Where something is and how it moves; three arrays of one shape (n,).

    Attributes:
        positions: [rad], [m] or [s] of a path.
        velocities: Their rate [1/s].
        accelerations: The rate of that [1/s²].
    """

    positions: FloatArray
    velocities: FloatArray
    accelerations: FloatArray

    @classmethod
    def at_rest(cls, positions: FloatArray) -> MotionState:
        """Return the state of rest at ``positions``, shape (n,)."""
        return cls(np.array(positions, dtype=np.float64), np.zeros(len(positions)), np.zeros(len(positions)))

    @property
    def still(self) -> bool:
        """True when nothing moves, nor is about to."""
        return bool(
            np.abs(self.velocities).max(initial=0.0) < STILL_SPEED
            and np.abs(self.accelerations).max(initial=0.0) < STILL_ACCELERATION
        )

    def part(self, which: slice) -> MotionState:
        """Return the state of some of the joints."""
        return MotionState(self.positions[which], self.velocities[which], self.accelerations[which])

    def joined(self, other: MotionState) -> MotionState:
        """Return this state followed by ``other``'s joints."""
        return MotionState(
            np.concatenate((self.positions, other.positions)),
            np.concatenate((self.velocities, other.velocities)),
            np.concatenate((self.accelerations, other.accelerations)),
        )


class SpeedControl:
    """Bring n joints to wanted speeds in the shortest time that acceleration and jerk permit.

    Args:
        count: Number of joints n.
        dt: Time between two set-points [s].
        together: True: all joints arrive at the same moment, so that the tool keeps its direction about; False: each
            as fast as it can.
    """

    def __init__(self, count: int, dt: float, *, together: bool) -> None:
        self._ruckig = Ruckig(count, dt)
        self._input = InputParameter(count)
        self._input.control_interface = ControlInterface.Velocity
        self._input.synchronization = Synchronization.Time if together else Synchronization.No
        self._output = OutputParameter(count)

    def step(self, now: MotionState, wanted: FloatArray, acceleration: FloatArray, jerk: FloatArray) -> MotionState:
        """Return the state one tick later.

        Args:
            now: Present state.
            wanted: Shape (n,), speeds to arrive at [rad/s].
            acceleration: Shape (n,), largest accelerations [rad/s²].
            jerk: Shape (n,), largest jerks [rad/s³].
        """
        self._fill(now, wanted, acceleration, jerk)
        self._ruckig.update(self._input, self._output)
        out = self._output
        return MotionState(np.array(out.new_position), np.array(out.new_velocity), np.array(out.new_acceleration))

    def stop(self, now: MotionState, acceleration: FloatArray, jerk: FloatArray) -> Stop:
        """Return the way to rest from ``now``; arguments as in `step`."""
        self._fill(now, np.zeros(len(now.positions)), acceleration, jerk)
        trajectory = Trajectory(len(now.positions))
        self._ruckig.calculate(self._input, trajectory)
        return Stop(trajectory)

    def _fill(self, now: MotionState, wanted: FloatArray, acceleration: FloatArray, jerk: FloatArray) -> None:
        fields = self._input
        fields.current_position = now.positions
        fields.current_velocity = now.velocities
        fields.current_acceleration = now.accelerations
        fields.target_velocity = wanted
        fields.max_acceleration = acceleration
        fields.max_jerk = jerk


class Stop:
    """A way to rest, known to its end.

    Attributes:
        duration: Time until everything rests [s].
    """

    def __init__(self, trajectory: Trajectory) -> None:
        self._trajectory = trajectory
        self.duration: Final[float] = trajectory.duration

    def at(self, time: float) -> MotionState:
        """Return the state ``time`` [s] after the beginning; rest from `duration` on."""
        positions, velocities, accelerations = self._trajectory.at_time(min(time, self.duration))
        if time >= self.duration:
            return MotionState.at_rest(np.array(positions))
        return MotionState(np.array(positions), np.array(velocities), np.array(accelerations))

    @property
    def end(self) -> FloatArray:
        """Where everything rests, shape (n,) [rad]."""
        return self.at(self.duration).positions

    def extremes(self, dt: float) -> tuple[FloatArray, FloatArray]:
        """Return the smallest and largest positions at samples ``dt`` [s] apart, each (n,) [rad].

        ruckig 0.19 has a figure of its own for this, which for speed goals is far too wide.
        """
        times = np.arange(0.0, self.duration + dt, dt).tolist()
        positions = np.array([self._trajectory.at_time(min(time, self.duration))[0] for time in times])
        return positions.min(axis=0), positions.max(axis=0)


class PositionControl:
    """Bring one coordinate to rest at a wanted place, in the shortest time that the limits permit.

    Args:
        dt: Time between two set-points [s].
    """

    def __init__(self, dt: float) -> None:
        self._ruckig = Ruckig(1, dt)
        self._input = InputParameter(1)
        self._output = OutputParameter(1)
        self._brake = SpeedControl(1, dt, together=False)
        self._dt = dt

    def step(
        self, now: MotionState, wanted: float, speed: float, acceleration: float, jerk: float
    ) -> tuple[MotionState, float]:
        """Return the state one tick later, and the time left then [s].

        A limit below the present speed is approached within acceleration and jerk.

        Args:
            now: Present state, shape (1,).
            wanted: Where to rest.
            speed: Largest speed; zero or less brings it to rest where it is.
            acceleration: Largest acceleration.
            jerk: Largest jerk.
        """
        if speed < STILL_SPEED:
            return self._towards(now, 0.0, acceleration, jerk), 0.0
        grows = max(0.0, float(now.accelerations[0]))
        peak = float(now.velocities[0]) + grows * grows / (2.0 * jerk)
        if peak <= speed:
            return self._planned(now, wanted, speed, acceleration, jerk)
        # Too fast. ruckig would brake as hard as it can and undershoot; a speed goal lands on the limit. Near the end
        # of the way the plan may ask for more.
        planned, left = self._planned(now, wanted, peak * (1.0 + 1e-9), acceleration, jerk)
        slowed = self._towards(now, speed, acceleration, jerk)
        return (slowed if float(slowed.velocities[0]) < float(planned.velocities[0]) else planned), left

    def _planned(
        self, now: MotionState, wanted: float, speed: float, acceleration: float, jerk: float
    ) -> tuple[MotionState, float]:
        fields = self._input
        fields.current_position = now.positions
        fields.current_velocity = now.velocities
        fields.current_acceleration = now.accelerations
        fields.target_position = [wanted]
        fields.max_velocity, fields.max_acceleration, fields.max_jerk = [speed], [acceleration], [jerk]
        try:
            self._ruckig.update(fields, self._output)
        except RuckigError:
            # No profile found, at the edge of double precision: rest is always possible, and the next tick tries again.
            return self._towards(now, 0.0, acceleration, jerk), 0.0
        out = self._output
        left = max(0.0, float(out.trajectory.duration - out.time))
        new = MotionState(np.array(out.new_position), np.array(out.new_velocity), np.array(out.new_acceleration))
        # The state may be one that ruckig was following already; `time` counts on, and the trajectory stays the first.
        # Rounding may leave a sliver of the way that ruckig would work on for many ticks.
        if left == 0.0 or (new.still and abs(float(new.positions[0]) - wanted) < SAME_PLACE):
            return MotionState.at_rest(np.array([wanted])), 0.0
        return new, left

    def _towards(self, now: MotionState, speed: float, acceleration: float, jerk: float) -> MotionState:
        return self._brake.step(now, np.array([speed]), np.array([acceleration]), np.array([jerk]))
