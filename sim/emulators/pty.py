"""A pseudo-terminal with a device behind it: to a driver it is a serial port.

Facts that shape this file (measured on Linux): a fresh pseudo-terminal echoes and edits lines, so raw mode comes before
the name is given out; the master reads errors while nobody has the slave open, so a slave handle is kept open here; a
write to a host that does not read blocks after some 19 kB, so the master never blocks and drops instead.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

from armctl.clock import Clock
from armctl.errors import SetupError
from sim.emulators.link import Link

_CHUNK: Final = 4096
_POLL: Final = 0.002
"""Longest wait of the serving thread [s]: the plant wants to be moved on."""


class Device(Protocol):
    """Something on the far side of a serial line."""

    def receive(self, data: bytes) -> None:
        """Take bytes from the host."""
        ...

    def take(self) -> bytes:
        """Return the bytes to the host that are due by now."""
        ...

    def due(self) -> float | None:
        """Return when the next bytes to the host are due [s], None when there are none."""
        ...

    def advance(self) -> None:
        """Move on to the time now."""
        ...


class PtyServer:
    """A device on a pseudo-terminal.

    Attributes:
        path: What a driver opens.
        stalled: The device does not read what is sent, so that the host's writes back up.

    Args:
        device: What answers.
        clock: Time.
        link: Where to put a symbolic link to the terminal, for a name that stays the same.

    Raises:
        SetupError: Another program serves ``link``, there is something else, or it cannot be made.
    """

    def __init__(self, device: Device, clock: Clock, link: Path | None = None) -> None:
        self._device = device
        self._clock = clock
        self._link = Link(link) if link is not None else None
        self.stalled = False
        self._master = self._slave = -1
        self.path = ""
        self.plug()

    @property
    def plugged(self) -> bool:
        """True while the terminal is there."""
        return self._master >= 0

    def plug(self) -> str:
        """Make a terminal where there is none, and return where a driver finds it: the link, or its own new name.

        Raises:
            SetupError: Another program serves the link by now, there is something else, or it cannot be made.
        """
        if not self.plugged:
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self.path = os.ttyname(self._slave)
            self._point()
        return str(self._link.path if self._link else self.path)

    def _point(self) -> None:
        if self._link is None:
            return
        try:
            self._link.lead_to(self.path)
        except SetupError:
            self._hang_up()
            raise

    def serve(self, timeout: float) -> None:
        """Wait at most ``timeout`` [s] for bytes, pass them on, and send what is due."""
        if not self.plugged:
            select.select((), (), (), timeout)
            return
        due = self._device.due()
        wait = timeout if due is None else min(timeout, max(0.0, due - self._clock.now()))
        readers = [] if self.stalled else [self._master]
        if select.select(readers, (), (), wait)[0]:
            self._device.receive(os.read(self._master, _CHUNK))
        if out := self._device.take():
            # A host that does not read loses bytes here, as it would in an adapter's buffer.
            with contextlib.suppress(BlockingIOError):
                os.write(self._master, out)

    def clog(self) -> int:
        """Read no more of what is sent, and fill the buffer it goes into; return how many bytes it took.

        The host's next write does not get through, as with an adapter that hangs. The filler is of no meaning.
        """
        self.stalled = True
        os.set_blocking(self._slave, False)
        filled = 0
        more = 1
        # The kernel passes bytes on in its own time, which makes room again.
        while more:
            more = _fill(self._slave)
            filled += more
            time.sleep(_POLL)
        os.set_blocking(self._slave, True)
        return filled

    def unplug(self) -> None:
        """Take the terminal away while the host has it open; `plug` brings another one."""
        self.close()

    def close(self) -> None:
        """Give the terminal and the link up; may be called any number of times."""
        if self._link is not None:
            self._link.remove(self.path)
        self._hang_up()

    def _hang_up(self) -> None:
        for handle in (self._master, self._slave):
            if handle >= 0:
                os.close(handle)
        self._master = self._slave = -1


class PtyThread:
    """Serves a device on a pseudo-terminal from a thread of this process, for tests.

    Attributes:
        path: What a driver opens.

    Args:
        device: What answers.
        clock: Time.
    """

    def __init__(self, device: Device, clock: Clock) -> None:
        self._device = device
        self._server = PtyServer(device, clock)
        self.path = self._server.path
        self._errands: queue.SimpleQueue[tuple[Callable[[], object], threading.Event]] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="emulated servos", daemon=True)
        self._thread.start()

    def do(self, change: Callable[[], object]) -> None:
        """Have the serving thread call ``change`` between two bytes, and return when it has."""
        done = threading.Event()
        self._errands.put((change, done))
        while not done.wait(_POLL) and self._thread.is_alive():
            pass

    def stall(self, stalled: bool = True) -> None:
        """Stop (or go on) reading what the host sends."""
        self._server.stalled = stalled

    def unplug(self) -> None:
        """Take the terminal away, and return when it is gone; may be called any number of times."""
        self._ended.set()
        self._thread.join()
        self._server.unplug()

    def _run(self) -> None:
        while not self._ended.is_set():
            while not self._errands.empty():
                change, done = self._errands.get()
                change()
                done.set()
            self._device.advance()
            self._server.serve(_POLL)


@contextlib.contextmanager
def on_pty(device: Device, clock: Clock) -> Iterator[PtyThread]:
    """Serve ``device`` on a pseudo-terminal while the block runs."""
    served = PtyThread(device, clock)
    try:
        yield served
    finally:
        served.unplug()


def _fill(handle: int) -> int:
    """Write until not one more byte goes in, and return how many did."""
    filled, size = 0, _CHUNK
    while size:
        try:
            filled += os.write(handle, bytes(size))
        except BlockingIOError:
            size //= 2
    return filled
