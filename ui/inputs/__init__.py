"""Input devices: one file each, and one row in `SERIAL` for each kind that comes over a serial port."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from armctl.config.user import UserConfig
from ui.inputs.base import Decoder
from ui.inputs.breath_sensor import BreathSensor
from ui.inputs.switch_box import SwitchBox

SERIAL: Final[dict[str, Callable[[Any, UserConfig], Decoder]]] = {
    "breath_sensor": BreathSensor,
    "switch_box": SwitchBox,
    "switch_lines": SwitchBox,
}
"""Kind of device, as in ``kind = "…"`` of a profile's ``devices``, to what understands its bytes."""
