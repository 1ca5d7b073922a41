"""``armctl calibrate`` and ``armctl servo`` as people meet them: the real command in a terminal, emulated servos behind."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from armctl.cli.calibrate_ranges import middle_angle
from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import load
from armctl.hal.registry import ArmContext
from drivers.feetech import messages as reg
from drivers.feetech.arm import create
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.pty import PtyThread
from tests.support.arms import EMPTY_SCENE, so101
from tests.support.at_a_pty import InTerminal
from tests.support.calibrating import LYING, built
from tests.support.plants import ExactPlant

SWEEP = 12
"""Places each joint is shown at on its way from stop to stop."""


class Table:
    """An arm on a table, somebody at it, and the command in a terminal."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.plant = ExactPlant(LYING)
        self.emulator = FeetechEmulator(self.plant, built(), SystemClock())
        self.served = PtyThread(self.emulator, SystemClock())
        self.environment = {"XDG_DATA_HOME": str(folder / "data"), "SDL_AUDIODRIVER": "dummy"}
        self.terminals = []

    @property
    def own_file(self):
        return self.folder / "data" / "armctl" / "arms" / "so101.toml"

    def start(self, *arguments, **given):
        given.setdefault("environment", self.environment)
        self.terminals.append(InTerminal(*arguments, **given))
        return self.terminals[-1]

    def calibrate(self, **given):
        return self.start("calibrate", "so101", "--port", self.served.path, "--quiet", **given)

    def close(self):
        for terminal in self.terminals:
            terminal.close()
        self.served.unplug()

    def eeprom(self):
        return [servo.memory.read(0, reg.EEPROM_SIZE) for servo in self.emulator.servos]

    def torque(self):
        return [servo.memory.get(reg.TORQUE_ENABLE) for servo in self.emulator.servos]

    def push(self, joint, angle):
        self.served.do(lambda: self.plant.push(joint, angle))

    def bring_to_middle(self):
        for index, joint in enumerate(so101().joints):
            self.push(index, middle_angle(joint))
        time.sleep(0.05)

    def sweep(self, terminal):
        """Turn every joint from stop to stop, the gripper closed last, and look at the bars meanwhile."""
        for index, joint in enumerate(so101().joints):
            if joint.name == "wrist_roll":
                continue
            here = middle_angle(joint)
            ends = (joint.upper, joint.lower)
            for begin, end in ((here, ends[0]), ends):
                for part in range(1, SWEEP + 1):
                    self.push(index, begin + (end - begin) * part / SWEEP)
                    terminal.wait(0.02)
                terminal.wait(0.1)

    def to_the_ranges(self, terminal):
        terminal.wait_for("[Enter] begin")
        terminal.press("\r")
        terminal.wait_for("like the picture")
        self.bring_to_middle()
        terminal.press("\r")
        terminal.wait_for("shoulder pan")

    def to_the_directions(self, terminal):
        self.to_the_ranges(terminal)
        self.sweep(terminal)
        terminal.press("\r")
        terminal.wait_for("it is up")
        self.bring_to_middle()
        terminal.press("\r")
        terminal.wait_for("Press any key now")
        terminal.press(" ")

    def to_the_end(self, terminal):
        self.to_the_directions(terminal)
        for _ in range(40):  # a computer that is too slow stops the arm, and the person presses again
            found = terminal.wait_for("move it; any key stops", "[Enter] yes", "once more", "go limp and save")
            if found == "go limp and save":
                return
            terminal.press("\r")


@pytest.fixture
def table(tmp_path):
    it = Table(tmp_path)
    yield it
    it.close()


def test_an_arm_as_assembled_is_calibrated_and_its_driver_then_knows_where_it_is(table):
    terminal = table.calibrate()
    table.to_the_end(terminal)
    terminal.press("\r")
    terminal.wait_for("Saved:")
    assert terminal.result() == 0
    assert not any(table.torque())
    config = load(table.own_file, ArmConfig)
    arm = create(ArmContext(config, SystemClock(), EMPTY_SCENE, table.served.path))
    arm.connect()
    try:
        for _ in range(3):
            state = arm.read()
        assert state.positions == pytest.approx(table.plant.positions(), abs=0.02)
    finally:
        arm.close()
