"""Where the things of a page go on a screen of a given size: pure, so that every size can be tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, NamedTuple

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
Told = Callable[[Arranged], bool]
"""A page with places to whether all of the notice can be read there."""
Quality = Callable[[Arranged], float]
"""A page with places to how well its tiles can be read there: 1 as well as wished, next to 0 not at all."""


GOOD: Final = 0.75
"""Quality from which on a larger picture is worth more than larger words and icons."""
ENOUGH: Final = 0.4
"""Quality below which even a picture that should stay gives way: its words would be cut, or hardly be read."""
STEPS: Final = (1.0, 0.86)
"""Shares of the least tile that a person needs which are tried: a seventh less is worth a picture, or fewer pages."""
LEAST_HEIGHT: Final = 0.35
"""With less of its height below a notice a picture shows too little."""
LEAST_SHARE: Final = 0.2
"""In less of the screen's width a picture shows too little to be worth its place."""


class _Plan(NamedTuple):
    """A way to arrange a page: the share of the least tile, the share of the width for the picture, and the columns."""

    step: float
    share: float
    columns: int | None


def arrange(page: Page, metrics: Metrics, notice: NoticeLines, told: Told, quality: Quality) -> Arranged:
    """Return where everything on ``page`` goes, with as much of the live picture as leaves tiles large and readable.

    Tiles are up to a seventh smaller than the person needs them where they do not fit otherwise, and, where the arm is
    moved from the page, before the picture gives way. Where they do not fit even then they are as large as usual. A
    notice comes and goes: as far as there is room, no tile changes its place for it.

    Args:
        page: What the screen shows.
        metrics: Sizes.
        notice: How many lines the notice takes.
        told: Whether all of the notice can be read.
        quality: How well tiles can be read.

    Raises:
        ValueError: The tiles do not fit; the page must show fewer.
    """
    plan, placed = _planned(page, metrics, _no_notice, quality)
    if not notice(placed.frame):
        return placed
    kept = _placed(page, metrics, notice, plan)
    if kept is not None and told(kept) and _seen(kept) and quality(kept) >= ENOUGH:
        return kept
    return _planned(page, metrics, notice, lambda one: quality(one) if told(one) and _seen(one) else 0.0)[1]


def _seen(placed: Arranged) -> bool:
    """Return whether a notice leaves enough of the picture to see anything."""
    picture = placed.frame.picture
    return picture is None or picture.h >= LEAST_HEIGHT * placed.frame.main.h


def _planned(page: Page, metrics: Metrics, notice: NoticeLines, quality: Quality) -> tuple[_Plan, Arranged]:
    """Return the best arrangement.

    Raises:
        ValueError: The tiles do not fit.
    """
    shares = _shares(page, metrics)
    with_picture = [(step, shares) for step in STEPS] if page.moves else []
    for step, some in (*with_picture, *((step, [*shares, 0.0]) for step in (*STEPS, 0.0))):
        best = _best(page, metrics, notice, quality, step, some)
        if best is not None and (best[0] >= ENOUGH or 0.0 in some):
            return best[1:]
    raise ValueError(f"{len(page.tiles)} tiles do not fit {metrics.width} x {metrics.height} px; show fewer.")


def _best(
    page: Page, metrics: Metrics, notice: NoticeLines, quality: Quality, step: float, shares: list[float]
) -> tuple[float, _Plan, Arranged] | None:
    """Return the arrangement with the largest picture that reads well, else the one that reads best; and how well.

    None where the tiles do not fit with any of the ``shares`` of the width for the picture.
    """
    best: tuple[float, _Plan, Arranged] | None = None
    # What belongs together is torn apart only where it would be hard to read otherwise.
    others = [columns for columns in (None, *range(1, len(page.tiles) + 1)) if columns != page.columns]
    for share, columns in product(shares, (page.columns, *others)):
        plan = _Plan(step, share, columns)
        placed = _placed(page, metrics, notice, plan)
        reads = quality(placed) if placed is not None else 0.0
        if placed is not None and (best is None or reads > best[0]):
            best = reads, plan, placed
        if reads >= GOOD:
            return best
    return best


def _placed(page: Page, metrics: Metrics, notice: NoticeLines, plan: _Plan) -> Arranged | None:
    """Return the page arranged in the way of ``plan``; None where its tiles do not fit so."""
    try:
        return _arranged(replace(page, columns=plan.columns), smaller(metrics, plan.step), notice, plan.share)
    except ValueError:
        return None


def smaller(metrics: Metrics, step: float) -> Metrics:
    """Return ``metrics`` with the share ``step`` of the least tile, but not below what holds for everybody."""
    return replace(metrics, tile=max(LEAST_TILE, round(metrics.tile * step)))


def fits(page: Page, metrics: Metrics, step: float = 1.0) -> bool:
    """Return whether all tiles of ``page`` have room in the share ``step`` of the size the person needs.

    If need be without the picture; but where the arm is moved from the page, with it, as far as any tile has room then.
    """
    slim = _shares(page, metrics)[-1:] if page.moves else []
    few = replace(page, tiles=page.tiles[:2])
    if slim and any(_has_room(few, smaller(metrics, one), slim[0]) for one in STEPS):
        return _has_room(page, smaller(metrics, step), slim[0])
    return _has_room(page, smaller(metrics, step), 0.0)


def _has_room(page: Page, metrics: Metrics, share: float) -> bool:
    try:
        _arranged(page, metrics, _no_notice, share)
    except ValueError:
        return False
    return True


def _shares(page: Page, metrics: Metrics) -> list[float]:
    """Return the shares of the width that the live picture may have here, the largest first; none without one."""
    wished = page.picture / metrics.scale
    shares = [share for one in (NARROW_PICTURE, SLIM_PICTURE) if LEAST_SHARE <= (share := one / metrics.scale) < wished]
    return [wished, *shares] if wished > 0.0 else []


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
    tiles = grid(area, len(page.tiles), metrics.gap, page.columns, metrics.tile, page.lead)
    return Arranged(parts, words, progress, banner, tiles)


def _words_height(page: Page, metrics: Metrics, area: Box) -> int:
    if not page.tiles and not page.banner:
        return area.h
    sizes = {"title": metrics.title, "body": metrics.body, "soft": metrics.small}
    wished = sum(2.2 * sizes[line.style] for line in page.lines)
    below = len(page.tiles) <= (page.columns or 1) and not page.picture
    read = below and page.tiles and page.progress is None
    most = 0.7 if below else 0.52
    rows = rows_needed(area.w, len(page.tiles), metrics.gap, metrics.tile)
    kept = rows * (metrics.tile + metrics.gap) + metrics.gap
    # Where the tiles leave too little, they do not fit.
    least = sum(1.1 * sizes["soft"] for line in page.lines) / area.h
    most = max(least, min(most, 1 - kept / area.h)) if page.tiles else most
    # Pages to be read one after the other have their tiles in the same place.
    return round(area.h * most) if read else min(round(wished * (1.0 if page.picture else 1.2)), round(area.h * most))


def _take_top(area: Box, height: int, gap: int) -> tuple[Box, Box]:
    upper = Box(area.x, area.y, area.w, height)
    return upper, Box(area.x, upper.bottom + gap, area.w, area.h - height - gap)
