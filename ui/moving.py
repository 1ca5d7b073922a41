"""Which tiles set the arm in motion, so that the choice of one can be taken back before it counts.

Tiles that move the arm only while they are held are not among them: letting go is what takes those back.
"""

from __future__ import annotations

from typing import Final

from armctl.access.actions import ScanItem
from ui.backing import WAY_OUT
from ui.layout import Box
from ui.page import Tile

MOVING: Final[dict[str, tuple[str, ...]]] = {
    "home": ("task:", WAY_OUT),
    "move": ("undo", WAY_OUT),
    "running": ("resume", "undo", "answer:", WAY_OUT),
    "stop_test": ("try",),
}
"""Screen to how the ids of its tiles begin that move the arm; a tile with a direction does on any screen."""

GROUPS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "home": (("task:", WAY_OUT, "more"),),
    "settings": (("slower", "faster", "frame"), ("scan_",), ("sound", "look", "me")),
    "sound": (("voice", "sounds"), ("quieter", "louder", "cue_")),
    "look": (("theme", "language"), ("smaller", "larger")),
    "practice": (("game:",),),
    "running": (("answer:",),),
}
"""Screen to what belongs together on it, each as how the ids of its tiles begin, for scanning by groups. Directions are
a group of their own on any screen; the rest, the ways to other screens among it, is the last."""


def scan_item(tile: Tile, box: Box, screen: str) -> ScanItem:
    """Return ``tile`` of ``screen`` at ``box`` as the access pipeline sees it."""
    moves = tile.motion is not None or tile.id.startswith(MOVING.get(screen, ()))
    return ScanItem(tile.id, tile.label, tile.holds, box, moves=moves and not tile.holds, group=_group(tile, screen))


def _group(tile: Tile, screen: str) -> str:
    if tile.motion is not None:
        return "directions"
    groups = GROUPS.get(screen, ())
    return next((str(number) for number, ids in enumerate(groups) if tile.id.startswith(ids)), "places")
