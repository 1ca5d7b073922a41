"""A pressure sensor on a serial port: sips and puffs."""

from __future__ import annotations

from armctl.access.events import Control, InputEvent
from armctl.access.sip_puff import USUAL, Breath
from armctl.config.devices import BreathAxisDevice, BreathSensorDevice
from armctl.config.user import UserConfig
from drivers.inputs.lines import LineReader, Pressure


def breath_of(device: BreathSensorDevice | BreathAxisDevice, user: UserConfig) -> Breath:
    """Return what understands the breath of ``device``: as the profile's contacts say, or as usual."""
    named: dict[str, Control] = {
        contact: does for (name, contact), does in user.meanings.items() if name == device.name
    }
    return Breath(device.name, device.breath, named or USUAL, steady=device.kind == "breath_sensor")


class BreathSensor:
    """See `Decoder`."""

    def __init__(self, device: BreathSensorDevice, user: UserConfig) -> None:
        self._lines = LineReader()
        self._breath = breath_of(device, user)

    def receive(self, data: bytes, now: float) -> list[InputEvent]:
        """Take bytes that came at ``now`` [s]."""
        readings = [one for one in self._lines.feed(data) if isinstance(one, Pressure)]
        return [event for one in readings for event in self._breath.feed(now, one.hectopascal)]

    def tick(self, now: float) -> list[InputEvent]:
        """See `Decoder.tick`."""
        return self._breath.tick(now)

    def gone(self, now: float) -> list[InputEvent]:
        """See `Decoder.gone`."""
        return self._breath.gone(now)
