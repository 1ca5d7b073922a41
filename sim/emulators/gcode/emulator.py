"""The emulated controller that an arm's configuration asks for."""

from __future__ import annotations

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from sim.emulators.gcode.body import controller_of
from sim.emulators.gcode.device import Controller
from sim.emulators.gcode.grbl import GrblController
from sim.emulators.gcode.uarm import UarmController
from sim.plant import Plant


def create(plant: Plant, config: ArmConfig, clock: Clock, *, paced: bool = False) -> Controller:
    """Return the controller of ``config``, moving ``plant``.

    Args:
        plant: What its motors move.
        config: The arm.
        clock: Time.
        paced: Bytes take as long as on a line of ``config.wire.baud``.

    Raises:
        ConfigError: The arm has no controller.
    """
    kinds = {"uarm": UarmController, "grbl": GrblController}
    return kinds[controller_of(config).dialect](plant, config, clock, paced=paced)
