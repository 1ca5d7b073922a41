"""A plant that is exact: every servo goes straight to its goal at its speed, and limp ones stay where they are."""

import numpy as np

from armctl.hal.scene import SceneState


class ExactPlant:
    def __init__(self, positions):
        self._positions = np.array(positions, dtype=float)
        self._velocities = np.zeros_like(self._positions)
        self.load = np.zeros_like(self._positions)
        self.closed = False

    def step(self, dt, goals, speeds, torque_on, efforts):
        assert 0 < dt <= 0.02
        reach = np.where(torque_on, speeds * dt, 0.0)
        moved = np.clip(goals - self._positions, -reach, reach)
        self._positions = self._positions + moved
        self._velocities = moved / dt

    def push(self, joint, angle):
        """Turn a joint by hand."""
        self._positions[joint] = angle

    def positions(self):
        return self._positions.copy()

    def velocities(self):
        return self._velocities.copy()

    def efforts(self):
        return self.load.copy()

    def scene(self, stamp):
        return SceneState(stamp=stamp, objects={})

    def close(self):
        self.closed = True


class LoadedPlant(ExactPlant):
    """Joints that stand below what holds them by their ``sag`` [rad], as loaded springs do."""

    def __init__(self, positions, sag):
        super().__init__(positions)
        self.sag = np.array(sag, dtype=float)

    def step(self, dt, goals, speeds, torque_on, efforts):
        super().step(dt, goals - self.sag, speeds, torque_on, efforts)
