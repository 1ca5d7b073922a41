"""What a person's input means, after filtering: the only thing the screen acts on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Trouble: TypeAlias = Literal["", "spasm", "stop_line"]
"""Why a stop stays until somebody clears it: the input itself cannot be trusted for the moment. Empty: it does not."""


@dataclass(frozen=True, slots=True)
class ScanItem:
    """One tile that can be chosen.

    Attributes:
        id: Stable name.
        label: What is shown and spoken.
        holds: True where the tile works as long as it is held (moving by hand).
        rect: Left, top, width, height [pixels], for pointers.
    """

    id: str
    label: str
    holds: bool = False
    rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def contains(self, x: float, y: float) -> bool:
        """Return True when the point ``x``, ``y`` [pixels] is on the tile."""
        left, top, width, height = self.rect
        return left <= x < left + width and top <= y < top + height


@dataclass(frozen=True, slots=True)
class Select:
    """The person chose ``item`` with a press (or the end of a dwell) at ``pressed_at`` [s] of ``device``."""

    item: str
    pressed_at: float
    device: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class HoldStart:
    """The person began to hold ``item``, a tile with ``holds``, with a press at ``pressed_at`` [s] of ``device``."""

    item: str
    pressed_at: float
    device: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class HoldEnd:
    """The hold of ``item`` ended at ``stamp`` [s]: let go, lost, stuck or stopped. Never delayed."""

    item: str
    stamp: float


@dataclass(frozen=True, slots=True)
class StopMotion:
    """Stop now: an input acted at ``pressed_at`` [s] while the arm moved, or the stop switch at any time.

    Attributes:
        pressed_at: When the person acted, or the input failed [s].
        source: Device it came from.
        pressed: True when the person acted; False when an input failed, which stops but proves nothing.
        trouble: Why the stop is to be latched; mostly empty.
    """

    pressed_at: float
    source: str
    pressed: bool = True
    trouble: Trouble = ""


@dataclass(frozen=True, slots=True)
class Axes:
    """A stick's wish after dead zone, curve and tremor filter: each -1 to 1; all zero means let go."""

    stamp: float
    axes: tuple[float, ...]
    device: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Lit:
    """The highlight moved to ``item``; speak its label."""

    item: str


@dataclass(frozen=True, slots=True)
class Warn:
    """Something about the input devices the person should know, in plain words."""

    text: str


Action: TypeAlias = Select | HoldStart | HoldEnd | StopMotion | Axes | Lit | Warn
