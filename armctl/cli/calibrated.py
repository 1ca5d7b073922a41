"""Which configuration a real arm is driven with, and whether it may be: its own calibrated one, and only that.

The driver then compares it with what the servos keep, each time it connects.
"""

from __future__ import annotations

from armctl.cli.calibrate_file import note_file, own_file
from armctl.config.arm import ArmConfig
from armctl.errors import ConfigError, SetupError
from drivers.bench import is_calibrated_by_hand


def own_name(arm: str) -> str:
    """Return the name of the person's own calibrated file for ``arm``, or ``arm`` itself where there is none."""
    try:
        own = own_file(arm)
    except ConfigError:
        return arm  # no such name: whoever looks for it says so
    return str(own) if own.is_file() else arm


def require_calibrated(arm: str, config: ArmConfig, port: str) -> None:
    """Refuse to drive a real arm of which nobody knows where its joints are.

    Args:
        arm: Name of its configuration, or its .toml file.
        config: The configuration.
        port: Its serial port.

    Raises:
        SetupError: It was not calibrated, or that was interrupted; the remedy says what to do.
    """
    if not is_calibrated_by_hand(config):
        return
    remedy = f"armctl calibrate {_short(arm)} --port {port}"
    if note_file(arm).is_file():
        raise SetupError(
            f"The calibration of {config.title} was interrupted while it was written: its servos may be half written.",
            f"Support the arm, then run: {remedy}. It puts them right first.",
        )
    missing = [joint.name for joint in config.joints if joint.servo is None or joint.servo.homing_offset is None]
    if missing:
        raise SetupError(
            f"{config.title} is not calibrated ({', '.join(missing)}): nobody knows where its joints are.",
            f"Run: {remedy}. It takes three minutes.",
        )


def _short(arm: str) -> str:
    """Return how people call the arm whose own file is ``arm``."""
    own = own_file(arm)
    name = own.stem
    return name if own_file(name) == own else arm
