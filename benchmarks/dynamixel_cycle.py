"""One cycle of the DYNAMIXEL driver (goals out, measurements in, six servos) beside the maker's Python package.

All speak over pseudo-terminals to one other process that answers from a table, taking turns cycle by cycle, so that
whatever else the computer does hits all alike. The same 18 bytes of each servo are read by everybody: ours by a fast
read, the maker's package once by its fast sync read and once by its sync read. There is no line in between: the figures
are what the host adds to the 2.6 ms that the bytes of such a cycle take at 1 Mbaud.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import statistics
import tty
from collections.abc import Callable
from multiprocessing.connection import Connection

import dynamixel_sdk as sdk
import numpy as np

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.hal.command import ApprovedCommand, supervisor_seal
from armctl.hal.registry import ArmContext
from benchmarks.driver_cycle import StandingPlant, Times, end, timed
from benchmarks.row import Row
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


class TableDevice:
    """Emulated servos at first; once frozen, every request is answered from a table of what they said to it."""

    def __init__(self, emulator: DynamixelEmulator) -> None:
        self._emulator = emulator
        self._table: dict[bytes, bytes] = {}
        self.frozen = False

    def answer(self, data: bytes) -> bytes:
        out = b""
        while data:
            size = int.from_bytes(data[5:7], "little") + 7
            out += self._answer_one(data[:size])
            data = data[size:]
        return out

    def _answer_one(self, request: bytes) -> bytes:
        if self.frozen and request[7] == Instruction.SYNC_WRITE:
            return b""
        known = self._table.get(request) if self.frozen else None
        if known is None:
            self._emulator.receive(request)
            known = self._emulator.take()
            if known:
                self._table[request] = known
        return known


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


def serve(pipe: Connection, ports: int) -> None:
    """Serve ``ports`` arms on pseudo-terminals until the pipe closes; anything that comes through it freezes them."""
    devices: dict[int, TableDevice] = {}
    names, keep = [], []
    for _ in range(ports):
        master, slave = os.openpty()
        tty.setraw(slave)
        keep.append(slave)
        names.append(os.ttyname(slave))
        devices[master] = TableDevice(DynamixelEmulator(StandingPlant(np.array(POSE)), arm_config(), SystemClock()))
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
        scene = SceneConfig(name="bench", title="", arm="koch_v11", furniture={}, objects={}, places={})
        self.arm = DynamixelArm(ArmContext(arm_config(), self._clock, scene, path))
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

    def close(self) -> None:
        self.arm.close()


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
        self.failed += self._read() != sdk.COMM_SUCCESS
        for servo in IDS:
            for offset, size in ((0, 4), (4, 4), (8, 2), (10, 2), (12, 1), (13, 1), (14, 1), (16, 1)):
                self._reader.getData(servo, DATA + offset, size)

    def close(self) -> None:
        self.port.closePort()


class BareCycle:
    """The same bytes with nothing done to them: write, wait, read. What no driver can do without."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        self._write = codec.sync_write(PROFILE_ACCELERATION.address, [(servo, GOAL) for servo in IDS])
        self._request = codec.fast_sync_read(IDS, DATA, BLOCK_SIZE)
        self._size = codec.fast_length([BLOCK_SIZE] * len(IDS)) + 7
        self.failed = 0

    def __call__(self) -> None:
        os.write(self._fd, self._write)
        os.write(self._fd, self._request)
        missing = self._size
        while missing:
            select.select([self._fd], (), ())
            missing -= len(os.read(self._fd, missing))

    def close(self) -> None:
        os.close(self._fd)


def measure(cycles: int) -> list[Times]:
    """Return the times of our cycles, the maker's fast and plain ones and the bare ones, taken in turn."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, 4), daemon=True)
    process.start()
    there.close()
    try:
        return _measure(here, cycles)
    finally:
        here.close()
        end(process)


def _measure(pipe: Connection, cycles: int) -> list[Times]:
    ports = pipe.recv()
    turns: tuple[OurCycle | VendorCycle | BareCycle, ...] = (
        OurCycle(ports[0]),
        VendorCycle(ports[1], fast=True),
        VendorCycle(ports[2], fast=False),
        BareCycle(ports[3]),
    )
    pipe.send("freeze")
    times: list[Times] = [[] for _ in turns]
    for number in range(WARM_UP + cycles):
        for cycle, taken in zip(turns, times, strict=True):
            measured = timed(cycle)
            if number >= WARM_UP:
                taken.append(measured)
    for cycle in turns:
        cycle.close()
        if cycle.failed:
            print(f"dynamixel cycle: {type(cycle).__name__}: {cycle.failed} incomplete readings of {cycles}")
    return times


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
        ours, fast, plain, bare = (figure([time[place] for time in times]) for times in taken)
        beside = f"dynamixel_sdk fast {fast:.0f} µs, sync read {plain:.0f} µs, bare bytes {bare:.0f} µs"
        rows.append(Row(title, ours, "µs", beside, ours / fast, bar))
    return rows


if __name__ == "__main__":
    for row in run():
        print(f"{row.title}: {row.value:.0f} {row.unit} ({row.reference}, ratio {row.ratio:.2f})")
