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
from ui.theme import Colour, Metrics, Theme, disc_colour

RING_STEPS: Final = 60
"""Steps in which the time-left ring shrinks; finer is not seen, and each step is drawn once."""

MOST_NOTICE_LINES: Final = {True: 7, False: 2}
"""With and without a live picture above it: a longer notice gets smaller type, as it must leave room for tiles."""
WIDE: Final = 1.55
"""From this width to height on, words go beside the icon rather than below it."""
LARGEST_ICON: Final = 200
"""Side of the largest icon with its ring [px]."""
ICON_SIZES: Final = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
"""Share of its usual size that a tile's icon may have, where the words need the room."""
SMALL_DISC: Final = 56
"""Up to this size of a disc [px] its icon takes more of it: small icons need every pixel."""
ICON_TO_WORDS: Final = 1.6
"""Side of an icon to the size of the words with it, where there is room."""


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


def tile_parts(box: Box, share: float = 1.0, beside: bool | None = None, most: int = LARGEST_ICON) -> tuple[Box, Box]:
    """Return where (icon with its ring, words) go: words beside the icon, or below it.

    Args:
        box: The tile.
        share: Size of the icon as a share of what it usually is.
        beside: Words go beside the icon; None: on a wide tile.
        most: Largest icon, so that those of a page are all alike [px].
    """
    pad = max(8, min(box.w, box.h) // 11)
    inner = box.inset(pad)
    if beside or (beside is None and box.w >= WIDE * box.h):
        side = round(min(inner.h, inner.w * 0.34, most) * share)
        cell = Box(inner.x, inner.y + (inner.h - side) // 2, side, side)
        gap = pad + side // 10
        return cell, Box(cell.right + gap, inner.y, inner.right - cell.right - gap, inner.h)
    whole = min(inner.h * 0.56, inner.w, most)
    side = round(whole * share)
    # On a high tile, icon and words stay together in the middle; what a smaller icon leaves is for the words.
    inner = inner.inset(0, max(0, (inner.h - round(1.8 * whole)) // 2))
    cell = Box(inner.x + (inner.w - side) // 2, inner.y, side, side)
    return cell, Box(inner.x, cell.bottom + pad // 2, inner.w, inner.bottom - cell.bottom - pad // 2)


class TileType(NamedTuple):
    """How all tiles of a page are laid out.

    Attributes:
        size: Type size of the words [px].
        icon: Size of the icons as a share of the usual one.
        beside: Words go beside the icons, not below them.
        most: Largest icon [px].
    """

    size: int
    icon: float
    beside: bool
    most: int = LARGEST_ICON


def draw_tile(canvas: Canvas, box: Box, tile: Tile, state: TileState, like: TileType | None = None) -> None:
    """Draw one tile: icon, words, and while it is lit a thick border and the ring of time left around the icon.

    Args:
        canvas: Where to draw.
        box: The tile.
        tile: What it shows.
        state: How it looks.
        like: Layout of all tiles of the page, from `tile_type`; None for a tile alone.
    """
    theme, metrics = canvas.theme, canvas.metrics
    like = like or tile_type((tile,), (box,), metrics)
    ground, colour, drawing = _tile_colours(theme, tile, state)
    thick = state.lit or state.pressed
    canvas.panel(box, ground, theme.mark if thick else theme.edge, metrics.border if thick else 2)
    cell, rooms = _tile_rooms(box, tile.label, tile.value, like, metrics)
    disc = disc_colour(ground, drawing)
    canvas.put(rounded((cell.w, cell.w), cell.w // 2, disc, disc, 0, ground), cell.x, cell.y)
    side = round(cell.w * in_disc(cell.w))
    inset = (cell.w - side) // 2
    canvas.put(icon(tile.icon, side, drawing), cell.x + inset, cell.y + inset)
    if state.ring:
        mark = theme.on_mark if state.pressed else theme.mark if tile.look == "plain" else colour
        canvas.put(ring(cell.w, state.ring, RING_STEPS, mark), cell.x, cell.y)
    align: Align = "left" if like.beside else "centre"
    canvas.text(rooms[0], tile.label, colour, like.size, align=align)
    if tile.value:
        canvas.text(rooms[1], tile.value, theme.accent if colour == theme.text else colour, like.size, align=align)


def tile_type(tiles: Sequence[Tile], boxes: Sequence[Box], metrics: Metrics) -> TileType:
    """Return the layout for all tiles of a page: the same for each, with type as large as all their words allow."""
    return _tile_type(tuple((tile.label, tile.value) for tile in tiles), tuple(box[2:] for box in boxes), metrics)


@lru_cache(maxsize=256)
def _tile_type(words: tuple[tuple[str, str], ...], sizes: tuple[tuple[int, int], ...], metrics: Metrics) -> TileType:
    if not sizes:
        return TileType(metrics.label, 1.0, True)
    high = min(size[1] for size in sizes) > 4.2 * metrics.label
    largest = round(metrics.label * (1.15 if high else 1.0))
    boxes = [Box(0, 0, *size) for size in sizes]
    slim = min(width / height for width, height in sizes)
    ways = [_alike(boxes, beside) for beside in ((True, False) if slim >= WIDE else (False, True))]
    best = ways[0]._replace(size=metrics.least, icon=ICON_SIZES[-1])
    found = 0.0
    # The most promising ways first: most others need not be tried at all.
    for like in sorted(
        (way._replace(size=largest, icon=share) for way in ways for share in ICON_SIZES),
        key=lambda one: -readable(one, metrics),
    ):
        size = largest
        for box, text in zip(boxes, words, strict=True):
            size = _largest_type(box, *text, like, size, metrics.least)
            if not size or readable(like._replace(size=size), metrics) <= found:
                break
        else:
            best = like._replace(size=size)
            found = readable(best, metrics)
    return best


def in_disc(disc: float) -> float:
    """Return the side of an icon as a share of the ``disc`` [px] it stands on, the ring of time left on its edge."""
    return 0.66 if disc > SMALL_DISC else 0.74


def readable(like: TileType, metrics: Metrics) -> float:
    """Return how well words and icons of tiles can be read together, 1 where both are as large as they should be.

    Words matter more: half an icon can be told from others more easily than words of half the size can be read.
    """
    words = min(1.0, like.size / metrics.label)
    disc = like.icon * like.most
    icons = min(1.0, disc * in_disc(disc) / (ICON_TO_WORDS * metrics.label / metrics.scale))
    small = 1.0 if like.size >= metrics.small else 0.8 * (like.size / metrics.small) ** 2
    more = 0.01 * disc / LARGEST_ICON + 0.001 * like.size / metrics.label  # what looks best of ways that read alike
    return float(small * words * icons**0.6) + more


def _alike(boxes: Sequence[Box], beside: bool) -> TileType:
    """Return a layout in which icons of all ``boxes`` have the same size."""
    return TileType(0, 1.0, beside, min(tile_parts(box, 1.0, beside)[0].w for box in boxes))


@lru_cache(maxsize=1024)
def _tile_rooms(box: Box, label: str, value: str, like: TileType, metrics: Metrics) -> tuple[Box, tuple[Box, Box]]:
    """Return where a tile's icon goes, and its label and value."""
    found = _rooms_at(box, label, value, like, like.size) or _rooms_at(box, label, value, like, metrics.least)
    if found is not None:
        return found
    cell, words = tile_parts(box, like.icon, like.beside, like.most)
    return cell, words.split_bottom(round(words.h * 0.42) if value else 0, 0)


def _largest_type(box: Box, label: str, value: str, like: TileType, most: int, least: int) -> int:
    """Return the largest type size from ``most`` down to ``least`` in which the words fit; 0 where they fit in none."""
    texts = (label, value) if value else (label,)
    ways = [tuple(zip(texts, rooms, strict=False)) for _cell, rooms in _partings(box, value, like)]
    for size in range(most, least - 1, -1):
        if any(all(fonts.whole(text, (room.w, room.h), size, size) for text, room in way) for way in ways):
            return size
    return 0


def _rooms_at(box: Box, label: str, value: str, like: TileType, least: int) -> tuple[Box, tuple[Box, Box]] | None:
    """Return the rooms of icon, label and value where the words fit in type not smaller than ``least``, or None."""
    texts = (label, value) if value else (label,)
    for cell, rooms in _partings(box, value, like):
        pairs = zip(texts, rooms, strict=False)
        if all(fonts.whole(text, (room.w, room.h), like.size, least) for text, room in pairs):
            return cell, rooms
    return None


@lru_cache(maxsize=1024)
def _partings(box: Box, value: str, like: TileType) -> tuple[tuple[Box, tuple[Box, Box]], ...]:
    """Return the ways to part a tile into the rooms of icon, label and value; one where there is no value."""
    cell, words = tile_parts(box, like.icon, like.beside, like.most)
    parts = (0.42, 0.34, 0.5) if value else (0.0,)
    spare = [round(words.h * 0.08) if part == 0.42 else 0 for part in parts]
    return tuple(
        (cell, words.inset(0, less).split_bottom(round(words.h * part), 0))
        for part, less in zip(parts, spare, strict=True)
    )


def draw_top(canvas: Canvas, box: Box, title: str, strip: Strip) -> None:
    """Draw the upper strip: title, arm, speed, and what the arm is doing in a coloured field."""
    theme, metrics = canvas.theme, canvas.metrics
    canvas.fill(box, theme.strip)
    inner = box.inset(metrics.gap * 2, metrics.gap // 2)
    wide = fonts.measure(strip.mode, metrics.body)[0] + 4 * metrics.gap
    rest, mode = inner.split_right(min(max(wide, round(inner.w * 0.16)), round(inner.w * 0.22)), 2 * metrics.gap)
    parts = [text for text in (strip.connection, strip.speed, strip.battery) if text]
    told = "  ·  ".join(parts)
    usual = metrics.title, metrics.small
    sizes = _one_line(metrics, rest.w - 2 * metrics.gap, (title, told), usual)
    name, state = _shared(rest, (title, (sizes or usual)[0]), (told, (sizes or usual)[1]), 2 * metrics.gap)
    if sizes is None:  # in two lines, each of whole parts where there is room for that
        sizes, whole = usual, " ".join(part.replace(" ", "\u00a0") for part in parts)
        fits = fonts.fitted(whole, (state.w, state.h), sizes[1], metrics.least).whole
        told = whole if fits else " ".join(parts)
    canvas.text(name, title, theme.text, sizes[0])
    canvas.text(state, told, theme.soft, sizes[1], align="right")
    ground, words = look_colours(theme, strip.mode_look)
    _pill(canvas, mode, ground)
    canvas.text(mode.inset(metrics.gap, 2), strip.mode, words, metrics.body, align="centre")


def _one_line(metrics: Metrics, room: int, texts: tuple[str, str], usual: tuple[int, int]) -> tuple[int, int] | None:
    """Return type sizes in which both ``texts`` stay in one line: as usual, or both a little smaller; None if none."""
    for share in (1.0, 0.95, 0.9, 0.85, 0.8, 0.75):
        sizes = round(usual[0] * share), max(metrics.least, round(usual[1] * share))
        if sum(fonts.measure(text, size)[0] for text, size in zip(texts, sizes, strict=True)) + 4 <= room:
            return sizes
    return None


def _shared(box: Box, left: tuple[str, int], right: tuple[str, int], gap: int) -> tuple[Box, Box]:
    """Share ``box`` between two (text, type size): each in one line if both fit; else the right one gets a half."""
    needed = [fonts.measure(*words)[0] + 2 for words in (left, right)]
    room = box.w - gap
    return box.split_right(min(needed[1], max(room - needed[0], room // 2)), gap)


def _pill(canvas: Canvas, box: Box, ground: Colour) -> None:
    picture = rounded((box.w, box.h), box.h // 2, ground, ground, 0, canvas.theme.strip)
    canvas.put(picture, box.x, box.y)


def draw_bottom(canvas: Canvas, box: Box, strip: Strip, moving: bool) -> None:
    """Draw the lower strip: what the next press does, and what stops the arm."""
    theme, metrics = canvas.theme, canvas.metrics
    ground, words = (theme.stop, theme.on_stop) if moving else (theme.strip, theme.text)
    canvas.fill(box, ground)
    inner = box.inset(metrics.gap * 2, metrics.gap // 2)
    side = min(inner.h, round(1.2 * metrics.label))
    inner, sign = inner.split_right(side, metrics.gap)
    usual = metrics.label, metrics.small
    sizes = _one_line(metrics, inner.w - 2 * metrics.gap, (strip.press, strip.stops), usual) or usual
    press, stops = _shared(inner, (strip.press, sizes[0]), (strip.stops, sizes[1]), 2 * metrics.gap)
    canvas.text(press, strip.press, words, sizes[0])
    canvas.put(icon("stop", side, words), sign.x, sign.y + (sign.h - side) // 2)
    canvas.text(stops, strip.stops, theme.on_stop if moving else theme.soft, sizes[1], align="right")


def notice_lines(metrics: Metrics, box: Box, text: str, below_picture: bool) -> int:
    """Return how many lines ``text`` takes in a notice as wide as ``box``; 0 without words."""
    if not text:
        return 0
    most = MOST_NOTICE_LINES[below_picture]
    room = (_notice_words(metrics, box).w, 10 * most * metrics.small)
    return min(most, len(fonts.fitted(text, room, metrics.small, metrics.least).lines))


def notice_fits(metrics: Metrics, box: Box, text: str) -> bool:
    """Return whether all of ``text`` can be read in a notice as large as ``box``."""
    room = _notice_words(metrics, box)
    return not text or fonts.fitted(text, (room.w, room.h), metrics.small, metrics.least).whole


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


def draw_banner(canvas: Canvas, box: Box, text: str, look: Look, sign: str = "stop") -> None:
    """Draw very large words on a coloured panel, the icon ``sign`` beside them."""
    ground, words = look_colours(canvas.theme, look)
    canvas.panel(box, ground, ground, 0)
    side = round(min(box.h * 0.5, box.w * 0.16))
    gap = canvas.metrics.gap * 2
    canvas.put(icon(sign, side, words), box.x + gap, box.y + (box.h - side) // 2)
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
