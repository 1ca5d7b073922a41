"""systemd's notification protocol: one datagram to the socket that NOTIFY_SOCKET names (sd_notify(3))."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


class ServiceManager:
    """Tells systemd how the service is; does nothing when no service manager asked.

    Args:
        environment: Environment with NOTIFY_SOCKET and WATCHDOG_USEC; the process's own when None.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        env = os.environ if environment is None else environment
        name = env.get("NOTIFY_SOCKET", "")
        self._address = "\0" + name[1:] if name.startswith("@") else name
        self._watchdog = _watchdog_period(env)
        self._next = 0.0

    def tell(self, *lines: str) -> None:
        """Send ``lines`` such as ``READY=1``; what cannot be delivered is lost."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
                sock.setblocking(False)
                sock.sendto("\n".join(lines).encode(), self._address)
        except OSError:  # the service manager is gone or busy: the arm does not wait for it
            return

    def alive(self, now: float) -> None:
        """Feed the watchdog when it is due at ``now`` [s, monotonic]: at half its period, as sd_watchdog asks."""
        if self._watchdog and now >= self._next:
            self._next = now + self._watchdog / 2
            self.tell("WATCHDOG=1")


def _watchdog_period(env: Mapping[str, str]) -> float:
    text = env.get("WATCHDOG_USEC", "")
    pid = env.get("WATCHDOG_PID", "")
    if not text.isdigit() or (pid and pid != str(os.getpid())):
        return 0.0
    return int(text) * 1e-6
