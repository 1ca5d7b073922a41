"""Connecting again to an arm that was lost, beside the loop: it takes up to 5 s, and a tick never waits."""

from __future__ import annotations

import logging
import threading
from typing import Final

from armctl.errors import HardwareError
from armctl.hal.arm import Arm

LOG: Final = logging.getLogger(__name__)
RETRY: Final = 1.0
"""Time between two attempts [s]."""


class Reconnect:
    """Attempts to connect, one at a time, each in a thread. While one runs nobody else touches the arm.

    Attributes:
        trouble: Why the last attempt failed; empty when none did since the arm was lost.

    Args:
        arm: The arm; connecting changes nothing that it does.
    """

    def __init__(self, arm: Arm) -> None:
        self._arm = arm
        self._thread: threading.Thread | None = None
        self._connected = False
        self._next = 0.0
        self.trouble = ""

    def done(self, now: float) -> bool:
        """Begin an attempt when it is time at ``now`` [s]; return True once, when one succeeded."""
        if self._thread is None:
            if now >= self._next:
                self._next = now + RETRY
                self._thread = threading.Thread(target=self._attempt, name="reconnect", daemon=True)
                self._thread.start()
            return False
        if self._thread.is_alive():
            return False
        self._thread = None
        # An attempt may last for seconds: whoever sets the arm right meanwhile needs the port, too.
        self._next = max(self._next, now + RETRY)
        connected, self._connected = self._connected, False
        return connected

    def wait(self, timeout: float) -> None:
        """Wait for a running attempt to end, at most ``timeout`` [s]: before the arm is given up."""
        if self._thread:
            self._thread.join(timeout)

    def _attempt(self) -> None:
        try:
            self._arm.close(keep_torque=True)
            self._arm.connect()
        except HardwareError as error:
            self.trouble = str(error)
            LOG.info("The arm cannot be connected yet: %s", error)
        else:
            self._connected, self.trouble = True, ""
