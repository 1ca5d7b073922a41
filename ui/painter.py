"""Draws a page: every part only when it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ui import widgets
from ui.arrange import Arranged, arrange
from ui.canvas import Canvas, corners
from ui.layout import Box, Frame
from ui.page import Page, Strip
from ui.widgets import TileState

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pygame


class Painter:
    """Puts pages on a canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._placed: tuple[Hashable, Arranged] | None = None

    def arrange(self, page: Page, strip: Strip) -> Arranged:
        """Return where everything goes; found once for as long as the same is shown."""
        if self._placed is None or self._placed[0] != (page, strip.notice):
            self._placed = (page, strip.notice), self._arrange(page, strip)
        return self._placed[1]

    def _arrange(self, page: Page, strip: Strip) -> Arranged:
        metrics = self.canvas.metrics

        def lines(frame: Frame) -> int:
            return widgets.notice_lines(metrics, frame.notice, strip.notice, frame.picture is not None)

        def told(placed: Arranged) -> bool:
            return widgets.notice_fits(metrics, placed.frame.notice, strip.notice)

        def quality(placed: Arranged) -> float:
            return widgets.readable(widgets.tile_type(page.tiles, placed.tiles, metrics), metrics)

        placed = arrange(page, metrics, lines, told, quality)
        if not self.canvas.mirrored or not any(tile.motion for tile in page.tiles):
            return placed
        # "Left" stays left of "right" in every language: what the canvas will mirror is mirrored before.
        left, right = min(box.x for box in placed.tiles), max(box.right for box in placed.tiles)
        turned = tuple(box._replace(x=left + right - box.right) for box in placed.tiles)
        return replace(placed, tiles=turned)

    def paint(
        self,
        screen: str,
        page: Page,
        strip: Strip,
        states: Sequence[TileState],
        stops: bool,
        picture: tuple[Hashable, Callable[[Box], pygame.Surface]] | None,
    ) -> Arranged:
        """Draw everything that changed; `Canvas.changed` lists where.

        Args:
            screen: Name of the screen.
            page: What it shows.
            strip: What the strips say.
            states: How each tile of the page looks.
            stops: A press stops the arm.
            picture: Key of the live picture and what draws it, where the page wants one; below a notice, what does
                not fit is left out, half of it at the head and half at the foot.
        """
        canvas, placed = self.canvas, self.arrange(page, strip)
        canvas.begin((screen, placed))
        frame = placed.frame
        canvas.part(
            "top",
            frame.top,
            (page.title, strip.connection, strip.speed, strip.mode, strip.mode_look),
            lambda box: widgets.draw_top(canvas, box, page.title, strip),
        )
        canvas.part(
            "bottom",
            frame.bottom,
            (strip.press, strip.stops, stops),
            lambda box: widgets.draw_bottom(canvas, box, strip, stops),
        )
        if strip.notice:
            canvas.part(
                "notice", frame.notice, strip.notice, lambda box: widgets.draw_notice(canvas, box, strip.notice)
            )
        self._middle(page, placed)
        like = widgets.tile_type(page.tiles, placed.tiles, canvas.metrics)
        for box, tile, state in zip(placed.tiles, page.tiles, states, strict=True):
            draw = partial(widgets.draw_tile, canvas, tile=tile, state=state, like=like)
            canvas.part(f"tile {tile.id}", box, (tile, state, like), draw)
        if frame.picture is not None and picture is not None:
            canvas.part("picture", frame.picture, picture[0], lambda box: self._picture(box, picture[1]))
        return placed

    def _middle(self, page: Page, placed: Arranged) -> None:
        canvas = self.canvas
        if placed.words is not None:
            canvas.part(
                "words",
                placed.words,
                (page.lines, page.icon),
                lambda box: widgets.draw_lines(canvas, box, page.lines, page.icon, page.picture <= 0),
            )
        if placed.progress is not None and page.progress is not None:
            share, remaining = round(page.progress, 2), round(page.remaining)
            canvas.part(
                "progress",
                placed.progress,
                (share, remaining),
                lambda box: widgets.draw_progress(canvas, box, share, remaining),
            )
        if placed.banner is not None:
            canvas.part(
                "banner",
                placed.banner,
                (page.banner, page.banner_look, page.banner_icon),
                lambda box: widgets.draw_banner(canvas, box, page.banner, page.banner_look, page.banner_icon),
            )

    def _picture(self, box: Box, draw: Callable[[Box], pygame.Surface]) -> None:
        canvas, picture = self.canvas, draw(box)
        box = canvas.placed(box)
        lost = max(0, picture.get_height() - box.h)
        canvas.surface.blit(picture, box[:2], (0, lost // 2, box.w, box.h))
        edge = canvas.metrics.radius
        mask = corners(edge, canvas.theme.ground)
        for x, left in ((box.x, 0), (box.right - edge, edge)):
            for y, top in ((box.y, 0), (box.bottom - edge, edge)):
                canvas.surface.blit(mask, (x, y), (left, top, edge, edge))
