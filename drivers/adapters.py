"""The serial ports of this computer and the adapters behind them, read from ``/sys``: nothing is opened, nothing sent.

Which chip an adapter has does not say for certain which arm hangs on it (one CH343 is as good as another), but it says
what is worth asking, and what opening the port does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drivers.holders import Holder, lock_holders, port_holders

BOARD_PORTS: Final = re.compile(r"ttyAMA\d+|ttyTHS\d+|ttyS\d+")
"""Ports that need no USB: pins of single-board computers, and the connector on the back of old ones."""
_MOST_LEVELS: Final = 12
"""Folders between a port and its USB device are three or four; more is no device tree."""


def _may_use(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK)


@dataclass(frozen=True, slots=True)
class Computer:
    """Where the operating system tells about its devices; other places in tests.

    Attributes:
        dev: Device files.
        sys: What the kernel knows about devices.
        proc: Processes.
        run: What udev wrote down about devices.
        may_use: Tells whether this user may open a device file.
    """

    dev: Path = Path("/dev")
    sys: Path = Path("/sys")
    proc: Path = Path("/proc")
    run: Path = Path("/run")
    may_use: Callable[[Path], bool] = _may_use


HERE: Final = Computer()


@dataclass(frozen=True, slots=True)
class Kind:
    """What an adapter with one USB vendor and product number usually is.

    Attributes:
        chip: The chip, as it is called in shops.
        usual: Where one finds it among arms.
        drivers: Drivers whose arms it may belong to; the same names as in `armctl.hal.registry`.
        resets: Opening the port pulses a line that restarts the controller behind it (Arduino-type boards).
        delays: It gathers short answers for up to 16 ms unless its latency timer says otherwise (FTDI).
    """

    chip: str
    usual: str
    drivers: tuple[str, ...]
    resets: bool = False
    delays: bool = False


# Numbers: usb.ids of linux-usb.org (1a86, 0403, 10c4, 2341); for the boards, the udev rules that their users published:
# 1a86:55d3 LeRobot's SO-100 and SO-101, Reachy Mini; 2f5d:2202 OpenRB-150 of Koch and OMX arms; 0403:6014 U2D2 of
# Interbotix arms; 2341:0042 the filter in uArm-Python-SDK; 10c4:ea60 and 1a86:55d4 M5Stack's own driver page.
KINDS: Final[dict[tuple[int, int], Kind]] = {
    (0x1A86, 0x55D3): Kind("CH343", "the servo board of an SO-101, SO-100 or Koch arm", ("feetech", "dynamixel")),
    (0x1A86, 0x7523): Kind(
        "CH340",
        "an older servo board (FE-URT-1), or an Arduino-type board of a uArm or Grbl arm",
        ("feetech", "gcode"),
        resets=True,
    ),
    (0x1A86, 0x55D4): Kind("CH9102", "the M5Stack in the base of a newer myCobot 280 M5", ("mycobot",)),
    (0x10C4, 0xEA60): Kind("CP2104", "the M5Stack in the base of a myCobot 280 M5", ("mycobot",)),
    (0x0403, 0x6014): Kind("FT232H", "a U2D2 with DYNAMIXEL servos", ("dynamixel",), delays=True),
    (0x0403, 0x6001): Kind("FT232R", "a USB2DYNAMIXEL, or a servo board", ("dynamixel", "feetech"), delays=True),
    (0x0403, 0x6015): Kind("FT231X", "a servo board", ("dynamixel", "feetech"), delays=True),
    (0x2F5D, 0x2202): Kind("OpenRB-150", "the controller of a Koch or OpenMANIPULATOR arm", ("dynamixel",)),
    (0x2341, 0x0042): Kind("ATmega16U2", "an Arduino Mega 2560: a uArm Swift Pro", ("gcode",), resets=True),
    (0x2341, 0x0010): Kind("ATmega16U2", "an early Arduino Mega 2560: a uArm", ("gcode",), resets=True),
    (0x2341, 0x0043): Kind("ATmega16U2", "an Arduino Uno: a Grbl arm", ("gcode",), resets=True),
    (0x2341, 0x0001): Kind("ATmega16U2", "an early Arduino Uno: a Grbl arm", ("gcode",), resets=True),
}
"""USB vendor and product number to what it usually is."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A serial port with something behind it.

    Attributes:
        path: Device file.
        vendor: USB vendor number; None where there is no USB.
        product: USB product number; None where there is no USB.
        title: What it calls itself; may be empty.
        serial_number: Its USB serial number, which stays when the path changes; empty where there is none.
        latency: Its latency timer [ms]; None where it has none.
        permitted: This user may open it.
    """

    path: str
    vendor: int | None = None
    product: int | None = None
    title: str = ""
    serial_number: str = ""
    latency: int | None = None
    permitted: bool = True

    @property
    def kind(self) -> Kind | None:
        """What such an adapter usually is; None where that is not known."""
        if self.vendor is None or self.product is None:
            return None
        return KINDS.get((self.vendor, self.product))

    @property
    def usb(self) -> str:
        """Vendor and product as ``1a86:55d3``; empty where there is no USB."""
        return "" if self.vendor is None or self.product is None else f"{self.vendor:04x}:{self.product:04x}"

    @property
    def told(self) -> str:
        """The adapter in a few words."""
        name = self.kind.chip if self.kind else _plain(self.title)
        number = f"serial number {_plain(self.serial_number)}" if self.serial_number else ""
        return ", ".join(part for part in (name, self.usb, number) if part) or "no USB"


def adapters(computer: Computer = HERE) -> tuple[Adapter, ...]:
    """Return the serial ports of ``computer`` that have something behind them, by path."""
    return tuple(sorted(_found(computer), key=lambda adapter: adapter.path))


def adapter_at(path: str, computer: Computer = HERE) -> Adapter:
    """Return the adapter at ``path``, also where it is a link to it; a bare one where nothing is known about it."""
    real = os.path.realpath(path)
    for adapter in adapters(computer):
        if os.path.realpath(adapter.path) == real:
            return adapter
    return Adapter(path, permitted=computer.may_use(Path(path)))


def users_of(path: str, computer: Computer = HERE) -> tuple[Holder, ...]:
    """Return the programs that use the port at ``path``, as far as this user may look.

    Behind a pseudo-terminal stands the program that serves it, which has it open too: there only locks count.
    """
    if os.path.realpath(path).startswith("/dev/pts/"):
        return lock_holders(path, computer.proc)
    return port_holders(path, computer.proc)


def _found(computer: Computer) -> Iterator[Adapter]:
    try:
        names = os.listdir(computer.sys / "class" / "tty")
    except OSError:
        return
    for name in names:
        place = computer.sys / "class" / "tty" / name
        path = computer.dev / name
        if not path.exists():
            continue
        if usb := _usb_device(place):
            yield Adapter(
                path=str(path),
                vendor=_hexadecimal(usb / "idVendor"),
                product=_hexadecimal(usb / "idProduct"),
                title=_text(usb / "product"),
                serial_number=_text(usb / "serial"),
                latency=_decimal(place / "device" / "latency_timer"),
                permitted=computer.may_use(path),
            )
        elif BOARD_PORTS.fullmatch(name) and _has_hardware(place):
            yield Adapter(str(path), permitted=computer.may_use(path))


def _usb_device(place: Path) -> Path | None:
    """Return the folder of the USB device that the port at ``place`` belongs to."""
    folder = (place / "device").resolve()
    for _ in range(_MOST_LEVELS):
        if (folder / "idVendor").is_file():
            return folder
        folder = folder.parent
    return None


def _has_hardware(place: Path) -> bool:
    """Return False for the ports Linux shows without anything behind them: their type is 0, "unknown"."""
    return _text(place / "type") not in {"", "0"}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _decimal(file: Path) -> int | None:
    text = _text(file)
    return int(text) if text.isdecimal() else None


def _hexadecimal(file: Path) -> int | None:
    try:
        return int(_text(file), 16)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Return ``text``, which a device wrote, without what could pass for more than a name."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:60])
