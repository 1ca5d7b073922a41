"""A guard under test, as a real process with real children."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

PATIENCE = 25.0
"""How long a test waits for something that must happen [s]; bounds proper are measured, not waited for."""


class Guarded:
    """Runs ``tests.support.run_guard``. Children write what happens as JSON lines, and read orders from files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = dict(os.environ)
        self.process: subprocess.Popen[str] | None = None

    def launch(self, plan: dict[str, Any]) -> None:
        (self.folder / "plan.json").write_text(json.dumps(plan))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.run_guard", str(self.folder / "plan.json")],
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )

    def files(self, name: str) -> list[str]:
        return ["--log", str(self.folder / f"{name}.log"), "--do", str(self.folder / f"{name}.do")]

    def do(self, name: str, order: str) -> None:
        with (self.folder / f"{name}.do").open("a") as file:
            file.write(order + "\n")

    def heard(self, name: str, what: str = "") -> list[dict[str, Any]]:
        path = self.folder / f"{name}.log"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        found = [json.loads(line) for line in lines if line.endswith("\n")]
        return [line for line in found if not what or line["what"] == what]

    def wait_for(self, name: str, what: str, count: int = 1, **fields: object) -> dict[str, Any]:
        """Return the ``count``-th line of ``name`` that says ``what`` with these ``fields``; wait for it."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            found = [line for line in self.heard(name, what) if all(line[key] == fields[key] for key in fields)]
            if len(found) >= count:
                return found[count - 1]
            time.sleep(0.01)
        raise AssertionError(f"{name} never wrote {what!r} {fields} {count} times: {self.heard(name)[-20:]}")

    def result(self) -> tuple[int, str]:
        assert self.process
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said

    def clean_up(self) -> None:
        if self.process:
            if self.process.poll() is None:
                self.process.terminate()
                try:
                    self.process.wait(4)
                except subprocess.TimeoutExpired:
                    self.process.kill()
            self.process.communicate()
        for path in self.folder.glob("*.log"):
            for line in self.heard(path.stem, "begun"):
                kill(line["pid"], signal.SIGKILL)


def kill(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that is gone already is fine."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def gone(pid: int) -> bool:
    """True when no process ``pid`` runs (one that ended and is not collected yet counts as gone)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


class HostLateness:
    """Measures, beside a test, how late this computer lets an ordinary process run."""

    def __init__(self, period: float = 0.002) -> None:
        self._period = period
        self._samples: list[tuple[float, float]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> HostLateness:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def worst(self, begin: float, end: float) -> float:
        """Return the largest lateness [s] seen between ``begin`` and ``end`` [s, monotonic]."""
        return max((late for stamp, late in self._samples if begin <= stamp <= end), default=0.0)

    def _run(self) -> None:
        due = time.monotonic()
        while not self._ended.is_set():
            due += self._period
            time.sleep(max(0.0, due - time.monotonic()))
            now = time.monotonic()
            self._samples.append((now, now - due))
            due = max(due, now)
