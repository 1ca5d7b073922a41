"""Home: what the arm can do for the person, moving it by hand, and settings."""

from __future__ import annotations

from typing import Final

from ui.backing import WAY_OUT, going_back, way_out_tiles
from ui.desk import Desk
from ui.page import WIDE_PICTURE, Line, Page, Tile
from ui.text import _

AT_ONCE: Final = 4
"""Tasks shown at once: more make scanning slow and tiles small; the others come with "More"."""


class HomeScreen:
    """Tiles for tasks, "Move the arm", "Settings" and "Help"."""

    def page(self, desk: Desk) -> Page:
        """Return the tasks from the desk's first one on, and the way to the other screens."""
        back = going_back(desk)
        if back is not None:
            return back
        shown = desk.tasks[desk.first : desk.first + AT_ONCE]
        tiles = [*way_out_tiles(desk), *(Tile(f"task:{task.name}", _(task.title), task.icon) for task in shown)]
        if len(desk.tasks) > AT_ONCE:
            tiles.append(Tile("more", _("More"), "more"))
        tiles += [Tile("move", _("Move the arm"), "move"), Tile("settings", _("Settings"), "gear")]
        tiles += [Tile("practice", _("Practise"), "target"), Tile("help", _("Help"), "help")]
        lines = (Line(desk.message),) if desk.message else ()
        return Page(_("What shall I do?"), tuple(tiles), lines, picture=WIDE_PICTURE, columns=2, lead=True)

    def select(self, desk: Desk, item: str) -> None:
        """Start a task, go to another screen, or back out."""
        if item == WAY_OUT:
            desk.session.way_out()
            return
        if item == "more":
            desk.first = (desk.first + AT_ONCE) % (-(-len(desk.tasks) // AT_ONCE) * AT_ONCE)
            return
        if item in ("move", "settings", "practice", "help"):
            desk.go_to(item)
            return
        task = next(task for task in desk.tasks if f"task:{task.name}" == item)
        desk.message = ""
        desk.session.start_task(task)
