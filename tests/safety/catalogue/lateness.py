"""How late this computer runs a program that it should run first: cyclictest's question, asked beside every test.

One process on each core wakes every 2 ms at a priority above armctl's own, where the computer grants one, and notes how
late it was in a ring of memory that the tests read. ``python -m tests.safety.catalogue.lateness FILE CORE`` is one.
"""

from __future__ import annotations

import contextlib
import gc
import mmap
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

PERIOD = 0.002
PRIORITY = 25
"""Above armctl's processes (18, 19): what delays this one is the computer, not they."""
RING = 1 << 16
"""Samples kept: two minutes."""
PATIENCE = 20.0
"""How long the tests wait for a sample [s]."""
SAMPLE = struct.Struct("<dd")
"""When [s, monotonic], and how late [s]."""


class Lateness:
    """Samples all cores in processes of its own until closed; at ``priority`` 0 as an ordinary program."""

    def __init__(self, folder: Path, priority: int = PRIORITY) -> None:
        self._rings: list[Path] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        for core in sorted(os.sched_getaffinity(0)):
            ring = folder / f"lateness-{priority}-{core}"
            ring.write_bytes(bytes(RING * SAMPLE.size))
            self._rings.append(ring)
            command = [
                sys.executable,
                "-m",
                __spec__.name if __spec__ else __name__,
                str(ring),
                str(core),
                str(priority),
            ]
            self._processes.append(subprocess.Popen(command))
        self._until_running()

    def worst(self, begin: float, end: float) -> float:
        """Return the largest lateness [s] on any core between ``begin`` and ``end`` [s, monotonic].

        Raises:
            RuntimeError: A core takes no samples: then nothing is known.
        """
        return max(max(self._samples(ring, begin, end)) for ring in self._rings)

    def close(self) -> None:
        """End the sampling."""
        for process in self._processes:
            process.terminate()
            process.wait()

    def _samples(self, ring: Path, begin: float, end: float) -> list[float]:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            samples = list(SAMPLE.iter_unpack(ring.read_bytes()))
            # What was due in the interval may not have run yet: the sample after it tells.
            if any(stamp - late > end for stamp, late in samples):
                return [late for stamp, late in samples if begin <= stamp and stamp - late <= end]
            time.sleep(PERIOD)
        raise RuntimeError(f"{ring.name}: no sample of the computer's lateness for {PATIENCE:.0f} s")

    def _until_running(self) -> None:
        limit = time.monotonic() + PATIENCE
        for ring in self._rings:
            while not any(ring.read_bytes()[: SAMPLE.size]):
                if time.monotonic() > limit:
                    raise RuntimeError("the sampling of the computer's lateness did not start")
                time.sleep(0.02)


def main() -> None:
    """Sample until ended."""
    path, core = Path(sys.argv[1]), int(sys.argv[2])
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {core})
    priority = int(sys.argv[3])
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO if priority else os.SCHED_OTHER, os.sched_param(priority))
    with path.open("r+b") as file:
        ring = mmap.mmap(file.fileno(), RING * SAMPLE.size)
    gc.disable()
    parent, count, due = os.getppid(), 0, time.monotonic()
    while count % 500 or os.getppid() == parent:
        due += PERIOD
        time.sleep(max(0.0, due - time.monotonic()))
        now = time.monotonic()
        SAMPLE.pack_into(ring, count % RING * SAMPLE.size, now, now - due)
        count += 1
        due = max(due, now)


if __name__ == "__main__":
    main()
