"""About the person: which of their profiles holds, measuring, and how their figures change over weeks."""

from __future__ import annotations

from typing import Final

from armctl.access.fit.history import Trend, trend
from ui.desk import Desk
from ui.fit_desk import FIT
from ui.page import Line, Page, Tile
from ui.text import _, marked, number

BARS: Final = "▁▂▃▄▅▆▇█"
OFFERS: Final = {
    "errors": marked("More choices went wrong lately. Measuring your presses again takes two minutes."),
    "old": marked("Your last measurement is three months old. Measuring again takes two minutes."),
}


class MeScreen:
    """Tiles for the variant, the measurement and the short one; above them what changed."""

    def page(self, desk: Desk) -> Page:
        """Return the tiles, and how press times went."""
        keeper, offer = desk.keeper, desk.fitting.offer()
        tiles = [Tile("fit", _("Measure me"), "star"), Tile("again", _("Only my presses"), "clock")]
        if len(keeper.variants) > 1:
            name = keeper.variant.replace("_", " ").capitalize() or _("As always")
            tiles.append(Tile("variant", _("Today"), "person", value=name))
        tiles += [Tile("back", _("Settings"), "gear"), Tile("leave", _("Home"), "home")]
        found = trend(keeper.history, "press_time", keeper.variant)
        lines = [] if found is None else [Line(said(found)), Line(picture(found.points), "soft")]
        lines = [Line(_(OFFERS[offer])), *lines] if offer else lines
        return Page(_("About me"), tuple(tiles), tuple(lines), columns=2)

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


def picture(points: tuple[float, ...]) -> str:
    """Return ``points`` as bars, the newest at the right."""
    low, high = min(points), max(points)
    span = max(high - low, 0.05 * high, 1e-9)
    return "".join(BARS[min(len(BARS) - 1, int((point - low) / span * len(BARS)))] for point in points[-20:])
