"""The serial port: the only file that imports pyserial.

A port is opened for this program alone. Reads and writes wait in ``select`` until a deadline, so that nothing spins
and nothing waits for ever; a port that goes away ends them with `LinkLostError`.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import stat
import termios
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, Protocol

import serial
from serial.tools import list_ports as pyserial_ports

from armctl.clock import Clock
from armctl.errors import LinkLostError, PortBusyError, PortError
from drivers.holders import modem_manager_runs, port_holders

_CHUNK: Final = 4096
_LARGEST_BACKLOG: Final = 1 << 16
"""Bytes of old input that one `discard_input` reads away at most; more than a pseudo-terminal or adapter holds."""

PERMISSION_REMEDY: Final = (
    "Add yourself to the group that owns the port (sudo usermod -aG dialout $USER), then log out and in again; "
    "or give this adapter a udev rule."
)
MODEM_MANAGER_REMEDY: Final = (
    "ModemManager is running and probes new ports for up to 20 s: wait, or exclude the adapter with a udev rule "
    '(ENV{ID_MM_DEVICE_IGNORE}="1").'
)


class Transport(Protocol):
    """Bytes to a device and back."""

    def write(self, data: bytes, deadline: float) -> None:
        """Send all of ``data``.

        Raises:
            LinkLostError: The device is gone, or did not take the data by ``deadline`` [s].
        """
        ...

    def read(self, size: int, deadline: float) -> bytes:
        """Return what has come as soon as anything has, at most ``size`` bytes; nothing at ``deadline`` [s].

        What is there already is returned even when the deadline has passed: a program that was kept from running
        must not take its own lateness for silence.

        Raises:
            LinkLostError: The device is gone.
        """
        ...

    def discard_input(self) -> int:
        """Throw away what has come so far, and return how many bytes that were.

        Raises:
            LinkLostError: The device is gone.
        """
        ...

    def close(self) -> None:
        """Give the device up; may be called any number of times."""
        ...


PortOpener = Callable[[str, int, Clock], Transport]
"""Opens the port at a path with a speed [bit/s]."""


@dataclass(frozen=True, slots=True)
class PortInfo:
    """A serial port of this computer.

    Attributes:
        path: Device path.
        title: What the adapter calls itself.
        serial_number: USB serial number, which stays when the path changes; empty where there is none.
        permitted: This user may open it.
    """

    path: str
    title: str
    serial_number: str
    permitted: bool


def list_ports() -> tuple[PortInfo, ...]:
    """Return the serial ports that have an adapter behind them, by path."""
    found = [port for port in pyserial_ports.comports() if port.hwid != "n/a"]
    return tuple(
        PortInfo(port.device, port.description, port.serial_number or "", os.access(port.device, os.R_OK | os.W_OK))
        for port in sorted(found, key=lambda port: port.device)
    )


def serial_number(path: str) -> str:
    """Return the USB serial number of the adapter at ``path``, empty where there is none."""
    real = os.path.realpath(path)
    return next((port.serial_number for port in list_ports() if os.path.realpath(port.path) == real), "")


class SerialTransport:
    """An open serial port, used by this program alone.

    Args:
        port: pyserial's port, open and exclusive.
        path: Name for messages.
        clock: Time.
    """

    def __init__(self, port: serial.Serial, path: str, clock: Clock) -> None:
        self._port = port
        self._path = path
        self._clock = clock
        self._fd: int = port.fileno()
        self._gone: LinkLostError | None = None
        os.set_blocking(self._fd, False)
        _tell_silence_from_end(self._fd)

    def write(self, data: bytes, deadline: float) -> None:
        """Send all of ``data``; see `Transport.write`."""
        rest = data
        while True:
            try:
                rest = rest[os.write(self._handle(), rest) :]
            except BlockingIOError:
                pass
            except OSError as error:
                self._lost(error)
            if not rest:
                return
            if not self._wait([], [self._fd], deadline):
                # What waits there is old: it must not come out when the device goes on.
                with contextlib.suppress(termios.error):
                    termios.tcflush(self._fd, termios.TCOFLUSH)
                self._gone = LinkLostError(
                    f"{self._path} takes no more data: {len(data) - len(rest)} of {len(data)} bytes went out in time.",
                    "Unplug the adapter, plug it in again and reconnect.",
                )
                raise self._gone

    def read(self, size: int, deadline: float) -> bytes:
        """Return what has come; see `Transport.read`."""
        if not self._wait([self._handle()], [], deadline):
            return b""
        return self._read_now(size)

    def discard_input(self) -> int:
        """Throw away what has come; see `Transport.discard_input`."""
        dropped = 0
        while dropped < _LARGEST_BACKLOG:
            try:
                more = os.read(self._handle(), _CHUNK)
            except BlockingIOError:
                break
            except OSError as error:
                self._lost(error)
            if not more:
                self._lost(OSError(errno.EIO, "end of file"))
            dropped += len(more)
        return dropped

    def close(self) -> None:
        """Give the port up; may be called any number of times."""
        self._fd = -1
        # The device may be gone already; there is nothing left to free then.
        with contextlib.suppress(OSError, serial.SerialException):
            self._port.close()

    def _handle(self) -> int:
        if self._gone is not None:
            raise LinkLostError(self._gone.message, self._gone.remedy)
        if self._fd < 0:
            raise LinkLostError(f"{self._path} was closed.", "Reconnect.")
        return self._fd

    def _wait(self, readers: Sequence[int], writers: Sequence[int], deadline: float) -> bool:
        delay = max(0.0, deadline - self._clock.now())
        ready = select.select(readers, writers, (), delay)
        return bool(ready[0] or ready[1])

    def _read_now(self, size: int) -> bytes:
        try:
            data = os.read(self._handle(), size)
        except BlockingIOError:
            return b""
        except OSError as error:
            self._lost(error)
        if not data:
            self._lost(OSError(errno.EIO, "end of file"))
        return data

    def _lost(self, error: OSError) -> NoReturn:
        self._gone = LinkLostError(
            f"The connection on {self._path} went away ({error.strerror}).",
            "Check the USB cable and the adapter, then reconnect.",
        )
        raise self._gone from error


def _tell_silence_from_end(fd: int) -> None:
    """Make an empty read mean "gone" and only that: with pyserial's VMIN = 0 a silent line gives nothing too."""
    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1
    attributes[6][termios.VTIME] = 0
    # Arduino boards start anew when DTR rises: it stays up when the port is closed, or the next program that opens it
    # would let the arm forget where it is.
    attributes[2] &= ~termios.HUPCL
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def open_serial(path: str, baud: int, clock: Clock) -> SerialTransport:
    """Open the serial port ``path`` for this program alone.

    Args:
        path: Device path, for example ``/dev/ttyACM0``.
        baud: Speed [bit/s].
        clock: Time.

    Raises:
        PortError: The port is missing, not permitted, in use, or not a serial port.
    """
    _require_device(path)
    try:
        port = serial.Serial(path, baud, timeout=0, write_timeout=0, exclusive=True)
    except (OSError, ValueError) as error:  # serial.SerialException is an OSError
        raise explain(path, error) from error
    _tune(port, path)
    try:
        return SerialTransport(port, path, clock)
    except (OSError, termios.error) as error:  # the plug was pulled in this very moment
        port.close()
        raise explain(path, error) from error


def explain(path: str, error: Exception) -> PortError:
    """Return the plain-language form of the ``error`` that opening ``path`` gave."""
    number = error.errno if isinstance(error, OSError) else None
    if number in {errno.EACCES, errno.EPERM}:
        return PortError(f"You have no permission to use {path}.", PERMISSION_REMEDY)
    if number in {errno.EBUSY, errno.EAGAIN}:
        return _busy(path)
    if number in {errno.ENOENT, errno.ENODEV, errno.ENXIO}:
        return _missing(path)
    return PortError(f"{path} cannot be used as a serial port ({error}).", others_there())


def others_there() -> str:
    """Return a sentence with the serial ports there are."""
    ports = list_ports()
    if not ports:
        return "No serial adapter is plugged in: check the USB cable and the arm's power supply."
    return "Ports there are: " + ", ".join(f"{port.path} ({port.title})" for port in ports) + "."


def _require_device(path: str) -> None:
    if not path:
        raise PortError("No serial port was named.", f"Name it with --port. {others_there()}")
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise explain(path, error) from error
    if not stat.S_ISCHR(mode):
        raise PortError(f"{path} is not a serial port.", others_there())


def _missing(path: str) -> PortError:
    return PortError(f"There is no port {path}.", others_there())


def _busy(path: str) -> PortError:
    holders = port_holders(path)
    who = " and ".join(f"{holder.command} (process {holder.pid})" for holder in holders) or "another program"
    remedy = "Only one program can drive an arm: end the other one first."
    if modem_manager_runs():
        remedy = f"{remedy} {MODEM_MANAGER_REMEDY}"
    return PortBusyError(f"{path} is in use by {who}.", remedy)


def _tune(port: serial.Serial, path: str) -> None:
    """Ask for short latency, and keep programs out that ignore locks; neither exists on every kind of port."""
    with contextlib.suppress(OSError, ValueError, NotImplementedError):
        # An FTDI adapter otherwise sits on short answers for 16 ms.
        port.set_low_latency_mode(True)
    # On a pseudo-terminal the flag outlives a program that was killed, as the emulator keeps the device open.
    if not os.path.realpath(path).startswith("/dev/pts/"):
        with contextlib.suppress(OSError):
            fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
