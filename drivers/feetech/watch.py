"""Load and current, watched before the servo protects itself.

A servo that is overloaded for its protection time gives way with a fifth of its torque, and one that draws too much
current lets go altogether: a raised arm would sink or fall. So what lasts for a part of those times is told as a fault
while the servo still holds, and the arm comes to rest with its torque.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from armctl.hal.state import JointFault
from drivers.feetech.identity import Eeprom
from drivers.feetech.readings import CURRENT_UNIT

_SHARE: Final = 0.5
"""Share of the servo's own time after which it is told."""
_TIME_UNIT: Final = 0.01
"""One step of the time registers [s]."""


class Watch:
    """How long each servo has been strained.

    Args:
        memories: What each servo keeps, by id: its thresholds and times.
    """

    def __init__(self, memories: Mapping[int, Eeprom]) -> None:
        self._limits = {
            servo: (
                memory.overload_torque / 100,
                memory.protection_time * _TIME_UNIT * _SHARE,
                memory.protection_current * CURRENT_UNIT,
                memory.overcurrent_time * _TIME_UNIT * _SHARE,
            )
            for servo, memory in memories.items()
        }
        self._since: dict[tuple[int, JointFault], float] = {}

    @property
    def strained(self) -> bool:
        """True while any servo is, so that its `look` must not be left out."""
        return bool(self._since)

    def thresholds(self, servo: int) -> tuple[float, float]:
        """Return from which effort, and from which current [A] on, ``servo`` is strained."""
        load, _, amps, _ = self._limits[servo]
        return load, amps

    def look(self, servo: int, effort: float, current: float, now: float) -> JointFault:
        """Return what ``servo`` has too much of for too long.

        Args:
            servo: Its id.
            effort: Share of full drive, -1 to 1.
            current: [A].
            now: When both were measured [s].
        """
        load, load_time, amps, amps_time = self._limits[servo]
        return self._lasting(servo, JointFault.OVERLOAD, now if abs(effort) >= load else None, load_time) | (
            self._lasting(servo, JointFault.OVERCURRENT, now if abs(current) >= amps else None, amps_time)
        )

    def _lasting(self, servo: int, fault: JointFault, now: float | None, most: float) -> JointFault:
        if now is None:
            self._since.pop((servo, fault), None)
            return JointFault.NONE
        since = self._since.setdefault((servo, fault), now)
        return fault if now - since >= most else JointFault.NONE
