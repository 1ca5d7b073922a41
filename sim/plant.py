"""`Plant`: what moves when servos are told to, with or without physics.

The simulated arm and the emulated servos drive the same plants, so a scene behaves alike whether the bytes of a real
protocol are in between or not.
"""

from __future__ import annotations

from typing import Protocol

from armctl.hal.scene import SceneState
from armctl.hal.state import BoolArray, FloatArray


class Plant(Protocol):
    """n position servos, what hangs on them and what stands around them. Starts at rest."""

    def step(self, dt: float, goals: FloatArray, speeds: FloatArray, torque_on: BoolArray, efforts: FloatArray) -> None:
        """Move time on.

        Args:
            dt: How far [s], at most 0.02.
            goals: Shape (n,), where each servo wants to go [rad].
            speeds: Shape (n,), largest speed on the way [rad/s].
            torque_on: Shape (n,), servos that pull; the others are limp.
            efforts: Shape (n,), share of the stall torque each may use, 0 to 1.
        """
        ...

    def positions(self) -> FloatArray:
        """Return the joint angles, shape (n,) [rad]."""
        ...

    def velocities(self) -> FloatArray:
        """Return the joint speeds, shape (n,) [rad/s]."""
        ...

    def efforts(self) -> FloatArray:
        """Return the share of the stall torque each servo uses, shape (n,), -1 to 1."""
        ...

    def scene(self, stamp: float) -> SceneState:
        """Return where the objects are and what touches what; ``stamp`` is the time to write on it [s]."""
        ...

    def close(self) -> None:
        """Free what the plant holds; may be called any number of times."""
        ...
