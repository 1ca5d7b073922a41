"""`Watch`: reads each reading of the arm for everything that is wrong with it.

Single bad values are noise on the line and are let pass; `SILENT_READS` in a row are a fault.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from armctl.hal.state import BoolArray, FloatArray, JointState
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.health import servo_complaint, too_hot, voltage_finding, wrong_voltage
from armctl.safety.limits import SILENT_READS, Limits
from armctl.safety.tracking import Tracking

_Counts: TypeAlias = NDArray[np.int64]


class Watch:
    """Everything that is checked once a tick about what the arm reports. Deterministic, no clock, no I/O."""

    def __init__(self, limits: Limits) -> None:
        n = len(limits.names)
        self._limits = limits
        self._silent = np.zeros(n, dtype=np.int64)
        self._hot = np.zeros(n, dtype=np.int64)
        self._volts = np.zeros(n, dtype=np.int64)
        self._limp = 0
        self.tracking = Tracking(limits)

    def condition(self, state: JointState) -> Finding | None:
        """Return what is wrong with the arm whether it is armed or not, or None; once a reading."""
        self._silent = np.where(state.fresh, 0, self._silent + 1)
        self._hot = _count(self._hot, too_hot(state, self._limits), state)
        self._volts = _count(self._volts, wrong_voltage(state, self._limits), state)
        return self._silence() or servo_complaint(state, self._limits) or self._power(state)

    def armed(self, state: JointState, told: FloatArray | None, now: float) -> Finding | None:
        """Return what is wrong with an armed arm, or None; once a tick.

        Args:
            state: What the arm reports.
            told: Shape (n,), the last approved set-point [rad]; None before the first.
            now: The time [s].
        """
        self._limp = 0 if state.torque_on else self._limp + 1
        if self._limp >= SILENT_READS:
            return Finding(Code.TORQUE_LOST)
        return None if told is None else self.tracking.follow(state, told, now)

    def restart(self) -> None:
        """Begin anew with what the joints are told, after arming or when the set-point went back to the arm."""
        self._limp = 0
        self.tracking.restart()

    def _silence(self) -> Finding | None:
        limit = float(SILENT_READS)
        worst = int(np.argmax(self._silent))
        count = float(self._silent[worst])
        if count < SILENT_READS:
            return None
        if (self._silent >= SILENT_READS).all():
            return Finding(Code.BAD_CYCLES, value=count, limit=limit)
        return Finding(Code.JOINT_MUTE, self._limits.names[worst], count, limit)

    def _power(self, state: JointState) -> Finding | None:
        hot, volts = self._hot >= SILENT_READS, self._volts >= SILENT_READS
        if hot.any():
            index = int(np.argmax(hot))
            celsius = float(state.temperatures[index])
            return Finding(Code.OVER_TEMPERATURE, self._limits.names[index], celsius, self._limits.hot)
        return voltage_finding(int(np.argmax(volts)), state, self._limits) if volts.any() else None


def _count(counts: _Counts, bad: BoolArray, state: JointState) -> _Counts:
    """Return how often in a row each joint's reading was bad; reads without an answer neither count nor clear."""
    return np.where(state.fresh, np.where(bad, counts + 1, 0), counts)
