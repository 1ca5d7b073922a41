"""The emulated arm by itself, on a stepped clock, asked with bytes that are written by hand."""

from functools import cache

import numpy as np

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from sim.emulators.mycobot.emulator import MycobotEmulator
from tests.support.plants import ExactPlant

HOME = (0.0, 0.0, -1.8, 1.8, 0.0, 0.0, 0.01)


@cache
def mycobot280():
    return load(builtin("arms", "mycobot280"), ArmConfig)


class Device:
    def __init__(self, *, paced=False, at=HOME):
        self.clock = SteppedClock()
        self.plant = ExactPlant(at)
        self.emulator = MycobotEmulator(self.plant, mycobot280(), self.clock, paced=paced)
        self.controller = self.emulator.controller

    def say(self, text, wait=0.03):
        """Send bytes, written in hexadecimal, and return what comes within a time [s], in hexadecimal."""
        self.emulator.receive(bytes.fromhex(text))
        return self.pass_time(wait)

    def pass_time(self, seconds):
        out = b""
        until = self.clock.now() + seconds
        while self.clock.now() < until - 1e-9:
            self.clock.advance(0.001)
            self.emulator.advance()
            out += self.emulator.take()
        return out.hex(" ").upper()

    def order(self, text, wait=0.03):
        """Send an order and see it acknowledged."""
        command = bytes.fromhex(text)[3]
        assert self.say(text, wait) == f"FE FE 03 {command:02X} 01 FA"

    def degrees(self):
        return np.degrees(self.plant.positions()[:6])
