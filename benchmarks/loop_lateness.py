"""Lateness of the control loop beside cyclictest: same core, same policy, same period, block by block in turn."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.row import Row

BLOCKS = 7
SECONDS = 4
PERIOD_US = 10_000
PRIORITY = 40
STEAL_LIMIT = 0.05

OURS = f"""
import sys
from armctl.clock import SystemClock
from armctl.control.loop import Loop
from armctl.control.realtime import go_realtime
core, seconds = int(sys.argv[1]), int(sys.argv[2])
import os
realtime = go_realtime({PRIORITY})
os.sched_setaffinity(0, {{core}})
ticks = []
loop = Loop(SystemClock(), 100.0, ticks.append)
loop.run(lambda: len(ticks) >= seconds * 100)
late = sorted(beat.lateness * 1e6 for beat in ticks[1:])
print(late[len(late) // 2], late[int(len(late) * 0.99)], ticks[-1].missed, int(realtime.fifo))
"""


def run() -> list[Row]:
    """Return the rows: p99 and median ratio, missed periods; one explaining row when cyclictest is absent."""
    tool = shutil.which("cyclictest")
    if tool is None:
        print("loop lateness: skipped, cyclictest is not here (Debian package rt-tests)")
        return []
    core = max(os.sched_getaffinity(0))
    ratios: list[float] = []
    medians: list[float] = []
    ours_p99: list[float] = []
    missed = void = 0
    for _ in range(BLOCKS):
        before = stolen()
        p50, p99, block_missed, fifo = ours(core)
        ref50, ref99 = cyclictest(tool, core, fifo)
        after = stolen()
        steal = (after[0] - before[0]) / max(1, after[1] - before[1])
        if steal > STEAL_LIMIT:
            void += 1
            continue
        ratios.append(p99 / max(ref99, 1.0))
        medians.append(p50 / max(ref50, 1.0))
        ours_p99.append(p99)
        missed += block_missed
    if not ratios:
        print(f"loop lateness: void, the host took more than {STEAL_LIMIT:.0%} of the time in every block")
        return []
    spread = f"{min(ratios):.2f} to {max(ratios):.2f} over {len(ratios)} blocks, {void} void"
    total = len(ratios) * SECONDS * 100
    return [
        Row(
            "loop lateness p99",
            statistics.median(ours_p99),
            "us",
            f"cyclictest, same core ({spread})",
            statistics.median(ratios),
        ),
        Row("loop lateness median", statistics.median(medians), "x", "cyclictest", statistics.median(medians)),
        Row("missed periods at 100 Hz", 100.0 * missed / total, "%", f"{missed} of {total}"),
    ]


def ours(core: int) -> tuple[float, float, int, bool]:
    """Return median and p99 lateness [us], missed ticks, and whether FIFO was granted."""
    out = subprocess.run(
        [sys.executable, "-c", OURS, str(core), str(SECONDS)], capture_output=True, text=True, check=True
    ).stdout.split()
    return float(out[0]), float(out[1]), int(out[2]), out[3] == "1"


def cyclictest(tool: str, core: int, fifo: bool) -> tuple[float, float]:
    """Return cyclictest's median and p99 latency [us] under the same conditions."""
    policy = [f"-p{PRIORITY}", "--policy=fifo"] if fifo else ["-p0", "--policy=other"]
    command = [tool, "-q", "-t1", f"-a{core}", *policy, f"-i{PERIOD_US}", f"-D{SECONDS}", "-h10000", "-m"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    counts = [(int(us), int(n)) for us, n in re.findall(r"^(\d+)\s+(\d+)\s*$", out, re.MULTILINE)]
    total = sum(n for _, n in counts)
    return quantile(counts, total * 0.5), quantile(counts, total * 0.99)


def quantile(counts: list[tuple[int, int]], rank: float) -> float:
    """Return the value at ``rank`` of a histogram of (value, count)."""
    seen = 0
    for value, count in counts:
        seen += count
        if seen >= rank:
            return float(value)
    return float(counts[-1][0]) if counts else 0.0


def stolen() -> tuple[int, int]:
    """Return processor time the host took for others, and all of it, in ticks."""
    fields = [int(x) for x in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]]
    return fields[7], sum(fields[:8])
