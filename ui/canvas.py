"""The surface that is drawn on: parts are redrawn only when what they show has changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import pygame

from ui import fonts
from ui.layout import Box, Fitted
from ui.theme import LEAST_TILE, Colour, Metrics, Theme

Align = Literal["left", "centre", "right"]
_OTHER_SIDE: Final[dict[Align, Align]] = {"left": "right", "centre": "centre", "right": "left"}


class Written(NamedTuple):
    """Words as they were drawn: where they had to stay, where they went, and how they were broken."""

    room: Box
    drawn: Box
    text: str
    fitted: Fitted


class Canvas:
    """Draws parts on a surface and remembers which of them changed.

    Everything is thought from left to right. For languages written the other way the whole screen is mirrored here,
    and only here: boxes change sides, pictures and words stay as they are.

    Args:
        surface: To draw on.
        theme: Colours.
        scale: Size of type, as a share of the usual one.
        mirrored: From right to left.
        tile: Smallest side of a tile, where there is room [px].

    Attributes:
        between: Called before each part that is drawn: presses must not wait for all of them.
    """

    def __init__(
        self, surface: pygame.Surface, theme: Theme, scale: float = 1.0, mirrored: bool = False, tile: int = LEAST_TILE
    ) -> None:
        self.surface = surface
        self.theme = theme
        self.metrics = Metrics.of(surface.get_size(), scale, tile)
        self.mirrored: Final = mirrored
        self.changed: list[Box] = []
        self.between: Callable[[], None] = lambda: None
        self._keys: dict[str, Hashable] = {}
        self._words: dict[str, list[Written]] = {}
        self._scene: Hashable = None
        self._part = ""
        self._shown: set[str] = set()

    def begin(self, scene: Hashable) -> None:
        """Start a frame; wipe everything when ``scene`` (screen, theme, arrangement) is another than before."""
        self.changed = []
        self._shown.clear()
        if scene == self._scene:
            return
        self._scene = scene
        self._keys.clear()
        self._words.clear()
        self.surface.fill(self.theme.ground)
        self.changed = [Box(0, 0, *self.surface.get_size())]

    def part(self, name: str, box: Box, key: Hashable, draw: Callable[[Box], None]) -> None:
        """Call ``draw`` for the part ``name`` when ``key`` (all that it shows) has changed."""
        self._shown.add(name)
        if self._keys.get(name) == key:
            return
        self._keys[name] = key
        self._words[name] = []
        self._part = name
        self.between()
        draw(box)
        self.changed.append(self.placed(box))

    def placed(self, box: Box) -> Box:
        """Return where ``box`` is on the surface."""
        return Box(self.surface.get_width() - box.right, *box[1:]) if self.mirrored else box

    def put(self, picture: pygame.Surface, x: int, y: int) -> None:
        """Draw ``picture`` with its left upper corner at ``x``, ``y``."""
        place = self.placed(Box(x, y, *picture.get_size()))
        self.surface.blit(picture, place[:2])

    @property
    def written(self) -> tuple[Written, ...]:
        """All words on the screen now."""
        return tuple(word for name, words in self._words.items() if name in self._shown for word in words)

    def fill(self, box: Box, colour: Colour) -> None:
        """Fill ``box``."""
        self.surface.fill(colour, self.placed(box))

    def panel(self, box: Box, fill: Colour, edge: Colour, width: int) -> None:
        """Draw a rectangle with smooth round corners on the ground colour."""
        picture = rounded((box.w, box.h), self.metrics.radius, fill, edge, width, self.theme.ground)
        self.put(picture, box.x, box.y)

    def text(
        self, room: Box, text: str, colour: Colour, largest: int, *, align: Align = "left", least: int | None = None
    ) -> Box:
        """Write ``text`` in ``room``, centred from top to bottom, smaller and in lines as needed.

        Returns:
            The box the words take on the surface.
        """
        if not text or room.w <= 0 or room.h <= 0:
            return Box(room.x, room.y, 0, 0)
        room = self.placed(room)
        if self.mirrored:
            align = _OTHER_SIDE[align]
        smallest = min(least or self.metrics.least, largest)
        fitted = fonts.fitted(text, (room.w, room.h), largest, smallest)
        drawn = self._lines(room, fitted, colour, align)
        self._shown.add(self._part)
        self._words.setdefault(self._part, []).append(Written(room, drawn, text, fitted))
        return drawn

    def _lines(self, room: Box, fitted: Fitted, colour: Colour, align: Align) -> Box:
        pitch = fonts.measure("Äg", fitted.size)[1]
        top = room.y + (room.h - pitch * len(fitted.lines)) // 2
        # The capitals, not the line with its descenders, are what looks centred.
        drop = round(0.06 * fitted.size)
        left, right = room.right, room.x
        for row, line in enumerate(fitted.lines):
            picture = fonts.words(line, fitted.size, colour)
            free = room.w - picture.get_width()
            x = room.x + {"left": 0, "centre": free // 2, "right": free}[align]
            self.surface.blit(picture, (x, top + row * pitch + drop - fonts.rise(line, fitted.size)))
            left, right = min(left, x), max(right, x + picture.get_width())
        return Box(left, top, right - left, pitch * len(fitted.lines))


@lru_cache(maxsize=8)
def corners(radius: int, ground: Colour) -> pygame.Surface:
    """Return a square of twice ``radius`` in ``ground`` with a round hole: its quarters round off a picture; kept."""
    over = 4
    side = 2 * radius
    large = pygame.Surface((side * over, side * over), pygame.SRCALPHA)
    large.fill((*ground, 255))
    pygame.draw.circle(large, (*ground, 0), (radius * over, radius * over), radius * over)
    return pygame.transform.smoothscale(large, (side, side))


@lru_cache(maxsize=256)
def rounded(
    size: tuple[int, int], radius: int, fill: Colour, edge: Colour, width: int, ground: Colour
) -> pygame.Surface:
    """Return a rectangle with smooth round corners; kept. Only the corners are drawn too large and scaled down."""
    radius = min(radius, size[0] // 2, size[1] // 2)
    whole = pygame.Surface(size)
    whole.fill(edge)
    whole.fill(fill, whole.get_rect().inflate(-2 * width, -2 * width))
    corner = _corner(radius, fill, edge, width, ground)
    for x, left in ((0, 0), (size[0] - radius, radius)):
        for y, top in ((0, 0), (size[1] - radius, radius)):
            whole.blit(corner, (x, y), (left, top, radius, radius))
    return whole


@lru_cache(maxsize=128)
def _corner(radius: int, fill: Colour, edge: Colour, width: int, ground: Colour) -> pygame.Surface:
    """Return all four corners of a rounded rectangle in one disc."""
    over = 4
    side = 2 * radius
    large = pygame.Surface((side * over, side * over))
    large.fill(ground)
    middle = (radius * over, radius * over)
    pygame.draw.circle(large, edge, middle, radius * over)
    pygame.draw.circle(large, fill, middle, max(0, radius - width) * over)
    return pygame.transform.smoothscale(large, (side, side))


@lru_cache(maxsize=512)
def ring(side: int, steps_left: int, steps: int, mark: Colour) -> pygame.Surface:
    """Return a ring of ``side`` px that shows ``steps_left`` of ``steps`` as an arc from twelve o'clock; kept."""
    over = 3
    large = pygame.Surface((side * over, side * over), pygame.SRCALPHA)
    large.fill((*mark, 0))
    centre, outer = pygame.Vector2(side * over / 2), side * over / 2
    thickness = max(4, side // 10) * over
    if steps_left > 0:
        angles = [-90 + 360 * step / steps for step in range(steps_left + 1)]
        outside = [centre + pygame.Vector2(outer, 0).rotate(angle) for angle in angles]
        inside = [centre + pygame.Vector2(outer - thickness, 0).rotate(angle) for angle in reversed(angles)]
        pygame.draw.polygon(large, mark, outside + inside)
    return pygame.transform.smoothscale(large, (side, side))
