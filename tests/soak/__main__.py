"""``python -m tests.soak --minutes N``: the control stack under random commands and troubles, watched by a checker
that shares no code with it.

A fifth of the time the real processes run over a pseudo-terminal; for the rest, one process on each processor lets
arms live on a stepped clock, faster than life. Ends with 1 when anything unsafe was seen or anything grew, with the
last seconds and the seed with which a stepped life can be looked at again.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from tests.soak import processes
from tests.soak.report import Report
from tests.soak.stepped import episode

OUT = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
REAL_SHARE = 0.2
LEAST_REAL = 15.0
"""The processes need some seconds to be armed and to move [s]."""
SEEDS_APART = 100_000
ROOT = Path(__file__).parents[2]


def main() -> int:
    options = _options()
    if options.episode is not None:
        return _again(options.episode)
    seed = options.seed if options.seed is not None else int(time.time()) % 1_000_000
    OUT.print(f"Soak of {options.minutes:g} minutes with seed {seed}.")
    wall = 60.0 * options.minutes
    real = max(LEAST_REAL, REAL_SHARE * wall)
    reports = [_with_progress("processes", real, lambda: [_real(seed, real)])]
    shares = max(1, min(options.parallel, os.cpu_count() or 1))
    rest = max(1.0, wall - real)
    reports.append(_with_progress("stepped clock", rest, lambda: _stepped(seed, shares, rest)))
    every = [report for group in reports for report in group]
    _tell(every)
    return 1 if any(report.found for report in every) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None, help="all chance follows from it; from the time if left out")
    parser.add_argument("--parallel", type=int, default=2, help="processes on a stepped clock at once")
    parser.add_argument("--episode", type=int, default=None, help="let one arm live again, by its seed")
    return parser.parse_args()


def _again(seed: int) -> int:
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        rig = episode(seed, Path(folder))
    OUT.print(rig.checker.story(), markup=False)
    for violation in rig.checker.violations:
        OUT.print(f"{violation.rule} at {violation.at:.3f} s: {violation.what}", markup=False)
    OUT.print(f"{rig.now - rig.begun:.1f} s lived, {len(rig.checker.violations)} violations.")
    return 1 if rig.checker.violations else 0


def _real(seed: int, wall: float) -> Report:
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        return processes.share(seed, wall, Path(folder))


def _stepped(seed: int, shares: int, wall: float) -> list[Report]:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.soak.stepped", str(seed * 10 + SEEDS_APART * number), str(wall)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
        )
        for number in range(shares)
    ]
    said = [worker.communicate()[0] for worker in workers]
    if any(worker.returncode for worker in workers):
        raise SystemExit("A share of the soak broke off; its complaint is above.")
    return [Report.of(json.loads(text)) for text in said]


def _with_progress(name: str, seconds: float, work: Callable[[], list[Report]]) -> list[Report]:
    """Show how much of the time has passed while ``work`` is done."""
    columns = (BarColumn(), "{task.description}", TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=OUT) as progress:
        bar = progress.add_task(name, total=seconds)
        with _Ticking(lambda done: progress.update(bar, completed=min(done, seconds))):
            return work()


class _Ticking:
    """Calls ``tell`` with the time passed, twice a second, beside what the block does."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._begun = time.monotonic()
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(0.5):
            self._tell(time.monotonic() - self._begun)


def _tell(reports: list[Report]) -> None:
    table = Table(box=None)
    for name in ("what", *(report.what for report in reports)):
        table.add_column(name, no_wrap=True)
    table.add_row("wall [min]", *(f"{report.wall / 60:.1f}" for report in reports))
    table.add_row("lived [min]", *(f"{report.simulated / 60:.1f}" for report in reports))
    names = ("arms", "commands", "stop", "mode fault", "set-points", "changes", "writes")
    words = ("arms", "commands", "stops pressed", "faults latched", "set-points", "moving set-points", "writes")
    for name, word in zip(names, words, strict=True):
        table.add_row(word, *(str(report.counts[name]) for report in reports))
    for trouble in sorted({name for report in reports for name in report.troubles}):
        table.add_row(f"  {trouble}", *(str(report.troubles[trouble]) for report in reports))
    table.add_row("violations", *(str(len(report.found)) for report in reports))
    OUT.print(table)
    for report in reports:
        for name, growth in report.growth.items():
            if len(growth.rows) > 2:
                last = growth.rows[-1]
                OUT.print(
                    f"{report.what}, {name}: {last[1]:.0f} MB, {growth.slope:+.2f} MB per minute lived, "
                    f"{last[2]} descriptors, {last[3]} threads."
                )
        for headline, again, story in report.found:
            OUT.print(f"\n{story}\nFOUND ({report.what}): {headline}", markup=False)
            if again:
                OUT.print(f"See it again: {again}", markup=False)


if __name__ == "__main__":
    sys.exit(main())
