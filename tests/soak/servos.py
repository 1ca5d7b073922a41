"""Emulated servos on a pseudo-terminal, as a process of their own that writes down every byte.

Standard output gets JSON lines: ``["written", time, hex]``, ``["answered", time, hex]``, ``["reading", time, steps]``,
``["power", time, id]``. Standard input takes names of troubles, one a line, with the seconds they last.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.motors import STEP
from sim.emulators.pty import PtyServer
from tests.soak.plant import LaggingPlant
from tests.soak.trouble import KINDS

HOME = (0.0, -0.9, 1.1, -0.2, -1.522, 0.5)
POSITION = 56
READING_EVERY = 0.01


class Ear:
    """The device for the terminal, with everything that passes written down."""

    def __init__(self, emulator: FeetechEmulator, clock: SystemClock) -> None:
        self._emulator = emulator
        self._clock = clock
        self._next = 0.0

    def receive(self, data: bytes) -> None:
        self.say("written", data.hex())
        self._emulator.receive(data)

    def take(self) -> bytes:
        data = self._emulator.take()
        if data:
            self.say("answered", data.hex())
        return data

    def due(self) -> float | None:
        return self._emulator.due()

    def advance(self) -> None:
        self._emulator.advance()
        if self._clock.now() >= self._next:
            self._next = self._clock.now() + READING_EVERY
            raw = [int.from_bytes(servo.memory.read(POSITION, 2), "little") for servo in self._emulator.servos]
            self.say("reading", [-(step & 0x7FFF) if step & 0x8000 else step for step in raw])

    def say(self, what: str, value: object) -> None:
        sys.stdout.write(json.dumps([what, self._clock.now(), value]) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--link", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    clock = SystemClock()
    plant = LaggingPlant(np.array(HOME), options.seed)
    emulator = FeetechEmulator(plant, load(builtin("arms", "so101"), ArmConfig), clock)
    ear = Ear(emulator, clock)
    side = SimpleNamespace(
        chance=random.Random(options.seed),
        emulator=emulator,
        plant=plant,
        checker=SimpleNamespace(power_lost=lambda servo: ear.say("power", servo)),
    )
    server = PtyServer(ear, clock, options.link)
    running = []
    try:
        while True:
            ear.advance()
            server.serve(STEP)
            sys.stdout.flush()
            for row in [row for row in running if row[0] <= clock.now()]:
                running.remove(row)
                row[1]()
            if select.select([sys.stdin], (), (), 0.0)[0]:
                line = sys.stdin.readline()
                if not line:
                    return 0
                name, _, lasts = line.strip().rpartition(" ")
                running.append((clock.now() + float(lasts), KINDS[name][0](side)))  # type: ignore[arg-type]
    finally:
        server.close()


if __name__ == "__main__":
    # Who reads decides when this ends: a pipe without a reader is no error here.
    try:
        code = main()
    except BrokenPipeError:
        os._exit(0)
    sys.exit(code)
