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


def scan_item(tile: Tile, box: Box, screen: str) -> ScanItem:
    """Return ``tile`` of ``screen`` at ``box`` as the access pipeline sees it."""
    moves = tile.motion is not None or tile.id.startswith(MOVING.get(screen, ()))
    group = "directions" if tile.motion is not None else "places"
    return ScanItem(tile.id, tile.label, tile.holds, box, moves=moves and not tile.holds, group=group)
