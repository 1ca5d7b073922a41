"""Jerk-limited motion: the only file that knows ruckig, behind a typed interface.

A motion is computed in continuous time and sampled. Between two samples, the mean speed, and the first and second
difference of it, are weighted means of the continuous speed, acceleration and jerk; so limits that the continuous
motion keeps, its samples keep too.
"""

from __future__ import annotations

import math
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
from armctl.motion.braking import stop_range

STILL_SPEED: Final = 1e-6
"""Slower than this [rad/s or m/s] is rest: a thousandth of an encoder step a second."""
STILL_ACCELERATION: Final = 1e-4
"""Less acceleration than this [rad/s² or m/s²] is rest."""

SAME_PLACE: Final = 1e-7
"""Resting nearer than this to the goal [rad, m or s] is being there; a servo's step is ten thousand times as much."""

SLACKS: Final = (1.0 + 1e-9, 1.0 + 1e-6, 1.0 + 1e-4)
"""Shares of the largest speed that a landing is planned with, one after the other: at the edge of double precision
ruckig may find no profile."""


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
    """Bring one coordinate to rest at a wanted place, about as fast as the limits permit.

    It goes at the largest speed for as long as it could still stop before the place, and then follows one plan to the
    end. (Planned anew from each state, ruckig 0.19 finds profiles that creep for seconds, mostly at the largest speed.)

    Args:
        dt: Time between two set-points [s].
    """

    def __init__(self, dt: float) -> None:
        self._ruckig = Ruckig(1, dt)
        self._input = InputParameter(1)
        self._brake = SpeedControl(1, dt, together=False)
        self._dt = dt
        self._plan: _Landing | None = None

    def step(self, now: MotionState, wanted: float, speed: float, acceleration: float, jerk: float) -> MotionState:
        """Return the state one tick later.

        A limit below the present speed is approached within acceleration and jerk.

        Args:
            now: Present state, shape (1,).
            wanted: Where to rest.
            speed: Largest speed; zero or less brings it to rest where it is.
            acceleration: Largest acceleration.
            jerk: Largest jerk.
        """
        if speed < STILL_SPEED:
            self._plan = None
            return self._towards(now, 0.0, acceleration, jerk)
        away = wanted - float(now.positions[0])
        if now.still and abs(away) < SAME_PLACE:
            return MotionState.at_rest(np.array([wanted]))
        onward = self._towards(now, math.copysign(speed, away), acceleration, jerk)
        if _stops_before(onward, wanted, away, acceleration, jerk):
            self._plan = None
            return onward
        question = (wanted, acceleration, jerk)
        if self._plan is None or not self._plan.goes_on(now, question):
            self._plan = self._landing(now, question, speed)
        if self._plan is None:
            return self._towards(now, 0.0, acceleration, jerk)
        return self._plan.step(self._dt)

    def _landing(self, now: MotionState, question: tuple[float, float, float], speed: float) -> _Landing | None:
        """Return a plan to the place, or None when none was found: rest is always possible."""
        wanted, acceleration, jerk = question
        v, a = float(now.velocities[0]), float(now.accelerations[0])
        grows = max(0.0, math.copysign(a, a * v))
        top = max(speed, abs(v) + grows * grows / (2.0 * jerk))
        for slack in SLACKS:
            fields = self._input
            fields.current_position = now.positions
            fields.current_velocity = now.velocities
            fields.current_acceleration = now.accelerations
            fields.target_position = [wanted]
            fields.max_velocity, fields.max_acceleration, fields.max_jerk = [top * slack], [acceleration], [jerk]
            trajectory = Trajectory(1)
            try:
                self._ruckig.calculate(fields, trajectory)
            except RuckigError:
                continue
            return _Landing(trajectory, now, question)
        return None

    def _towards(self, now: MotionState, speed: float, acceleration: float, jerk: float) -> MotionState:
        return self._brake.step(now, np.array([speed]), np.array([acceleration]), np.array([jerk]))


class _Landing:
    """A plan to rest at the wanted place, and how far it was followed."""

    def __init__(self, trajectory: Trajectory, now: MotionState, question: tuple[float, float, float]) -> None:
        self._trajectory = trajectory
        self._question = question
        self._time = 0.0
        self._state = now

    def goes_on(self, now: MotionState, question: tuple[float, float, float]) -> bool:
        """Tell whether the plan leads on from ``now``, and to the same place within the same limits."""
        mine = self._state
        return question == self._question and all(
            bool((one == other).all())
            for one, other in (
                (now.positions, mine.positions),
                (now.velocities, mine.velocities),
                (now.accelerations, mine.accelerations),
            )
        )

    def step(self, dt: float) -> MotionState:
        """Return the state ``dt`` [s] later."""
        self._time += dt
        positions, velocities, accelerations = self._trajectory.at_time(min(self._time, self._trajectory.duration))
        state = MotionState(np.array(positions), np.array(velocities), np.array(accelerations))
        # Rounding may leave a sliver of the way that would be worked on for many ticks.
        wanted = self._question[0]
        if self._time >= self._trajectory.duration or (
            state.still and abs(float(state.positions[0]) - wanted) < SAME_PLACE
        ):
            state = MotionState.at_rest(np.array([wanted]))
        self._state = state
        return state


def _stops_before(state: MotionState, wanted: float, away: float, acceleration: float, jerk: float) -> bool:
    """Tell whether the fastest stop from ``state`` ends before ``wanted``, which is ``away`` from where it was."""
    low, high = stop_range(
        float(state.positions[0]), float(state.velocities[0]), float(state.accelerations[0]), acceleration, jerk
    )
    return high < wanted if away > 0.0 else low > wanted
