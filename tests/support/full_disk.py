"""A disk of a few megabytes that fills up while the arm moves: run as a process of its own, with its own mounts.

``python -m tests.support.full_disk FOLDER``: mounts a small file system over FOLDER, where this computer lets it (else
a limit on the size of files stands for it), moves the arm, keeps records and a trace there, and fills the disk in the
middle of the motion. Prints a line of JSON.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from armctl.clock import SystemClock
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.evidence.store import read_session
from tests.support import trace_view
from tests.support.live_control import LiveControl
from tests.support.waits import waits_seen

NEW_USERS, NEW_MOUNTS = 0x10000000, 0x00020000
PRIVATE = 1 << 18 | 1 << 14
SIZE = "24m"
RECORDS = 200


def mount_small(folder: Path) -> bool:
    """Put a small file system over ``folder``, seen by this process alone; False when that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_MOUNTS if os.getuid() == 0 else NEW_USERS | NEW_MOUNTS):
        return False
    libc.mount(b"none", b"/", None, PRIVATE, None)
    return not libc.mount(b"none", os.fsencode(folder), b"tmpfs", 0, f"size={SIZE}".encode())


def fill(folder: Path) -> Path:
    """Write until nothing more fits."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                assert error.errno == errno.ENOSPC
    return path


def forbid_growth() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))


def main() -> int:
    folder = Path(sys.argv[1])
    mounted = mount_small(folder)
    recorder = Recorder(folder / "evidence.sqlite", SessionFacts("g", "a", "s", "p"), SystemClock())
    live = LiveControl(folder)
    try:
        live.cruise()
        recorder.record("before")
        time.sleep(0.4)
        missed = live.now.missed_ticks
        begin = time.monotonic()
        filler = fill(folder) if mounted else forbid_growth()
        waited: set[str] = set()
        for number in range(RECORDS):
            with waits_seen() as waits:
                recorder.record("lost", number=number, text="x" * 2000)
            waited |= waits
            time.sleep(0.002)
        time.sleep(0.4)
        stamps, speeds = trace_view.sent(live.trace).speeds()
        during = speeds[stamps > begin]
        told = {
            "mounted": mounted,
            "dropped": recorder.dropped,
            "waited": sorted(waited),
            "missed": live.now.missed_ticks - missed,
            "set_points": len(during),
            "slowest_set_point": float(during.min()),
            "lateness": max(snapshot.lateness for at, snapshot in live.seen if at > begin),
        }
        if filler is not None:
            filler.unlink()
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        recorder.record("after")
    finally:
        live.close()
        recorder.close()
    kinds = [event.kind for event in read_session(folder / "evidence.sqlite").events]
    sys.stdout.write(json.dumps({**told, "kinds": sorted(set(kinds)), "kept": len(kinds)}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
