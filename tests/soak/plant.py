"""Joints with a little physics: they lag behind their servos, sag under load, tremble, and can be pushed."""

from __future__ import annotations

import numpy as np

from armctl.hal.scene import SceneState

LAG = 0.03
"""Time constant of a joint behind its servo [s]."""
SAG = np.array([0.0, 0.02, 0.02, 0.01, 0.0, 0.0])
"""How far each joint hangs behind under its load [rad]."""
TREMBLE = 2e-4
"""A servo under load is never quite still [rad]."""
FALL = 0.4
"""A limp joint turns no faster than this by hand [rad/s]."""


class LaggingPlant:
    """A `sim.plant.Plant` of six joints.

    Attributes:
        pushing: Shape (6,), how fast a hand turns each joint beside what its servo does [rad/s].
    """

    def __init__(self, positions: np.ndarray, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._positions = np.array(positions, dtype=float)
        self._velocities = np.zeros_like(self._positions)
        self._efforts = np.zeros_like(self._positions)
        self.pushing = np.zeros_like(self._positions)

    def step(
        self, dt: float, goals: np.ndarray, speeds: np.ndarray, torque_on: np.ndarray, efforts: np.ndarray
    ) -> None:
        lag = goals - SAG - self._positions
        driven = np.clip(lag * (1.0 - np.exp(-dt / LAG)), -speeds * dt, speeds * dt)
        moved = np.where(torque_on, driven, 0.0) + np.clip(self.pushing, -FALL, FALL) * dt
        self._positions = self._positions + moved + self._random.normal(0.0, TREMBLE, len(moved))
        self._velocities = moved / dt
        self._efforts = np.where(torque_on, np.clip(4.0 * (lag + SAG), -efforts, efforts), 0.0)

    def positions(self) -> np.ndarray:
        return self._positions.copy()

    def velocities(self) -> np.ndarray:
        return self._velocities.copy()

    def efforts(self) -> np.ndarray:
        return self._efforts.copy()

    def scene(self, stamp: float) -> SceneState:
        return SceneState(stamp=stamp, objects={})

    def close(self) -> None:
        """Nothing to free."""
