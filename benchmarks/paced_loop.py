"""Does the loop hold 100 Hz on a line at its real speed? Goals out and every row of feedback in, ten seconds long.

The emulated servos are another process with their bytes paced at the line's speed in both directions, return delays
included; the driver, with all its checks, is this one. Both run as control and the emulated servos do: in real time
where the computer lets them. A busy computer keeps the emulated servos from running for some milliseconds now and then,
which nothing does to real ones: periods in which that happened are counted, and left out.
"""

from __future__ import annotations

import multiprocessing
import statistics
from multiprocessing.connection import Connection

import numpy as np

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.control.realtime import PRIORITY_CONTROL, PRIORITY_GUARD, go_realtime
from armctl.hal.arm import Arm
from armctl.hal.command import ApprovedCommand, supervisor_seal
from armctl.hal.registry import ArmContext, create_arm
from benchmarks.host import Steal
from benchmarks.row import Row
from benchmarks.wired import StandingPlant, end
from sim.emulators.pty import PtyServer
from sim.emulators.registry import emulator_of

ARMS = ("so101", "koch_v11")
"""One arm of each servo protocol, both at 1 Mbaud."""
RATE = 100.0
SECONDS = 10.0
SWING = 0.3
"""How far the first joint swings [rad]; once in four seconds."""
HELD = 99.5
"""Least share of periods with a complete reading in time [%]."""
STALL = 0.001
"""The emulated servos were kept from running when they came this much too late [s]."""
TURN = 0.002
"""Longest wait of the emulated servos [s]."""

Span = tuple[float, float]
"""Begin and end [s, monotonic]."""


def empty_scene(name: str) -> SceneConfig:
    return SceneConfig(name="bench", title="", arm=name, furniture={}, objects={}, places={})


def serve(pipe: Connection, name: str) -> None:
    """Serve the emulated arm ``name``, paced, until the pipe closes."""
    config, clock = load(builtin("arms", name), ArmConfig), SystemClock()
    # Real servos answer whatever the computer is busy with.
    go_realtime(PRIORITY_GUARD)
    # Joints that stand still: a scene to work out would keep the servos from answering, which no real one does.
    plant = StandingPlant(np.array([*config.poses["home"], config.gripper.closed]))
    device = emulator_of(config.driver)(plant, config, clock, paced=True)
    server = PtyServer(device, clock)
    pipe.send(server.path)
    stalls: list[Span] = []
    try:
        while not pipe.poll():
            device.advance()
            begun, due = clock.now(), device.due()
            server.serve(TURN)
            wanted = begun + TURN if due is None else max(begun, min(due, begun + TURN))
            if clock.now() > wanted + STALL:
                stalls.append((begun, clock.now()))
        pipe.send(stalls)
    finally:
        server.close()


class Figures:
    """What the loop found: when each cycle ran, whether it was complete and in time, and how many were left out."""

    def __init__(self) -> None:
        self.cycles: list[tuple[Span, bool]] = []
        self.missed = 0

    def without(self, stalls: list[Span]) -> list[tuple[Span, bool]]:
        """Return the cycles during which the servos were never kept from running."""
        return [
            (cycle, good)
            for cycle, good in self.cycles
            if not any(begin < cycle[1] and end > cycle[0] for begin, end in stalls)
        ]


def drive(arm: Arm, seconds: float) -> Figures:
    """Swing the first joint for ``seconds``, reading in every period."""
    clock, found = SystemClock(), Figures()
    go_realtime(PRIORITY_CONTROL)
    start = arm.read().positions
    begun = next_tick = clock.now()
    number = 0
    while (now := clock.now()) < begun + seconds:
        number += 1
        goal = start.copy()
        goal[0] += SWING * np.sin((now - begun) * np.pi / 2)
        speeds = np.full(len(goal), 0.5)
        arm.send(ApprovedCommand(supervisor_seal(), goal, speeds, now, now + 0.1, number, epoch=1))
        state = arm.read()
        done = clock.now()
        next_tick += 1 / RATE
        found.cycles.append(((now, done), state.complete and done <= next_tick))
        while next_tick < clock.now():
            next_tick += 1 / RATE
            found.missed += 1
        clock.sleep_until(next_tick)
    return found


def measure(name: str, seconds: float) -> tuple[Figures, list[Span]]:
    """Return the figures of the arm ``name``, and when its emulated servos were kept from running."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, name), daemon=True)
    process.start()
    there.close()
    try:
        config = load(builtin("arms", name), ArmConfig)
        arm = create_arm(config.driver, ArmContext(config, SystemClock(), empty_scene(name), here.recv()))
        arm.connect()
        arm.enable()
        found = drive(arm, seconds)
        arm.close()
        here.send("end")
        return found, here.recv()
    finally:
        here.close()
        end(process)


def run(seconds: float = SECONDS) -> list[Row]:
    """Return the rows of this benchmark."""
    rows = []
    for name in ARMS:
        with Steal() as steal:
            found, stalls = measure(name, seconds)
        counted = found.without(stalls)
        took = [1e3 * (done - begun) for (begun, done), _ in counted]
        title = f"{name} on a paced line at {RATE:.0f} Hz"
        beside = f"{len(found.cycles)} periods, {found.missed} missed, {len(found.cycles) - len(counted)} left out"
        rows += [
            Row(f"{title}, cycle, median", statistics.median(took), "ms", f"{1e3 / RATE:.0f} ms a period"),
            Row(f"{title}, cycle, p99", float(np.percentile(took, 99)), "ms", f"{1e3 / RATE:.0f} ms a period"),
            Row(
                f"{title}, complete and in time",
                100.0 * statistics.mean(good for _, good in counted),
                "%",
                beside,
                None,
                HELD,
                least=True,
                void=steal.void,
            ),
        ]
    return rows


if __name__ == "__main__":
    for row in run():
        print(f"{row.title}: {row.value:.3g} {row.unit} ({row.reference}) {row.verdict} {row.void}")
