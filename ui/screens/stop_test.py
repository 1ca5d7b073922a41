"""Once for each input after arming: the arm moves slowly, and the person's press must bring it to rest in time."""

from __future__ import annotations

from ui.desk import Desk
from ui.page import WIDE_PICTURE, Line, Page, Tile
from ui.stop_tests import LIMIT
from ui.stopping import stop_words
from ui.text import _, number


class StopTestScreen:
    """A tile that begins a slow motion, then any press stops it."""

    def page(self, desk: Desk) -> Page:
        """Return the tile, or while the arm moves what to do."""
        words = stop_words(desk.user)
        title = Line(_("Test your stop in motion"), "title")
        snapshot = desk.snapshot
        if snapshot is not None and snapshot.mode in ("moving", "stopping"):
            if not desk.stop_tests.moved(snapshot.positions):
                return Page(_("Stop test"), lines=(title, Line(_("The arm begins to move …"))), picture=WIDE_PICTURE)
            lines = (title, Line(_(words.moving)))
            return Page(_("Stop test"), lines=lines, banner=_("Press now"), banner_look="warn", picture=WIDE_PICTURE)
        failed = desk.stop_tests.failed
        told = (
            _("It took {time} s until the arm stood; {limit} s is the limit. Try again.").format(
                time=number(failed, 2), limit=number(LIMIT, 2)
            )
            if failed
            else _(words.begin)
        )
        tiles = (Tile("try", _("Start slowly"), "move", look="go"), Tile("leave", _("Home"), "home"))
        return Page(_("Stop test"), tiles, (title, Line(told)), picture=WIDE_PICTURE, columns=1)

    def select(self, desk: Desk, item: str) -> None:
        """Begin the motion that is to be stopped, or leave that for later: settings, practice and help need no test."""
        if item == "try":
            desk.move_for_stop_test()
        else:
            desk.go_to("home")
