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
        rect: Left, top, width, height [pixels], for pointers and rows.
        moves: True where choosing it sets the arm in motion, so that it can be taken back first.
        group: What it belongs to, for scanning by groups; empty where nothing is named.
    """

    id: str
    label: str
    holds: bool = False
    rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    moves: bool = False
    group: str = ""

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
    """The highlight moved to ``item``; speak its label.

    Attributes:
        item: Id of the tile, or of the first one of a row or group.
        also: The other tiles of the row or group.
        cue: How long the item stays lit at least, so that its cue can be heard on the person's private channel [s]; 0
            where it is said aloud like everything else.
    """

    item: str
    also: tuple[str, ...] = ()
    cue: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """``item`` was chosen and will move the arm in ``seconds``, unless somebody presses anything: show and say it."""

    item: str
    pressed_at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The choice of ``item`` was taken back at ``stamp`` [s]; nothing moved."""

    item: str
    stamp: float


@dataclass(frozen=True, slots=True)
class Warn:
    """Something about the input devices the person should know, in plain words."""

    text: str


Action: TypeAlias = Select | HoldStart | HoldEnd | StopMotion | Axes | Lit | Preview | Cancelled | Warn
