"""Lines to and from a controller over a port."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from armctl.clock import Clock
from drivers.gcode.codec import LineParser
from drivers.transport import Transport

WRITE_TIME: Final = 0.008
"""How long the port may take to accept a line [s]: less than a period, so that the loop goes on."""
BACKLOG: Final = 64
"""Lines that are taken after the deadline at most: a device that talks without end must not hold a call up."""
_LARGEST_READ: Final = 4096


class Line:
    """A controller's serial line.

    Args:
        transport: The port.
        clock: Time.
    """

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._parser = LineParser()
        self._lines: deque[str] = deque()

    @property
    def rejected(self) -> int:
        """Broken lines dropped so far."""
        return self._parser.rejected

    def now(self) -> float:
        """Return the time now [s]."""
        return self._clock.now()

    def send(self, data: bytes) -> None:
        """Send ``data``.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._transport.write(data, self._clock.now() + WRITE_TIME)

    def next(self, deadline: float) -> str | None:
        """Return the next line; None when there is none by ``deadline`` [s], however much noise comes until then.

        Raises:
            LinkLostError: The port is gone.
        """
        while not self._lines:
            data = self._transport.read(_LARGEST_READ, deadline)
            self._lines.extend(self._parser.feed(data))
            if not self._lines and (not data or self._clock.now() >= deadline):
                return None
        return self._lines.popleft()

    def lines(self, deadline: float) -> Iterator[str]:
        """Yield lines as they come until ``deadline`` [s]; past it what is there, and of that no more than a backlog.

        Raises:
            LinkLostError: The port is gone.
        """
        late = 0
        while late < BACKLOG and (line := self.next(deadline)) is not None:
            late += self._clock.now() >= deadline
            yield line

    def forget_half(self) -> None:
        """Forget a line whose end did not come in time, so that it does not spoil the next one."""
        self._parser.clear()

    def close(self) -> None:
        """Give the port up; may be called any number of times."""
        self._transport.close()
