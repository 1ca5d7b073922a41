"""Practice: the games, their levels, and that the real arm does not move."""

from __future__ import annotations

from typing import Final

from armctl.access.practice.games import GAMES
from armctl.access.practice.ladder import TOP
from ui.desk import Desk
from ui.page import NARROW_PICTURE, Line, Page, Tile
from ui.practice_desk import PLAY
from ui.practice_words import GAME_WORDS
from ui.text import _

AT_ONCE: Final = 4
"""Games shown at once: more make scanning slow and tiles small."""


class PracticeScreen:
    """A tile for each game."""

    def page(self, desk: Desk) -> Page:
        """Return four of the games with the person's levels, and a picture of all levels."""
        shown = GAMES[desk.practice.first : desk.practice.first + AT_ONCE]
        tiles = [self._tile(desk, each.name) for each in shown]
        tiles += [Tile("more", _("More"), "more"), Tile("leave", _("Stop practising"), "home")]
        lines = (Line(_("Practice is on the screen only: the real arm does not move.")),)
        return Page(_("Practice"), tuple(tiles), lines, picture=NARROW_PICTURE, columns=2)

    @staticmethod
    def _tile(desk: Desk, name: str) -> Tile:
        words = GAME_WORDS[name]
        level = _("Level {level} of {top}").format(level=desk.practice.level(name), top=TOP)
        return Tile(f"game:{name}", _(words.title), words.icon, value=level)

    def select(self, desk: Desk, item: str) -> None:
        """Begin a game, show the other games, or leave."""
        if item.startswith("game:"):
            desk.practise(item.removeprefix("game:"))
            desk.chosen = PLAY
        elif item == "more":
            desk.practice.first = (desk.practice.first + AT_ONCE) % len(GAMES)
        else:
            desk.go_to("home")
