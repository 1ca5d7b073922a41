"""Bringing servos back that shut themselves down: a restart on purpose, and not again and again."""

from __future__ import annotations

from collections import deque
from typing import Final

from armctl.clock import Clock
from armctl.errors import HardwareError
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.joints import Part

PAUSE: Final = 2.0
"""Least time between two restarts of a servo [s]: it is back after some 100 ms, and must be seen to hold."""
PERIOD: Final = 60.0
MOST: Final = 3
"""Most restarts of a servo in `PERIOD` [s]: what trips it again and again is not cured by restarting."""
_WINDOW: Final = 0.01
_ATTEMPTS: Final = 2


class Recovery:
    """Restarts servos, each only so often.

    Args:
        clock: Time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._restarts: dict[int, deque[float]] = {}

    def restart(self, bus: DynamixelBus, part: Part) -> None:
        """Have a servo without torque start anew; it is silent for some 100 ms and then limp, its RAM lost.

        Args:
            bus: The servos.
            part: The servo.

        Raises:
            HardwareError: It was restarted too often, or does not confirm.
            LinkLostError: The port is gone or blocked.
        """
        now = self._clock.now()
        times = self._restarts.setdefault(part.id, deque(maxlen=MOST))
        if len(times) == MOST and now - times[0] < PERIOD:
            raise HardwareError(
                f"{part.who} shut itself down {MOST} times within {PERIOD:.0f} s.",
                "Take away what blocks or loads it, and let it cool down for a minute.",
            )
        if times and now - times[-1] < PAUSE:
            raise HardwareError(
                f"{part.who} was restarted {now - times[-1]:.1f} s ago and shut itself down again.",
                "Take away what blocks or loads it, then switch the arm on again.",
            )
        times.append(now)
        for _ in range(_ATTEMPTS):
            if bus.reboot(part.id, self._clock.now() + _WINDOW):
                return
        raise HardwareError(
            f"{part.who} does not confirm that it restarts.", "Check its plug, then switch it on again."
        )

    def since(self, part: Part) -> float | None:
        """Return how long ago ``part`` was restarted [s], None when it was not."""
        times = self._restarts.get(part.id)
        return self._clock.now() - times[-1] if times else None
