"""Position servos as springs: the torque of n of them, after the published fit of the Feetech STS3215.

A servo pulls towards a set-point that moves to its goal at the speed asked for; it pulls like a spring with a damper,
up to its largest torque. So it sags under load and presses no harder than allowed when blocked, as the real one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.hal.state import BoolArray, FloatArray

STALL_TORQUE: Final = 3.35
"""Largest torque at the joint [N·m], STS3215 on 12 V (fit for simulation, SO-ARM100 model)."""
STIFFNESS: Final = 17.8
"""Torque per lag [N·m/rad] with the proportional gain at `FITTED_GAIN` (same source)."""
FITTED_GAIN: Final = 16
"""Register value of the proportional gain with which the stiffness was fitted; stiffness is proportional to it."""
DAMPING: Final = 0.60
"""Torque per speed [N·m·s/rad] (same source)."""
FRICTION: Final = 0.052
"""Dry friction [N·m] (same source)."""
ARMATURE: Final = 0.028
"""Inertia of motor and gears as seen at the joint [kg·m²] (same source)."""
OVERRUN: Final = 0.2
"""The set-point waits for a joint that lags by more [rad]; otherwise a freed joint would leap after it."""


@dataclass(slots=True)
class ServoBank:
    """n servos: their set-points and torques.

    Attributes:
        setpoints: Shape (n,), what each pulls towards [rad].
        torques: Shape (n,), torque of the last step [N·m].
        stiffness: Torque per lag [N·m/rad].
    """

    setpoints: FloatArray
    torques: FloatArray
    stiffness: float = STIFFNESS

    @classmethod
    def at(cls, positions: FloatArray, gain: int = FITTED_GAIN) -> ServoBank:
        """Return servos at rest at ``positions`` (n,) [rad] with the proportional ``gain`` of the servo's register."""
        return cls(positions.copy(), np.zeros_like(positions), STIFFNESS * gain / FITTED_GAIN)

    def advance(
        self, dt: float, goals: FloatArray, speeds: FloatArray, positions: FloatArray, torque_on: BoolArray
    ) -> None:
        """Move the set-points by ``dt`` [s] towards ``goals`` (n,) [rad], at most at ``speeds`` (n,) [rad/s].

        A limp servo's set-point stays with its joint, so that it does not leap when switched on.
        """
        reach = speeds * dt
        moved = self.setpoints + np.minimum(np.maximum(goals - self.setpoints, -reach), reach)
        near = np.minimum(np.maximum(moved, positions - OVERRUN), positions + OVERRUN)
        self.setpoints = np.where(torque_on, near, positions)

    def pull(
        self, positions: FloatArray, velocities: FloatArray, torque_on: BoolArray, efforts: FloatArray
    ) -> FloatArray:
        """Return the torques (n,) [N·m] on joints at ``positions`` [rad] moving at ``velocities`` [rad/s].

        A limp servo still brakes: its gears and motor turn along.
        """
        limit = STALL_TORQUE * efforts
        spring = self.stiffness * (self.setpoints - positions)
        active = np.minimum(np.maximum(spring, -limit), limit)
        self.torques = np.where(torque_on, active, 0.0)
        return self.torques - DAMPING * velocities

    def shares(self) -> FloatArray:
        """Return the share of the stall torque each used in the last step, shape (n,), -1 to 1."""
        return np.clip(self.torques / STALL_TORQUE, -1.0, 1.0)
