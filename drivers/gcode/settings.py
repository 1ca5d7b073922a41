"""Is a Grbl controller set up as this arm needs it? Its ``$$`` settings against the configuration."""

from __future__ import annotations

import math
from typing import Final

from armctl.config.gcode import GcodeConfig

NEEDED: Final = {
    1: (255.0, "motors must stay on when the arm stands, or it sinks"),
    13: (0.0, "places must be told in mm and degrees"),
    20: (1.0, "soft limits must be on"),
    22: (1.0, "homing must be on, or nobody knows where the arm is after a restart"),
}
"""Settings that every arm needs, and why."""
_PER_AXIS: Final = ((100, "steps_per_unit"), (110, "max_rate"), (120, "acceleration"), (130, "travel"))
_TOLERANCE: Final = 1e-3


def expected(gcode: GcodeConfig) -> dict[int, float]:
    """Return what the controller's memory must hold, by number."""
    wanted = {number: value for number, (value, _) in NEEDED.items()}
    for index, axis in enumerate(gcode.axes):
        for base, name in _PER_AXIS:
            value = getattr(axis, name)
            if value is not None:
                wanted[base + index] = value
    return wanted | {int(number): value for number, value in gcode.settings.items()}


def differences(gcode: GcodeConfig, told: dict[int, float]) -> list[str]:
    """Return a sentence part for each setting in ``told`` that is not as it must be."""
    found = []
    for number, value in sorted(expected(gcode).items()):
        there = told.get(number)
        if there is None or not math.isclose(there, value, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE):
            why = f" ({NEEDED[number][1]})" if number in NEEDED else ""
            found.append(f"${number} is {'not told' if there is None else f'{there:g}'}, not {value:g}{why}")
    return found
