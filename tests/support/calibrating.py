"""Somebody who calibrates the SO-101: a scripted person with hands, on a stepped clock, at emulated servos.

The servos begin as assembled: each has its own unknown offset between magnet and joint, so that the count wraps
somewhere in some joint's travel, and there is nothing about that in their memory.
"""

from __future__ import annotations

import math
from importlib import import_module
from pathlib import Path

import numpy as np

from armctl.cli.calibrate import model_limits
from armctl.cli.calibrate_check import bare_scene
from armctl.cli.calibrate_file import base_text
from armctl.cli.calibrate_flow import Calibration, Gear
from armctl.cli.calibrate_person import ENTER, Cancelled
from armctl.cli.calibrate_ranges import is_full_turn, middle_angle
from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import parse
from armctl.hal.registry import ARMS, ArmContext
from drivers.bench import bench_of
from drivers.dynamixel import messages as dxl
from drivers.feetech import messages as reg
from sim.emulators.registry import emulator_of
from tests.support.arms import so101, with_servo
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport

MOUNTED = (1900, 3900, 40, 2047, 512, 3071)
"""Where the magnet of each servo is when its joint is at zero [step]: as somebody put the horns on."""
LYING = (0.3, -1.2, 1.3, 0.4, 0.2, 0.1)
"""How the arm lies there at first [rad]."""


def built(mounted=MOUNTED, signs=None, config=None):
    """The arm as its servos are mounted: what the emulator is made of."""
    config = config or so101()
    for joint, step in zip(config.joints, mounted, strict=True):
        sign = (signs or {}).get(joint.name, joint.servo.sign)
        config = with_servo(config, joint.name, zero_step=step, sign=sign)
    return config


def maker(driver):
    """The driver's factory, which takes what opens its port."""
    module, _, name = ARMS[driver].partition(":")
    return getattr(import_module(module), name)


def kept(table):
    """What a DYNAMIXEL keeps without power."""
    return {cell.name: table.get(cell) for cell in table.model.registers if cell.area is dxl.Area.EEPROM}


class Pictures:
    """Pictures nobody looks at."""

    def pose(self, positions, goal=None):
        return np.zeros((4, 4, 3), dtype=np.uint8)


class Arm:
    """Emulated servos, how they were mounted, and a calibration of them on a stepped clock."""

    def __init__(self, folder: Path, mounted=MOUNTED, signs=None, positions=LYING, name="so101"):
        self.folder = folder
        self.clock = SteppedClock()
        self.plant = ExactPlant(positions)
        text, label = base_text(name)
        plain = model_limits(parse(text, ArmConfig, label))
        self.config = built(mounted, signs, plain)
        self.emulator = emulator_of(self.config.driver)(self.plant, self.config, self.clock)
        self.wires = []
        self.fails_after = None
        self.gear = Gear(
            arm=name,
            config=plain,
            text=text,
            label=label,
            port="/dev/loop",
            clock=self.clock,
            open_bench=lambda: bench_of(plain)("/dev/loop", 1_000_000, self.clock, self.open),
            make_arm=self.make,
            stamp="2026-01-01 12:00",
        )

    def open(self, path, rate, clock):
        assert all(wire.closed for wire in self.wires), "two at one port"
        self.wires.append(
            FailingTransport(self) if self.fails_after is not None else LoopTransport(self.emulator, clock)
        )
        return self.wires[-1]

    def eeprom(self):
        """What every servo keeps without power."""
        if self.config.driver == "dynamixel":
            return [kept(servo.table) for servo in self.emulator.servos]
        return [servo.memory.read(0, reg.EEPROM_SIZE) for servo in self.emulator.servos]

    def locked(self):
        return all(servo.memory.get(reg.LOCK) == 1 for servo in self.emulator.servos)

    def torque(self):
        if self.config.driver == "dynamixel":
            return [servo.table.get(dxl.TORQUE_ENABLE) for servo in self.emulator.servos]
        return [servo.memory.get(reg.TORQUE_ENABLE) for servo in self.emulator.servos]

    def files(self):
        """Every file the calibration may have touched."""
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}

    def calibrate(self, person):
        return Calibration(self.gear, person, Pictures()).run()

    def driver(self, config):
        """The driver, as at the next start, with ``config``."""
        return self.make(ArmContext(config, self.clock, bare_scene(config), "/dev/loop"))

    def make(self, context):
        return maker(context.config.driver)(context, self.open)

    def wait(self, seconds):
        until = self.clock.now() + seconds
        while self.clock.now() < until - 1e-9:
            self.clock.sleep_until(min(until, self.clock.now() + 0.01))
            self.emulator.advance()


class FailingTransport(LoopTransport):
    """A port that goes away after so many requests, counted over all that were opened."""

    def __init__(self, arm):
        super().__init__(arm.emulator, arm.clock)
        self.arm = arm

    def write(self, data, deadline):
        if self.arm.fails_after <= 0:
            self.gone = True
        self.arm.fails_after -= 1
        super().write(data, deadline)


class Somebody:
    """A `Person` who does what the pages say, at a person's pace.

    ``reading`` is their reading speed [words/s], ``turning`` how fast they turn a joint [rad/s], ``reaction`` how long
    they take to press [s]. ``leave_at`` is the number of the question at which they leave.
    """

    def __init__(self, arm, reading=4.0, turning=1.2, reaction=0.8, leave_at=None, leave="q"):
        self.arm = arm
        self.reading, self.turning, self.reaction = reading, turning, reaction
        self.leave_at, self.leave_by = leave_at, leave
        self.presses = 0
        self.pages = []
        self.told = []
        self.asked = 0
        self.began = arm.clock.now()
        self._owed = 0.0
        self.thought = 0.0
        self._sweep = None
        self._watched = None
        self.answers = {}

    @property
    def seconds(self):
        """How long it took so far [s]: what passed on the clock, and what they read, thought and reached for."""
        return self.arm.clock.now() - self.began + self.thought

    # -- what they see

    def show(self, page):
        self.pages.append(page)
        self._read(" ".join([page.title, *page.lines]))
        if page.step in (2, 4) and page.picture is not None and not page.direction:
            self._bring([middle_angle(joint) for joint in self.arm.gear.config.joints])
        if page.direction:
            self._watched = page

    def tell(self, text):
        self.told.append(text)
        self._read(text)

    def bars(self, spans, told):
        if told:
            self.told.append(told)

    def _read(self, text):
        """Reading takes time, which passes before the next press."""
        self._owed += len(text.split()) / self.reading

    # -- what they press

    def ask(self, keys, idle=None):
        self._maybe_leave()
        # An arm that is driven ticks for a moment; the rest of the time a person takes is only counted.
        for _ in range(10 if idle is not None else 0):
            idle()
        self.thought += self.reaction + self._owed
        self._owed = 0.0
        self.presses += 1
        return self.choose(keys)

    def choose(self, keys):
        return self.answers.get(self._watched.title.replace(" ", "_"), ENTER) if "n" in keys else ENTER

    def key(self, until):
        if self.pages[-1].step == 3:
            return self._turn(until)
        if self.pages[-1].title.startswith("First") and self._waited(0.1):
            self.thought += self.reaction + self._owed
            self._owed = 0.0
            self._maybe_leave()
            self.presses += 1
            return ENTER
        return ""

    def _waited(self, seconds):
        if self._sweep is None:
            self._sweep = self.arm.clock.now()
        if self.arm.clock.now() - self._sweep < seconds:
            return False
        self._sweep = None
        return True

    def _maybe_leave(self):
        self.asked += 1
        if self.asked == self.leave_at:
            raise Cancelled(gone=self.leave_by == "gone")

    # -- what their hands do

    def _bring(self, pose):
        """Bring the arm into a pose; several joints at once, as hands do."""
        if any(self.arm.torque()):
            return
        here = self.arm.plant.positions()
        self._owed += float(np.abs(np.array(pose) - here).max()) / self.turning + 6.0
        for index, angle in enumerate(pose):
            self.arm.plant.push(index, angle)
        self.arm.wait(0.05)

    def _ways(self):
        """Joint, angles it is turned to one after the other."""
        for index, joint in enumerate(self.arm.gear.config.joints):
            if not is_full_turn(joint):
                low, high = (joint.upper, joint.lower) if joint.name == "gripper" else (joint.lower, joint.upper)
                yield index, (low, high)

    def _turn(self, until):
        if self._sweep is None:
            self._sweep = list(self._steps())
        self.arm.clock.sleep_until(until)
        self.thought += self._owed
        self._owed = 0.0
        self.arm.emulator.advance()
        if self._sweep:
            index, angle = self._sweep.pop(0)
            self.arm.plant.push(index, angle)
            return ""
        self._sweep = None
        self._maybe_leave()
        self.presses += 1
        return ENTER

    def _steps(self, dt=0.05):
        here = self.arm.plant.positions()
        for index, ends in self._ways():
            for end in ends:
                count = max(1, math.ceil(abs(end - here[index]) / self.turning / dt))
                yield from ((index, float(angle)) for angle in np.linspace(here[index], end, count + 1)[1:])
                here[index] = end
