"""How an emulated servo protects itself: overload, over-current, heat and supply, as status bits and lost torque."""

from __future__ import annotations

from typing import Final

from drivers.feetech import messages as reg
from sim.emulators.feetech.memory import ServoMemory

VOLTAGE: Final = 0x01
OVERHEAT: Final = 0x04
OVERCURRENT: Final = 0x08
OVERLOAD: Final = 0x20


class Protection:
    """What a servo noticed about itself, and for how long.

    Attributes:
        side: Direction in which it was overloaded, -1 or 1; 0 when it was not.

    Args:
        memory: Its registers: limits are read from there, the status is written there.
    """

    def __init__(self, memory: ServoMemory) -> None:
        self._memory = memory
        self.side = 0
        self._overloaded_for = 0.0
        self._too_much_for = 0.0
        self._too_much = False

    def clear(self) -> None:
        """Forget overload and over-current, as when torque is switched off."""
        self.side = 0
        self._overloaded_for = self._too_much_for = 0.0
        self._too_much = False

    def feel(self, load: int, dt: float) -> bool:
        """Take the ``load`` [0.1 %] of the last ``dt`` [s]; return True when it was too much for too long just now."""
        memory = self._memory
        if abs(load) < memory.get(reg.OVERLOAD_TORQUE) * 10 or self.side:
            self._overloaded_for = 0.0
            return False
        self._overloaded_for += dt
        if self._overloaded_for < memory.get(reg.PROTECTION_TIME) / 100:
            return False
        self.side = 1 if load > 0 else -1
        return True

    def feel_current(self, current: int, dt: float) -> None:
        """Take the ``current`` [6.5 mA] of the last ``dt`` [s]."""
        memory = self._memory
        if abs(current) < memory.get(reg.PROTECTION_CURRENT):
            self._too_much_for = 0.0
            return
        self._too_much_for += dt
        self._too_much |= self._too_much_for >= memory.get(reg.OVERCURRENT_TIME) / 100

    def judge(self, volts: float, celsius: float, further: int) -> None:
        """Set the status bits, and cut the torque where the unloading register asks for it.

        Args:
            volts: Supply [V].
            celsius: Temperature [°C].
            further: Bits that are set for another reason.
        """
        memory = self._memory
        status = further | (OVERLOAD if self.side else 0) | (OVERCURRENT if self._too_much else 0)
        if not memory.get(reg.MIN_VOLTAGE) <= round(volts * 10) <= memory.get(reg.MAX_VOLTAGE):
            status |= VOLTAGE
        if celsius >= memory.get(reg.MAX_TEMPERATURE):
            status |= OVERHEAT
        memory.put(reg.STATUS, status)
        # Overload leaves the protective torque; the other faults cut it where the unloading register has their bit.
        if status & memory.get(reg.UNLOADING) & ~OVERLOAD:
            memory.put(reg.TORQUE_ENABLE, 0)
