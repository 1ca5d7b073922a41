"""One cycle of the myCobot driver (goal out, six angles and the gripper in) beside the maker's Python package.

Both speak over pseudo-terminals to one other process that answers at once, taking turns cycle by cycle, so that
whatever else the computer does hits both alike. There is neither controller nor line in between: the figures are what
the host adds to the 25 ms or so that the controller takes for such a cycle. The maker's package waits for the
acknowledgement of each goal; ours takes note of it in the next reading, and looks at one thing more.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import statistics
import tty
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection

import numpy as np

from armctl.clock import SteppedClock, SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.hal.command import ApprovedCommand, supervisor_seal
from armctl.hal.registry import ArmContext
from benchmarks.driver_cycle import StandingPlant, Times, timed
from benchmarks.row import Row
from drivers.mycobot.arm import MycobotArm
from sim.emulators.mycobot.emulator import MycobotEmulator

CYCLES = 1500
WARM_UP = 100
PLACE = (0.0, 0.0, -1.8, 1.8, 0.0, 0.0, 0.01)


class PromptDevice:
    """The emulated arm with a controller that takes no time."""

    def __init__(self) -> None:
        self._clock = SteppedClock()
        self._emulator = MycobotEmulator(StandingPlant(np.array(PLACE)), arm_config(), self._clock)

    def answer(self, data: bytes) -> bytes:
        self._emulator.receive(data)
        out = b""
        while (due := self._emulator.due()) is not None:
            self._clock.sleep_until(due)
            out += self._emulator.take()
        return out


def arm_config() -> ArmConfig:
    return load(builtin("arms", "mycobot280"), ArmConfig)


def serve(pipe: Connection, ports: int) -> None:
    """Serve ``ports`` arms on pseudo-terminals until the pipe closes."""
    devices: dict[int, PromptDevice] = {}
    names, keep = [], []
    for _ in range(ports):
        master, slave = os.openpty()
        tty.setraw(slave)
        keep.append(slave)
        names.append(os.ttyname(slave))
        devices[master] = PromptDevice()
    control = pipe.fileno()
    pipe.send(names)
    while True:
        for ready in select.select([control, *devices], (), ())[0]:
            if ready == control:
                return
            if out := devices[ready].answer(os.read(ready, 4096)):
                os.write(ready, out)


class OurCycle:
    """Send a command and read the arm, with every check and conversion of the driver."""

    def __init__(self, path: str) -> None:
        self._clock = SystemClock()
        scene = SceneConfig(name="bench", title="", arm="mycobot280", furniture={}, objects={}, places={})
        self.arm = MycobotArm(ArmContext(arm_config(), self._clock, scene, path))
        self.arm.connect()
        self.arm.enable()
        self._positions = self.arm.read().positions
        self._speeds = np.full(7, 0.5)
        self._sequence = 0
        self.failed = 0

    def __call__(self) -> None:
        self._sequence += 1
        now = self._clock.now()
        self.arm.send(
            ApprovedCommand(supervisor_seal(), self._positions, self._speeds, now, now + 0.1, self._sequence, epoch=1)
        )
        self.failed += not self.arm.read().complete


class VendorCycle:
    """The maker's calls for the same: send six angles, get six angles, get the gripper's value."""

    def __init__(self, path: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            from pymycobot import MyCobot280
        self.robot = MyCobot280(path)
        self._degrees = [0.0, 0.0, -103.13, 103.13, 0.0, 0.0]
        self.failed = 0

    def __call__(self) -> None:
        self.robot.send_angles(self._degrees, 17)
        angles, value = self.robot.get_angles(), self.robot.get_gripper_value()
        self.failed += not (isinstance(angles, list) and len(angles) == 6 and 0 <= value <= 100)


def measure(cycles: int) -> tuple[Times, Times]:
    """Return the times of our cycles and the maker's, taken in turn."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, 2), daemon=True)
    process.start()
    there.close()
    try:
        first, second = here.recv()
        ours, vendor = OurCycle(first), VendorCycle(second)
        turns: tuple[tuple[Callable[[], None], Times], ...] = ((ours, []), (vendor, []))
        for number in range(WARM_UP + cycles):
            for cycle, times in turns:
                measured = timed(cycle)
                if number >= WARM_UP:
                    times.append(measured)
        ours.arm.close()
        vendor.robot.close()
        if ours.failed or vendor.failed:
            print(f"myCobot cycle: incomplete readings: ours {ours.failed}, the maker's {vendor.failed} of {cycles}")
        return turns[0][1], turns[1][1]
    finally:
        here.close()
        process.join(2)
        if process.is_alive():
            process.terminate()
            process.join()


def run(cycles: int = CYCLES) -> list[Row]:
    """Return the rows of this benchmark."""
    ours, vendor = measure(cycles)
    rows = []
    for title, place, figure in (
        ("myCobot cycle, median", 0, statistics.median),
        ("myCobot cycle, p99", 0, lambda times: float(np.percentile(times, 99))),
        ("myCobot cycle, processor time, median", 1, statistics.median),
    ):
        our, theirs = (figure([times[place] for times in measured]) for measured in (ours, vendor))
        rows.append(Row(title, our, "µs", f"pymycobot {theirs:.0f} µs", our / theirs))
    return rows


if __name__ == "__main__":
    for row in run():
        print(f"{row.title}: {row.value:.0f} {row.unit} ({row.reference}, ratio {row.ratio:.2f})")
