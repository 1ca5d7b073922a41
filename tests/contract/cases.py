"""The arms that stand trial: each says how to build it, how its time passes, and how its plug is pulled."""

import contextlib
import os
import platform
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from armctl.errors import LinkLostError, PortError
from armctl.hal.registry import ARMS, ArmContext, create_arm
from armctl.kinematics.robot import RobotModel
from sim.emulators.registry import emulator_of
from sim.kinematic_plant import KinematicPlant
from tests.examples import tiny
from tests.examples.tiny.arm import TinyArm
from tests.examples.tiny.emulator import TinyEmulator
from tests.support.approving import approved
from tests.support.arms import so101
from tests.support.pumped import Wire
from tests.support.ui_person import kitchen
from tests.support.wires import LoopTransport

PERIOD = 0.01


class Case:
    """One arm under test.

    ``arm`` is it, not connected; ``second`` is another program's view of the very same arm. ``sag`` is how far [rad] a
    joint settles under its own load when torque comes on.
    """

    def __init__(self, driver, clock, port, sag=0.0, config=None):
        self.sag = sag
        self.clock = clock
        self.config = config or so101()
        self.context = ArmContext(self.config, clock, kitchen(), port)
        self.driver = driver
        self.arm = self.second()
        self.sequence = 0

    def second(self):
        return create_arm(self.driver, self.context)

    def unplug(self):
        self.arm.unplug()

    def close(self):
        self.arm.close()

    def wait(self, seconds):
        """Let time pass as it does for a control loop: period by period, reading."""
        until = self.clock.now() + seconds
        while (now := self.clock.now()) < until - 1e-9:
            self.clock.sleep_until(min(until, now + PERIOD))
            self.arm.read()

    def command(self, positions, speed=0.4, **changes):
        self.sequence += 1
        return approved(positions, speed, self.clock.now(), self.sequence, valid=0.5, **changes)

    def fresh(self):
        """A complete reading; a lost answer may cost a cycle."""
        for _ in range(50):
            state = self.arm.read()
            if state.complete:
                return state
            self.clock.sleep_until(self.clock.now() + PERIOD)
        raise AssertionError("no complete reading in 50")

    def positions(self):
        return self.fresh().positions

    def enabled(self):
        self.arm.connect()
        self.arm.enable()
        return self

    def stream(self, joint, speed, seconds):
        """Turn one joint at a speed, set-point by set-point, and return the last set-point."""
        target = self.positions().copy()
        last = self.clock.now()
        until = last + seconds
        while last < until:
            self.clock.sleep_until(last + PERIOD)
            now = self.clock.now()
            target[joint] += speed * (now - last)
            last = now
            self.arm.send(self.command(target, speed=abs(speed) * 1.2))
            self.arm.read()
        return target


class WiredCase(Case):
    """A driver on a pseudo-terminal with its emulated device behind it, on a stepped clock."""

    def __init__(self, config):
        clock = SteppedClock()
        self.make = maker(config.driver)
        self.plant = KinematicPlant(RobotModel(config), kitchen())
        self.emulator = emulator_of(config.driver)(self.plant, config, clock)
        self.wire = Wire(self.emulator, clock)
        super().__init__(config.driver, clock, self.wire.path, config=config)

    def second(self):
        return self.make(self.context, self.wire.open)

    def unplug(self):
        self.wire.unplug()

    def close(self):
        with contextlib.suppress(LinkLostError):
            self.arm.close()
        self.wire.unplug()
        self.plant.close()


class LoopCase(Case):
    """A driver whose port is the emulated device in the same process, on a stepped clock.

    ``make`` and ``emulate`` are the driver's factory and its device; those of the registries where they are left out.
    """

    def __init__(self, config, make=None, emulate=None):
        clock = SteppedClock()
        self.make = make or maker(config.driver)
        self.plant = KinematicPlant(RobotModel(config), kitchen())
        self.emulator = (emulate or emulator_of(config.driver))(self.plant, config, clock)
        self.wires = []
        self.plugged = True
        super().__init__(config.driver, clock, "/dev/loop", config=config)

    def second(self):
        return self.make(self.context, self._open)

    def _open(self, path, baud, clock):
        if not self.plugged:
            raise PortError(f"{path} is not there.", "Plug it in.")
        if any(not wire.closed for wire in self.wires):
            raise PortError(f"{path} is in use.", "Close the other program.")
        self.wires.append(LoopTransport(self.emulator, clock))
        return self.wires[-1]

    def unplug(self):
        self.plugged = False
        for wire in self.wires:
            wire.gone = True


def maker(driver):
    """The driver's factory, which takes what opens its port."""
    module, _, name = ARMS[driver].partition(":")
    return getattr(import_module(module), name)


def config_of(name):
    return load(builtin("arms", name), ArmConfig)


def simulated(driver, **given):
    return Case(driver, SteppedClock(), f"contract-{driver}-{os.getpid()}", **given)


HAS_PHYSICS = sys.version_info < (3, 12) and platform.machine() == "x86_64" and sys.platform == "linux"
"""Where there is a PyBullet wheel, as pyproject.toml says; there the physics arm must stand trial."""

TINY = load(Path(tiny.__file__).with_name("tiny_arm.toml"), ArmConfig)
"""The arm of docs/adding-an-arm.md."""

DRIVERS = frozenset({TINY.driver, *(config_of(name).driver for name in builtin_names("arms"))})
"""Drivers of real arms."""

ON_PTY = ("so101", "koch_v11", "mycobot280", "uarm_swift_pro")
"""One arm of each protocol stands trial on a pseudo-terminal, where the port is a real one; all do in memory."""

CASES = {
    "ideal": lambda: simulated("ideal"),
    **{f"{name}-pty": partial(WiredCase, config_of(name)) for name in ON_PTY},
    **{name: partial(LoopCase, config_of(name)) for name in builtin_names("arms")},
    "tiny": partial(LoopCase, TINY, TinyArm, TinyEmulator),
}
if HAS_PHYSICS:
    # A loaded STS3215 stands 20 to 30 steps behind its goal (bench reports); the physics arm does the same.
    CASES["bullet"] = lambda: simulated("bullet", sag=0.035)
