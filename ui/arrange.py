"""Where the things of a page go on a screen of a given size: pure, so that every size can be tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ui.layout import Box, Frame, frame, grid, rows_needed
from ui.page import NARROW_PICTURE, SLIM_PICTURE, Page
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


NoticeLines = Callable[[Frame], int]
"""Parts of the screen to the lines of small type that the notice takes there; 0 where there is none."""
TypeSize = Callable[[Arranged], int]
"""A page with places to the size of type that all words of its tiles, and of the notice, can have there [px]."""


LEAST_SHARE: Final = 0.2
"""In less of the screen's width a picture shows too little to be worth its place."""


def arrange(page: Page, metrics: Metrics, notice: NoticeLines, type_size: TypeSize) -> Arranged:
    """Return where everything on ``page`` goes, with as much of the live picture as leaves tiles large and readable.

    Where the tiles do not fit as large as the person needs them, they are as large as usual.

    Args:
        page: What the screen shows.
        metrics: Sizes.
        notice: How many lines the notice takes.
        type_size: How large the words can be.

    Raises:
        ValueError: The tiles do not fit; the page must show fewer.
    """
    try:
        return _best(page, metrics, notice, type_size)
    except ValueError:
        return _best(page, replace(metrics, tile=LEAST_TILE), notice, type_size)


def _best(page: Page, metrics: Metrics, notice: NoticeLines, type_size: TypeSize) -> Arranged:
    """Return the arrangement with the largest picture in which everything can be read, else the most readable one.

    Raises:
        ValueError: The tiles do not fit.
    """
    best: tuple[int, Arranged] | None = None
    for share in _shares(page, metrics):
        try:
            placed = _arranged(page, metrics, notice, share)
        except ValueError:
            continue
        size = type_size(placed)
        if size >= metrics.small:
            return placed
        if best is None or size > best[0]:
            best = size, placed
    return best[1] if best is not None else _arranged(page, metrics, notice, 0.0)


def fits(page: Page, metrics: Metrics) -> bool:
    """Return whether all tiles of ``page`` have room in the size the person needs, if need be without the picture."""
    try:
        _arranged(page, metrics, _no_notice, 0.0)
    except ValueError:
        return False
    return True


def _shares(page: Page, metrics: Metrics) -> list[float]:
    """Return the shares of the width that the live picture may have here, the largest first."""
    wished = page.picture / metrics.scale
    smaller = [
        share for one in (NARROW_PICTURE, SLIM_PICTURE) if LEAST_SHARE <= (share := one / metrics.scale) < wished
    ]
    return [wished, *smaller, 0.0] if wished > 0.0 else [0.0]


def _no_notice(_parts: Frame) -> int:
    return 0


def _arranged(page: Page, metrics: Metrics, notice: NoticeLines, share: float) -> Arranged:
    parts = frame(metrics, share, notice(frame(metrics, share, 0)))
    area, words, progress = parts.main, None, None
    if page.lines:
        words, area = _take_top(area, _words_height(page, metrics, area), metrics.gap)
    if page.progress is not None:
        progress, area = _take_top(area, metrics.label + metrics.gap, metrics.gap)
        progress = progress.inset(metrics.gap, 0)
    banner = area if page.banner and not page.tiles else None
    if page.banner and page.tiles:
        banner, area = _take_top(area, max(LEAST_TILE, round(area.h * 0.4)), metrics.gap)
    tiles = grid(area, len(page.tiles), metrics.gap, page.columns, metrics.tile)
    return Arranged(parts, words, progress, banner, tiles)


def _words_height(page: Page, metrics: Metrics, area: Box) -> int:
    if not page.tiles and not page.banner:
        return area.h
    sizes = {"title": metrics.title, "body": metrics.body, "soft": metrics.small}
    wished = sum(2.2 * sizes[line.style] for line in page.lines)
    in_one_row = len(page.tiles) <= (page.columns or 1)
    most = 0.7 if in_one_row and not page.picture else 0.52
    rows = rows_needed(area.w, len(page.tiles), metrics.gap, metrics.tile)
    kept = rows * (metrics.tile + metrics.gap) + metrics.gap
    # Where the tiles leave too little, they do not fit.
    least = sum(1.1 * sizes["soft"] for line in page.lines) / area.h
    most = max(least, min(most, 1 - kept / area.h)) if page.tiles else most
    return min(round(wished * (1.2 if not page.picture else 1.0)), round(area.h * most))


def _take_top(area: Box, height: int, gap: int) -> tuple[Box, Box]:
    upper = Box(area.x, area.y, area.w, height)
    return upper, Box(area.x, upper.bottom + gap, area.w, area.h - height - gap)
