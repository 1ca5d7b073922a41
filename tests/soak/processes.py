"""The share of a soak in real time: guard, control, a screen and the servos as processes, a pseudo-terminal between
driver and servos, and signals for those who die or hang.

What each process writes down comes here late and out of order; it is put in order by its time before the checker
hears it.
"""

from __future__ import annotations

import heapq
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from armctl.config.arm import ArmConfig
from armctl.config.load import load
from tests.soak.checker import Checker
from tests.soak.facts import Body, read_facts
from tests.soak.growth import Growth
from tests.soak.report import Report
from tests.soak.rig import ARM
from tests.soak.scenes import random_scene

JITTER = 0.12
"""How late a busy computer lets bytes be seen, and processes run [s]."""
SETTLE = 0.4
"""What was written down this long ago [s] has arrived."""
TROUBLE = 2.5
"""Mean time between two troubles [s]."""
CALM = 3.0
"""Time to be armed and begin to move, before the first trouble [s]."""
START = 30.0
"""Time everything has to begin [s]."""
ON_THE_WIRE = (
    ("answer dropped", 4.0),
    ("answer corrupted", 4.0),
    ("answer cut", 2.0),
    ("answers lost", 1.0),
    ("noise", 1.0),
    ("servo mute", 1.0),
    ("echo", 0.3),
    ("servo power-cycled", 1.0),
    ("joint blocked", 1.0),
    ("arm pushed", 1.0),
    ("servo hot", 1.0),
    ("supply wrong", 0.5),
)
"""Troubles that the servos' process makes, and how often."""
SIGNALS = (("screen stopped", 3.0), ("control stopped", 2.0), ("screen killed", 0.7), ("control killed", 0.7))
FEW = {"screen killed": 25.0, "control killed": 20.0}
"""Seconds between two of these: the guard gives up on a screen that dies more than three times a minute."""


class RealSet:
    """All processes of one soak, and the checker that hears them.

    Args:
        seed: For scene, person and troubles; the course of time is the computer's own.
        folder: For files.
    """

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.report = Report(f"processes, seed {seed}")
        self._folder = folder
        scene = random_scene(random.Random(seed), folder / "scene.toml")
        facts, config = read_facts(ARM, scene), load(ARM, ArmConfig)
        self.checker = Checker(facts, Body(config.urdf_text(), config.joint_names), JITTER)
        self._heap: list[tuple[float, int, str, Any]] = []
        self._number = 0
        self._partial = b""
        self._stopped: list[tuple[float, int]] = []
        self._last: Counter[str] = Counter()
        self._screen = 0
        self._in = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._in.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._in.bind(str(folder / "heard"))
        self._in.setblocking(False)
        port = folder / "port"
        self._servos = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.servos", "--link", str(port), "--seed", str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._wait_for(port.exists)
        plan = {
            "control": [
                *(sys.executable, "-m", "armctl.control.process", "--scene", str(scene), "--arm", str(ARM)),
                *("--driver", "feetech", "--port", str(port)),
            ],
            "ui": [
                *(sys.executable, "-m", "tests.soak.screen", "--out", str(folder / "heard")),
                *("--scene", str(scene), "--seed", str(seed)),
            ],
        }
        (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        with (folder / "said").open("w") as said:
            self._guard = subprocess.Popen(
                [sys.executable, "-m", "tests.support.run_guard", str(folder / "plan.json")], stderr=said
            )
        self._begun = self._next = time.monotonic()
        self._next_sample = 0.0

    def run(self, seconds: float) -> Report:
        """Let everything live for ``seconds``, or until the checker finds something, and return what was seen."""
        self._wait_for(lambda: bool(self._hear() or self._screen))
        self._begun = time.monotonic()
        self._next = self._begun + CALM
        while time.monotonic() - self._begun < seconds and not self.checker.violations:
            self._hear()
            self._check(time.monotonic() - SETTLE)
            self._make_trouble(time.monotonic())
            self._sample(time.monotonic())
            if self._guard.poll() is not None:
                said = (self._folder / "said").read_text(encoding="utf-8")
                self.report.found.append((f"the guard ended with {self._guard.returncode}", "", said))
                break
        self.report.wall = self.report.simulated = time.monotonic() - self._begun
        self.report.counts += self.checker.counts
        for violation in self.checker.violations[:3]:
            self.report.found.append((f"{violation.rule}: {violation.what}", "", self.checker.story()))
        self.report.judge_growth()
        return self.report

    def close(self) -> None:
        """End everything that was started."""
        for _, pid in self._stopped:
            _signal(pid, signal.SIGCONT)
        for process in (self._guard, self._servos):
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(5.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for pipe in (self._servos.stdin, self._servos.stdout):
            if pipe:
                pipe.close()
        self._in.close()

    # -- hearing ---------------------------------------------------------------------------------------------------

    def _hear(self) -> int:
        """Take what was written down meanwhile; return how much."""
        out = self._servos.stdout
        assert out is not None
        ready = select.select([self._in, out], (), (), 0.01)[0]
        before = self._number
        if out in ready:
            lines = (self._partial + os.read(out.fileno(), 1 << 18)).split(b"\n")
            self._partial = lines.pop()
            for line in lines:
                self._take(json.loads(line))
        while self._in in ready:
            try:
                self._take(json.loads(self._in.recv(1 << 16)))
            except BlockingIOError:
                break
        return self._number - before

    def _take(self, row: list[Any]) -> None:
        what, at, value = row
        self._number += 1
        if what == "begun":
            self._screen = int(value)
        heapq.heappush(self._heap, (at, self._number, what, value))

    def _check(self, until: float) -> None:
        """Let the checker hear all that happened before ``until``, in order."""
        while self._heap and self._heap[0][0] <= until:
            at, _, what, value = heapq.heappop(self._heap)
            self._tell(at, what, value)

    def _tell(self, at: float, what: str, value: Any) -> None:
        checker = self.checker
        match what:
            case "written":
                checker.written(at, bytes.fromhex(value))
            case "answered":
                checker.answered(at, bytes.fromhex(value))
            case "reading":
                checker.reading(at, value)
            case "power":
                checker.power_lost(value)
            case "asked":
                self.report.counts["commands"] += 1
                checker.licence.beat(at, "screen")
                checker.asked(at, value)
            case "beat":
                checker.licence.beat(at, value)
            case "told":
                checker.told(at, value)
            case "count":
                self.report.counts[value] += 1
            case "control anew":
                checker.licence.restarted()
            case "gone":
                checker.licence.link_ended(at, value)

    # -- troubles --------------------------------------------------------------------------------------------------

    def _make_trouble(self, now: float) -> None:
        for row in [row for row in self._stopped if row[0] <= now]:
            self._stopped.remove(row)
            _signal(row[1], signal.SIGCONT)
        if now < self._next:
            return
        self._next = now + self.chance.expovariate(1.0 / TROUBLE)
        rows = (*ON_THE_WIRE, *SIGNALS)
        name = self.chance.choices([row[0] for row in rows], [row[1] for row in rows])[0]
        if now - self._begun < FEW.get(name, 0.0) * (1 + self._last[name]):
            return
        self._last[name] += 1
        self.report.troubles[name] += 1
        self.checker.note(now, f"trouble: {name}")
        if name in {row[0] for row in SIGNALS}:
            self._send_signal(name, now)
        elif self._servos.stdin:
            lasts = self.chance.choice([0.05, 0.3, 1.0])
            self._servos.stdin.write(f"{name} {lasts}\n".encode())
            self._servos.stdin.flush()

    def _send_signal(self, name: str, now: float) -> None:
        pid = self._screen if name.startswith("screen") else self._control()
        if not pid or any(pid == stopped for _, stopped in self._stopped):
            return
        if name.endswith("killed"):
            _signal(pid, signal.SIGKILL)
            if name.startswith("screen"):
                heapq.heappush(self._heap, (now, self._number, "gone", "screen"))
                self._screen = 0
            return
        _signal(pid, signal.SIGSTOP)
        self._stopped.append((now + self.chance.choice([0.05, 0.2, 0.5]), pid))

    def _control(self) -> int:
        for pid in _children(self._guard.pid):
            if "armctl.control.process" in _command(pid):
                return pid
        return 0

    def _sample(self, now: float) -> None:
        if now < self._next_sample:
            return
        self._next_sample = now + 1.0
        for name, pid in (("guard", self._guard.pid), (f"control {self._control()}", self._control())):
            if pid:
                self.report.growth.setdefault(name, Growth()).sample(now - self._begun, pid)

    def _wait_for(self, what: Any) -> None:
        limit = time.monotonic() + START
        while not what():
            if time.monotonic() > limit:
                raise TimeoutError("The processes did not begin.")
            time.sleep(0.02)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def share(seed: int, wall: float, folder: Path) -> Report:
    """Let the processes live for ``wall`` seconds."""
    real = RealSet(seed, folder)
    try:
        return real.run(wall)
    finally:
        real.close()
