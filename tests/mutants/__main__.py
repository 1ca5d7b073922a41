"""``python -m tests.mutants``: change the safety sources in every small way, and see that some test finds each change.

Works on a copy of the tree, so that what somebody edits meanwhile neither disturbs nor is disturbed. Ends with 1 when a
mutant survived without being listed in ``survivors.toml``, or when one that is listed there is not a survivor any more.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from tests.mutants.operators import Mutant, mutants_of
from tests.mutants.plan import ROOT, SURVIVORS, TARGETS, Name, Verdict, judge, known_survivors

OUT = Console(highlight=False, soft_wrap=True)
COPIED = ("armctl", "drivers", "sim", "ui", "configs", "tests", "docs", "pyproject.toml", "README.md", "Makefile")
CHUNK = {"fast": 40, "slow": 12}
"""Mutants a process takes on at once: enough to pay for its imports, few enough to keep every processor busy."""


@dataclass(frozen=True)
class Task:
    """One mutant to run.

    Attributes:
        file: Where it is.
        mutant: Which it is.
        kind: "fast" or "slow".
        tests: For a fast one the tests that execute its lines, in the order in which they are to run.
        seconds: How long those take without a mutant.
    """

    file: str
    mutant: Mutant
    kind: str
    tests: tuple[str, ...]
    seconds: float

    @property
    def name(self) -> Name:
        return Name.of(self.file, self.mutant)


def main() -> int:
    options = _options()
    begun = time.monotonic()
    known = known_survivors(SURVIVORS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        for name in COPIED:
            _copy(ROOT / name, copy / name)
        seen = _map(copy)
        tasks = [task for file in TARGETS for task in _tasks(copy, file, seen)]
        every = {task.name for task in tasks}
        chosen = _choose(tasks, options)
        killers = _run(copy, chosen, sum(seen["seconds"].values()), options)
    survived = {task.name for task in chosen if not killers[task.name]}
    verdict = judge(known, every, {task.name for task in chosen}, survived)
    _tell(chosen, killers, verdict, known, time.monotonic() - begun)
    return 0 if verdict.passed else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="run only so many, drawn by chance; 0 is all")
    parser.add_argument("--seed", type=int, default=1, help="for the drawing")
    parser.add_argument("--only", default="", help="only files with this in their name")
    parser.add_argument("--parallel", type=int, default=min(2, os.cpu_count() or 1), help="processes at once")
    parser.add_argument("--save", default="", help="write what killed each mutant into this file, as JSON lines")
    return parser.parse_args()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.png", "*.mp4"))
    else:
        shutil.copy2(source, target)


def _worker(copy: Path, mode: str) -> subprocess.Popen[str]:
    # One thread each: the processors are shared by processes, and forks do not take threads along.
    environment = {**os.environ, "PYTHONPATH": str(copy), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mutants.worker", mode],
        cwd=copy,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _map(copy: Path) -> dict[str, Any]:
    with OUT.status("The tests without any mutant…"):
        said, _ = _worker(copy, "map").communicate("")
    seen: dict[str, Any] = json.loads(said)
    if seen["code"]:
        raise SystemExit(f"Without any mutant these tests fail already: {', '.join(seen['failed']) or 'collection'}")
    return seen


def _tasks(copy: Path, file: str, seen: dict[str, Any]) -> Iterator[Task]:
    lines, seconds = seen["lines"][file], seen["seconds"]
    for mutant in mutants_of((copy / file).read_text(encoding="utf-8")):
        first, last = mutant.lines
        tests = {test for line in range(first, last + 1) for test in lines.get(str(line), ())}
        if mutant.top and tests:
            order = sorted(tests, key=lambda test: (not test.startswith(TARGETS[file]), seconds[test], test))
            yield Task(file, mutant, "fast", tuple(order), sum(seconds[test] for test in tests))
        else:
            yield Task(file, mutant, "slow", (), sum(seconds.values()))


def _choose(tasks: list[Task], options: argparse.Namespace) -> list[Task]:
    chosen = [task for task in tasks if options.only in task.file]
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    return chosen


def _run(copy: Path, tasks: list[Task], whole: float, options: argparse.Namespace) -> dict[Name, str]:
    """Run the tests of each task and return what killed it; all tests together take ``whole`` seconds."""
    killers: dict[Name, str] = {}
    columns = (BarColumn(), MofNCompleteColumn(), "{task.description}", TimeElapsedColumn(), TimeRemainingColumn())
    with (
        Path(options.save or os.devnull).open("w", encoding="utf-8") as saved,
        Progress(*columns, console=OUT) as progress,
        ThreadPoolExecutor(options.parallel) as pool,
    ):
        bar = progress.add_task("mutants", total=len(tasks))

        def work(job: list[Task]) -> None:
            for task, killer in _answers(copy, job):
                killers[task.name] = killer
                saved.write(json.dumps({**task.name.__dict__, "killer": killer}, ensure_ascii=False) + "\n")
                saved.flush()
                survived = sum(not killer for killer in killers.values())
                progress.update(bar, advance=1, description=f"mutants, {survived} survived")

        for done in [pool.submit(work, job) for job in _jobs(tasks)]:
            done.result()
        # What tests make while they are imported was made without the mutant: those that survived are imported anew.
        survived = [task for task in tasks if task.kind == "fast" and not killers[task.name]]
        again = [replace(task, kind="slow", seconds=whole) for task in survived]
        progress.update(bar, total=len(tasks) + len(again))
        for done in [pool.submit(work, job) for job in _jobs(again)]:
            done.result()
    return killers


def _jobs(tasks: list[Task]) -> Iterator[list[Task]]:
    """Yield what one process does at a time, the slow ones first."""
    for kind in ("slow", "fast"):
        for file in TARGETS:
            these = [task for task in tasks if task.file == file and task.kind == kind]
            for at in range(0, len(these), CHUNK[kind]):
                yield these[at : at + CHUNK[kind]]


def _answers(copy: Path, job: list[Task]) -> Iterator[tuple[Task, str]]:
    by_index = {task.mutant.index: task for task in job}
    worker = _worker(copy, job[0].kind)
    assert worker.stdin
    assert worker.stdout
    mutants = [
        {"index": task.mutant.index, "top": task.mutant.top, "tests": task.tests, "seconds": task.seconds}
        for task in job
    ]
    with worker.stdin as pipe:
        pipe.write(json.dumps({"file": job[0].file, "mutants": mutants}))
    for line in worker.stdout:
        said = json.loads(line)
        if said["killer"] == "nowhere":
            raise SystemExit(f"This mutant could not be put into place: {by_index[said['index']].name}")
        yield by_index.pop(said["index"]), said["killer"]
    if worker.wait() or by_index:
        raise SystemExit(f"A worker over {job[0].file} died with {len(by_index)} mutants left.")


def _tell(
    tasks: list[Task], killers: dict[Name, str], verdict: Verdict, known: dict[Name, str], seconds: float
) -> None:
    table = Table("file", "mutants", "killed", "explained", "unexplained", box=None)
    for file in TARGETS:
        names = [task.name for task in tasks if task.file == file]
        if not names:
            continue
        explained = sum(name in verdict.explained for name in names)
        open_ones = sum(name in verdict.unexplained for name in names)
        table.add_row(file, *map(str, (len(names), len(names) - explained - open_ones, explained, open_ones)))
    OUT.print(table)
    killed = sum(bool(killers[task.name]) for task in tasks)
    OUT.print(
        f"{len(tasks)} mutants, {killed} killed, {len(verdict.explained)} survivors with a reason, "
        f"{len(verdict.unexplained)} without, in {seconds / 60:.1f} minutes."
    )
    for name in verdict.unexplained:
        OUT.print(f"\nSurvived, and nobody says why:\n  {name}", markup=False)
    for name in verdict.stale:
        OUT.print(f"\nListed as a survivor, but is none: {known[name]}\n  {name}", markup=False)


if __name__ == "__main__":
    sys.exit(main())
