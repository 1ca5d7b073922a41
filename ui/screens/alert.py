"""Something went wrong: what stopped, why, what to do, and who can do it."""

from __future__ import annotations

from typing import Final

from ui.backing import way_out_tiles
from ui.desk import Desk
from ui.page import Line, Page, Tile
from ui.text import _, marked

WHO: Final = {
    "user": marked("You can do this yourself."),
    "carer": marked("Please ask the person who helps you."),
    "technician": marked("Please call for technical help."),
}
"""Who can help, as the fault table names them, in words."""


class AlertScreen:
    """The latched fault, and one tile."""

    def page(self, desk: Desk) -> Page:
        """Return the fault in plain words."""
        fault = desk.snapshot.fault if desk.snapshot is not None else None
        if fault is None:
            return Page(_("The arm has stopped"))
        lines: tuple[Line, ...] = (
            Line(_(fault.title), "title"),
            Line(_(fault.message)),
            Line(_(fault.remedy)),
            Line(_(WHO[fault.who]), "soft"),
        )
        if way_out_tiles(desk):
            lines = (*lines, Line(_("Once it is switched on again, the arm can go back the way it came."), "soft"))
        tile = Tile("understood", _("I understand"), "check", look="go")
        return Page(_("The arm has stopped"), (tile,), lines, icon="warning", alert=True)

    def select(self, desk: Desk, item: str) -> None:
        """Clear the fault; the arm must be switched on and the stop tested again."""
        if item == "understood":
            desk.session.clear_fault()
