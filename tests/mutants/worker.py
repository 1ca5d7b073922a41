"""Runs tests over mutants: `map` once to learn which test executes which line, then `fast` and `slow` jobs.

A job comes as JSON on standard input; answers go to standard output, one JSON line each. A fast job imports and
collects once, then forks for each mutant and swaps the code of one function. A slow job is for what happens while a
module is imported: each fork imports everything anew.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import coverage
import hypothesis.stateful
import msgspec
import numpy as np
import pydantic
import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutants.operators import mutated
from tests.mutants.plan import ROOT, SUITES, TARGETS
from tests.mutants.transplant import MutantFinder, swap_code

WARMED = (hypothesis.stateful, msgspec, np, pydantic)
"""Imported before the first fork, since that takes longer than most tests."""
QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
"""Hypothesis is imported before pytest looks at it: no harm in that."""
OPTIONS = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--timeout=0", "-s", *QUIET)
MEMORY = 4 << 30
"""A mutant that never ends may not fill the memory [bytes]."""
LEAST_TIME = 2.0
"""Processor time each mutant's tests get in any case [s], and `TIME_SHARE` times what they take without a mutant."""
TIME_SHARE = 3.0

settings.register_profile(
    # A failing example is enough: nobody looks at a small one here.
    "mutants",
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


class Recorder:
    """Notes which test executes which line of which target, and how long it takes."""

    def __init__(self, files: list[Path]) -> None:
        self.coverage = coverage.Coverage(data_file=None, include=[str(file) for file in files], config_file=False)
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.coverage.switch_context(item.nodeid)
        begun = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - begun
            self.coverage.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)


def draw_map() -> dict[str, Any]:
    """Run every test once and return what `Recorder` noted."""
    files = [ROOT / name for name in TARGETS]
    recorder = Recorder(files)
    recorder.coverage.start()
    code = pytest.main([*OPTIONS, *SUITES], plugins=[recorder])
    recorder.coverage.stop()
    data = recorder.coverage.get_data()
    lines = {
        name: {line: [test for test in tests if test] for line, tests in data.contexts_by_lineno(str(file)).items()}
        for name, file in zip(TARGETS, files, strict=True)
    }
    return {"code": int(code), "failed": recorder.failed, "seconds": recorder.seconds, "lines": lines}


class FastLoop:
    """Takes the place of pytest's loop over tests: for each mutant a fork that runs its tests until one fails."""

    def __init__(self, job: dict[str, Any], answer: Callable[[dict[str, Any]], None]) -> None:
        self._job = job
        self._answer = answer
        self._killers: list[str] = []
        self._failed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed = report.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        file = ROOT / self._job["file"]
        source = file.read_text(encoding="utf-8")
        for task in self._job["mutants"]:
            order = [test for test in self._killers if test in set(task["tests"])]
            order += [test for test in task["tests"] if test not in set(order)]

            def run(task: dict[str, Any] = task, order: list[str] = order) -> str:
                if not swap_code(file, task["top"], mutated(source, task["index"])):
                    return "nowhere"
                for test in order:
                    item = items[test]
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                    if self._failed:
                        return self._failed
                return ""

            result = forked(run, LEAST_TIME + TIME_SHARE * task["seconds"])
            if result in items:
                self._killers = [result, *(test for test in self._killers if test != result)][:8]
            self._answer({"index": task["index"], "killer": result})
        return True


def run_fast(job: dict[str, Any], answer: Callable[[dict[str, Any]], None]) -> None:
    files = sorted({test.split("::")[0] for task in job["mutants"] for test in task["tests"]})
    pytest.main([*OPTIONS, *files], plugins=[FastLoop(job, answer)])


def run_slow(job: dict[str, Any], answer: Callable[[dict[str, Any]], None]) -> None:
    file = ROOT / job["file"]
    source = file.read_text(encoding="utf-8")
    module = job["file"].removesuffix(".py").replace("/", ".")
    own = TARGETS[job["file"]]

    def run(index: int, where: tuple[str, ...]) -> str:
        MutantFinder(module, file, mutated(source, index)).install()
        first = FirstFailure()
        code = pytest.main([*OPTIONS, "-x", *where], plugins=[first])
        return first.failed or ("" if code == 0 else f"pytest ended with {int(code)}")

    for task in job["mutants"]:
        killer, limit = "", LEAST_TIME + TIME_SHARE * task["seconds"]
        for where in (own, SUITES):
            killer = killer or forked(partial(run, task["index"], where), limit)
        answer({"index": task["index"], "killer": killer})


class FirstFailure:
    """Keeps the name of the first test that failed."""

    failed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid


def forked(run: Callable[[], str], limit: float) -> str:
    """Return what ``run`` returns in a fork of this process; "time" after ``limit`` [s], "died" when it dies."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        # Time on the processor: how busy the computer is does not matter.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, limit)
        try:
            os.write(writer, run().encode() or b"-")
        finally:
            os._exit(0)
    os.close(writer)
    said = b""
    while part := os.read(reader, 65536):
        said += part
    os.close(reader)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
        return "time"
    return "" if said == b"-" else said.decode() or "died"


def main() -> int:
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    os.chdir(ROOT)
    out = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)

    def answer(line: dict[str, Any]) -> None:
        out.write(json.dumps(line) + "\n")
        out.flush()

    if sys.argv[1] == "map":
        answer(draw_map())
        return 0
    job = json.loads(sys.stdin.read())
    os.dup2(nowhere, 2)
    (run_fast if sys.argv[1] == "fast" else run_slow)(job, answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
