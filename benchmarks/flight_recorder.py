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
BLOCKS: Final = 7
SECONDS: Final = 3


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
    core = max(os.sched_getaffinity(0))
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.flight_child", str(core)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ratios: list[float] = []
    writing: list[float] = []
    files = void = 0
    try:
        _slice(process, "quiet")
        for number in range(BLOCKS):
            order = ("quiet", "writing") if number % 2 else ("writing", "quiet")
            with Steal() as steal:
                found = {what: _slice(process, what) for what in order}
            if steal.share > STEAL_LIMIT:
                void += 1
                continue
            files += found["writing"]["files"]
            writing.append(_p99(found["writing"]["late"]))
            ratios.append(writing[-1] / max(1.0, _p99(found["quiet"]["late"])))
    finally:
        process.communicate(timeout=30)
    title = "loop lateness p99 while flight recordings are written"
    if not ratios:
        return [Row(title, 0.0, "us", "the same loop, none written", None, RATIO, void=f"all {void} blocks void")]
    beside = (
        f"none written ({min(ratios):.2f} to {max(ratios):.2f} over {len(ratios)} blocks, {void} void, {files} files)"
    )
    return [Row(title, statistics.median(writing), "us", beside, statistics.median(ratios), RATIO)]


def _slice(process: subprocess.Popen[str], what: str) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("The loop's process has no pipes.")
    process.stdin.write(f"{what} {SECONDS}\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def _p99(late: list[float]) -> float:
    return sorted(late)[int(0.99 * len(late))]
