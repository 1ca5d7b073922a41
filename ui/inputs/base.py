"""What understands an input device on a serial port: bytes and time in, access events out. No thread, no port."""

from __future__ import annotations

from typing import Protocol

from armctl.access.events import InputEvent


class Decoder(Protocol):
    """One device on the far side of a serial line."""

    def receive(self, data: bytes, now: float) -> list[InputEvent]:
        """Take bytes that came at ``now`` [s]."""
        ...

    def tick(self, now: float) -> list[InputEvent]:
        """Return what the passing of time until ``now`` [s] brings about: silence, the end of a first moment."""
        ...

    def gone(self, now: float) -> list[InputEvent]:
        """The port went at ``now`` [s], or there is none; told once, until the device was heard again."""
        ...
