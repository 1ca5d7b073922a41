"""From a press at the real window to the wire: guard, control and screen as processes, presses at random moments.

The time of each press is when its event was posted; the time of each set-point is when it had been sent to the arm
(control's trace). What an operating system adds between a finger and its event is not in it.
"""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.control.guard import Guard, GuardPlan
from armctl.control.trace import SENT, read_trace
from armctl.kinematics.robot import RobotModel
from benchmarks.host import Steal
from benchmarks.row import Row

PRESSES: Final = 60
TICK: Final = 10.0
"""The control loop's period [ms]."""
MOVED: Final = 1e-7
"""A set-point that differs by more has changed [rad]."""
CRUISING: Final = 0.02
"""A tool that is faster than this [m/s] is led, and not at rest, nor speeding up."""
SLOWER: Final = 1.0 - 5e-4
"""Share of the cruising speed below which the tool is slowing down, and not rounding."""


def run() -> list[Row]:
    """Return median and p99 of press to first changed and of stop to first decelerating set-point, on two arms."""
    rows = []
    for name, backend, presses in (("ideal arm", "ideal", PRESSES), ("servos on a pty", "emulated", PRESSES // 2)):
        with Steal() as steal:
            begun, stopped = measure(backend, presses)
        void = steal.void
        rows += [
            Row(f"press to changed set-point, {name}, median", middle(begun), "ms", f"{len(begun)} presses"),
            Row(f"press to changed set-point, {name}, p99", worst(begun), "ms", "", None, 2 * TICK, void=void),
            Row(
                f"stop press to slower set-point, {name}, median",
                middle(stopped),
                "ms",
                f"{len(stopped)} presses while it cruised, of {len(begun)}",
            ),
            Row(
                f"stop press to slower set-point, {name}, p99",
                worst(stopped),
                "ms",
                "",
                None,
                TICK + 5.0,
                void=void,
            ),
        ]
    return rows


def middle(values: list[float]) -> float:
    """Return the median."""
    return float(np.median(values))


def worst(values: list[float]) -> float:
    """Return the 99th percentile; of fewer than a hundred values that is the largest."""
    return float(np.percentile(values, 99, method="higher"))


def measure(backend: str, presses: int) -> tuple[list[float], list[float]]:
    """Return both latencies [ms] of each press."""
    with tempfile.TemporaryDirectory(prefix="armctl-bench-") as folder:
        out, trace = Path(folder) / "pressed.json", Path(folder) / "trace"
        code = Guard(plan(backend, Path(folder), out, trace, presses), SystemClock()).run()
        said = json.loads(out.read_text(encoding="utf-8"))
        if code or said["failed"]:
            raise RuntimeError(f"The presses were not all made: {said['failed'] or code}")
        stamps, moved, speeds = motion(trace)
    pressed = said["pressed"]
    begun = [first_change(stamps, moved, at) for what, at in pressed if what == "press"]
    stops = [at for what, at in pressed if what == "stop"]
    return begun, [first_slower(stamps, speeds, at) for at in stops if cruise(stamps, speeds, at) > CRUISING]


def plan(backend: str, folder: Path, out: Path, trace: Path, presses: int) -> GuardPlan:
    """Return what the guard is to start."""
    python = (sys.executable, "-m")
    port = str(folder / "port")
    driver = ("--driver", "ideal") if backend == "ideal" else ("--port", port)
    emulator = (*python, "armctl", "emulate", "so101", "--link", port, "--scene", "kitchen_table")
    arm = ("--arm", "so101", "--scene", "kitchen_table")
    return GuardPlan(
        control=(*python, "armctl.control.process", *arm, *driver, "--trace", str(trace)),
        ui=(*python, "benchmarks.press_screen", "--out", str(out), "--presses", str(presses)),
        emulator=emulator if backend == "emulated" else (),
        emulator_ready=Path(port) if backend == "emulated" else None,
        restart_ui=False,
    )


def motion(trace: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return when each set-point was sent [s], how far its joints went [rad], and the tool's speed in it [m/s]."""
    robot = RobotModel(load(builtin("arms", "so101"), ArmConfig))
    rows = [row for row in read_trace(trace) if row.kind == SENT]
    tools = [robot.tool_pose(np.array(row.positions))[:3, 3] for row in rows]
    stamps = np.array([row.stamp for row in rows[1:]])
    moved = [np.abs(np.subtract(b.positions, a.positions)).max() for a, b in itertools.pairwise(rows)]
    speeds = [np.linalg.norm(b - a) / (TICK * 1e-3) for a, b in itertools.pairwise(tools)]
    return stamps, np.array(moved), np.array(speeds)


def first_change(stamps: np.ndarray, moved: np.ndarray, at: float) -> float:
    """Return how long after ``at`` [s] the first set-point moved on [ms]."""
    first = np.flatnonzero((stamps > at) & (moved > MOVED))[0]
    return float(stamps[first] - at) * 1e3


def cruise(stamps: np.ndarray, speeds: np.ndarray, at: float) -> float:
    """Return the least speed [m/s] in the ten ticks before ``at`` [s]; 0 where a busy computer had ended the motion."""
    begin = int(np.searchsorted(stamps, at))
    return float(speeds[begin - 10 : begin].min())


def first_slower(stamps: np.ndarray, speeds: np.ndarray, at: float) -> float:
    """Return how long after ``at`` [s] the first set-point was slower, the two after it slower still [ms]."""
    begin = int(np.searchsorted(stamps, at))
    before = cruise(stamps, speeds, at)
    for index in range(begin, len(speeds) - 2):
        if speeds[index] < before * SLOWER and speeds[index] > speeds[index + 1] > speeds[index + 2]:
            return float(stamps[index] - at) * 1e3
    raise RuntimeError("The arm did not slow down after a stop.")
