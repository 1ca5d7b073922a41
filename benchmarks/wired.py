"""What the benchmarks of drivers share: devices on pseudo-terminals in another process, and cycles taken in turn."""

from __future__ import annotations

import gc
import multiprocessing
import os
import select
import time
import tty
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Protocol, TypeAlias

import numpy as np

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.scene import SceneConfig
from armctl.hal.arm import Arm
from armctl.hal.command import ApprovedCommand, supervisor_seal
from armctl.hal.registry import ArmContext
from armctl.hal.scene import SceneState
from armctl.hal.state import BoolArray, FloatArray
from sim.emulators.pty import Device as Emulator

Times: TypeAlias = list[tuple[float, float]]
"""Wall and processor time of each cycle [µs]."""


HEADER = b"\xff\xff"
"""What a request of either protocol begins with."""
HEAD = 6
"""It is no shorter, and its length is known once so much of it came [bytes]."""


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


class Device(Protocol):
    """What answers at a port; once ``frozen`` it need not work anything out any more."""

    frozen: bool

    def answer(self, data: bytes) -> bytes: ...


class TableDevice:
    """Emulated servos at first; once frozen, every request is answered from a table of what they said to it.

    Args:
        emulator: The servos.
        size: How long the request at the beginning of some bytes is.
        silent: Tells whether a request is never answered.
    """

    def __init__(self, emulator: Emulator, size: Callable[[bytes], int], silent: Callable[[bytes], bool]) -> None:
        self._emulator = emulator
        self._size = size
        self._silent = silent
        self._table: dict[bytes, bytes] = {}
        self._rest = b""
        self.frozen = False

    def answer(self, data: bytes) -> bytes:
        out = b""
        # On a busy computer a request comes in pieces.
        self._rest += data
        self._rest = self._rest[max(0, self._rest.find(HEADER)) :]
        while len(self._rest) >= HEAD and len(self._rest) >= (size := self._size(self._rest)):
            out += self._answer_one(self._rest[:size])
            self._rest = self._rest[size:]
        return out

    def _answer_one(self, request: bytes) -> bytes:
        if self.frozen and self._silent(request):
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


def serve(pipe: Connection, make: Callable[[], Device], ports: int) -> None:
    """Serve ``ports`` devices on pseudo-terminals until the pipe closes; whatever comes through it freezes them."""
    devices: dict[int, Device] = {}
    names, keep = [], []
    for _ in range(ports):
        master, slave = os.openpty()
        tty.setraw(slave)
        keep.append(slave)
        names.append(os.ttyname(slave))
        devices[master] = make()
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


class Cycle(Protocol):
    """What is timed; ``failed`` counts the times when not everything came."""

    failed: int

    def __call__(self) -> None: ...

    def close(self) -> None: ...


class OurCycle:
    """Send a command and read the arm, with every check and conversion of the driver.

    Args:
        create: Makes the arm.
        config: Its configuration.
        path: Its port.
    """

    def __init__(self, create: Callable[[ArmContext], Arm], config: ArmConfig, path: str) -> None:
        self._clock = SystemClock()
        scene = SceneConfig(name="bench", title="", arm=config.name, furniture={}, objects={}, places={})
        self.arm = create(ArmContext(config, self._clock, scene, path))
        self.arm.connect()
        self.arm.enable()
        self._positions = self.arm.read().positions
        self._speeds = np.full(len(self._positions), 0.5)
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


class BareCycle:
    """The same bytes with nothing done to them: write, wait, read. What no driver can do without.

    Args:
        path: The port.
        orders: What is sent first, without an answer.
        request: What is asked.
        size: How many bytes answer it.
    """

    def __init__(self, path: str, orders: bytes, request: bytes, size: int) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        self._orders, self._request, self._size = orders, request, size
        self.failed = 0

    def __call__(self) -> None:
        os.write(self._fd, self._orders)
        os.write(self._fd, self._request)
        missing = self._size
        while missing:
            select.select([self._fd], (), ())
            missing -= len(os.read(self._fd, missing))

    def close(self) -> None:
        os.close(self._fd)


def timed(cycle: Callable[[], None]) -> tuple[float, float]:
    """Return wall time and processor time of one cycle [µs]."""
    wall, busy = time.perf_counter_ns(), time.thread_time_ns()
    cycle()
    return (time.perf_counter_ns() - wall) / 1000, (time.thread_time_ns() - busy) / 1000


def measure(
    make: Callable[[], Device], cycles_at: Sequence[Callable[[str], Cycle]], count: int, warm_up: int
) -> list[Times]:
    """Return the times of each cycle, all taken in turn ``count`` times, after ``warm_up`` times that do not count.

    Args:
        make: Makes a device, in the other process: a function of a module.
        cycles_at: Makes the cycle at a port; each gets a device of its own.
        count: How often.
        warm_up: How often before.
    """
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(there, make, len(cycles_at)), daemon=True
    )
    process.start()
    there.close()
    try:
        cycles = [at(path) for at, path in zip(cycles_at, here.recv(), strict=True)]
        here.send("freeze")
        times = _in_turn(cycles, count, warm_up)
    finally:
        here.close()
        end(process)
    for cycle in cycles:
        cycle.close()
        if cycle.failed:
            print(f"{type(cycle).__name__}: {cycle.failed} incomplete readings of {count}")
    return times


def _in_turn(cycles: Sequence[Cycle], count: int, warm_up: int) -> list[Times]:
    # As the control process does before its first cycle.
    gc.collect()
    gc.freeze()
    times: list[Times] = [[] for _ in cycles]
    for number in range(warm_up + count):
        for cycle, taken in zip(cycles, times, strict=True):
            measured = timed(cycle)
            if number >= warm_up:
                taken.append(measured)
    gc.unfreeze()
    return times


def end(process: SpawnProcess) -> None:
    """Let ``process`` end; make it end after a while."""
    process.join(2)
    if process.is_alive():
        process.terminate()
        process.join()
