"""What is on the screen: chooses the screen, makes its page, arranges and draws it, and tells what is there."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

import pygame

from armctl.access.actions import ScanItem
from armctl.config.pointing import RestArea
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from ui import scenery
from ui.arm_view import ArmView
from ui.arrange import Arranged
from ui.battery import Battery
from ui.canvas import Canvas
from ui.desk import Desk
from ui.flow import MEASURES, screen_for
from ui.layout import Box, frame
from ui.moving import scan_item
from ui.page import NARROW_PICTURE, SLIM_PICTURE, WIDE_PICTURE, Page, ScreenItem, ScreenView, Strip, Tile
from ui.painter import Painter
from ui.practice_desk import MENU, PLAY
from ui.practice_picture import PracticePicture
from ui.rest_area import RestSign
from ui.screens import SCREENS
from ui.sheets import Sheets
from ui.strip import press_words, strip_for
from ui.text import mirrored
from ui.theme import THEMES, Theme
from ui.widgets import RING_STEPS, TileState

PICTURE_TIME: Final = 0.030
"""The live picture is drawn at most this often [s], every second frame: more looks no smoother."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the input has to show.

    Attributes:
        lit: Id of the lit tile, or None.
        held: Id of the tile that is being held, or None.
        time_left: Share of the lit tile's time that is left; 0 where no time runs.
        dwell: Tile the pointer rests on and how far its dwell is, or None.
        resting: Scanning waits for a press.
        stops: A press stops the arm.
        testing: The stop is being tested.
        flash: Id of a tile that was chosen just now, or empty.
        warning: What to tell about an input device; empty when nothing.
        lit_group: Ids of the tiles of the lit row or group; empty when none is lit.
        preview: Tile that was chosen and can still be taken back, and the share of the time for it that is left.
        press: What the next press does where that is nothing usual; empty otherwise.
    """

    lit: str | None = None
    held: str | None = None
    time_left: float = 0.0
    dwell: tuple[str, float] | None = None
    resting: bool = False
    stops: bool = False
    testing: bool = False
    flash: str = ""
    warning: str = ""
    lit_group: tuple[str, ...] = ()
    preview: tuple[str, float] | None = None
    press: str = ""


class Show:
    """The screen.

    Args:
        desk: The person's session.
        scene: What stands around the arm.
        surface: To draw on.
        battery: The computer's; None: looked up.

    Attributes:
        screen: Name of the screen that is shown; empty before the first `update`.
        page: What it shows.
    """

    def __init__(self, desk: Desk, scene: SceneConfig, surface: pygame.Surface, battery: Battery | None = None) -> None:
        self._desk = desk
        self._scene = scene
        self._game = PracticePicture(desk, scene)
        self._sheets = Sheets()
        self._battery = battery or Battery(desk.clock)
        self.surface: Final = surface
        self._look = _look(desk.user)
        self.between: Callable[[], None] = lambda: None
        """Called again and again while something is drawn."""
        self._painter = self._made_painter()
        self._rest = self._rest_sign()
        self._views: dict[Hashable, ArmView] = {}
        self._placed: Arranged | None = None
        self._status = Status()
        self._strip: Strip | None = None
        self._picture_key: Hashable = None
        self._drawn_at = float("-inf")
        self.screen = ""
        self.page = Page("")

    @property
    def items(self) -> tuple[ScanItem, ...]:
        """The tiles that can be chosen, in scanning order, for the access pipeline."""
        return tuple(scan_item(tile, box, self.screen) for tile, box in self._choices())

    @property
    def stop_field(self) -> Box | None:
        """The large red field, when it is shown."""
        banner = self._placed.banner if self._placed is not None else None
        return self._painter.canvas.placed(banner) if banner is not None else None

    @property
    def view(self) -> ScreenView:
        """What is on the screen now."""
        items = tuple(ScreenItem(tile.id, tile.label, box, tile.holds) for tile, box in self._choices())
        text = "\n".join(word.text for word in self._painter.canvas.written)
        status = self._status
        return ScreenView(
            self.screen,
            items,
            status.lit,
            status.stops,
            text,
            lit_group=status.lit_group,
            stop_field=self.stop_field,
            preview=status.preview[0] if status.preview is not None else None,
            resting=status.resting,
        )

    def _choices(self) -> list[tuple[Tile, Box]]:
        boxes = self._placed.tiles if self._placed is not None else ()
        placed = self._painter.canvas.placed
        return [(tile, placed(box)) for tile, box in zip(self.page.tiles, boxes, strict=False) if tile.enabled]

    def update(self, status: Status) -> None:
        """Draw what changed."""
        desk = self._desk
        now = desk.clock.now()
        self._follow_look(desk.user)
        self._status = status
        self.screen = screen_for(desk.snapshot, now, bool(desk.session.notices), desk.session.task, desk.chosen)
        self.page = self._sheet(SCREENS[self.screen].page(desk))
        strip = self._strip_for(status)
        states = [tile_state(tile, status) for tile in self.page.tiles]
        self.between()
        self._placed = self._painter.paint(self.screen, self.page, strip, states, status.stops, self._picture())
        if self._rest is not None:
            picture = self._placed.frame.picture
            self._rest.draw(self._painter.canvas.placed(picture) if picture is not None else None)
        self._present()

    def _rest_sign(self) -> RestSign | None:
        """Return what shows where a pointer chooses nothing; None where it chooses everywhere."""
        rest = _rest(self._desk.user)
        return RestSign(self._painter.canvas, rest) if rest is not None else None

    def turn_sheet(self) -> None:
        """Show the next part of a page whose tiles have no room at once."""
        self._sheets.turn()

    def _sheet(self, page: Page) -> Page:
        """Return the part of ``page`` that is shown; what is measured and played needs all of its tiles at once."""
        whole = self.screen in (*MEASURES, PLAY)
        return page if whole else self._sheets.shown(self.screen, page, self._painter.canvas.metrics)

    def _strip_for(self, status: Status) -> Strip:
        lit = status.lit or next(iter(status.lit_group), None)
        # On the first frame of a screen what is lit is still of the one before: no words are better than wrong ones.
        new = lit is not None and not status.stops and all(tile.id != lit for tile in self.page.tiles)
        words = press_words(
            self.page, status.lit, status.held is not None, status.resting, status.stops, status.testing
        )
        press = "" if new else status.press or words
        return strip_for(self._desk, self.screen, self.page, press, status.warning, self._battery)

    def _made_painter(self) -> Painter:
        canvas = Canvas(self.surface, *self._look)
        canvas.between = self._pause
        return Painter(canvas)

    def _pause(self) -> None:
        self.between()

    def _follow_look(self, user: UserConfig) -> None:
        look, rest = _look(user), _rest(user)
        if look != self._look or rest != (self._rest.rest if self._rest is not None else None):
            if look != self._look:
                self._views.clear()  # some 15 MB each; nobody goes on with two sets of colours
            self._look = look
            self._painter = self._made_painter()
            self._rest = self._rest_sign()

    def _picture(self) -> tuple[Hashable, Callable[[Box], pygame.Surface]] | None:
        """Return the key of the live picture and what draws it; the key changes when anything visible moves."""
        snapshot = self._desk.snapshot
        if snapshot is None or self.page.picture <= 0:
            return None
        if self.screen in (MENU, PLAY):
            return self._game.picture(self.screen, self._view, self._painter.canvas.theme)
        positions = tuple(round(value, 3) for value in snapshot.positions)
        ghost, led_to = self._desk.ghost, self._desk.led_to
        now = self._desk.clock.now()
        if now - self._drawn_at >= PICTURE_TIME:
            self._picture_key = (positions, scenery.key(snapshot.scene), ghost, led_to is not None)
            self._drawn_at = now
        going = (snapshot.positions, snapshot.scene, ghost, led_to)
        return self._picture_key, lambda box: self._view(box.w).update(*going)

    def _view(self, width: int) -> ArmView:
        """Return the drawing of a picture ``width`` px wide, as high as without a notice: that must not cost time."""
        canvas = self._painter.canvas
        size = (width, frame(canvas.metrics, 0.0, 0).main.h)
        key = (size, canvas.theme.name)
        if key not in self._views:
            self._views[key] = ArmView(self._desk.robot, self._scene, canvas.theme, size)
            # This took longer than a frame; control must not take it for a screen that hangs.
            self._desk.session.heartbeat()
        self._views[key].between = self._pause
        return self._views[key]

    def make_ready(self) -> None:
        """Make the live pictures' still parts beforehand: they take as long as several frames."""
        metrics = self._painter.canvas.metrics
        for share in (WIDE_PICTURE, NARROW_PICTURE, SLIM_PICTURE):
            picture = frame(metrics, share / metrics.scale, 0).picture
            if picture is not None:
                self._view(picture.w)

    def _present(self) -> None:
        changed = self._painter.canvas.changed
        if changed:
            pygame.display.update(changed)


def _look(user: UserConfig) -> tuple[Theme, float, bool, int]:
    """Return theme, size of type, direction and least tile: whatever changes all that is drawn."""
    return THEMES[user.theme], user.look.scale, mirrored(), user.look.tile_min


def _rest(user: UserConfig) -> RestArea | None:
    """Return where a pointer chooses nothing; None where it chooses everywhere, or nowhere."""
    return user.dwell.rest if user.dwell.enabled else None


def tile_state(tile: Tile, status: Status) -> TileState:
    """Return how ``tile`` looks now."""
    lit = tile.id == status.lit or tile.id in status.lit_group
    share = status.time_left if lit else 0.0
    if status.preview is not None and status.preview[0] == tile.id:
        return TileState(True, True, math.ceil(status.preview[1] * RING_STEPS))
    if status.dwell is not None and status.dwell[0] == tile.id:
        lit, share = True, status.dwell[1]
    return TileState(lit, tile.id in (status.held, status.flash), math.ceil(share * RING_STEPS))
