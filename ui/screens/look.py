"""What the screen looks like and speaks: colours, size of type, language."""

from __future__ import annotations

from typing import Final

from armctl.config.user import LookConfig
from ui.desk import Desk
from ui.page import Page, Tile
from ui.text import LANGUAGES, _, marked, percent, use_language

THEME_NAMES: Final = {
    "dark": marked("Dark"),
    "light": marked("Light"),
    "yellow": marked("Yellow on black"),
    "calm": marked("Calm"),
}
"""Theme to its name, in the order the tile goes through."""
SCALE_STEP: Final = 0.1
SCALE_RANGE: Final = (1.0, 1.6)
"""Sizes of type offered here; the same as the profile allows."""


class LookScreen:
    """Each tile goes one on through its values; the present one stands on it."""

    def page(self, desk: Desk) -> Page:
        """Return the tiles with the present values; one at its end cannot be chosen."""
        user = desk.user
        scale = user.look.scale
        size = percent(scale)
        tiles = (
            Tile("theme", _("Colours"), "theme", value=_(THEME_NAMES[user.theme])),
            Tile("language", _("Language"), "language", value=LANGUAGES[user.language]),
            Tile("smaller", _("Type smaller"), "minus", enabled=scale > SCALE_RANGE[0] + 1e-9, value=size),
            Tile("larger", _("Type larger"), "plus", enabled=scale < SCALE_RANGE[1] - 1e-9, value=size),
            Tile("back", _("Settings"), "gear"),
            Tile("leave", _("Home"), "home"),
        )
        return Page(_("Screen and language"), tiles, columns=2)

    def select(self, desk: Desk, item: str) -> None:
        """Change one setting by one step, or leave."""
        if item == "theme":
            desk.change(theme=_next(THEME_NAMES, desk.user.theme))
        elif item == "language":
            code = _next(LANGUAGES, desk.user.language)
            desk.change(language=code)
            use_language(code)
            desk.voice.set_language(code)
        elif item in ("smaller", "larger"):
            wished = desk.user.look.scale + (SCALE_STEP if item == "larger" else -SCALE_STEP)
            scale = min(SCALE_RANGE[1], max(SCALE_RANGE[0], round(wished, 2)))
            desk.change(look=LookConfig.model_validate(desk.user.look.model_dump() | {"scale": scale}))
        else:
            desk.go_to("settings" if item == "back" else "home")


def _next(values: dict[str, str], now: str) -> str:
    names = list(values)
    return names[(names.index(now) + 1) % len(names)]
