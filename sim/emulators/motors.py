"""What emulated servos have behind them: motors that move a plant, step by step in real time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from armctl.clock import Clock
from armctl.hal.scene import SceneState
from sim.plant import Plant

STEP: Final = 0.004
"""Time the plant is moved on by at once [s]."""
_LARGEST_LAG: Final = 0.25
"""When the emulator was kept from running for longer [s], the time is lost instead of caught up."""


class Drive(NamedTuple):
    """What a motor is told: angle to go to [rad], speed limit [rad/s], torque on, share of torque 0 to 1."""

    goal: float
    speed: float
    torque_on: bool
    effort: float


class Measured(NamedTuple):
    """What a motor does: angle [rad], speed [rad/s], share of stall torque -1 to 1."""

    position: float
    velocity: float
    effort: float


class Motors:
    """The motors of an arm, one for each joint.

    Args:
        plant: What they move.
        clock: Time.
    """

    def __init__(self, plant: Plant, clock: Clock) -> None:
        self._plant = plant
        self._clock = clock
        self._time = clock.now()

    def measured(self) -> list[Measured]:
        """Return what each motor does now."""
        plant = self._plant
        values = zip(plant.positions(), plant.velocities(), plant.efforts(), strict=True)
        return [Measured(float(position), float(speed), float(effort)) for position, speed, effort in values]

    def advance(self, step: Callable[[float], None]) -> None:
        """Call ``step`` with a time span [s] as often as it takes to come to the time now."""
        now = self._clock.now()
        self._time = max(self._time, now - _LARGEST_LAG)
        while self._time + STEP <= now:
            self._time += STEP
            step(STEP)

    def drive(self, drives: Sequence[Drive], dt: float) -> list[Measured]:
        """Tell each motor what to do for ``dt`` [s], and return what it did."""
        goals, speeds, torque, efforts = zip(*drives, strict=True)
        self._plant.step(dt, np.array(goals), np.array(speeds), np.array(torque), np.array(efforts))
        return self.measured()

    def scene(self) -> SceneState:
        """Return where the objects around the arm are."""
        return self._plant.scene(self._time)
