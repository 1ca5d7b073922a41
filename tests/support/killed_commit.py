"""Writes a calibration and is killed in the middle: run as a process of its own.

``python -m tests.support.killed_commit PORT REQUEST``: gives the servos of the SO-101 at PORT new offsets and saves the
file, and is killed with SIGKILL before its REQUEST-th request goes out. The folder is that of ``XDG_DATA_HOME``.
"""

from __future__ import annotations

import os
import signal
import sys

from armctl.cli.calibrate_commit import write_all
from armctl.cli.calibrate_file import Note, base_text, calibrated_text
from armctl.clock import SystemClock
from drivers.feetech.bench import open_bench
from drivers.transport import open_serial
from tests.support.arms import so101, with_servo

IDS = (1, 2, 3, 4, 5, 6)
OFFSETS = dict(zip(IDS, (101, -202, 303, -404, 505, -606), strict=True))


class Deadly:
    """A port whose user does not live to send a certain request."""

    def __init__(self, port, left):
        self._port = port
        self._left = left

    def write(self, data, deadline):
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        self._port.write(data, deadline)

    def __getattr__(self, name):
        return getattr(self._port, name)


def main():
    path, left = sys.argv[1], int(sys.argv[2])
    clock = SystemClock()
    bench = open_bench(path, 1_000_000, clock, lambda *given: Deadly(open_serial(*given), left))
    before = bench.memories(IDS)
    config = so101()
    for joint in so101().joints:
        config = with_servo(config, joint.name, homing_offset=OFFSETS[joint.servo.id])
    text, label = base_text("so101")
    after = {servo: memory._replace(offset=OFFSETS[servo]) for servo, memory in before.items()}
    write_all(bench, "so101", Note(before, after, calibrated_text(text, label, config, "now")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
