"""One program to one simulated arm, as a serial port gives it to real ones.

Arms that share a clock share a world: within it each name is taken once. A program's worlds are its own, unless the
arm was given a port name; that one is taken on the whole computer, through an abstract socket which the kernel frees
even when its owner is killed.
"""

from __future__ import annotations

import os
import socket
from typing import Final
from weakref import WeakValueDictionary

from armctl.clock import Clock, SystemClock
from armctl.errors import PortError

_TAKEN: Final[WeakValueDictionary[tuple[str, int], WorldLock]] = WeakValueDictionary()


class WorldLock:
    """Holds one arm's name in one world from `take` to `free` (or until forgotten).

    Args:
        name: Name of the arm.
        clock: The clock of its world.
        port: Name to hold on the whole computer; empty for none.
    """

    def __init__(self, name: str, clock: Clock, port: str = "") -> None:
        self._name = name
        self._port = port
        # Every system clock tells the same time; a stepped clock is a world of its own.
        self._key = (name, 0 if isinstance(clock, SystemClock) else id(clock))
        self._socket: socket.socket | None = None

    def take(self) -> None:
        """Take the name; nothing happens when this very lock has it.

        Raises:
            PortError: Somebody else has it.
        """
        if _TAKEN.setdefault(self._key, self) is not self:
            raise PortError(f"The simulated arm {self._name!r} is in use.", "Close the other program first.")
        if self._port and self._socket is None:
            self._socket = self._bind()

    def free(self) -> None:
        """Give the name back; may be called any number of times."""
        if _TAKEN.get(self._key) is self:
            del _TAKEN[self._key]
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _bind(self) -> socket.socket:
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            bound.bind(f"\0armctl-{os.getuid()}-{self._port}")
        except OSError as error:
            bound.close()
            self.free()
            raise PortError(
                f"The simulated arm {self._name!r} on {self._port!r} is in use by another program ({error.strerror}).",
                "Close the other program first.",
            ) from error
        return bound
