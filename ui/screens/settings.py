"""What the person may change alone: speed, directions, scanning, and the ways to what is heard and seen."""

from __future__ import annotations

from typing import Final

from armctl.config.user import ScanConfig
from ui.desk import Desk
from ui.page import Page, Tile
from ui.text import _, marked, percent, seconds

SPEED_STEP: Final = 0.1
LEAST_SPEED: Final = 0.1
SCAN_STEP: Final = 0.1
"""Steps of the scan interval [s]; half of it is still felt by practised users."""
SCAN_RANGE: Final = (0.4, 5.0)
"""Scan intervals offered here [s]; the profile allows 0.1 to 10."""

FRAMES: Final = {"user": marked("As I see it"), "base": marked("The arm's own"), "tool": marked("The hand's own")}
"""Frame of directions by hand to its name, in the order the tile goes through."""


class SettingsScreen:
    """Minus and plus for each setting, its present value on the tile."""

    def page(self, desk: Desk) -> Page:
        """Return the tiles with the present values; one at its end cannot be chosen."""
        user = desk.user
        speed, interval = user.motion.speed, user.scan.interval
        now, pace = percent(speed), seconds(interval)
        tiles = (
            Tile("slower", _("Arm slower"), "minus", enabled=speed > LEAST_SPEED + 1e-9, value=now),
            Tile("faster", _("Arm faster"), "plus", enabled=speed < user.ceilings.speed - 1e-9, value=now),
            Tile("frame", _("Directions"), "move", value=_(FRAMES[user.motion.frame])),
            Tile("scan_slower", _("Scan slower"), "minus", enabled=interval < SCAN_RANGE[1] - 1e-9, value=pace),
            Tile("scan_faster", _("Scan faster"), "plus", enabled=interval > SCAN_RANGE[0] + 1e-9, value=pace),
            Tile("sound", _("Voice and sounds"), "speaker" if user.voice.enabled else "silent"),
            Tile("look", _("Screen and language"), "theme"),
            Tile("me", _("About me"), "person"),
            Tile("leave", _("Home"), "home"),
        )
        return Page(_("Settings"), tiles, columns=3)

    def select(self, desk: Desk, item: str) -> None:
        """Change one setting by one step, or leave."""
        speed = desk.user.motion.speed
        if item == "slower":
            desk.change_motion(speed=max(LEAST_SPEED, round(speed - SPEED_STEP, 2)))
        elif item == "faster":
            desk.change_motion(speed=min(1.0, round(speed + SPEED_STEP, 2)))
        elif item in ("scan_slower", "scan_faster"):
            self._change_scan(desk, SCAN_STEP if item == "scan_slower" else -SCAN_STEP)
        elif item == "frame":
            names = list(FRAMES)
            desk.change_motion(frame=names[(names.index(desk.user.motion.frame) + 1) % len(names)])
        elif item in ("sound", "look", "me"):
            desk.go_to(item)
        else:
            desk.go_to("home")

    @staticmethod
    def _change_scan(desk: Desk, by: float) -> None:
        interval = min(SCAN_RANGE[1], max(SCAN_RANGE[0], round(desk.user.scan.interval + by, 2)))
        desk.change(scan=ScanConfig.model_validate(desk.user.scan.model_dump() | {"interval": interval}))
