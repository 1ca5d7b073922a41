"""Heartbeats: only they notice a process that is stopped or hangs; the end of a pipe tells of one that died."""

from __future__ import annotations

from typing import Final

INTERVAL: Final = 0.02
"""Each main loop sends at least this often [s]."""
TIMEOUT: Final = 0.085
"""Silence that counts [s]. It is looked at once a tick, and what was sent last may have been heard a tick late: so
100 ms are never exceeded. No multiple of 10 ms, or chance would decide between two ticks. Stalls of 58 ms were seen
on a shared host; 0.05 is possible on a tuned one."""
MISSED: Final = 3
"""Ticks of a slow loop that may pass without a beat: it beats once a tick."""


def timeout_at(rate_hz: float) -> float:
    """Return the silence [s] that counts of a loop of ``rate_hz``: one of 20 Hz beats every 50 ms at best."""
    return max(TIMEOUT, MISSED / rate_hz)


class Heartbeats:
    """What was heard of one process.

    Args:
        timeout: Silence that counts [s].
    """

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._last: float | None = None

    @property
    def begun(self) -> bool:
        """True once the process was heard for the first time."""
        return self._last is not None

    def heard(self, now: float) -> None:
        """Note a sign of life at ``now`` [s]."""
        self._last = now

    def silent(self, now: float) -> bool:
        """Return True when the process was heard before and, at ``now`` [s], is silent for longer than the time-out."""
        return self._last is not None and now - self._last > self._timeout

    def silence(self, now: float) -> float:
        """Return for how long nothing was heard [s]; 0 before the first sign of life."""
        return 0.0 if self._last is None else now - self._last


class Pace:
    """When to send the next heartbeat.

    Args:
        interval: Time between two [s].
    """

    def __init__(self, interval: float = INTERVAL / 2) -> None:
        self._interval = interval
        self._next = 0.0

    def due(self, now: float) -> bool:
        """Return True when one is to be sent at ``now`` [s], and count it as sent."""
        if now < self._next:
            return False
        self._next = now + self._interval
        return True
