"""What ``armctl doctor`` says about serial ports, from what the system knows: no port is opened for it."""

from __future__ import annotations

import grp
import os
import pwd
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from armctl.cli.finding import Finding
from drivers.adapters import HERE, Adapter, Computer, adapters, users_of
from drivers.holders import program_runs

RULE: Final = "armctl doctor --udev prints a rule that does this for good."
SLOWEST_TIMER: Final = 1
"""Latency timer [ms] above which every short answer is late; 16 is what the kernel sets."""


def ports(computer: Computer = HERE) -> Iterator[Finding]:
    """Yield each serial port with its adapter and its rights, and what else may be in its way."""
    found = adapters(computer)
    if not found:
        yield Finding(
            "note", "serial ports", "none found.", "Plug the arm in and switch its power on, then look again."
        )
    for adapter in found:
        yield from port(adapter, computer)
    yield from _twins(found)
    yield from _modem_manager(found, computer)
    yield from _braille(found, computer)


def port(adapter: Adapter, computer: Computer = HERE) -> Iterator[Finding]:
    """Yield what is to be said about one port."""
    kind, what = adapter.kind, _what(adapter)
    if adapter.permitted:
        yield Finding("good", adapter.path, f"{what}; can be used")
    else:
        yield _not_permitted(adapter, what)
    for user in users_of(adapter.path, computer):
        yield Finding(
            "note",
            adapter.path,
            f"is in use by {user.command} (process {user.pid}).",
            "Only one program can drive an arm: end that one before armctl is to use this port.",
        )
    if adapter.latency is not None and adapter.latency > SLOWEST_TIMER:
        yield _slow(adapter)
    if kind is not None and kind.resets:
        yield Finding(
            "note",
            adapter.path,
            f"opening it restarts an Arduino-type board behind it (its {kind.chip} pulses a reset line).",
            "armctl waits for the board's greeting. Support the arm when connecting: while the board starts it may "
            "hold nothing.",
        )


def _what(adapter: Adapter) -> str:
    if adapter.kind:
        return f"{adapter.told}: usually {adapter.kind.usual}"
    if adapter.usb:
        return f"{adapter.told}: no adapter that arms are known to have"
    # Real ports are never there; emulated ones always are.
    if os.path.realpath(adapter.path).startswith("/dev/pts/"):
        return "an emulated device"
    return f"{adapter.told}: a port of this computer itself"


def _not_permitted(adapter: Adapter, what: str) -> Finding:
    user = user_name()
    try:
        group = grp.getgrgid(os.stat(adapter.path).st_gid).gr_name
    except (KeyError, OSError):
        return Finding("bad", adapter.path, f"{what}; may not be used by {user}.", "Ask who looks after this computer.")
    remedy = f"Run: sudo usermod -aG {group} {user} - then log out and in again. Or: {RULE}"
    return Finding("bad", adapter.path, f"{what}; may not be used by {user}.", remedy)


def user_name() -> str:
    """Return the user's name; the number where there is none, as in many containers."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _slow(adapter: Adapter) -> Finding:
    name = Path(os.path.realpath(adapter.path)).name
    return Finding(
        "note",
        adapter.path,
        f"its adapter waits {adapter.latency} ms before each answer; 1 ms is right.",
        f"Until it is unplugged: echo 1 | sudo tee /sys/bus/usb-serial/devices/{name}/latency_timer. {RULE}",
    )


def _twins(found: Sequence[Adapter]) -> Iterator[Finding]:
    counts = Counter(adapter.usb for adapter in found if adapter.usb and not adapter.serial_number)
    for usb, count in counts.items():
        if count > 1:
            yield Finding(
                "note",
                "serial ports",
                f"{count} adapters {usb} have no serial number: nobody can tell them apart after plugging in again.",
                "Name the arm's port by its socket: --port /dev/serial/by-path/…",
            )


def _modem_manager(found: Sequence[Adapter], computer: Computer) -> Iterator[Finding]:
    if not program_runs("ModemManager", computer.proc):
        return
    bothered = [adapter.path for adapter in found if not _is_left_alone(adapter, computer)]
    if found and not bothered:
        yield Finding("good", "ModemManager", "runs, and leaves these ports alone")
        return
    yield Finding(
        "note",
        "ModemManager",
        "runs, and talks to new serial ports for up to 20 s after they are plugged in"
        + (f": {', '.join(bothered)}." if bothered else "."),
        f"Wait 20 s after plugging in, or have it leave the arm alone (ID_MM_DEVICE_IGNORE): {RULE}",
    )


def _is_left_alone(adapter: Adapter, computer: Computer) -> bool:
    """Return True when a udev rule took ``adapter`` away from ModemManager."""
    try:
        device = os.stat(adapter.path).st_rdev
        known = computer.run / "udev" / "data" / f"c{os.major(device)}:{os.minor(device)}"
        text = known.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(line in text.splitlines() for line in ("E:ID_MM_DEVICE_IGNORE=1", "E:ID_MM_PORT_IGNORE=1"))


def _braille(found: Sequence[Adapter], computer: Computer) -> Iterator[Finding]:
    """The Braille program takes CH340 and CP210x adapters for displays; the port is gone a second after it came."""
    del found
    if program_runs("brltty", computer.proc):
        yield Finding(
            "note",
            "brltty",
            "runs for a Braille display, and takes adapters with a CH340 or CP210x chip for one: their port vanishes.",
            "Where nobody uses a Braille display: sudo systemctl mask --now brltty-udev.service brltty.path. "
            "Otherwise use an adapter with another chip.",
        )
