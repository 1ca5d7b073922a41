"""Position servos as springs: the torque of n of them, each with the figures of its own kind.

A servo pulls towards a set-point that moves to its goal at the speed asked for; it pulls like a spring with a damper,
up to its largest torque. So it sags under load and presses no harder than allowed when blocked, as the real one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.hal.state import BoolArray, FloatArray
from sim.motors import MotorFigures

OVERRUN: Final = 0.2
"""The set-point waits for a joint that lags by more [rad], and by more than it takes to pull as hard as it can;
otherwise a freed joint would leap after it."""
SLIDE_OVERRUN: Final = 0.02
"""The same for fingers that slide [m]."""


@dataclass(slots=True)
class ServoBank:
    """n servos: their set-points and torques. Of a joint that slides, m and N stand for rad and N·m.

    Attributes:
        figures: What kind each is.
        setpoints: Shape (n,), what each pulls towards [rad].
        torques: Shape (n,), torque of the last step [N·m].
        overrun: Shape (n,), how far a set-point may be ahead of its joint [rad].
    """

    figures: MotorFigures
    setpoints: FloatArray
    torques: FloatArray
    overrun: FloatArray

    @classmethod
    def at(cls, positions: FloatArray, figures: MotorFigures) -> ServoBank:
        """Return servos of the kinds ``figures`` tells, at rest at ``positions`` (n,) [rad]."""
        overrun = np.where(figures.slides, SLIDE_OVERRUN, np.maximum(OVERRUN, figures.deflection))
        return cls(figures, positions.copy(), np.zeros_like(positions), overrun)

    def advance(
        self, dt: float, goals: FloatArray, speeds: FloatArray, positions: FloatArray, torque_on: BoolArray
    ) -> None:
        """Move the set-points by ``dt`` [s] towards ``goals`` (n,) [rad], at most at ``speeds`` (n,) [rad/s].

        A limp servo's set-point stays with its joint, so that it does not leap when switched on.
        """
        reach = speeds * dt
        moved = self.setpoints + np.minimum(np.maximum(goals - self.setpoints, -reach), reach)
        near = np.minimum(np.maximum(moved, positions - self.overrun), positions + self.overrun)
        self.setpoints = np.where(torque_on, near, positions)

    def pull(
        self, positions: FloatArray, velocities: FloatArray, torque_on: BoolArray, efforts: FloatArray
    ) -> FloatArray:
        """Return the torques (n,) [N·m] on joints at ``positions`` [rad] moving at ``velocities`` [rad/s].

        A limp servo still brakes: its gears and motor turn along.
        """
        limit = self.figures.stall * efforts
        spring = self.figures.stiffness * (self.setpoints - positions)
        active = np.minimum(np.maximum(spring, -limit), limit)
        self.torques = np.where(torque_on, active, 0.0)
        return self.torques - self.figures.damping * velocities

    def shares(self) -> FloatArray:
        """Return the share of the stall torque each used in the last step, shape (n,), -1 to 1."""
        return np.clip(self.torques / self.figures.stall, -1.0, 1.0)
