"""From the name of a driver or simulator to its factory, imported only when asked for.

A new arm protocol is one row here (or an entry point in the group ``armctl.arms`` of another distribution), a folder
under ``drivers/`` and a line in the contract suite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final, cast

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.config.scene import SceneConfig
from armctl.errors import SetupError
from armctl.hal.arm import Arm


@dataclass(frozen=True, slots=True)
class ArmContext:
    """All that a factory gets to build its arm.

    Attributes:
        config: The arm's configuration.
        clock: Time.
        scene: What stands around the arm, for simulators.
        port: Serial port, for drivers; empty otherwise.
    """

    config: ArmConfig
    clock: Clock
    scene: SceneConfig
    port: str = ""


ArmFactory = Callable[[ArmContext], Arm]

ARMS: Final[dict[str, str]] = {
    "ideal": "sim.ideal_arm:create",
    "bullet": "sim.bullet_arm:create",
    "dynamixel": "drivers.dynamixel.arm:create",
    "feetech": "drivers.feetech.arm:create",
    "gcode": "drivers.gcode.arm:create",
    "mycobot": "drivers.mycobot.arm:create",
}
"""Driver name, as in ``driver = "…"`` of an arm's configuration, to "module:factory"."""

ENTRY_POINT_GROUP: Final = "armctl.arms"


def available() -> tuple[str, ...]:
    """Return the names of all known drivers, sorted."""
    return tuple(sorted({*ARMS, *(entry.name for entry in entry_points(group=ENTRY_POINT_GROUP))}))


def create_arm(driver: str, context: ArmContext) -> Arm:
    """Return the arm that ``driver`` makes of ``context``, not yet connected.

    Raises:
        SetupError: No such driver, or a package it needs is not installed.
    """
    return _factory(driver)(context)


def _factory(driver: str) -> ArmFactory:
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        if entry.name == driver:
            return cast(ArmFactory, entry.load())
    target = ARMS.get(driver)
    if target is None:
        raise SetupError(f"There is no driver called {driver!r}.", f"Known drivers: {', '.join(available())}.")
    module, _, attribute = target.partition(":")
    try:
        return cast(ArmFactory, getattr(import_module(module), attribute))
    except ModuleNotFoundError as error:
        raise SetupError(
            f"The driver {driver!r} needs the package {error.name!r}, which is not installed.",
            "Install armctl with its extra, for example: pip install 'assistive-armctl[sim]'.",
        ) from error
