"""What makes an emulated servo stop by itself: hardware errors with their shutdown, and the bus watchdog."""

from __future__ import annotations

from typing import Final

from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import WATCHDOG_TRIPPED, WATCHDOG_UNIT, Hardware
from sim.emulators.dynamixel.memory import ControlTable

OVERLOAD_SHARE: Final = 0.8
"""Share of the largest drive that counts as overload; own estimate."""
OVERLOAD_TIME: Final = 1.5
"""How long it has to last [s]; own estimate, reports say a few seconds."""


class Protection:
    """The hardware error status of one servo: what is wrong now, and what shut it down.

    Attributes:
        shut_down: Errors that took the torque away. They stay, and so does the loss of torque, until it restarts.

    Args:
        table: Its registers.
    """

    def __init__(self, table: ControlTable) -> None:
        self._table = table
        self._overloaded_for = 0.0
        self.shut_down = 0

    def restart(self) -> None:
        """Forget what was wrong."""
        self._overloaded_for, self.shut_down = 0.0, 0

    def judge(self, volts: float, celsius: float, load: float, extra: int, dt: float) -> None:
        """Set the hardware error status, and cut the torque where the shutdown register asks for it.

        Args:
            volts: Supply [V].
            celsius: Temperature [°C].
            load: Share of full drive, -1 to 1.
            extra: Errors that there are besides.
            dt: Time since the last call [s].
        """
        table = self._table
        error = extra
        if not table.get(reg.MIN_VOLTAGE) <= round(volts * 10) <= table.get(reg.MAX_VOLTAGE):
            error |= Hardware.VOLTAGE
        if celsius > table.get(reg.TEMPERATURE_LIMIT):
            error |= Hardware.OVERHEAT
        self._overloaded_for = self._overloaded_for + dt if abs(load) >= OVERLOAD_SHARE else 0.0
        if self._overloaded_for >= OVERLOAD_TIME:
            error |= Hardware.OVERLOAD
        self.shut_down |= error & table.get(reg.SHUTDOWN)
        table.put(reg.HARDWARE_ERROR, error | self.shut_down)
        if self.shut_down:
            table.put(reg.TORQUE_ENABLE, 0)


class Watchdog:
    """Stops a servo with torque when the bus was silent for too long.

    Args:
        table: Its registers.
    """

    def __init__(self, table: ControlTable) -> None:
        self._table = table
        self._silent_for = 0.0

    def hear(self) -> None:
        """Begin to count anew: there was an instruction on the bus, for whomever."""
        self._silent_for = 0.0

    def count(self, dt: float) -> bool:
        """Let ``dt`` [s] pass; return True when it trips."""
        table = self._table
        limit = table.get(reg.WATCHDOG)
        if not limit or limit == WATCHDOG_TRIPPED or not table.get(reg.TORQUE_ENABLE):
            self._silent_for = 0.0
            return False
        self._silent_for += dt
        if self._silent_for <= limit * WATCHDOG_UNIT:
            return False
        table.put(reg.WATCHDOG, WATCHDOG_TRIPPED)
        table.put(reg.PROFILE_ACCELERATION, 0)
        table.put(reg.PROFILE_VELOCITY, 0)
        return True
