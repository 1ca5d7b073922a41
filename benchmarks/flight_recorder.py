"""What the flight recorder costs: time a tick, and lateness of the loop while file after file is being written."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from typing import Any, Final

from benchmarks.host import STEAL_LIMIT, Steal
from benchmarks.row import Row

BAR_US: Final = 20.0
"""Most that recording a tick may take [us]: a five-hundredth of the tick."""
RATIO: Final = 1.5
"""Lateness while writing, over lateness without: as for a heavy screen beside the loop."""
SLICES: Final = 12
"""Slices of each side, in turn, so that both see the same minutes."""
SECONDS: Final = 2
"""Length of one slice [s]."""


def run() -> list[Row]:
    """Return the rows: cost of a tick, and the ratio of lateness while writing to lateness without."""
    return [*_cost(), *_lateness()]


def _cost() -> list[Row]:
    command = [sys.executable, "-m", "benchmarks.flight_child", "cost"]
    taken, empty = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    middle, high, nothing = statistics.median(taken), _p99(taken), _p99(empty)
    beside = f"an empty loop of median {statistics.median(empty):.0f} us has p99 {nothing:.0f} us"
    return [
        Row("flight recorder, processor time of a tick, median", middle, "us", f"{len(taken)} ticks", None, BAR_US),
        Row("flight recorder, processor time of a tick, p99", high, "us", beside, high / nothing),
    ]


def _lateness() -> list[Row]:
    """Return the row of lateness: the medians of both sides' slices, since a stall of the host spoils a few."""
    core = max(os.sched_getaffinity(0))
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.flight_child", str(core)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, list[float]] = {"quiet": [], "writing": []}
    files = void = 0
    try:
        _slice(process, "quiet")
        for number in range(2 * SLICES):
            what = ("quiet", "writing", "writing", "quiet")[number % 4]
            with Steal() as steal:
                slice_ = _slice(process, what)
            if steal.share > STEAL_LIMIT:
                void += 1
                continue
            found[what].append(_p99(slice_["late"]))
            files += slice_["files"]
    finally:
        process.communicate(timeout=30)
    title = "loop lateness p99 while flight recordings are written"
    if not all(found.values()):
        return [
            Row(title, 0.0, "us", "the same loop, none written", None, RATIO, void=f"{void} slices void: busy host")
        ]
    writing, quiet = (statistics.median(found[what]) for what in ("writing", "quiet"))
    beside = f"none written: {quiet:.0f} us (medians of {2 * SLICES - void} slices, {void} void, {files} files)"
    return [Row(title, writing, "us", beside, writing / max(1.0, quiet), RATIO)]


def _slice(process: subprocess.Popen[str], what: str) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("The loop's process has no pipes.")
    process.stdin.write(f"{what} {SECONDS}\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def _p99(late: list[float]) -> float:
    return sorted(late)[int(0.99 * len(late))]
