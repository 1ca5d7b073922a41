"""``armctl doctor``: is this computer ready, and if not, what is to be done?

Each examination returns findings; none changes anything.
"""

from __future__ import annotations

import importlib.metadata
import os
import resource
import shutil
import sys
from collections.abc import Iterator
from typing import Final

from armctl import __version__
from armctl.cli.choice import has_physics
from armctl.cli.doctor_ports import ports, user_name
from armctl.cli.finding import Finding
from armctl.evidence.store import data_folder
from drivers.adapters import HERE, Computer

LEAST_FREE_SPACE: Final = 200_000_000
"""Bytes; a week of sessions is a few megabytes, the rest is for reports and the system itself."""


def examine(computer: Computer = HERE) -> Iterator[Finding]:
    """Yield everything worth knowing about this computer; ``computer`` is where its devices are told."""
    yield from versions()
    yield from ports(computer)
    for look in (realtime, screen, storage):
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


def realtime() -> Iterator[Finding]:
    """Yield whether the control loop may run ahead of other programs, and may keep its memory."""
    limit, _ = resource.getrlimit(resource.RLIMIT_RTPRIO)
    user = user_name()
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
    from ui.speech import heard_on  # brings the windowing library, which no other check needs

    devices = heard_on()
    if devices:
        yield Finding("good", "sound", f"{', '.join(devices)}; for cues of their own, name one as voice.cue_device")
    else:
        yield Finding("note", "sound", "no sound: armctl shows everything it would say.", "Connect a loudspeaker.")


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
