"""Raise at any line of one tick of control: the real controller, supervisor and generator on a stepped clock.

Which lines a tick of motion runs through is found by tracing one; then each of them raises once, in a tick of motion of
its own, and what the arm was told afterwards is kept.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import armctl
from armctl.control import messages as say
from armctl.hal.command import ApprovedCommand
from sim.simulated_arm import SimulatedArm
from tests.support.control_bench import Bench

CORE = Path(armctl.__file__).parent
PACKAGES = ("control", "motion", "safety")
OTHERS = ("trace.py", "link.py", "messages.py")
"""Files of `PACKAGES` that are not traced: what they do happens beside every tick and is tested by itself."""


@dataclass(frozen=True, order=True)
class Line:
    """A line of the program."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"armctl/{self.file}:{self.number}"


@dataclass(frozen=True)
class Outcome:
    """What an error at one line led to.

    Attributes:
        held: The arm was told to hold before the tick, or the process, was over.
        latched: It is a fault; or control ended altogether.
        moved: A set-point was sent afterwards.
        reached: The line was run.
    """

    held: bool
    latched: bool
    moved: bool
    reached: bool


class Spy:
    """An arm that counts what it is told."""

    def __init__(self, arm: SimulatedArm) -> None:
        self._arm = arm
        self.held = 0
        self.sent = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._arm, name)

    def hold(self) -> None:
        self.held += 1
        self._arm.hold()

    def send(self, command: ApprovedCommand) -> None:
        self._arm.send(command)
        self.sent += 1


class FaultyTick:
    """Attributes: ``lines``, every line that a tick of a motion by hand runs through."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bench: Bench | None = None
        self._spy: Spy | None = None
        self.lines = self._find()

    def close(self) -> None:
        if self._bench is not None:
            self._bench.close()

    def raise_at(self, line: Line) -> Outcome:
        """Let ``line`` raise in a tick of motion and look at five more."""
        bench, spy = self._moving()
        held, hit = spy.held, []

        def fail(frame: FrameType) -> None:
            if (line_of(frame) or line) == line and not hit:
                hit.append(line)
                raise ZeroDivisionError(f"at {line}")

        self._ask(bench)
        try:
            traced(bench.tick, fail)
        except ZeroDivisionError:
            bench.close()  # as the process does when its loop ends with an error
            self._bench = None
            return Outcome(spy.held > held, True, False, bool(hit))
        sent = spy.sent
        now_held = spy.held > held
        for _ in range(5):
            self._ask(bench)
            bench.tick()
        return Outcome(now_held, bench.seen.mode == "fault", spy.sent > sent, bool(hit))

    def _find(self) -> list[Line]:
        bench, _ = self._moving()
        found: set[Line] = set()

        def note(frame: FrameType) -> None:
            line = line_of(frame)
            if line is not None:
                found.add(line)

        for _ in range(3):
            self._ask(bench)
            traced(bench.tick, note)
        return sorted(found)

    def _moving(self) -> tuple[Bench, Spy]:
        """Return a bench whose arm moves by hand, cleared and armed anew if need be."""
        if self._bench is None or self._spy is None:
            self._bench = Bench(Path(tempfile.mkdtemp(dir=self._folder)), wrap=self._spied)
            assert self._spy is not None
        bench = self._bench
        if bench.snapshots and bench.seen.mode == "fault":
            bench.ask(say.ClearFault)
        if not bench.snapshots or bench.seen.mode != "moving":
            bench.arm_it()
        for _ in range(4):
            self._ask(bench)
            bench.tick()
        assert bench.seen.mode == "moving", bench.seen
        return bench, self._spy

    def _spied(self, arm: SimulatedArm) -> Spy:
        self._spy = Spy(arm)
        return self._spy

    @staticmethod
    def _ask(bench: Bench) -> None:
        bench.ask(say.Jog, linear=(0.0, 1.0, 0.0), speed=1.0)


def line_of(frame: FrameType) -> Line | None:
    """Return the line of armctl that ``frame`` is about to run, None when it is none that counts."""
    path = frame.f_code.co_filename
    if not path.startswith(str(CORE)):
        return None
    file = path[len(str(CORE)) + 1 :]
    package, _, name = file.partition("/")
    return Line(file, frame.f_lineno) if package in PACKAGES and name not in OTHERS else None


def traced(what: Callable[[], object], look: Callable[[FrameType], None]) -> None:
    """Run ``what``, calling ``look`` before each line of armctl."""

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(str(CORE)):
            return None
        if event == "line":
            look(frame)
        return trace

    former = sys.gettrace()
    sys.settrace(trace)
    try:
        what()
    finally:
        sys.settrace(former)
