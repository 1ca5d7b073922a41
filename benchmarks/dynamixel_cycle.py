"""One cycle of the DYNAMIXEL driver (goals out, measurements in, six servos) beside the maker's Python package.

All speak over pseudo-terminals to one other process that answers from a table, taking turns cycle by cycle, so that
whatever else the computer does hits all alike. The same 18 bytes of each servo are read by everybody: ours by a fast
read, the maker's package once by its fast sync read and once by its sync read. There is no line in between: the figures
are what the host adds to the 2.6 ms that the bytes of such a cycle take at 1 Mbaud.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial

import dynamixel_sdk as sdk
import numpy as np

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from benchmarks.row import Row
from benchmarks.wired import BareCycle, OurCycle, StandingPlant, TableDevice, Times
from benchmarks.wired import measure as measured_at
from drivers.dynamixel import codec
from drivers.dynamixel.arm import DynamixelArm
from drivers.dynamixel.messages import PROFILE_ACCELERATION, XL430_W250, Instruction
from drivers.dynamixel.readings import BLOCK_SIZE
from drivers.dynamixel.torque import goal_row
from sim.emulators.dynamixel.emulator import DynamixelEmulator

CYCLES = 3000
WARM_UP = 200
IDS = range(1, 7)
DATA = XL430_W250.indirect[0].data
GOAL = goal_row(70, 22, 2048)
POSE = (0.0, 1.2, 1.5, 0.5, 0.0, 0.8)


def arm_config() -> ArmConfig:
    """Return an arm of six XL430: the Koch arm, with one model of servo throughout."""
    config = load(builtin("arms", "koch_v11"), ArmConfig)
    alike = {"model": XL430_W250.number, "operating_mode": 4, "gains": None}
    joints = [
        joint.model_copy(update={"servo": joint.servo.model_copy(update=alike)})
        for joint in config.joints
        if joint.servo is not None
    ]
    return config.model_copy(update={"joints": tuple(joints)})


def device() -> TableDevice:
    """Return six servos that answer from a table."""
    emulator = DynamixelEmulator(StandingPlant(np.array(POSE)), arm_config(), SystemClock())
    return TableDevice(
        emulator,
        lambda data: int.from_bytes(data[5:7], "little") + 7,
        lambda request: request[7:8] == bytes((Instruction.SYNC_WRITE,)),
    )


class VendorCycle:
    """The maker's group sync write and group sync read, fast or one by one, of the same registers as raw integers."""

    def __init__(self, path: str, *, fast: bool) -> None:
        self.port = sdk.PortHandler(path)
        self.port.openPort()
        self.port.setBaudRate(1_000_000)
        packets = sdk.PacketHandler(2.0)
        self._writer = sdk.GroupSyncWrite(self.port, packets, PROFILE_ACCELERATION.address, len(GOAL))
        self._reader = sdk.GroupSyncRead(self.port, packets, DATA, BLOCK_SIZE)
        for servo in IDS:
            self._reader.addParam(servo)
        self._read = self._reader.fastSyncRead if fast else self._reader.txRxPacket
        self.failed = 0

    def __call__(self) -> None:
        self._writer.clearParam()
        for servo in IDS:
            self._writer.addParam(servo, GOAL)
        self._writer.txPacket()
        if self._read() != sdk.COMM_SUCCESS:
            self.failed += 1
            return
        for servo in IDS:
            for offset, size in ((0, 4), (4, 4), (8, 2), (10, 2), (12, 1), (13, 1), (14, 1), (16, 1)):
                self._reader.getData(servo, DATA + offset, size)

    def close(self) -> None:
        self.port.closePort()


def bare(path: str) -> BareCycle:
    """Return the same bytes with nothing done to them."""
    return BareCycle(
        path,
        codec.sync_write(PROFILE_ACCELERATION.address, [(servo, GOAL) for servo in IDS]),
        codec.fast_sync_read(IDS, DATA, BLOCK_SIZE),
        codec.fast_length([BLOCK_SIZE] * len(IDS)) + 7,
    )


def measure(cycles: int) -> list[Times]:
    """Return the times of our cycles, the maker's fast and plain ones and the bare ones, taken in turn."""
    vendors = (partial(VendorCycle, fast=True), partial(VendorCycle, fast=False))
    return measured_at(device, (partial(OurCycle, DynamixelArm, arm_config()), *vendors, bare), cycles, WARM_UP)


def run(cycles: int = CYCLES) -> list[Row]:
    """Return the rows of this benchmark."""
    taken = measure(cycles)
    figures: tuple[tuple[str, int, Callable[[list[float]], float], float | None], ...] = (
        ("dynamixel cycle, 6 servos, median", 0, statistics.median, 1.0),
        ("dynamixel cycle, 6 servos, p99", 0, lambda times: float(np.percentile(times, 99)), None),
        ("dynamixel cycle, processor time, median", 1, statistics.median, None),
    )
    rows = []
    for title, place, figure, bar in figures:
        ours, fast, plain, least = (figure([time[place] for time in times]) for times in taken)
        beside = f"dynamixel_sdk fast {fast:.0f} µs, sync read {plain:.0f} µs, bare bytes {least:.0f} µs"
        rows.append(Row(title, ours, "µs", beside, ours / fast, bar))
    return rows


if __name__ == "__main__":
    for row in run():
        print(f"{row.title}: {row.value:.0f} {row.unit} ({row.reference}, ratio {row.ratio:.2f})")
