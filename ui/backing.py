"""Going back the way the arm came: the tile that offers it where the arm is stuck, and what is shown meanwhile."""

from __future__ import annotations

from typing import Final

from ui.desk import Desk
from ui.page import WIDE_PICTURE, Line, Look, Page, Tile
from ui.text import _, marked

WAY_OUT: Final = "way_out"
"""Id of the tile."""
GOING_BACK: Final = {
    "wayout": marked("The arm goes back the way it came"),
    "undo": marked("The arm goes back over its last motion"),
}
"""Kind of motion to the words for it."""


def way_out_tiles(desk: Desk, look: Look = "go") -> tuple[Tile, ...]:
    """Return the tile "Back out" when the arm is stuck and its way is known, else nothing.

    Args:
        desk: The person's session.
        look: What it is about: "go" where it is the likeliest choice.
    """
    snapshot = desk.snapshot
    if snapshot is None or not snapshot.stuck or not snapshot.undo:
        return ()
    return (Tile(WAY_OUT, _("Back out"), "undo", look=look),)


def going_back(desk: Desk) -> Page | None:
    """Return what to show while the arm goes back; None when it does not."""
    snapshot = desk.snapshot
    motion = snapshot.motion if snapshot is not None else None
    if motion is None or motion.phase != "running" or motion.kind not in GOING_BACK:
        return None
    return Page(
        _("Going back"),
        lines=(Line(_(GOING_BACK[motion.kind]), "title"),),
        banner=_("Press\u00a0=\u00a0STOP"),
        progress=motion.progress,
        remaining=motion.remaining,
        picture=WIDE_PICTURE,
    )
