"""From the name of a driver to the emulated device it can be tried on, imported only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final, Protocol, cast

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import SetupError
from armctl.hal.scene import SceneState
from sim.emulators.faults import WireFaults
from sim.emulators.pty import Device
from sim.emulators.unit import Unit
from sim.plant import Plant


class Emulator(Device, Protocol):
    """A device that is an arm: servos or a controller, and what it moves."""

    @property
    def faults(self) -> WireFaults:
        """What is wrong with the line."""
        ...

    @property
    def units(self) -> Sequence[Unit]:
        """Its servos or joints in the order of the configuration, for what is done to them on purpose."""
        ...

    def power_cycle(self, unit_id: int) -> None:
        """Take the supply from the unit called ``unit_id`` and give it back; from all where they share a controller.

        Raises:
            KeyError: There is none.
        """
        ...

    def duplicate(self, unit_id: int, on: bool) -> None:
        """Put a second unit with the id ``unit_id`` on the line, or take it off again.

        Raises:
            KeyError: There is none.
            SetupError: Units of this device have no ids on a line of their own.
        """
        ...

    def scene(self) -> SceneState:
        """Return where the objects around the arm are."""
        ...


class EmulatorFactory(Protocol):
    """Makes the emulated device of an arm."""

    def __call__(self, plant: Plant, config: ArmConfig, clock: Clock, *, paced: bool = False) -> Emulator:
        """Return the device.

        Args:
            plant: What its motors move.
            config: The arm.
            clock: Time.
            paced: Bytes take as long as on a line of ``config.wire.baud``.

        Raises:
            ConfigError: The configuration lacks what the protocol needs.
        """
        ...


EMULATORS: Final[dict[str, str]] = {
    "dynamixel": "sim.emulators.dynamixel.emulator:DynamixelEmulator",
    "feetech": "sim.emulators.feetech.emulator:FeetechEmulator",
    "gcode": "sim.emulators.gcode.emulator:create",
    "mycobot": "sim.emulators.mycobot.emulator:MycobotEmulator",
}
"""Driver name, as in ``driver = "…"`` of an arm's configuration, to "module:class"."""


def emulator_of(driver: str) -> EmulatorFactory:
    """Return what makes the emulated device for ``driver``.

    Raises:
        SetupError: There is none.
    """
    target = EMULATORS.get(driver)
    if target is None:
        raise SetupError(
            f"There is no emulated device for the driver {driver!r}.", f"There are: {', '.join(sorted(EMULATORS))}."
        )
    module, _, attribute = target.partition(":")
    return cast(EmulatorFactory, getattr(import_module(module), attribute))
