"""Where things go, as pure functions of sizes: frames, tile grids, and text that is never cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from ui.theme import LEAST_TILE, Metrics

Measure = Callable[[str, int], tuple[int, int]]
"""(text, type size) to (width, line height) [px]."""


class Box(NamedTuple):
    """A rectangle [px], y down."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """First column to the right of it."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """First row below it."""
        return self.y + self.h

    @property
    def centre(self) -> tuple[int, int]:
        """Its middle."""
        return self.x + self.w // 2, self.y + self.h // 2

    def inset(self, x: int, y: int | None = None) -> Box:
        """Return it smaller by ``x`` at left and right and ``y`` (default: the same) at top and bottom."""
        down = x if y is None else y
        return Box(self.x + x, self.y + down, max(0, self.w - 2 * x), max(0, self.h - 2 * down))

    def overlaps(self, other: Box) -> bool:
        """Return whether the two share a pixel."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Box) -> bool:
        """Return whether ``other`` lies wholly within it."""
        inside = self.x <= other.x and other.right <= self.right
        return inside and self.y <= other.y and other.bottom <= self.bottom

    def split_right(self, width: int, gap: int) -> tuple[Box, Box]:
        """Return the (left, right) parts, the right one ``width`` wide, ``gap`` between."""
        left = Box(self.x, self.y, self.w - width - gap, self.h)
        return left, Box(self.right - width, self.y, width, self.h)

    def split_bottom(self, height: int, gap: int) -> tuple[Box, Box]:
        """Return the (upper, lower) parts, the lower one ``height`` high, ``gap`` between."""
        upper = Box(self.x, self.y, self.w, self.h - height - gap)
        return upper, Box(self.x, self.bottom - height, self.w, height)


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts every screen has.

    Attributes:
        top: Strip with title, connection, speed and mode.
        main: Everything between the strips: tiles and words.
        picture: The live picture, or None.
        notice: Where the supervisor's notice goes when there is one.
        bottom: Strip that says what the next press does and what stops the arm.
    """

    top: Box
    main: Box
    picture: Box | None
    notice: Box
    bottom: Box


def frame(metrics: Metrics, picture_share: float, notice: int) -> Frame:
    """Return the parts of the screen.

    Args:
        metrics: Sizes.
        picture_share: Share of the width for the live picture; 0 for none.
        notice: Lines of small type to leave room for above the bottom strip; 0 for no notice.
    """
    gap = metrics.gap
    top = Box(0, 0, metrics.width, metrics.top)
    bottom = Box(0, metrics.height - metrics.bottom, metrics.width, metrics.bottom)
    middle = Box(gap, top.bottom + gap, metrics.width - 2 * gap, bottom.y - top.bottom - 2 * gap)
    picture = None
    if picture_share > 0:
        middle, picture = middle.split_right(round(metrics.width * picture_share), gap)
    home = picture if picture is not None else middle
    height = max(2 * metrics.body, round(notice * 1.08 * metrics.small) + metrics.gap)
    strip = Box(home.x, home.bottom - height, home.w, height)
    if notice and picture is None:
        middle, strip = middle.split_bottom(strip.h, gap)
    elif notice and picture is not None:
        picture, strip = picture.split_bottom(strip.h, gap)
    return Frame(top, middle, picture, strip, bottom)


def columns_for(area: Box, count: int, gap: int, least: int = LEAST_TILE, groups: int = 1) -> int:
    """Return the number of columns for ``count`` tiles: few empty cells first, then a shape near 1.9 to 1.

    Wide tiles hold an icon beside words of any language. With ``groups`` of tiles that belong together (left and right
    are a group of two) those numbers come first that leave each group in one row.

    Raises:
        ValueError: That many tiles do not fit at ``least`` px a side.
    """
    best: tuple[float, int] | None = None
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        width = (area.w - gap * (columns - 1)) / columns
        height = (area.h - gap * (rows - 1)) / rows
        if not _fits(area, count, gap, columns, least):
            continue
        shape = width / height
        torn = all(_torn(rows_of(count, columns, lead), groups) for lead in (False, True))
        cost = 2.0 * torn + (columns * rows - count) * 0.35 + abs(shape / 1.9 - 1 if shape > 1.9 else 1.9 / shape - 1)
        if best is None or cost < best[0]:
            best = cost, columns
    if best is None:
        raise ValueError(f"{count} tiles of {least} px do not fit {area.w} x {area.h} px; show fewer or add a page.")
    return best[1]


def rows_of(count: int, columns: int, lead: bool) -> list[int]:
    """Return how many of ``count`` tiles are in each row; the first row has fewer with ``lead``, else the last one."""
    full, short = divmod(count, columns)
    rows = [columns] * full
    return rows if not short else [short, *rows] if lead else [*rows, short]


def _torn(rows: list[int], groups: int) -> bool:
    """Return whether a row ends within a group."""
    return any(end % groups for end in accumulate(rows[:-1]))


def grid(
    area: Box, count: int, gap: int, columns: int | None = None, least: int = LEAST_TILE, lead: bool = False
) -> tuple[Box, ...]:
    """Return ``count`` equal tiles filling ``area`` row by row; the row that is not full stretches to fill its width.

    Args:
        area: Room for the tiles.
        count: How many.
        gap: Space between them [px].
        columns: How many side by side, where that leaves them large enough; else it is chosen, so that as many as
            these stay together.
        least: Smallest side of a tile [px].
        lead: The first row is the one that is not full, else the last.

    Raises:
        ValueError: That many tiles do not fit.
    """
    if count == 0:
        return ()
    groups = 1 if lead else columns or 1
    wished = columns is not None and _fits(area, count, gap, columns, least)
    across = columns if wished and columns is not None else columns_for(area, count, gap, least, groups)
    lead = lead or (_torn(rows_of(count, across, False), groups) and not _torn(rows_of(count, across, True), groups))
    rows = rows_of(count, across, lead)
    tiles: list[Box] = []
    for row, here in enumerate(rows):
        top, bottom = (area.y + round((area.h + gap) * edge / len(rows)) for edge in (row, row + 1))
        for column in range(here):
            left, right = (area.x + round((area.w + gap) * edge / here) for edge in (column, column + 1))
            tiles.append(Box(left, top, right - left - gap, bottom - top - gap))
    return tuple(tiles)


def _fits(area: Box, count: int, gap: int, columns: int, least: int) -> bool:
    rows = -(-count // columns)
    return area.w + gap >= columns * (least + gap) and area.h + gap >= rows * (least + gap)


def rows_needed(width: int, count: int, gap: int, least: int = LEAST_TILE) -> int:
    """Return in how few rows ``count`` tiles of ``least`` px fit the ``width`` [px]."""
    across = max(1, (width + gap) // (least + gap))
    return -(-count // across)


class Fitted(NamedTuple):
    """Text broken into lines at a type size; ``whole`` is False when a word had to be broken or words left out."""

    size: int
    lines: tuple[str, ...]
    whole: bool


def fit(text: str, room: tuple[int, int], largest: int, least: int, measure: Measure) -> Fitted:
    """Return ``text`` broken into lines at the largest size that fits ``room`` (width, height) [px].

    Words are broken with a hyphen only when even the ``least`` size is too large for a single word.
    """
    for size in _sizes(largest, least):
        lines = _lines(text, room, size, measure)
        if lines is not None:
            return Fitted(size, _even(lines, text, room[0], size, measure), True)
    return Fitted(least, _broken(text, room, least, measure), False)


def fits(text: str, room: tuple[int, int], largest: int, least: int, measure: Measure) -> bool:
    """Return whether `fit` need not break a word."""
    return any(_lines(text, room, size, measure) is not None for size in _sizes(largest, least))


def _lines(text: str, room: tuple[int, int], size: int, measure: Measure) -> tuple[str, ...] | None:
    lines = wrap(text, room[0], size, measure)
    return lines if lines is not None and len(lines) * measure("Äg", size)[1] <= room[1] else None


def _even(lines: tuple[str, ...], text: str, width: int, size: int, measure: Measure) -> tuple[str, ...]:
    """Return ``text`` in as many ``lines``, as equally long as can be: no word is left alone on the last one."""
    narrow = width // len(lines)
    while len(lines) > 1 and width - narrow > size // 4:
        middle = (narrow + width) // 2
        tried = wrap(text, middle, size, measure)
        if tried is not None and len(tried) == len(lines):
            lines, width = tried, middle
        else:
            narrow = middle
    return lines


def _sizes(largest: int, least: int) -> list[int]:
    step = max(1, (largest - least) // 10)
    return [*range(largest, least, -step), least]


_BREAKS: Final = re.compile(r"(?<!\d) | (?!(?:°C|°/s|°|mm/s|mm|cm|ms|m|s|kg|N|V|%|px)(?:[^\w/]|$))")
"""Where a line may end: at a blank, but not between a figure and its unit."""


def wrap(text: str, width: int, size: int, measure: Measure) -> tuple[str, ...] | None:
    """Return ``text`` in lines no wider than ``width`` [px], or None when a single word is wider."""
    lines: list[str] = []
    for word in _BREAKS.split(text):
        if measure(word, size)[0] > width:
            return None
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measure(joined, size)[0] <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return tuple(lines)


def _broken(text: str, room: tuple[int, int], size: int, measure: Measure) -> tuple[str, ...]:
    lines = [""]
    for letter in text:
        if measure(lines[-1] + letter + "-", size)[0] > room[0] and lines[-1]:
            lines[-1] += "" if lines[-1].endswith(" ") or letter == " " else "-"
            lines.append("")
        lines[-1] += letter
    return tuple(line.strip() for line in lines[: max(1, room[1] // measure("Äg", size)[1])])
