"""Tiles, strips, banners and bars: each drawn from what it shows, nothing remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from ui import fonts
from ui.canvas import Align, Canvas, ring, rounded
from ui.icons import icon
from ui.layout import Box
from ui.page import Line, Look, Strip, Tile
from ui.text import _, seconds
from ui.theme import Colour, Metrics, Theme

RING_STEPS: Final = 60
"""Steps in which the time-left ring shrinks; finer is not seen, and each step is drawn once."""


NOTICE_LINES: Final = 2
"""Lines of small type that a notice always has room for."""
MOST_NOTICE_LINES: Final = {True: 7, False: 2}
"""With and without a live picture above it: a longer notice gets smaller type, as it must leave room for tiles."""
ICON_SIZES: Final = (1.0, 0.8, 0.6, 0.45)
"""Share of its usual size that a tile's icon may have: the largest that leaves room for the words."""


@dataclass(frozen=True, slots=True)
class TileState:
    """How a tile looks now.

    Attributes:
        lit: A press would choose it.
        pressed: It was chosen just now, or is held.
        ring: Steps of the ring to show, of `RING_STEPS`; 0 for no ring.
    """

    lit: bool = False
    pressed: bool = False
    ring: int = 0


def look_colours(theme: Theme, look: Look) -> tuple[Colour, Colour]:
    """Return (ground, words) of ``look``."""
    return {
        "plain": (theme.tile, theme.text),
        "go": (theme.go, theme.on_go),
        "stop": (theme.stop, theme.on_stop),
        "warn": (theme.warn, theme.on_warn),
    }[look]


def _tile_colours(theme: Theme, tile: Tile, state: TileState) -> tuple[Colour, Colour, Colour]:
    """Return (ground, words, icon) of ``tile``."""
    if state.pressed:
        return theme.mark, theme.on_mark, theme.on_mark
    if not tile.enabled:
        return theme.tile_off, theme.off, theme.off
    ground, words = look_colours(theme, tile.look)
    if tile.look != "plain":
        return ground, words, words
    return (theme.tile_lit if state.lit else ground), words, theme.accent


def tile_parts(box: Box, share: float = 1.0) -> tuple[Box, Box]:
    """Return where (icon with its ring, words) go: side by side on a wide tile, else one above the other.

    Args:
        box: The tile.
        share: Size of the icon as a share of what it usually is.
    """
    pad = max(8, min(box.w, box.h) // 11)
    inner = box.inset(pad)
    if box.w >= 1.55 * box.h:
        # On a very wide tile icon and words stay together in the middle.
        inner = inner.inset(max(0, (inner.w - 4 * inner.h) // 2), 0)
        side = round(min(inner.h, inner.w * 0.34, 200) * share)
        cell = Box(inner.x, inner.y + (inner.h - side) // 2, side, side)
        gap = pad + side // 10
        return cell, Box(cell.right + gap, inner.y, inner.right - cell.right - gap, inner.h)
    side = round(min(inner.h * 0.56, inner.w) * share)
    cell = Box(inner.x + (inner.w - side) // 2, inner.y, side, side)
    return cell, Box(inner.x, cell.bottom + pad // 2, inner.w, inner.bottom - cell.bottom - pad // 2)


class TileType(NamedTuple):
    """Type size of tiles' words [px], and the size of their icons as a share of the usual one."""

    size: int
    icon: float


def draw_tile(canvas: Canvas, box: Box, tile: Tile, state: TileState, like: TileType | None = None) -> None:
    """Draw one tile: icon, words, and while it is lit a thick border and the ring of time left around the icon.

    Args:
        canvas: Where to draw.
        box: The tile.
        tile: What it shows.
        state: How it looks.
        like: Sizes of all tiles of the page, from `tile_type`; None for a tile alone.
    """
    theme, metrics = canvas.theme, canvas.metrics
    like = like or tile_type((tile,), (box,), metrics)
    ground, colour, drawing = _tile_colours(theme, tile, state)
    thick = state.lit or state.pressed
    canvas.panel(box, ground, theme.mark if thick else theme.edge, metrics.border if thick else 2)
    cell, rooms = _tile_rooms(box, tile.label, tile.value, like, metrics)
    side = round(cell.w * 0.66)
    inset = (cell.w - side) // 2
    canvas.put(icon(tile.icon, side, drawing), cell.x + inset, cell.y + inset)
    if state.ring:
        mark = theme.on_mark if state.pressed else theme.mark if tile.look == "plain" else colour
        canvas.put(ring(cell.w, state.ring, RING_STEPS, theme.edge, mark), cell.x, cell.y)
    align: Align = "left" if rooms[0].x > cell.right else "centre"
    canvas.text(rooms[0], tile.label, colour, like.size, align=align)
    if tile.value:
        canvas.text(rooms[1], tile.value, theme.accent if colour == theme.text else colour, like.size, align=align)


def tile_type(tiles: Sequence[Tile], boxes: Sequence[Box], metrics: Metrics) -> TileType:
    """Return the sizes for all tiles of a page: the same for each, as large as the words of all of them allow."""
    return _tile_type(tuple((tile.label, tile.value) for tile in tiles), tuple(box[2:] for box in boxes), metrics)


@lru_cache(maxsize=256)
def _tile_type(words: tuple[tuple[str, str], ...], sizes: tuple[tuple[int, int], ...], metrics: Metrics) -> TileType:
    high = min((size[1] for size in sizes), default=0) > 4.2 * metrics.label
    largest = round(metrics.label * (1.3 if high else 1.0))
    boxes = [Box(0, 0, *size) for size in sizes]
    # Words before icons: only where even small icons leave too little room does the type get small.
    for least, icons in ((metrics.small, ICON_SIZES[:2]), (metrics.small, ICON_SIZES[:3]), (metrics.least, ICON_SIZES)):
        for size in range(largest, least - 1, -1):
            for share in icons:
                pairs = zip(boxes, words, strict=True)
                if all(_rooms_at(box, *text, TileType(size, share), size) for box, text in pairs):
                    return TileType(size, share)
    return TileType(metrics.small, ICON_SIZES[-1])


@lru_cache(maxsize=1024)
def _tile_rooms(box: Box, label: str, value: str, like: TileType, metrics: Metrics) -> tuple[Box, tuple[Box, Box]]:
    """Return where a tile's icon goes, and its label and value."""
    found = _rooms_at(box, label, value, like, like.size) or _rooms_at(box, label, value, like, metrics.least)
    if found is not None:
        return found
    cell, words = tile_parts(box, like.icon)
    return cell, words.split_bottom(round(words.h * 0.42) if value else 0, 0)


def _rooms_at(box: Box, label: str, value: str, like: TileType, least: int) -> tuple[Box, tuple[Box, Box]] | None:
    """Return the rooms of icon, label and value where the words fit in type not smaller than ``least``, or None."""
    cell, words = tile_parts(box, like.icon)
    for part in (0.42, 0.34, 0.5) if value else (0.0,):
        spare = round(words.h * 0.08) if part == 0.42 else 0
        rooms = words.inset(0, spare).split_bottom(round(words.h * part), 0)
        pairs = zip((label, value) if value else (label,), rooms[: 2 if value else 1], strict=True)
        if all(fonts.fitted(text, (room.w, room.h), like.size, least).whole for text, room in pairs):
            return cell, rooms
    return None


def draw_top(canvas: Canvas, box: Box, title: str, strip: Strip) -> None:
    """Draw the upper strip: title, arm, speed, and what the arm is doing in a coloured field."""
    theme, metrics = canvas.theme, canvas.metrics
    canvas.fill(box, theme.strip)
    inner = box.inset(metrics.gap * 2, metrics.gap // 2)
    rest, mode = inner.split_right(round(inner.w * 0.22), metrics.gap)
    name, state = rest.split_right(round(inner.w * 0.42), metrics.gap)
    canvas.text(name, title, theme.text, metrics.title)
    canvas.text(state, f"{strip.connection}  ·  {strip.speed}", theme.soft, metrics.small, align="right")
    ground, words = look_colours(theme, strip.mode_look)
    _pill(canvas, mode, ground)
    canvas.text(mode.inset(metrics.gap, 2), strip.mode, words, metrics.body, align="centre")


def _pill(canvas: Canvas, box: Box, ground: Colour) -> None:
    picture = rounded((box.w, box.h), box.h // 2, ground, ground, 0, canvas.theme.strip)
    canvas.put(picture, box.x, box.y)


def draw_bottom(canvas: Canvas, box: Box, strip: Strip, moving: bool) -> None:
    """Draw the lower strip: what the next press does, and what stops the arm."""
    theme, metrics = canvas.theme, canvas.metrics
    ground, words = (theme.stop, theme.on_stop) if moving else (theme.strip, theme.text)
    canvas.fill(box, ground)
    inner = box.inset(metrics.gap * 2, metrics.gap // 2)
    press, stops = inner.split_right(round(inner.w * 0.42), metrics.gap * 2)
    canvas.text(press, strip.press, words, metrics.label)
    side = min(stops.h, metrics.label)
    canvas.put(icon("stop", side, words), stops.right - side, stops.y + (stops.h - side) // 2)
    room = Box(stops.x, stops.y, stops.w - side - metrics.gap, stops.h)
    canvas.text(room, strip.stops, theme.on_stop if moving else theme.soft, metrics.small, align="right")


def notice_lines(metrics: Metrics, box: Box, text: str, below_picture: bool) -> int:
    """Return how many lines ``text`` takes in a notice as wide as ``box``; 0 without words."""
    if not text:
        return 0
    most = MOST_NOTICE_LINES[below_picture]
    room = (_notice_words(metrics, box).w, 10 * most * metrics.small)
    return min(most, len(fonts.fitted(text, room, metrics.small, metrics.least).lines))


def _notice_words(metrics: Metrics, box: Box) -> Box:
    side = _notice_sign(metrics)
    return Box(box.x + side + 2 * metrics.gap, box.y, box.w - side - 3 * metrics.gap, box.h).inset(0, metrics.gap // 2)


def _notice_sign(metrics: Metrics) -> int:
    return round(1.2 * metrics.body)


def draw_notice(canvas: Canvas, box: Box, text: str) -> None:
    """Draw what the supervisor has to say."""
    theme, metrics = canvas.theme, canvas.metrics
    canvas.panel(box, theme.warn, theme.warn, 0)
    side = _notice_sign(metrics)
    canvas.put(icon("warning", side, theme.on_warn), box.x + metrics.gap, box.y + (box.h - side) // 2)
    canvas.text(_notice_words(metrics, box), text, theme.on_warn, metrics.small)


def draw_banner(canvas: Canvas, box: Box, text: str, look: Look) -> None:
    """Draw very large words on a coloured panel."""
    ground, words = look_colours(canvas.theme, look)
    canvas.panel(box, ground, ground, 0)
    side = round(min(box.h * 0.5, box.w * 0.16))
    gap = canvas.metrics.gap * 2
    canvas.put(icon("stop", side, words), box.x + gap, box.y + (box.h - side) // 2)
    room = Box(box.x + side + 2 * gap, box.y, box.w - side - 3 * gap, box.h).inset(0, gap // 2)
    canvas.text(room, text, words, canvas.metrics.huge, align="centre")


def draw_progress(canvas: Canvas, box: Box, share: float, remaining: float) -> None:
    """Draw a bar with how much is done, and the time left beside it."""
    theme, metrics = canvas.theme, canvas.metrics
    canvas.fill(box, theme.ground)
    bar, label = box.split_right(round(box.w * 0.3), metrics.gap)
    height = round(bar.h * 0.45)
    track = Box(bar.x, bar.y + (bar.h - height) // 2, bar.w, height)
    canvas.panel(track, theme.tile, theme.edge, 2)
    done = round(track.w * max(0.0, min(1.0, share)))
    if done > height:
        inside = Box(track.x, track.y, done, height)
        canvas.panel(inside, theme.accent, theme.edge, 2)
    if remaining > 0:
        canvas.text(label, _("{time} left").format(time=seconds(round(remaining))), theme.soft, metrics.small)


def draw_lines(canvas: Canvas, box: Box, lines: tuple[Line, ...], symbol: str, large: bool) -> None:
    """Write paragraphs below each other, each in its share of the height, a sign beside them if there is one.

    Args:
        canvas: Where to draw.
        box: Room for all of it.
        lines: The paragraphs.
        symbol: Icon shown on the colour of notices, or empty.
        large: There is room for larger type.
    """
    theme, metrics = canvas.theme, canvas.metrics
    canvas.fill(box, theme.ground)
    inner = box.inset(metrics.gap, 0)
    room = _symbol(canvas, inner, symbol) if symbol else inner
    written = [line for line in lines if line.text]
    sizes, gap = _line_sizes(metrics, written, room, 1.2 if large else 1.0)
    heights = [_line_height(line, size, room.w, metrics) for line, size in zip(written, sizes, strict=True)]
    top = room.y + max(0, room.h - sum(heights) - gap * (len(heights) - 1)) // 2
    for line, size, height in zip(written, sizes, heights, strict=True):
        colour = theme.soft if line.style == "soft" else theme.text
        canvas.text(Box(room.x, top, room.w, height), line.text, colour, size)
        top += height + gap


def _line_sizes(metrics: Metrics, lines: list[Line], room: Box, largest: float) -> tuple[list[int], int]:
    """Return the type size of each paragraph and the gap between them: as large as fits ``room``."""
    styles = {"title": metrics.title, "body": metrics.body, "soft": metrics.small}
    scale = largest
    while True:
        sizes = [max(metrics.least, round(styles[line.style] * scale)) for line in lines]
        gap = round(0.55 * metrics.body * scale)
        needed = sum(_line_height(line, size, room.w, metrics) for line, size in zip(lines, sizes, strict=True))
        if needed + gap * (len(lines) - 1) <= room.h or scale < 0.4:
            return sizes, gap
        scale -= 0.05


def _line_height(line: Line, size: int, width: int, metrics: Metrics) -> int:
    """Return the height of a paragraph [px] in type of ``size``."""
    rows = fonts.fitted(line.text, (width, 10_000), size, min(size, metrics.least)).lines
    return len(rows) * fonts.measure("", size)[1]


def _symbol(canvas: Canvas, box: Box, symbol: str) -> Box:
    """Draw a sign at the left of ``box`` and return the room that is left."""
    theme, gap = canvas.theme, canvas.metrics.gap
    side = min(round(box.h * 0.6), 3 * canvas.metrics.title)
    place = Box(box.x, box.y + (box.h - side) // 2, side, side)
    canvas.panel(place, theme.warn, theme.warn, 0)
    inner = round(side * 0.7)
    drawing = icon(symbol, inner, theme.on_warn)
    canvas.put(drawing, place.x + (side - inner) // 2, place.y + (side - inner) // 2)
    return Box(place.right + 3 * gap, box.y, box.w - side - 3 * gap, box.h)
