"""Icons, drawn by code in a square of 100 units, four times too large and scaled down for smooth edges."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import pygame

from ui.theme import Colour

_OVER: Final = 4
Point = tuple[float, float]


class Pen:
    """Draws strokes and shapes in units of a hundredth of the icon's side."""

    def __init__(self, surface: pygame.Surface, colour: Colour) -> None:
        self._surface = surface
        self._colour = colour
        self._unit = surface.get_width() / 100

    def _at(self, point: Point) -> Point:
        return point[0] * self._unit, point[1] * self._unit

    def line(self, *points: Point, width: float = 9.0) -> None:
        """Stroke through ``points`` with round ends."""
        for start, end in pairwise(points):
            self._stroke(start, end, width)
        for point in points:
            self.disc(point, width / 2)

    def _stroke(self, start: Point, end: Point, width: float) -> None:
        along = (end[0] - start[0], end[1] - start[1])
        length = math.hypot(*along) or 1.0
        side = (-along[1] / length * width / 2, along[0] / length * width / 2)
        corners = [(p[0] + s * side[0], p[1] + s * side[1]) for p, s in ((start, 1), (end, 1), (end, -1), (start, -1))]
        self.shape(*corners)

    def disc(self, centre: Point, radius: float) -> None:
        """Fill a circle."""
        pygame.draw.circle(self._surface, self._colour, self._at(centre), radius * self._unit)

    def shape(self, *points: Point) -> None:
        """Fill a polygon."""
        pygame.draw.polygon(self._surface, self._colour, [self._at(point) for point in points])

    def box(self, x: float, y: float, w: float, h: float, radius: float = 0.0) -> None:
        """Fill a rectangle with round corners."""
        rect = pygame.Rect(*self._at((x, y)), *self._at((w, h)))
        pygame.draw.rect(self._surface, self._colour, rect, border_radius=round(radius * self._unit))

    def arc(self, centre: Point, radius: float, start: float, end: float, width: float = 9.0) -> None:
        """Stroke an arc from ``start`` to ``end`` [degrees, clockwise from the right]."""
        count = max(3, round(abs(end - start) / 6))
        angles = [math.radians(start + (end - start) * step / count) for step in range(count + 1)]
        self.line(*((centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles), width=width)


def _arrow(pen: Pen, angle: float) -> None:
    def turned(points: Sequence[Point]) -> list[Point]:
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        return [(50 + (x - 50) * c - (y - 50) * s, 50 + (x - 50) * s + (y - 50) * c) for x, y in points]

    pen.line(*turned([(16, 50), (70, 50)]), width=14)
    pen.shape(*turned([(56, 22), (90, 50), (56, 78)]))


def _tilted_arrow(pen: Pen, down: bool) -> None:
    """Into and out of the picture: an arrow on a floor seen at a slant."""
    pen.line((14, 84), (30, 40), width=5)
    pen.line((86, 84), (70, 40), width=5)
    if down:
        pen.shape((40, 42), (60, 42), (62, 60), (80, 60), (50, 92), (20, 60), (38, 60))
    else:
        pen.shape((36, 90), (64, 90), (60, 50), (74, 50), (50, 18), (26, 50), (40, 50))


def _cup(pen: Pen) -> None:
    pen.shape((24, 34), (70, 34), (64, 92), (30, 92))
    pen.arc((70, 56), 14, -80, 80, 7)
    pen.line((48, 34), (56, 8), (70, 6), width=6)


def _hand(pen: Pen) -> None:
    pen.box(30, 44, 46, 46, 16)
    for x, top in ((30, 22), (42, 12), (54, 14), (66, 24)):
        pen.box(x, top, 10, 50, 5)
    pen.line((32, 70), (16, 50), width=11)


def _home(pen: Pen) -> None:
    pen.line((10, 52), (50, 14), (90, 52), width=9)
    pen.shape((22, 54), (50, 28), (78, 54), (78, 90), (60, 90), (60, 64), (40, 64), (40, 90), (22, 90))


def _grip(pen: Pen, opening: float) -> None:
    """A gripper seen from above, its fingers ``opening`` (0 to 1) apart."""
    pen.box(36, 70, 28, 22, 4)
    pen.box(18, 58, 64, 14, 4)
    for side in (-1, 1):
        root, tip = 50 + side * 24, 50 + side * (7 + 25 * opening)
        pen.line((root, 62), (root + side * 6 * opening, 40), (tip, 12), width=11)


def _grip_open(pen: Pen) -> None:
    _grip(pen, 1.0)


def _grip_close(pen: Pen) -> None:
    _grip(pen, 0.05)


def _circle_arrow(pen: Pen, clockwise: bool) -> None:
    def seen(x: float, y: float) -> Point:
        return (x if clockwise else 100 - x), y

    for start in range(-150, 100, 10):
        a, b = math.radians(start), math.radians(start + 12)
        pen.line(seen(50 + 34 * math.cos(a), 52 + 34 * math.sin(a)), seen(50 + 34 * math.cos(b), 52 + 34 * math.sin(b)))
    pen.shape(seen(46, 66), seen(46, 100), seen(22, 82))


def _tilt(pen: Pen, up: bool) -> None:
    """A hand that nods."""
    tip = 18 if up else 82
    pen.line((14, 62 if up else 38), (46, 62 if up else 38), (74, tip + (14 if up else -14)), width=15)
    pen.arc((44, 50), 42, -4 if up else 4, -42 if up else 42, 6)
    pen.shape((66, tip), (92, tip + (4 if up else -4)), (80, tip + (26 if up else -26)))


def _stop(pen: Pen) -> None:
    """A road's stop sign: an octagon with a rim."""

    def corners(radius: float) -> list[Point]:
        angles = (math.radians(22.5 + 45 * k) for k in range(9))
        return [(50 + radius * math.cos(a), 50 + radius * math.sin(a)) for a in angles]

    pen.line(*corners(45), width=6)
    pen.shape(*corners(35))


def _press(pen: Pen) -> None:
    """A large switch from the side, and an arrow down on it."""
    pen.box(8, 80, 84, 14, 6)
    pen.box(22, 62, 56, 24, 12)
    pen.line((50, 12), (50, 34), width=13)
    pen.shape((28, 32), (72, 32), (50, 55))


def _fold(pen: Pen) -> None:
    """An arm folded over its base."""
    pen.box(14, 82, 48, 12, 4)
    pen.line((36, 80), (22, 46), (74, 38), (52, 66), width=12)
    pen.disc((22, 46), 10)
    pen.disc((74, 38), 10)


def _rest(pen: Pen) -> None:
    """A closed eye."""
    pen.arc((50, 8), 50, 32, 148, 9)
    for angle in (40, 65, 90, 115, 140):
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        pen.line((50 + 50 * c, 8 + 50 * s), (50 + 70 * c, 8 + 70 * s), width=8)


def _gear(pen: Pen) -> None:
    for k in range(8):
        a = math.radians(45 * k)
        tooth = (50 + 40 * math.cos(a), 50 + 40 * math.sin(a))
        pen.line((50 + 24 * math.cos(a), 50 + 24 * math.sin(a)), tooth, width=13)
    pen.arc((50, 50), 24, 0, 360, 16)


def _speaker(pen: Pen) -> None:
    pen.shape((10, 38), (26, 38), (48, 16), (48, 84), (26, 62), (10, 62))
    pen.arc((48, 50), 20, -45, 45, 7)
    pen.arc((48, 50), 38, -45, 45, 7)


def _silent(pen: Pen) -> None:
    pen.shape((10, 38), (26, 38), (48, 16), (48, 84), (26, 62), (10, 62))
    pen.line((62, 36), (90, 64), width=8)
    pen.line((62, 64), (90, 36), width=8)


def _note(pen: Pen) -> None:
    """Two notes under one beam."""
    pen.line((36, 76), (36, 22), (80, 14), (80, 68), width=8)
    pen.shape((32, 18), (84, 9), (84, 26), (32, 35))
    pen.disc((25, 76), 13)
    pen.disc((69, 68), 13)


def _person(pen: Pen) -> None:
    """Head and shoulders."""
    pen.disc((50, 29), 19)
    angles = [math.radians(a) for a in range(180, 361, 6)]
    pen.shape(*((50 + 36 * math.cos(a), 90 + 36 * math.sin(a)) for a in angles))


def _target(pen: Pen) -> None:
    """A target with its middle."""
    pen.arc((50, 50), 37, 0, 360, 9)
    pen.arc((50, 50), 20, 0, 360, 8)
    pen.disc((50, 50), 7)


def _play(pen: Pen) -> None:
    pen.shape((26, 12), (88, 50), (26, 88))


def _pause(pen: Pen) -> None:
    pen.box(22, 14, 20, 72, 4)
    pen.box(58, 14, 20, 72, 4)


def _undo(pen: Pen) -> None:
    pen.arc((56, 56), 30, -90, 110, 11)
    pen.line((56, 26), (34, 26), width=11)
    pen.shape((38, 4), (38, 48), (8, 26))


def _plus(pen: Pen) -> None:
    pen.line((50, 18), (50, 82), width=14)
    pen.line((18, 50), (82, 50), width=14)


def _minus(pen: Pen) -> None:
    pen.line((18, 50), (82, 50), width=14)


def _check(pen: Pen) -> None:
    pen.line((16, 54), (40, 78), (84, 24), width=14)


def _cross(pen: Pen) -> None:
    pen.line((22, 22), (78, 78), width=14)
    pen.line((78, 22), (22, 78), width=14)


def _move(pen: Pen) -> None:
    """Arrows to all four sides."""
    for angle in range(0, 360, 90):
        a = math.radians(angle)
        along, side = (math.cos(a), math.sin(a)), (-math.sin(a), math.cos(a))
        pen.line((50, 50), (50 + 30 * along[0], 50 + 30 * along[1]), width=8)
        base = (50 + 27 * along[0], 50 + 27 * along[1])
        tip = (50 + 46 * along[0], 50 + 46 * along[1])
        pen.shape(
            tip, (base[0] + 14 * side[0], base[1] + 14 * side[1]), (base[0] - 14 * side[0], base[1] - 14 * side[1])
        )


def _theme(pen: Pen) -> None:
    """Half light, half dark."""
    pen.arc((50, 50), 38, 0, 360, 8)
    angles = [math.radians(a) for a in range(90, 271, 6)]
    pen.shape(*((50 + 36 * math.cos(a), 50 + 36 * math.sin(a)) for a in angles))


def _warning(pen: Pen) -> None:
    pen.line((50, 14), (90, 84), (10, 84), (50, 14), width=9)
    pen.line((50, 40), (50, 60), width=10)
    pen.disc((50, 73), 5.5)


def _power(pen: Pen) -> None:
    pen.arc((50, 54), 34, -55, 235, 10)
    pen.line((50, 12), (50, 50), width=10)


def _clock(pen: Pen) -> None:
    pen.arc((50, 50), 38, 0, 360, 9)
    pen.line((50, 26), (50, 50), (66, 62), width=8)


def _speed(pen: Pen) -> None:
    pen.arc((50, 66), 40, 180, 360, 9)
    pen.line((50, 66), (72, 40), width=9)
    pen.disc((50, 66), 9)


def _star(pen: Pen) -> None:
    radii = (44, 19)
    spikes = [(math.radians(36 * k - 90), radii[k % 2]) for k in range(10)]
    pen.shape(*((50 + r * math.cos(a), 52 + r * math.sin(a)) for a, r in spikes))


def _more(pen: Pen) -> None:
    for x in (20, 50, 80):
        pen.disc((x, 50), 11)


def _help(pen: Pen) -> None:
    pen.arc((50, 34), 22, -200, 40, 12)
    pen.line((66, 48), (50, 62), (50, 70), width=12)
    pen.disc((50, 90), 8)


def _language(pen: Pen) -> None:
    """Two people's speech: a filled balloon before an empty one."""
    pen.box(6, 12, 58, 40, 12)
    pen.shape((16, 46), (36, 46), (14, 70))
    pen.line((74, 36), (90, 36), (90, 70), (84, 70), (84, 88), (66, 70), (38, 70), width=7)


ICONS: Final[dict[str, Callable[[Pen], None]]] = {
    "cup": _cup,
    "drink": _cup,
    "hand": _hand,
    "hand_over": _hand,
    "home": _home,
    "right": lambda pen: _arrow(pen, 0),
    "down": lambda pen: _arrow(pen, 90),
    "left": lambda pen: _arrow(pen, 180),
    "up": lambda pen: _arrow(pen, 270),
    "forward": lambda pen: _tilted_arrow(pen, False),
    "back": lambda pen: _tilted_arrow(pen, True),
    "turn_left": lambda pen: _circle_arrow(pen, False),
    "turn_right": lambda pen: _circle_arrow(pen, True),
    "tilt_up": lambda pen: _tilt(pen, True),
    "tilt_down": lambda pen: _tilt(pen, False),
    "grip_open": _grip_open,
    "grip_close": _grip_close,
    "stop": _stop,
    "press": _press,
    "gear": _gear,
    "speaker": _speaker,
    "silent": _silent,
    "note": _note,
    "person": _person,
    "target": _target,
    "play": _play,
    "pause": _pause,
    "undo": _undo,
    "plus": _plus,
    "minus": _minus,
    "check": _check,
    "cross": _cross,
    "move": _move,
    "theme": _theme,
    "warning": _warning,
    "power": _power,
    "clock": _clock,
    "speed": _speed,
    "star": _star,
    "more": _more,
    "help": _help,
    "fold": _fold,
    "rest": _rest,
    "language": _language,
}
"""Name to drawing. A name that is not here (a task may bring any) shows the star."""


@lru_cache(maxsize=512)
def icon(name: str, side: int, colour: Colour) -> pygame.Surface:
    """Return the icon ``name`` in a square of ``side`` px on a transparent ground; kept."""
    large = pygame.Surface((side * _OVER, side * _OVER), pygame.SRCALPHA)
    large.fill((*colour, 0))
    ICONS.get(name, _star)(Pen(large, colour))
    return pygame.transform.smoothscale(large, (side, side))
