"""``armctl doctor``: is this computer ready, and if not, what is to be done?

Each examination returns findings; none changes anything.
"""

from __future__ import annotations

import grp
import importlib.metadata
import os
import pwd
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from armctl import __version__
from armctl.cli.choice import has_physics
from armctl.evidence.store import data_folder

Level = Literal["good", "note", "bad"]

PORT_PATTERNS: Final = ("ttyACM*", "ttyUSB*", "ttyAMA*", "ttyS[0-9]")
LEAST_FREE_SPACE: Final = 200_000_000
"""Bytes; a week of sessions is a few megabytes, the rest is for reports and the system itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        level: good; note (works, but could be better); bad (will not work).
        subject: What was looked at.
        text: What was found.
        remedy: What to do; empty when nothing.
    """

    level: Level
    subject: str
    text: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Yield everything worth knowing about this computer."""
    for look in EXAMINATIONS:
        yield from look()


def versions() -> Iterator[Finding]:
    """Yield the versions of Python, armctl and the packages a report of a problem should name."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("good", "Python", f"{python}; armctl {__version__}")
    for package in ("numpy", "pygame-ce", "ruckig", "pyserial", "msgspec", "pydantic"):
        try:
            yield Finding("good", package, importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            yield Finding("bad", package, "is not installed.", "Install again: pip install assistive-armctl")
    if has_physics():
        yield Finding("good", "pybullet", importlib.metadata.version("pybullet"))
    else:
        remedy = "Needs Python 3.11 on an x86-64 processor: pip install 'assistive-armctl[sim]'."
        yield Finding("note", "pybullet", "is not installed: simulation runs without physics.", remedy)


def ports() -> Iterator[Finding]:
    """Yield each serial port with its rights, and what else may be in its way."""
    found = sorted({port for pattern in PORT_PATTERNS for port in Path("/dev").glob(pattern) if _is_plugged_in(port)})
    if not found:
        yield Finding(
            "note", "serial ports", "none found.", "Plug the arm in and switch its power on, then look again."
        )
    for port in found:
        yield _port_finding(port)
    if _process_runs("ModemManager"):
        yield Finding(
            "note",
            "ModemManager",
            "runs, and talks to new serial ports for up to 20 s after they are plugged in.",
            'Wait 20 s after plugging in, or tell it to leave the arm alone (udev: ENV{ID_MM_DEVICE_IGNORE}="1").',
        )


def _is_plugged_in(port: Path) -> bool:
    # Linux always shows some ttyS* that have no hardware behind them; those have no device driver bound.
    if not port.name.startswith("ttyS"):
        return True
    kind = Path("/sys/class/tty") / port.name / "type"
    return kind.is_file() and kind.read_text(encoding="ascii").strip() not in {"0", ""}


def _port_finding(port: Path) -> Finding:
    if os.access(port, os.R_OK | os.W_OK):
        return Finding("good", str(port), "can be used" + _latency_note(port))
    user = _user()
    try:
        group = grp.getgrgid(port.stat().st_gid).gr_name
    except (KeyError, OSError):
        return Finding("bad", str(port), f"may not be used by {user}.", "Ask who looks after this computer.")
    remedy = f"Run: sudo usermod -aG {group} {user} - then log out and in again."
    return Finding("bad", str(port), f"may not be used by {user}.", remedy)


def _user() -> str:
    """Return the user's name; the number where there is none, as in many containers."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _latency_note(port: Path) -> str:
    timer = Path("/sys/class/tty") / port.name / "device" / "latency_timer"
    if not timer.is_file():
        return ""
    milliseconds = int(timer.read_text(encoding="ascii"))
    return "" if milliseconds <= 1 else f", but its adapter waits {milliseconds} ms before each answer; 1 ms is right"


def _process_runs(name: str) -> bool:
    for entry in Path("/proc").glob("[0-9]*/comm"):
        try:
            if entry.read_text(encoding="utf-8").strip() == name:
                return True
        except OSError:
            continue  # It ended while we looked.
    return False


def realtime() -> Iterator[Finding]:
    """Yield whether the control loop may run ahead of other programs, and may keep its memory."""
    limit, _ = resource.getrlimit(resource.RLIMIT_RTPRIO)
    user = _user()
    if os.geteuid() == 0 or limit == resource.RLIM_INFINITY or limit >= 2:
        yield Finding("good", "real time", "the control loop may run ahead of other programs")
    else:
        remedy = f"Put '{user} - rtprio 20' and '{user} - memlock 512000' into /etc/security/limits.d/armctl.conf."
        yield Finding("note", "real time", "no right to a real-time priority: the arm works, less evenly.", remedy)
    cores = len(os.sched_getaffinity(0))
    if cores >= 2:
        yield Finding("good", "processor", f"{cores} cores")
    else:
        yield Finding("note", "processor", "one core only: screen and control loop share it.", "Use two or more cores.")


def screen() -> Iterator[Finding]:
    """Yield whether there is a display and a sound device."""
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"):
        yield Finding("good", "display", os.environ.get("WAYLAND_DISPLAY") or os.environ["DISPLAY"])
    else:
        remedy = "Start armctl on a desktop. Without one: armctl demo."
        yield Finding("note", "display", "none: the user screen cannot be shown.", remedy)
    cards = Path("/proc/asound/cards")
    if cards.is_file() and "no soundcards" not in cards.read_text(encoding="utf-8"):
        yield Finding("good", "sound", "a sound card is there")
    else:
        yield Finding("note", "sound", "no sound card: armctl shows everything it would say.", "Connect a loudspeaker.")


def storage() -> Iterator[Finding]:
    """Yield whether records can be kept."""
    folder = data_folder()
    existing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    free = shutil.disk_usage(existing).free
    if not os.access(existing, os.W_OK):
        yield Finding("bad", "records", f"{existing} cannot be written.", "Check who owns it.")
    elif free < LEAST_FREE_SPACE:
        yield Finding("bad", "records", f"{free // 1_000_000} MB free at {existing}.", "Make room.")
    else:
        yield Finding("good", "records", f"{folder}, {free // 1_000_000_000} GB free")


EXAMINATIONS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (versions, ports, realtime, screen, storage)
