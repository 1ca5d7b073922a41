"""Switches on the handshake lines of an RS-232 port: no protocol, a contact between a line that is on and an input.

The oldest switch interfaces are wired so, one switch to each of CTS, DSR, DCD and RI, fed by DTR or RTS, which are kept
on. The lines are looked at often; what is seen is told as a switch box would tell it (`drivers.inputs.lines`), so that
whoever understands a box understands these. Seen to work with lines that a test pretends, as a pseudo-terminal has
none; the calls are those of the kernel's serial interface (tty_ioctl(4)).
"""

from __future__ import annotations

import fcntl
import os
import struct
import termios
import tty
from collections.abc import Callable
from typing import Final

from armctl.clock import Clock
from armctl.errors import LinkLostError, PortError
from drivers.inputs.lines import Contacts, line_for
from drivers.transport import explain

INPUTS: Final = (termios.TIOCM_CTS, termios.TIOCM_DSR, termios.TIOCM_CD, termios.TIOCM_RI)
"""Lines in the order of contacts 0, 1, 2, 3: pins 8, 6, 1 and 9 of a nine-pin plug."""
LOOK: Final = 0.005
"""The lines are looked at this often [s]; contacts bounce for longer, and no press is shorter."""
REPEAT: Final = 0.1
"""What has not changed is told again after this long [s], as a box does."""
NO_LINES: Final = "Switches on handshake lines need an RS-232 adapter that has CTS, DSR, DCD and RI (nine-pin plug)."


class HandshakeTransport:
    """A `drivers.transport.Transport` that reads as if a switch box sent what the lines say.

    Args:
        look: Returns which of `INPUTS` are on, as bits of the kernel's modem status.
        clock: Time.
        end: Gives the port up.
    """

    def __init__(self, look: Callable[[], int], clock: Clock, end: Callable[[], None]) -> None:
        self._look = look
        self._clock = clock
        self._end = end
        self._told: int | None = None
        self._tell_at = 0.0
        self._closed = False

    def write(self, data: bytes, deadline: float) -> None:
        """Nothing is ever sent to switches; see `Transport.write`."""
        self._contacts()

    def read(self, size: int, deadline: float) -> bytes:
        """Return a line when the contacts changed, or it is time to say them again; see `Transport.read`."""
        while True:
            contacts, now = self._contacts(), self._clock.now()
            if contacts != self._told or now >= self._tell_at:
                self._told, self._tell_at = contacts, now + REPEAT
                return line_for(Contacts(contacts))[:size]
            if now >= deadline:
                return b""
            self._clock.sleep_until(min(deadline, now + LOOK))

    def discard_input(self) -> int:
        """There is never old input: lines only say what is; see `Transport.discard_input`."""
        self._contacts()
        return 0

    def close(self) -> None:
        """Give the port up; may be called any number of times."""
        if not self._closed:
            self._closed = True
            self._end()

    def _contacts(self) -> int:
        if self._closed:
            raise LinkLostError("The port was closed.", "Reconnect.")
        try:
            status = self._look()
        except OSError as error:
            raise LinkLostError(
                f"The port with the switches went away ({error.strerror}).", "Check the adapter and its USB cable."
            ) from error
        return sum(1 << number for number, line in enumerate(INPUTS) if status & line)


def open_lines(path: str, baud: int, clock: Clock) -> HandshakeTransport:
    """Open the port at ``path`` for this program alone, feed its lines and look at them.

    Args:
        path: Device path.
        baud: Means nothing here; lines have no speed.
        clock: Time.

    Raises:
        PortError: The port is missing, not permitted, in use, or has no handshake lines.
    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)  # else opening would wait for DCD
    except OSError as error:
        raise explain(path, error) from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.ioctl(fd, termios.TIOCEXCL)  # keeps programs out that ignore locks
        _feed(fd)
        _status(fd)
    except (OSError, termios.error) as error:
        os.close(fd)
        if isinstance(error, BlockingIOError):
            raise explain(path, error) from error
        raise PortError(f"{path} has no handshake lines ({error.args[-1]}).", NO_LINES) from error
    return HandshakeTransport(lambda: _status(fd), clock, lambda: os.close(fd))


def _feed(fd: int) -> None:
    """Keep DTR and RTS on, as they feed the switches, and let no line mean anything to the kernel."""
    tty.setraw(fd)
    attributes = termios.tcgetattr(fd)
    attributes[2] = (attributes[2] | termios.CLOCAL) & ~termios.CRTSCTS  # a switch on DCD is no hang-up
    termios.tcsetattr(fd, termios.TCSANOW, attributes)
    fcntl.ioctl(fd, termios.TIOCMBIS, struct.pack("i", termios.TIOCM_DTR | termios.TIOCM_RTS))


def _status(fd: int) -> int:
    """Return the modem status bits of the port ``fd``."""
    (status,) = struct.unpack("i", fcntl.ioctl(fd, termios.TIOCMGET, b"\0" * 4))
    return int(status)
