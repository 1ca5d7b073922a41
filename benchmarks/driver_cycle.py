"""One cycle of the Feetech driver (goals out, measurements in, six servos) beside the maker's Python package.

Both speak over pseudo-terminals to one other process that answers from a table, taking turns cycle by cycle, so that
whatever else the computer does hits both alike. There is no line in between: the figures are what the host adds to the
2.9 ms that the bytes of such a cycle take at 1 Mbaud.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import select
import statistics
import time
import tty
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

import numpy as np
import scservo_sdk as sdk

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.hal.command import ApprovedCommand, supervisor_seal
from armctl.hal.registry import ArmContext
from armctl.hal.scene import SceneState
from armctl.hal.state import BoolArray, FloatArray
from benchmarks.host import Steal
from benchmarks.row import Row
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


class StandingPlant:
    """Joints that stand still."""

    def __init__(self, positions: FloatArray) -> None:
        self._positions = positions

    def step(self, dt: float, goals: FloatArray, speeds: FloatArray, torque_on: BoolArray, efforts: FloatArray) -> None:
        pass

    def positions(self) -> FloatArray:
        return self._positions

    def velocities(self) -> FloatArray:
        return np.zeros_like(self._positions)

    def efforts(self) -> FloatArray:
        return np.zeros_like(self._positions)

    def scene(self, stamp: float) -> SceneState:
        return SceneState(stamp, {})

    def close(self) -> None:
        pass


class TableDevice:
    """Emulated servos at first; once frozen, every request is answered from a table of what they said to it."""

    def __init__(self, emulator: FeetechEmulator) -> None:
        self._emulator = emulator
        self._table: dict[bytes, bytes] = {}
        self.frozen = False

    def answer(self, data: bytes) -> bytes:
        out = b""
        while data:
            size = data[3] + 4
            out += self._answer_one(data[:size])
            data = data[size:]
        return out

    def _answer_one(self, request: bytes) -> bytes:
        if self.frozen and request[4] == Instruction.SYNC_WRITE:
            return b""
        known = self._table.get(request) if self.frozen else None
        if known is None:
            self._emulator.receive(request)
            known = b""
            # What is kept without power is confirmed some milliseconds later.
            while (due := self._emulator.due()) is not None:
                time.sleep(max(0.0, due - time.monotonic()))
                known += self._emulator.take()
            self._table[request] = known
        return known


def arm_config() -> ArmConfig:
    return load(builtin("arms", "so101"), ArmConfig)


def serve(pipe: Connection, ports: int) -> None:
    """Serve ``ports`` arms on pseudo-terminals until the pipe closes; anything that comes through it freezes them."""
    devices: dict[int, TableDevice] = {}
    names, keep = [], []
    for _ in range(ports):
        master, slave = os.openpty()
        tty.setraw(slave)
        keep.append(slave)
        names.append(os.ttyname(slave))
        plant = StandingPlant(np.array([0.0, -0.9, 1.1, -0.2, -1.5, 0.5]))
        devices[master] = TableDevice(FeetechEmulator(plant, arm_config(), SystemClock()))
    control = pipe.fileno()
    pipe.send(names)
    while True:
        for ready in select.select([control, *devices], (), ())[0]:
            if ready == control:
                try:
                    pipe.recv()
                except EOFError:
                    return
                for device in devices.values():
                    device.frozen = True
            elif out := devices[ready].answer(os.read(ready, 4096)):
                os.write(ready, out)


class OurCycle:
    """Send a command and read the arm, with every check and conversion of the driver."""

    def __init__(self, path: str) -> None:
        self._clock = SystemClock()
        scene = SceneConfig(name="bench", title="", arm="so101", furniture={}, objects={}, places={})
        self.arm = FeetechArm(ArmContext(arm_config(), self._clock, scene, path))
        self.arm.connect()
        self.arm.enable()
        self._positions = self.arm.read().positions
        self._speeds = np.full(6, 0.5)
        self._sequence = 0
        self.failed = 0

    def __call__(self) -> None:
        self._sequence += 1
        now = self._clock.now()
        command = ApprovedCommand(
            supervisor_seal(), self._positions, self._speeds, now, now + 0.1, self._sequence, epoch=1
        )
        self.arm.send(command)
        self.failed += not self.arm.read().complete


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
        self.failed += self._reader.txRxPacket() != sdk.COMM_SUCCESS
        for servo in range(1, 7):
            for address, size in VALUES:
                self._reader.getData(servo, address, size)


class BareCycle:
    """The same bytes with nothing done to them: write, wait, read. What no driver can do without."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        goals = b"\x32" + word(2048) + word(0) + word(340)
        self._write = codec.sync_write(ACCELERATION.address, [(servo, goals) for servo in range(1, 7)])
        self._request = codec.sync_read(range(1, 7), *READ)
        self._size = 6 * (READ.length + codec.OVERHEAD)

    def __call__(self) -> None:
        os.write(self._fd, self._write)
        os.write(self._fd, self._request)
        missing = self._size
        while missing:
            select.select([self._fd], (), ())
            missing -= len(os.read(self._fd, missing))


def timed(cycle: Callable[[], None]) -> tuple[float, float]:
    """Return wall time and processor time of one cycle [µs]."""
    wall, busy = time.perf_counter_ns(), time.thread_time_ns()
    cycle()
    return (time.perf_counter_ns() - wall) / 1000, (time.thread_time_ns() - busy) / 1000


Times = list[tuple[float, float]]
"""Wall and processor time of each cycle [µs]."""


def measure(cycles: int) -> tuple[Times, Times, Times]:
    """Return the times of our cycles, the maker's and the bare ones, taken in turn."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, 3), daemon=True)
    process.start()
    there.close()
    try:
        return _measure(here, cycles)
    finally:
        here.close()
        end(process)


def _measure(pipe: Connection, cycles: int) -> tuple[Times, Times, Times]:
    first, second, third = pipe.recv()
    ours, vendor, bare = OurCycle(first), VendorCycle(second), BareCycle(third)
    pipe.send("freeze")
    # As the control process does before its first cycle.
    gc.collect()
    gc.freeze()
    turns: tuple[tuple[Callable[[], None], Times], ...] = ((ours, []), (vendor, []), (bare, []))
    for number in range(WARM_UP + cycles):
        for cycle, times in turns:
            measured = timed(cycle)
            if number >= WARM_UP:
                times.append(measured)
    gc.unfreeze()
    ours.arm.close()
    vendor.port.closePort()
    if ours.failed or vendor.failed:
        print(f"driver cycle: incomplete readings: ours {ours.failed}, the maker's {vendor.failed} of {cycles}")
    return turns[0][1], turns[1][1], turns[2][1]


def end(process: SpawnProcess) -> None:
    process.join(2)
    if process.is_alive():
        process.terminate()
        process.join()


def run(cycles: int = CYCLES) -> list[Row]:
    """Return the rows of this benchmark."""
    with Steal() as steal:
        ours, vendor, bare = measure(cycles)
    rows = []
    for title, place, figure, bar in (
        ("driver cycle, 6 servos, median", 0, statistics.median, 1.0),
        ("driver cycle, 6 servos, p99", 0, lambda times: float(np.percentile(times, 99)), None),
        ("driver cycle, processor time, median", 1, statistics.median, None),
    ):
        our = figure([times[place] for times in ours])
        theirs = figure([times[place] for times in vendor])
        least = figure([times[place] for times in bare])
        beside = f"scservo_sdk {theirs:.0f} µs, bare bytes {least:.0f} µs"
        rows.append(Row(title, our, "µs", beside, our / theirs, bar, void=steal.void))
    p99 = rows[1]
    return [rows[0], replace(p99, ratio=None, bar=LONGEST), rows[2]]


if __name__ == "__main__":
    for row in run():
        ratio = "" if row.ratio is None else f", ratio {row.ratio:.2f}"
        print(f"{row.title}: {row.value:.0f} {row.unit} ({row.reference}{ratio}) {row.verdict} {row.void}")
