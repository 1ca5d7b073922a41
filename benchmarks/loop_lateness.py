"""Lateness of the control loop beside cyclictest: same core, policy, priority and period, slice by slice in turn.

Three comparisons: loop against cyclictest on the computer as it is, both with two processor hogs beside them, and the
loop with a heavy screen against the loop without. A block is a few slices of each side, interleaved, so that both see
the same minutes; a block in which the host took more than a twentieth of the time is void. Medians over blocks.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from armctl.control.realtime import PRIORITY_CONTROL
from benchmarks.host import STEAL_LIMIT, Steal
from benchmarks.row import Row

BLOCKS: Final = 7
MOST_BLOCKS: Final = 12
"""Void blocks are repeated up to this many in all."""
SLICES: Final = 4
SECONDS: Final = 2
"""Length of one slice [s]."""
PERIOD_US: Final = 10_000
HOG: Final = "while True: pass"


@dataclass
class Side:
    """What one side of a block showed: lateness of each tick [µs] and ticks missed."""

    late: list[float] = field(default_factory=list)
    missed: int = 0

    def quantile(self, share: float) -> float:
        """Return the lateness [µs] that ``share`` of the ticks did not exceed, at least 1."""
        return max(1.0, sorted(self.late)[min(len(self.late) - 1, int(share * len(self.late)))])


Measure = Callable[[], Side]


class OurLoop:
    """The control loop in a process of its own."""

    def __init__(self, core: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.loop_child", str(core), str(PRIORITY_CONTROL)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.fifo = False
        self.slice()  # the first one warms up and passes the stop test

    def slice(self) -> Side:
        """Run for one slice."""
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:
            raise RuntimeError("The loop's process has no pipes.")
        to.write(f"{SECONDS}\n")
        to.flush()
        said = json.loads(back.readline())
        self.fifo = said["fifo"]
        return Side(said["late"], said["missed"])

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=10)


def cyclictest(tool: str, core: int, fifo: bool) -> Side:
    """Run cyclictest for one slice under the same conditions."""
    policy = [f"-p{PRIORITY_CONTROL}", "--policy=fifo"] if fifo else ["-p0", "--policy=other"]
    command = [tool, "-q", "-t1", f"-a{core}", *policy, f"-i{PERIOD_US}", f"-D{SECONDS}", "-h50000", "-m"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    counts = [(int(us), int(n)) for us, n in re.findall(r"^(\d+)\s+(\d+)\s*$", out, re.MULTILINE)]
    late = [float(us) for us, n in counts for _ in range(n)]
    return Side(late, sum(1 for us in late if us >= PERIOD_US))


@contextlib.contextmanager
def beside(count: int, *command: str) -> Iterator[None]:
    """Run ``count`` processes of ``command`` in the meantime."""
    running = [subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


@contextlib.contextmanager
def thawed(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let a stopped process run in the meantime."""
    process.send_signal(signal.SIGCONT)
    time.sleep(0.1)
    try:
        yield
    finally:
        process.send_signal(signal.SIGSTOP)


def blocks(ours: Measure, reference: Measure) -> tuple[list[tuple[Side, Side]], int]:
    """Return pairs (ours, reference) of the blocks that count, and how many were void."""
    good: list[tuple[Side, Side]] = []
    void = 0
    while len(good) < BLOCKS and len(good) + void < MOST_BLOCKS:
        pair = (Side(), Side())
        with Steal() as steal:
            for number in range(SLICES):
                order = ((ours, 0), (reference, 1)) if number % 2 else ((reference, 1), (ours, 0))
                for measure, index in order:
                    part = measure()
                    pair[index].late += part.late
                    pair[index].missed += part.missed
        if steal.share > STEAL_LIMIT:
            void += 1
        else:
            good.append(pair)
    return good, void


def rows(title: str, reference: str, found: tuple[list[tuple[Side, Side]], int], bar: float) -> list[Row]:
    """Return the rows of one comparison."""
    good, void = found
    if not good:
        return [Row(f"{title}, p99", 0.0, "us", reference, None, bar, void=f"all {void} blocks void: busy host")]
    ratios = [ours.quantile(0.99) / other.quantile(0.99) for ours, other in good]
    spread = f"{min(ratios):.2f} to {max(ratios):.2f} over {len(ratios)} blocks, {void} void"
    p99, p50 = (statistics.median(ours.quantile(share) for ours, _ in good) for share in (0.99, 0.5))
    middle = statistics.median(ours.quantile(0.5) / other.quantile(0.5) for ours, other in good)
    ticks = sum(len(ours.late) for ours, _ in good)
    extra = sum(ours.missed - other.missed for ours, other in good)
    few = "" if len(good) >= BLOCKS else f"only {len(good)} blocks count"
    return [
        Row(f"{title}, p99", p99, "us", f"{reference} ({spread})", statistics.median(ratios), bar, void=few),
        Row(f"{title}, median", p50, "us", reference, middle),
        Row(f"{title}, extra missed periods", max(0.0, 100.0 * extra / ticks), "%", f"of {ticks}", None, 0.1, void=few),
    ]


def run() -> list[Row]:
    """Return the rows of the three comparisons; a void row says when cyclictest is absent."""
    tool = shutil.which("cyclictest")
    if tool is None:
        return [Row("loop lateness, p99", 0.0, "us", "cyclictest", None, 1.5, void="cyclictest (rt-tests) is not here")]
    core = max(os.sched_getaffinity(0))
    ours = OurLoop(core)
    policy = "FIFO" if ours.fifo else "no FIFO granted"
    heavy = subprocess.Popen([sys.executable, "-m", "benchmarks.heavy_screen"], stdout=subprocess.DEVNULL)
    time.sleep(2.0)
    heavy.send_signal(signal.SIGSTOP)

    def other() -> Side:
        return cyclictest(tool, core, ours.fifo)

    def with_screen() -> Side:
        with thawed(heavy):
            return ours.slice()

    try:
        found = rows("loop lateness", f"cyclictest, same core, {policy}", blocks(ours.slice, other), 1.5)
        with beside(2, "-c", HOG):
            found += rows("loop lateness, two hogs", "cyclictest, two hogs", blocks(ours.slice, other), 1.7)
        found += rows("loop lateness, heavy screen", "no screen", blocks(with_screen, ours.slice), 1.5)
    finally:
        heavy.kill()
        heavy.wait()
        ours.close()
    return found
