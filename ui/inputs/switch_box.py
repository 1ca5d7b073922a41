"""A box of switches on a serial port, or switches on its handshake lines; one contact may be the stop line."""

from __future__ import annotations

from typing import Final

from armctl.access.events import Control, DeviceCame, DeviceGone, InputEvent, Loss, StopLine, SwitchEvent
from armctl.config.devices import SwitchBoxDevice, SwitchLinesDevice
from armctl.config.user import UserConfig
from drivers.inputs.lines import MOST_CONTACTS, Contacts, LineReader

SILENT: Final = 0.25
"""A box that says nothing for this long is lost [s]; it repeats its line every 100 ms."""
USUAL: Final[dict[str, Control]] = {"0": "select", "1": "next", "2": "back", "3": "group"}
"""What contacts mean where the profile says nothing about the box; every other one means stop."""


class SwitchBox:
    """See `Decoder`."""

    def __init__(self, device: SwitchBoxDevice | SwitchLinesDevice, user: UserConfig) -> None:
        self._name = device.name
        self._lines = LineReader()
        named = {contact: does for (name, contact), does in user.meanings.items() if name == device.name}
        self._meanings: dict[str, Control] = named or USUAL
        line = user.stop_line
        self._line = int(line.place[1]) if line is not None and line.place[0] == device.name else None
        self._closed: int | None = None
        self._heard_at = 0.0
        self._told_gone = False

    def receive(self, data: bytes, now: float) -> list[InputEvent]:
        """Take bytes that came at ``now`` [s]."""
        readings = [one for one in self._lines.feed(data) if isinstance(one, Contacts)]
        return [event for one in readings for event in self._change(one.closed, now)]

    def tick(self, now: float) -> list[InputEvent]:
        """See `Decoder.tick`."""
        silent = self._closed is not None and now - self._heard_at > SILENT
        return self._lose(now, "silent") if silent else []

    def gone(self, now: float) -> list[InputEvent]:
        """See `Decoder.gone`."""
        return self._lose(now, "unplugged")

    def _change(self, closed: int, now: float) -> list[InputEvent]:
        self._heard_at = now
        found, before = self._closed is None, self._closed or 0
        self._closed, self._told_gone = closed, False
        events: list[InputEvent] = [DeviceCame(now, self._name)] if found else []
        changed = [number for number in range(MOST_CONTACTS) if (closed ^ before) >> number & 1]
        return [*events, *(self._event(number, bool(closed >> number & 1), now, found) for number in changed)]

    def _event(self, number: int, closed: bool, now: float, found: bool) -> InputEvent:
        if number == self._line:
            return StopLine(now, closed)
        contact = str(number)
        return SwitchEvent(
            now, self._name, self._meanings.get(contact, "stop"), closed, contact=contact, found=found and closed
        )

    def _lose(self, now: float, loss: Loss) -> list[InputEvent]:
        if self._told_gone:
            return []
        self._closed, self._told_gone = None, True
        opened: list[InputEvent] = [StopLine(now, False)] if self._line is not None else []
        return [*opened, DeviceGone(now, self._name, loss)]
