"""Before anything moves: switch the arm on, and prove that the person's own press stops it."""

from __future__ import annotations

from ui.desk import Desk
from ui.page import WIDE_PICTURE, Line, Page, Tile
from ui.stopping import stop_words
from ui.text import _


class ArmingScreen:
    """One tile to switch on, then the stop test: any press passes it; and one to practise without the arm."""

    def page(self, desk: Desk) -> Page:
        """Return the page of the supervisor's mode."""
        snapshot = desk.snapshot
        if snapshot is not None and snapshot.mode == "stop_test":
            lines = (
                Line(_("Test your stop"), "title"),
                Line(_(stop_words(desk.user).first)),
            )
            return Page(
                _("Getting ready"), lines=lines, banner=_("Press now"), banner_look="warn", picture=WIDE_PICTURE
            )
        lines = (
            Line(_("The arm is at rest"), "title"),
            Line(_("Switch it on to begin. Then you test that your press stops it.")),
        )
        tiles = (Tile("enable", _("Switch on"), "power", look="go"), Tile("practice", _("Practise"), "target"))
        return Page(_("Getting ready"), tiles, lines, picture=WIDE_PICTURE, columns=1)

    def select(self, desk: Desk, item: str) -> None:
        """Switch the arm on, or practise without it."""
        if item == "enable":
            desk.session.enable()
        elif item == "practice":
            desk.go_to("practice")
