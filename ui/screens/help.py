"""Help: what stops the arm, how choosing and moving work for this very person, and who can help. One topic a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from armctl.config.user import UserConfig
from ui.desk import Desk
from ui.page import Line, Page, Tile
from ui.text import _, marked, seconds

CHOOSING: Final = {
    "auto": marked("A bright frame goes from tile to tile by itself. Press when it is on the tile you want."),
    "step": marked("One switch moves the frame on, the other one chooses the tile in the frame."),
    "inverse": marked("Hold the switch: the frame moves. Let go on the tile you want."),
    "direct": marked("Go to a tile with the stick or the pointer, then press."),
}
"""Way of scanning to how one chooses with it."""
MOVING: Final = {
    "hold": marked("Hold a tile: the arm moves. Let go: it stops."),
    "step": marked("Each press moves the arm a short way."),
    "click": marked("One press starts the arm, the next one stops it."),
}
"""Way of moving by hand to what a press does."""


def _stopping(user: UserConfig) -> tuple[Line, ...]:
    lines = [
        Line(_("Any press stops the arm"), "title"),
        Line(_("Every key, switch, click and touch counts, at once.")),
    ]
    if user.dwell.enabled:
        lines.append(Line(_("With a pointer: go into the red field.")))
    if user.stop_line is not None:
        lines.append(Line(_("Your stop button stops the arm too; it stays off until somebody releases the button.")))
    return (*lines, Line(_("After a stop nothing moves again by itself."), "soft"))


def _choosing(user: UserConfig) -> tuple[Line, ...]:
    how = CHOOSING.get(user.scan.method, marked("Press when the tile you want is lit."))
    lines = [Line(_("How you choose"), "title"), Line(_(how))]
    if user.scan.method == "auto":
        time = seconds(user.scan.interval)
        lines.append(Line(_("It stays {time} on each tile; settings change that.").format(time=time)))
    if user.dwell.enabled:
        time = seconds(user.dwell.time)
        lines.append(Line(_("Or rest the pointer on a tile for {time}: it is chosen.").format(time=time)))
    return (*lines, Line(_("What counts is the tile that was lit when you pressed."), "soft"))


def _moving(user: UserConfig) -> tuple[Line, ...]:
    return (
        Line(_("How you move the arm"), "title"),
        Line(_(MOVING[user.motion.jog])),
        Line(_("With a stick: the further you push it, the faster the arm moves.")),
        Line(_("The tile “Undo” takes the last movement back."), "soft"),
    )


def _people(user: UserConfig) -> tuple[Line, ...]:
    del user
    return (
        Line(_("Who can help"), "title"),
        Line(_("The screen says what is wrong and what to do. You can ask the person who helps you at any time.")),
        Line(_("Smell, noise or a damaged cable: switch the arm's power off while somebody supports the arm.")),
        Line(_("Without power the arm falls."), "soft"),
    )


KEEPS: Final = "help_people"
"""Topic on which the person can say that something was wrong."""
TOPICS: Final[dict[str, Callable[[UserConfig], tuple[Line, ...]]]] = {
    "help": _stopping,
    "help_choosing": _choosing,
    "help_moving": _moving,
    "help_people": _people,
}
"""Name of the screen to what it says; read in this order."""


class HelpScreen:
    """One topic, and the way to the next one."""

    def __init__(self, topic: str) -> None:
        self._topic = topic

    def page(self, desk: Desk) -> Page:
        """Return what the topic says about this person's own settings."""
        tiles = [Tile("next", _("Next page"), "more"), Tile("leave", _("Home"), "home")]
        lines = TOPICS[self._topic](desk.user)
        if self._topic == KEEPS and desk.told_wrong:
            lines = (*lines[:1], Line(_("The last two minutes are kept. Whoever helps you can look at them.")))
        elif self._topic == KEEPS:
            tiles.insert(1, Tile("wrong", _("Something was wrong"), "warning"))
        return Page(_("Help"), tuple(tiles), lines, columns=len(tiles), alert=False)

    def select(self, desk: Desk, item: str) -> None:
        """Go to the next topic, leave, or have what just happened kept."""
        if item == "wrong":
            desk.tell_wrong()
            return
        names = list(TOPICS)
        desk.go_to(names[(names.index(self._topic) + 1) % len(names)] if item == "next" else "home")
