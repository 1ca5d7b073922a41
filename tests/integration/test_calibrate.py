"""``armctl calibrate`` and ``armctl servo`` as people meet them: the real command in a terminal, emulated servos."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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
from tests.support.killed_commit import OFFSETS
from tests.support.plants import ExactPlant

SWEEP = 6
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
                terminal.wait(0.06)

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
        """Do what each prompt asks for; a computer that is too slow stops the arm, and the person tries again."""
        self.to_the_directions(terminal)
        prompts = (
            "any key stops",
            "[Enter] yes",
            "once more",
            "try again",
            "it is up",
            "any key now",
            "go limp and save",
        )
        for _ in range(60):
            found = terminal.wait_for(*prompts)
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


def before_the_ranges(table, terminal):
    terminal.wait_for("[Enter] begin")


def in_the_ranges(table, terminal):
    table.to_the_ranges(terminal)


def in_a_motion(table, terminal):
    table.to_the_directions(terminal)
    terminal.wait_for("move it; any key stops")
    terminal.press("\r")
    terminal.wait(0.4)


ENDINGS = {
    "q": lambda terminal: terminal.press("q"),
    "Ctrl-C": lambda terminal: terminal.press("\x03"),
    "the terminal is closed": lambda terminal: terminal.hang_up(),
    "SIGTERM": lambda terminal: terminal.process.terminate(),
}


def test_whatever_ends_it_servos_and_files_are_as_they_were_and_nothing_was_moved(table):
    before = table.eeprom()
    for moment, end in ENDINGS.items():
        reach = in_the_ranges if moment == "Ctrl-C" else before_the_ranges
        terminal = table.calibrate()
        reach(table, terminal)
        there = table.plant.positions()
        end(terminal)
        code = terminal.process.wait(10.0) if moment == "the terminal is closed" else terminal.result()
        assert code == 130, terminal.text[-500:]
        assert table.eeprom() == before
        assert not table.own_file.exists()
        assert not list(table.folder.rglob("*.json"))
        assert "Traceback" not in terminal.text
        if moment in ("q", "Ctrl-C"):
            assert "No servo's memory and no file was changed." in terminal.text
        assert table.plant.positions() == pytest.approx(there)


def test_killed_in_a_motion_the_arm_rests_with_torque_and_nothing_is_written(table):
    before = table.eeprom()
    terminal = table.calibrate()
    in_a_motion(table, terminal)
    terminal.process.kill()
    terminal.process.wait(5.0)
    time.sleep(0.3)
    there = table.plant.positions()
    time.sleep(0.3)
    assert table.plant.positions() == pytest.approx(there, abs=1e-6)
    assert all(table.torque())
    assert table.eeprom() == before
    assert not table.own_file.exists()


def test_killed_in_the_middle_of_the_final_write_the_arm_is_not_driven_until_it_is_put_right(table):
    before = table.eeprom()
    command = [sys.executable, "-m", "tests.support.killed_commit", table.served.path, "30"]
    killed = subprocess.run(command, env=os.environ | table.environment, timeout=20)
    assert killed.returncode == -signal.SIGKILL
    written = [servo.memory.get(reg.HOMING_OFFSET) for servo in table.emulator.servos]
    assert 0 < sum(offset == OFFSETS[servo] for servo, offset in enumerate(written, start=1)) < 6
    run = table.start("run", "--arm", "so101", "--port", table.served.path)
    assert run.result() == 2
    assert "interrupted while it was written" in run.text
    assert "armctl calibrate so101" in run.text.replace("\n", " ")
    terminal = table.calibrate()
    terminal.wait_for("What the servos kept before is back.")
    terminal.wait_for("[Enter] begin")
    terminal.press("q")
    assert terminal.result() == 130
    assert table.eeprom() == before
    again = table.start("run", "--arm", "so101", "--port", table.served.path)
    assert again.result() == 2
    assert "is not calibrated" in again.text


def test_the_live_table_ends_with_ctrl_c(table):
    terminal = table.start("servo", "watch", "--port", table.served.path)
    terminal.wait_for("gripper")
    terminal.press("\x03")
    assert terminal.result() == 0
    assert "does not answer" not in terminal.text
    assert "Traceback" not in terminal.text


def test_without_a_terminal_calibrating_is_refused_plainly(table):
    run = subprocess.run(
        [sys.executable, "-m", "armctl", "calibrate", "so101", "--port", table.served.path],
        env=os.environ | table.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert run.returncode == 2
    assert "needs a person at a terminal" in run.stderr
