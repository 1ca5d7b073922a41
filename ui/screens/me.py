"""About the person: which of their profiles holds, measuring, and how their figures change over weeks."""

from __future__ import annotations

from typing import Final

from armctl.access.fit.history import Trend, trend
from ui.desk import Desk
from ui.fit_desk import FIT
from ui.page import Line, Page, Tile
from ui.text import _, marked, number

LAST: Final = 8
"""Measurements that are shown."""
OFFERS: Final = {
    "errors": marked("More choices went wrong lately. Measuring your presses again takes two minutes."),
    "old": marked("Your last measurement is three months old. Measuring again takes two minutes."),
}


class MeScreen:
    """Tiles for the variant, the measurement and the short one; above them what changed."""

    def page(self, desk: Desk) -> Page:
        """Return the tiles, and how press times went."""
        keeper, offer = desk.keeper, desk.fitting.offer()
        tiles = [Tile("fit", _("Measure me"), "speed"), Tile("again", _("Only my presses"), "press")]
        if len(keeper.variants) > 1:
            name = keeper.variant.replace("_", " ").capitalize() or _("As always")
            tiles.append(Tile("variant", _("Today"), "clock", value=name))
        tiles += [Tile("back", _("Settings"), "gear"), Tile("leave", _("Home"), "home")]
        found = trend(keeper.history, "press_time", keeper.variant)
        lines = [] if found is None else [Line(said(found)), Line(figures(found), "soft")]
        lines = [Line(_(OFFERS[offer])), *lines] if offer else lines
        icon = "" if found is None else picture(found)
        return Page(_("About me"), tuple(tiles), tuple(lines), columns=2, icon=icon)

    def select(self, desk: Desk, item: str) -> None:
        """Measure, go over to the next variant, or leave."""
        if item in ("fit", "again"):
            desk.fitting.begin(again=item == "again")
            desk.go_to(FIT)
        elif item == "variant":
            names = desk.keeper.variants
            chosen = desk.keeper.choose(names[(names.index(desk.keeper.variant) + 1) % len(names)])
            if chosen is not None:
                desk.use(chosen)
        else:
            desk.go_to("settings" if item == "back" else "home")


def said(found: Trend) -> str:
    """Return in words how press times changed."""
    change, days = number(abs(found.now - found.before), 2), number(found.days)
    if not found.clear:
        return _("Your presses take as long as before.")
    if found.now < found.before:
        return _("Your presses became {change} s faster over {days} days.").format(change=change, days=days)
    return _("Your presses became {change} s slower over {days} days.").format(change=change, days=days)


def picture(found: Trend) -> str:
    """Return the icon that shows which way press times went."""
    if not found.clear:
        return "right"
    return "down" if found.now < found.before else "up"


def figures(found: Trend) -> str:
    """Return the last press times, the newest at the end."""
    return "  ·  ".join(number(point, 2) for point in found.points[-LAST:]) + "\u00a0s"
