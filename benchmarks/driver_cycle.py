"""One cycle of the Feetech driver (goals out, measurements in, six servos) beside the maker's Python package.

Both speak over pseudo-terminals to one other process that answers from a table, taking turns cycle by cycle, so that
whatever else the computer does hits both alike. There is no line in between: the figures are what the host adds to the
2.9 ms that the bytes of such a cycle take at 1 Mbaud.
"""

from __future__ import annotations

import statistics
from dataclasses import replace
from functools import partial

import numpy as np
import scservo_sdk as sdk

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from benchmarks.host import Steal
from benchmarks.row import Row
from benchmarks.wired import BareCycle, OurCycle, StandingPlant, TableDevice, Times
from benchmarks.wired import measure as measured_at
from drivers.feetech import codec
from drivers.feetech.arm import FeetechArm
from drivers.feetech.codec import word
from drivers.feetech.messages import ACCELERATION, Instruction
from drivers.feetech.readings import span
from sim.emulators.feetech.emulator import FeetechEmulator

CYCLES = 3000
WARM_UP = 200
READ = span(0, long=True)
"""What the driver reads in every cycle at 100 Hz: what a servo was told and what it measures, in one go."""
VALUES = ((40, 1), (41, 1), (48, 2), (56, 2), (58, 2), (60, 2), (62, 1), (63, 1), (65, 1), (69, 2))
"""Address and size of what is made of it."""
GOAL_LENGTH = 7
LONGEST = 500.0
"""What 99 of 100 cycles are to stay below on a quiet computer [µs]."""


def arm_config() -> ArmConfig:
    return load(builtin("arms", "so101"), ArmConfig)


def device() -> TableDevice:
    """Return six servos that answer from a table."""
    plant = StandingPlant(np.array([0.0, -0.9, 1.1, -0.2, -1.5, 0.5]))
    emulator = FeetechEmulator(plant, arm_config(), SystemClock())
    return TableDevice(emulator, lambda data: data[3] + 4, lambda request: request[4] == Instruction.SYNC_WRITE)


class VendorCycle:
    """The maker's group sync write and group sync read of the same registers, as raw integers."""

    def __init__(self, path: str) -> None:
        self.port = sdk.PortHandler(path)
        self.port.openPort()
        self.port.setBaudRate(1_000_000)
        packets = sdk.PacketHandler(0)
        self._writer = sdk.GroupSyncWrite(self.port, packets, ACCELERATION.address, GOAL_LENGTH)
        self._reader = sdk.GroupSyncRead(self.port, packets, *READ)
        for servo in range(1, 7):
            self._reader.addParam(servo)
        self.failed = 0

    def __call__(self) -> None:
        self._writer.clearParam()
        for servo in range(1, 7):
            self._writer.addParam(servo, b"\x32" + word(2048) + word(0) + word(340))
        self._writer.txPacket()
        if self._reader.txRxPacket() != sdk.COMM_SUCCESS:
            self.failed += 1
            return
        for servo in range(1, 7):
            for address, size in VALUES:
                self._reader.getData(servo, address, size)

    def close(self) -> None:
        self.port.closePort()


def bare(path: str) -> BareCycle:
    """Return the same bytes with nothing done to them."""
    goals = b"\x32" + word(2048) + word(0) + word(340)
    return BareCycle(
        path,
        codec.sync_write(ACCELERATION.address, [(servo, goals) for servo in range(1, 7)]),
        codec.sync_read(range(1, 7), *READ),
        6 * (READ.length + codec.OVERHEAD),
    )


def measure(cycles: int) -> list[Times]:
    """Return the times of our cycles, the maker's and the bare ones, taken in turn."""
    return measured_at(device, (partial(OurCycle, FeetechArm, arm_config()), VendorCycle, bare), cycles, WARM_UP)


def run(cycles: int = CYCLES) -> list[Row]:
    """Return the rows of this benchmark."""
    with Steal() as steal:
        ours, vendor, least_bytes = measure(cycles)
    rows = []
    for title, place, figure, bar in (
        ("driver cycle, 6 servos, median", 0, statistics.median, 1.0),
        ("driver cycle, 6 servos, p99", 0, lambda times: float(np.percentile(times, 99)), None),
        ("driver cycle, processor time, median", 1, statistics.median, None),
    ):
        our = figure([times[place] for times in ours])
        theirs = figure([times[place] for times in vendor])
        least = figure([times[place] for times in least_bytes])
        beside = f"scservo_sdk {theirs:.0f} µs, bare bytes {least:.0f} µs"
        rows.append(Row(title, our, "µs", beside, our / theirs, bar, void=steal.void))
    p99 = rows[1]
    return [rows[0], replace(p99, ratio=None, bar=LONGEST), rows[2]]


if __name__ == "__main__":
    for row in run():
        ratio = "" if row.ratio is None else f", ratio {row.ratio:.2f}"
        print(f"{row.title}: {row.value:.0f} {row.unit} ({row.reference}{ratio}) {row.verdict} {row.void}")
