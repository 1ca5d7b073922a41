"""Is a Grbl controller set up as this arm needs it? Its ``$$`` settings against the configuration."""

from __future__ import annotations

import math
from typing import Final

from armctl.config.gcode import GcodeConfig
from armctl.errors import IdentityError

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
    """Return what the controller's memory must hold, by number [in Grbl's units]."""
    wanted = {number: value for number, (value, _) in NEEDED.items()}
    for index, axis in enumerate(gcode.axes):
        for base, name in _PER_AXIS:
            value = getattr(axis, name)
            if value is not None:
                wanted[base + index] = value
    return wanted | {int(number): value for number, value in gcode.settings.items()}


def differences(gcode: GcodeConfig, told: dict[int, float]) -> list[str]:
    """Return a sentence part for each setting in ``told`` [in Grbl's units] that is not as it must be."""
    found = []
    for number, value in sorted(expected(gcode).items()):
        there = told.get(number)
        if there is None or not math.isclose(there, value, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE):
            why = f" ({NEEDED[number][1]})" if number in NEEDED else ""
            found.append(f"${number} is {'not told' if there is None else f'{there:g}'}, not {value:g}{why}")
    return found


class SetUp:
    """What a controller told of its firmware and its settings since it last started.

    Attributes:
        version: Its firmware, as it greets.
        name: The text of its build; "" where it has none.
        asked: It was asked for its settings.
        checked: They fit the configuration.

    Args:
        gcode: The configuration.
    """

    def __init__(self, gcode: GcodeConfig) -> None:
        self._gcode = gcode
        self._told: dict[int, float] = {}
        self.version = self.name = ""
        self.asked = self.checked = False

    def begin(self, version: str) -> None:
        """The controller started, with firmware ``version``: nothing it told before counts."""
        self.version = version
        self.asked = self.checked = False
        self._told.clear()

    def take(self, number: int, value: float) -> None:
        """Take in that setting ``number`` is ``value`` [in Grbl's unit of it]."""
        self._told[number] = value

    @property
    def told(self) -> bool:
        """True when it was asked for its settings, and told some."""
        return self.asked and bool(self._told)

    def check(self) -> None:
        """Compare what was told with the configuration.

        Raises:
            IdentityError: It is another one, or set up otherwise.
        """
        if not self.version.startswith("1.1"):
            raise IdentityError(f"The controller runs Grbl {self.version or '?'}, not 1.1.", "Update its firmware.")
        wrong = differences(self._gcode, self._told)
        if wrong:
            raise IdentityError(
                f"The controller is set up otherwise than this arm: {'; '.join(wrong)}.",
                "Check which arm this is; then correct the controller or the configuration.",
            )
        self.checked = True
