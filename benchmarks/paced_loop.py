"""Does the loop hold 100 Hz on a line at its real speed? Goals out and every row of feedback in, ten seconds long.

The emulated servos are another process with their bytes paced at the line's speed in both directions, return delays
included; the driver, with all its checks, is this one. Both run as control and the emulated servos do: in real time
where the computer lets them.
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
from armctl.kinematics.robot import RobotModel
from benchmarks.driver_cycle import end
from benchmarks.host import Steal
from benchmarks.row import Row
from sim.emulators.pty import PtyServer
from sim.emulators.registry import emulator_of
from sim.kinematic_plant import KinematicPlant

ARMS = ("so101", "koch_v11")
"""One arm of each servo protocol, both at 1 Mbaud."""
RATE = 100.0
SECONDS = 10.0
SWING = 0.3
"""How far the first joint swings [rad]; once in four seconds."""
HELD = 99.0
"""Least share of periods with a complete reading in time [%]: the emulated servos share the computer, which is busy at
times, and a lost answer is asked for again."""


def empty_scene(name: str) -> SceneConfig:
    return SceneConfig(name="bench", title="", arm=name, furniture={}, objects={}, places={})


def serve(pipe: Connection, name: str) -> None:
    """Serve the emulated arm ``name``, paced, until the pipe closes."""
    config, clock = load(builtin("arms", name), ArmConfig), SystemClock()
    # Real servos answer whatever the computer is busy with.
    go_realtime(PRIORITY_GUARD)
    plant = KinematicPlant(RobotModel(config), empty_scene(name))
    device = emulator_of(config.driver)(plant, config, clock, paced=True)
    server = PtyServer(device, clock)
    pipe.send(server.path)
    try:
        while not pipe.poll():
            device.advance()
            server.serve(0.002)
    finally:
        server.close()


class Figures:
    """What the loop found."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.complete = 0
        self.missed = 0


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
        found.took.append(clock.now() - now)
        next_tick += 1 / RATE
        found.complete += state.complete and clock.now() <= next_tick
        while next_tick < clock.now():
            next_tick += 1 / RATE
            found.missed += 1
        clock.sleep_until(next_tick)
    return found


def measure(name: str, seconds: float) -> Figures:
    """Return the figures of the arm ``name``."""
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
        return found
    finally:
        here.close()
        end(process)


def run(seconds: float = SECONDS) -> list[Row]:
    """Return the rows of this benchmark."""
    rows = []
    for name in ARMS:
        with Steal() as steal:
            found = measure(name, seconds)
        periods = len(found.took) + found.missed
        took = [1e3 * value for value in found.took]
        title = f"{name} on a paced line at {RATE:.0f} Hz"
        beside = f"{periods} periods, {found.missed} missed"
        rows += [
            Row(f"{title}, cycle, median", statistics.median(took), "ms", f"{1e3 / RATE:.0f} ms a period"),
            Row(f"{title}, cycle, p99", float(np.percentile(took, 99)), "ms", f"{1e3 / RATE:.0f} ms a period"),
            Row(
                f"{title}, complete and in time",
                100.0 * found.complete / periods,
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
