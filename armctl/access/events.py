"""What input devices say, before anything is filtered: one small record for each event, stamped where it was read.

The screen turns its windowing library's events into these; simulated users and tests make them directly. Stamps are
monotonic seconds of the injected clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

Control: TypeAlias = Literal["select", "next", "back", "group", "pause", "stop"]
"""What a switch means; see `armctl.config.inputs.Meaning`. ``stop`` is never filtered."""

Loss: TypeAlias = Literal["unplugged", "silent", "frozen", "saturated"]
"""How a device was lost: unplugged; nothing comes any more; always the same comes; it is at its end for too long."""

TOUCH: Final = "touch"
"""Device name of further fingers on a touch screen; the first one is the pointer."""
ARROWS: Final = "arrows"
"""Device name of the arrow keys: a stick of two axes that every keyboard has, with the return key for its button."""
POINTER: Final = "pointer"
"""Device name of a mouse, touch screen or gaze pointer: its presses mean the tile below it, not the lit one."""


@dataclass(frozen=True, slots=True)
class SwitchEvent:
    """A contact closed or opened: a key, an ability switch, a sip, a mouse or joystick button.

    Attributes:
        stamp: When [s].
        device: Name of the device, for example ``keyboard``; ``pointer`` for mouse buttons and touches.
        control: What the contact means.
        pressed: True when it closed.
        since: The earliest it can have happened, when that is not the stamp [s]: between two looks at the devices the
            screen stood still, and what it showed then is what the person meant.
        contact: Which contact of the device it is; empty where each means something else anyhow.
        found: It was closed already when the device was found: nobody pressed it, and it means nothing before it was
            let go.
    """

    stamp: float
    device: str
    control: Control
    pressed: bool
    since: float | None = field(default=None, compare=False)
    contact: str = field(default="", compare=False)
    found: bool = field(default=False, compare=False)

    @property
    def earliest(self) -> float:
        """The earliest it can have happened [s]."""
        return self.stamp if self.since is None else min(self.since, self.stamp)


@dataclass(frozen=True, slots=True)
class Stirred:
    """Somebody began something on a device whose meaning is not known yet, such as a breath: it stops what moves."""

    stamp: float
    device: str


@dataclass(frozen=True, slots=True)
class PointerEvent:
    """The pointer is at ``x``, ``y`` [pixels of the window]."""

    stamp: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PointerLeft:
    """The pointer left the window, or the gaze was lost."""

    stamp: float


@dataclass(frozen=True, slots=True)
class AxesEvent:
    """Where a stick is.

    Attributes:
        stamp: When [s].
        device: Name of the device.
        axes: Each -1 to 1; the first two are right and ahead and share a circular dead zone.
    """

    stamp: float
    device: str
    axes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DeviceGone:
    """A device was unplugged, lost its radio link, or what it says cannot be true any more."""

    stamp: float
    device: str
    loss: Loss = "unplugged"


@dataclass(frozen=True, slots=True)
class DeviceCame:
    """A device was plugged in."""

    stamp: float
    device: str


@dataclass(frozen=True, slots=True)
class FocusLost:
    """The window is no longer the one that presses go to: until it is again, the person cannot stop anything."""

    stamp: float


@dataclass(frozen=True, slots=True)
class StopLine:
    """The stop circuit, closed while all is well: a pressed stop button, a broken wire or a pulled plug opens it."""

    stamp: float
    closed: bool


InputEvent: TypeAlias = (
    SwitchEvent | Stirred | PointerEvent | PointerLeft | AxesEvent | DeviceGone | DeviceCame | FocusLost | StopLine
)
