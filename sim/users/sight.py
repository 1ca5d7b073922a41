"""What a simulated person sees of the user screen, and what they want of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Rect = tuple[float, float, float, float]
"""Left, top, width, height [px]."""

ANYTHING: Final = "*"
"""Wanted where any press does: to stop, or to wake a scan that waits."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The screen at one moment.

    Attributes:
        screen: Name of the screen.
        lit: Ids of what is lit: one tile, or a group of them.
        tiles: Where each tile is that can be chosen, in scanning order.
        moving: A press would stop the arm.
        text: All words on the screen.
        stop_field: Where a pointer stops the arm, or None.
        size: Width and height of the screen [px].
        task: Name of the task that is under way; empty when none is.
        ended: How the last task ended, "done" or otherwise; empty while one is under way, and before the first.
        preview: Id of a choice that a press still takes back, or None.
        resting: The highlight is out, and a press brings it back.
    """

    screen: str
    lit: tuple[str, ...]
    tiles: Mapping[str, Rect]
    moving: bool
    text: str = ""
    stop_field: Rect | None = None
    size: tuple[int, int] = (1280, 800)
    task: str = ""
    ended: str = ""
    preview: str | None = None
    resting: bool = False
