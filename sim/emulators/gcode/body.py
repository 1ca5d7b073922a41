"""`Body`: what a G-code controller's motors move, and what is done to it on purpose.

A stepper motor does the steps it is told, or loses some: then the joint is elsewhere than the controller counts. What
was lost stays lost until somebody counts anew.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.config.gcode import GcodeConfig
from armctl.errors import ConfigError
from armctl.hal.state import FloatArray
from sim.emulators.motors import Drive, Measured, Motors
from sim.emulators.unit import Hand, UnitFaults, lacking
from sim.plant import Plant

_QUICK: Final = 6.0
"""Speed with which a plant follows the steps [rad/s, or m/s]."""
STEPPER: Final = frozenset({"blocked"})
WITH_ENCODER: Final = frozenset({"blocked", "frozen"})


class JointUnit:
    """One joint, for what is done to it on purpose; a `Unit`.

    Args:
        number: Which, from 1 on.
        name: Its name.
        heeded: Names in `UnitFaults` that make a difference here.
    """

    def __init__(self, number: int, name: str, heeded: frozenset[str]) -> None:
        self.id = number
        self.name = name
        self.faults = UnitFaults()
        self.heeded = heeded
        self.status_bits: dict[str, int] = {}
        self.hand = Hand()
        self.measured = Measured(0.0, 0.0, 0.0)

    def describe(self) -> str:
        """Return how it is now, in a few words."""
        return f"{self.name} at {math.degrees(self.measured.position):.1f}°"

    def set_supply(self, volts: float) -> None:
        """Refuse: nobody measures a joint's supply [V]."""
        raise lacking("supply that can be changed; take it away with power")

    def set_temperature(self, celsius: float) -> None:
        """Refuse: there is no thermometer [°C]."""
        raise lacking("thermometer")

    def push(self, angle: float) -> None:
        """Turn it by ``angle`` [rad or m] from outside and let go."""
        self.hand.push(self.measured.position, angle)


class Body:
    """The arm behind a controller.

    Attributes:
        units: Its joints, the gripper last.
        powered: The motors hold.
        gripping: The gripper is told to be closed.

    Args:
        plant: What the motors move.
        config: The arm.
        clock: Time.
        heeded: Faults that make a difference to its joints.

    Raises:
        ConfigError: The arm has no controller.
    """

    def __init__(self, plant: Plant, config: ArmConfig, clock: Clock, heeded: frozenset[str]) -> None:
        self.gcode = controller_of(config)
        self.motors = Motors(plant, clock)
        self.powered = False
        self._gripper = config.gripper
        self._names = config.joint_names[: config.dof]
        self.units = tuple(
            JointUnit(number + 1, name, heeded if number < config.dof else frozenset({"blocked"}))
            for number, name in enumerate(config.joint_names)
        )
        scales = {"deg": math.degrees(1.0), "mm": 1000.0}
        self._map = np.array([[a.joints.get(n, 0.0) * scales[a.unit] for n in self._names] for a in self.gcode.axes])
        self._offset = np.array([axis.offset for axis in self.gcode.axes])
        self._take(self.motors.measured())
        self._seen = self.places()
        middle = (config.gripper.open + config.gripper.closed) / 2.0
        closing = config.gripper.closed - config.gripper.open
        self.gripping = (self.units[-1].measured.position - middle) * closing > 0.0
        self._lost = np.zeros(len(self._offset))

    def places(self) -> FloatArray:
        """Return where the axes truly are, shape (n,) [unit]."""
        found: FloatArray = self._map @ np.array([unit.measured.position for unit in self.units[:-1]]) + self._offset
        return found

    def encoders(self) -> FloatArray:
        """Return what sensors at the axes tell, shape (n,) [unit]: where they are, or were when they froze."""
        frozen = [any(self._unit(name).faults.frozen for name in axis.joints) for axis in self.gcode.axes]
        self._seen = np.where(frozen, self._seen, self.places())
        return self._seen.copy()

    def count_from(self, count: FloatArray) -> None:
        """Take the axes to be at ``count`` (n,) [unit] where they are now."""
        self._lost = self.places() - count

    def step(self, count: FloatArray, dt: float) -> None:
        """Follow the steps to ``count`` (n,) [unit] for ``dt`` [s]."""
        wanted = np.linalg.solve(self._map, count + self._lost - self._offset)
        drives, helped = [], False
        for unit, goal in zip(self.units[:-1], wanted.tolist(), strict=True):
            by_hand = unit.hand.drive(unit.measured.position, dt, holds=unit.faults.blocked)
            helped = helped or by_hand is not None
            drives.append(by_hand or Drive(goal, _QUICK, self.powered, 1.0))
        drives.append(self._grip(dt))
        self._take(self.motors.drive(drives, dt))
        if helped or not self.powered:
            self._lost = self.places() - count

    def _grip(self, dt: float) -> Drive:
        unit, gripper = self.units[-1], self._gripper
        speed = abs(gripper.open - gripper.closed) / self.gcode.gripper.travel_time
        goal = gripper.closed if self.gripping else gripper.open
        by_hand = unit.hand.drive(unit.measured.position, dt, holds=unit.faults.blocked)
        return by_hand or Drive(goal, speed, True, gripper.effort)

    def _unit(self, name: str) -> JointUnit:
        return self.units[self._names.index(name)]

    def _take(self, measured: list[Measured]) -> None:
        for unit, value in zip(self.units, measured, strict=True):
            unit.measured = value


def controller_of(config: ArmConfig) -> GcodeConfig:
    """Return the controller of ``config``.

    Raises:
        ConfigError: It has none.
    """
    if config.gcode is None:
        raise ConfigError(f"{config.name} has no controller.")
    return config.gcode
