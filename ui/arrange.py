"""Where the things of a page go on a screen of a given size: pure, so that every size can be tested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ui.layout import Box, Frame, frame, grid, rows_needed
from ui.page import NARROW_PICTURE, Page
from ui.theme import LEAST_TILE, Metrics


@dataclass(frozen=True, slots=True)
class Arranged:
    """A page with places.

    Attributes:
        frame: The parts every screen has.
        words: Where the paragraphs go, or None.
        progress: Where the bar goes, or None.
        banner: Where the banner goes, or None.
        tiles: One box a tile, in their order.
    """

    frame: Frame
    words: Box | None
    progress: Box | None
    banner: Box | None
    tiles: tuple[Box, ...]


ROOMY: Final = 3.8
"""A tile narrower than this many type sizes has no room for words: rather the live picture goes than they. Who needs
larger type needs the words more than the picture, so it grows with the scale."""


def arrange(page: Page, metrics: Metrics, notice: int) -> Arranged:
    """Return where everything on ``page`` goes, with as much of the live picture as leaves room for words on tiles.

    Args:
        page: What the screen shows.
        metrics: Sizes.
        notice: Lines that the notice takes, 0 where there is none.

    Raises:
        ValueError: The tiles do not fit; the page must show fewer.
    """
    wished = page.picture / metrics.scale
    shares = [wished, *(share for share in (NARROW_PICTURE / metrics.scale, 0.0) if share < wished)]
    for share in shares[:-1]:
        try:
            placed = _arranged(page, metrics, notice, share)
        except ValueError:
            continue
        if min((box.w for box in placed.tiles), default=metrics.width) >= ROOMY * metrics.scale * metrics.label:
            return placed
    return _arranged(page, metrics, notice, shares[-1])


def _arranged(page: Page, metrics: Metrics, notice: int, share: float) -> Arranged:
    parts = frame(metrics, share, notice)
    area, words, progress = parts.main, None, None
    if page.lines:
        words, area = _take_top(area, _words_height(page, metrics, area), metrics.gap)
    if page.progress is not None:
        progress, area = _take_top(area, metrics.label + metrics.gap, metrics.gap)
        progress = progress.inset(metrics.gap, 0)
    banner = area if page.banner and not page.tiles else None
    if page.banner and page.tiles:
        banner, area = _take_top(area, max(LEAST_TILE, round(area.h * 0.4)), metrics.gap)
    return Arranged(parts, words, progress, banner, grid(area, len(page.tiles), metrics.gap, page.columns))


def _words_height(page: Page, metrics: Metrics, area: Box) -> int:
    if not page.tiles and not page.banner:
        return area.h
    sizes = {"title": metrics.title, "body": metrics.body, "soft": metrics.small}
    wished = sum(2.2 * sizes[line.style] for line in page.lines)
    in_one_row = len(page.tiles) <= (page.columns or 1)
    most = 0.7 if in_one_row and not page.picture else 0.52
    kept = rows_needed(area.w, len(page.tiles), metrics.gap) * (LEAST_TILE + metrics.gap) + metrics.gap
    most = min(most, 1 - kept / area.h) if page.tiles else most
    return min(round(wished * (1.2 if not page.picture else 1.0)), round(area.h * most))


def _take_top(area: Box, height: int, gap: int) -> tuple[Box, Box]:
    upper = Box(area.x, area.y, area.w, height)
    return upper, Box(area.x, upper.bottom + gap, area.w, area.h - height - gap)
