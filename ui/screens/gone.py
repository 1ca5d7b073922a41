"""A part of armctl has ended: say what happened and offer to start it again. Nothing restarts into motion."""

from __future__ import annotations

from ui.desk import Desk
from ui.page import Line, Page, Tile
from ui.text import _


class GoneScreen:
    """The newest notice of the guard, and one tile."""

    def page(self, desk: Desk) -> Page:
        """Return what the guard told."""
        notices = desk.session.notices
        message = notices[-1].message if notices else ""
        lines = (
            Line(_("A part of the program has stopped"), "title"),
            Line(_(message)),
            Line(_("The arm holds still. You can start that part again; the arm will not move by itself."), "soft"),
        )
        tile = Tile("restart", _("Start it again"), "power", look="go")
        return Page(_("The arm has stopped"), (tile,), lines, icon="warning", alert=True)

    def select(self, desk: Desk, item: str) -> None:
        """Ask the guard to start the process again, and wait for the arm."""
        notices = desk.session.notices
        if item == "restart" and notices:
            desk.session.restart(notices[-1].process)
            # Seen: until a snapshot comes, the screen says that it waits for the arm.
            notices.clear()
