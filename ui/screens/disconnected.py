"""No arm answers: say so, and go on by itself as soon as one does."""

from __future__ import annotations

from typing import Final

from ui.desk import Desk
from ui.page import Line, Page
from ui.text import _

HOMING: Final = "armctl home"
"""In what control tells about an arm that no cable brings back: it has to be homed."""


class DisconnectedScreen:
    """Words only: there is nothing to choose."""

    def page(self, desk: Desk) -> Page:
        """Return what is known about the connection."""
        found, told = desk.snapshot is not None, desk.snapshot.notice if desk.snapshot is not None else ""
        lines = [Line(_("The arm does not answer") if found else _("Waiting for the arm"), "title")]
        if found:
            lines.append(Line(_(told) if HOMING in told else _("Is it switched on, and is its cable plugged in?")))
        lines.append(Line(_("This goes on by itself as soon as the arm answers."), "soft"))
        return Page(_("No connection"), lines=tuple(lines), icon="warning", alert=found)

    def select(self, desk: Desk, item: str) -> None:
        """Do nothing: there are no tiles."""
