"""One cycle of the myCobot driver (goal out, six angles and the gripper in) beside the maker's Python package.

Both speak over pseudo-terminals to one other process that answers at once, taking turns cycle by cycle, so that
whatever else the computer does hits both alike. There is neither controller nor line in between: the figures are what
the host adds to the 25 ms or so that the controller takes for such a cycle. The maker's package waits for the
acknowledgement of each goal; ours takes note of it in the next reading, and looks at one thing more.
"""

from __future__ import annotations

import statistics
import warnings
from functools import partial

import numpy as np

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from benchmarks.row import Row
from benchmarks.wired import OurCycle, StandingPlant, Times
from benchmarks.wired import measure as measured_at
from drivers.mycobot.arm import MycobotArm
from sim.emulators.mycobot.emulator import MycobotEmulator

CYCLES = 1500
WARM_UP = 100
PLACE = (0.0, 0.0, -1.8, 1.8, 0.0, 0.0, 0.01)


class PromptDevice:
    """The emulated arm with a controller that takes no time."""

    def __init__(self) -> None:
        self._clock = SteppedClock()
        self.frozen = False
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

    def close(self) -> None:
        self.robot.close()


def measure(cycles: int) -> list[Times]:
    """Return the times of our cycles and the maker's, taken in turn."""
    return measured_at(PromptDevice, (partial(OurCycle, MycobotArm, arm_config()), VendorCycle), cycles, WARM_UP)


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
