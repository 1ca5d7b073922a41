"""What both emulated controllers share: the line, the body, and time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import SetupError
from armctl.hal.scene import SceneState
from armctl.hal.state import FloatArray
from sim.emulators.faults import WireFaults
from sim.emulators.gcode.body import Body, JointUnit
from sim.emulators.gcode.planner import Planner
from sim.emulators.line import Line
from sim.plant import Plant

UNIT = 0
"""The controller on the wire, for `WireFaults`."""


class Controller:
    """A device with one processor; its firmware is in the classes made of it.

    Attributes:
        body: What it moves.
        line: The way to the host.
        planner: Its queue of moves.

    Args:
        plant: What the motors move.
        config: The arm.
        clock: Time.
        heeded: Faults that make a difference to the joints.
        paced: Answers take as long as on a line of ``config.wire.baud``.

    Raises:
        ConfigError: The arm has no controller.
    """

    def __init__(self, plant: Plant, config: ArmConfig, clock: Clock, heeded: frozenset[str], paced: bool) -> None:
        self.body = Body(plant, config, clock, heeded)
        self.line = Line(clock, config.wire.baud if paced else 0)
        self.clock = clock
        self.gcode = self.body.gcode
        rates = np.array([(axis.max_rate or 7200.0) / 60.0 for axis in self.gcode.axes])
        accelerations = np.array([axis.acceleration or 400.0 for axis in self.gcode.axes])
        self.planner = Planner(self.body.places(), rates, accelerations)
        self.dead_until = 0.0

    @property
    def faults(self) -> WireFaults:
        """What is wrong with the line."""
        return self.line.faults

    @property
    def units(self) -> Sequence[JointUnit]:
        """Its joints, the gripper last."""
        return self.body.units

    def receive(self, data: bytes) -> None:
        """Take bytes from the host; a controller that is starting does not hear them."""
        self.line.heard(data)
        if self.clock.now() < self.dead_until:
            return
        for byte in data:
            self.hear(byte)
            if byte in b"\r\n":
                self.work()

    def take(self) -> bytes:
        """Return the bytes to the host that are due by now."""
        return self.line.take()

    def due(self) -> float | None:
        """Return when the next bytes to the host are due [s], None when there are none."""
        return self.line.due()

    def advance(self) -> None:
        """Move the arm on to the time now."""
        self.body.motors.advance(self._step)
        self.work()

    def scene(self) -> SceneState:
        """Return where the objects around the arm are."""
        return self.body.motors.scene()

    def power_cycle(self, unit_id: int) -> None:
        """Take the supply from the controller and give it back: all joints share it.

        Raises:
            KeyError: There is no such joint.
        """
        if unit_id not in {unit.id for unit in self.units}:
            raise KeyError(unit_id)
        self.restart()

    def duplicate(self, unit_id: int, on: bool) -> None:
        """Refuse: joints have no ids on a line.

        Raises:
            KeyError: There is no such joint.
            SetupError: Always, for one that there is.
        """
        if unit_id not in {unit.id for unit in self.units}:
            raise KeyError(unit_id)
        raise SetupError("Joints of this device have no ids on a line of their own.", "Type help for what there is.")

    def say(self, text: str, delay: float = 0.0) -> None:
        """Send a line to the host, ``delay`` [s] from now, or from when the line before it is through."""
        self.line.answer(UNIT, text.encode("ascii") + b"\r\n", delay)

    def _step(self, dt: float) -> None:
        self.move(dt)
        self.body.step(self.count(), dt)

    # -- the firmware's own ------------------------------------------------------------------------------------------

    def hear(self, byte: int) -> None:
        """Take one byte from the host."""
        raise NotImplementedError

    def work(self) -> None:
        """Do the lines that can be done now."""
        raise NotImplementedError

    def move(self, dt: float) -> None:
        """Move the planner on by ``dt`` [s]."""
        raise NotImplementedError

    def count(self) -> FloatArray:
        """Return where the firmware counts the axes to be, shape (n,) [unit]."""
        return self.planner.place

    def restart(self) -> None:
        """Start as after the supply came on."""
        raise NotImplementedError
