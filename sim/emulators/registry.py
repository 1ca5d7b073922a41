"""From the name of a driver to the emulated device it can be tried on, imported only when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Final, Protocol, cast

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import SetupError
from armctl.hal.scene import SceneState
from sim.emulators.faults import WireFaults
from sim.emulators.pty import Device
from sim.plant import Plant


class Emulator(Device, Protocol):
    """A device that is an arm: servos or a controller, and what it moves."""

    @property
    def faults(self) -> WireFaults:
        """What is wrong with the line."""
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
    "feetech": "sim.emulators.feetech.emulator:FeetechEmulator",
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
