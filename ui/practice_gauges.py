"""What the pictures of practice are drawn with: gauges with a mark, a ball and a cup, bars of levels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import pygame

from armctl.access.practice.ladder import TOP
from armctl.access.practice.moment import Ball
from armctl.access.practice.steer import FULL_TILT, SPILLS, Axis
from ui.icons import icon
from ui.layout import Box
from ui.theme import Theme, blend

ROUND: Final = 12
"""Radius of the corners of all that is drawn here [px]."""


def across(surface: pygame.Surface, box: Box, axis: Axis, theme: Theme, mirrored: bool = False) -> None:
    """Draw a level gauge: the way, the mark on it as wide as its tolerance, and where the hand is.

    Args:
        surface: Where to draw.
        box: Room for it.
        axis: What it shows.
        theme: Colours.
        mirrored: Greater values are further left.
    """
    _panel(surface, box, theme)
    track = box.inset(box.h // 2, round(box.h * 0.28))

    def at(value: float) -> int:
        share = (value - axis.low) / (axis.high - axis.low)
        return round(track.x + track.w * (1.0 - share if mirrored else share))

    ends = sorted((at(axis.target - axis.tolerance), at(axis.target + axis.tolerance)))
    pygame.draw.rect(surface, theme.tile_off, track, border_radius=ROUND)
    zone = pygame.Rect(ends[0], track.y, max(4, ends[1] - ends[0]), track.h)
    pygame.draw.rect(surface, theme.go, zone)
    pygame.draw.rect(surface, theme.on_go, zone, 3)
    _pointer(surface, (at(axis.value), box.y + box.h // 2), round(box.h * 0.3), axis.on_mark, theme)


def upright(surface: pygame.Surface, box: Box, axis: Axis, theme: Theme) -> None:
    """Draw an upright gauge, greater values higher; otherwise as `across`."""
    _panel(surface, box, theme)
    track = box.inset(round(box.w * 0.28), box.w // 2)

    def at(value: float) -> int:
        return round(track.bottom - track.h * (value - axis.low) / (axis.high - axis.low))

    top, bottom = at(axis.target + axis.tolerance), at(axis.target - axis.tolerance)
    pygame.draw.rect(surface, theme.tile_off, track, border_radius=ROUND)
    zone = pygame.Rect(track.x, top, track.w, max(4, bottom - top))
    pygame.draw.rect(surface, theme.go, zone)
    pygame.draw.rect(surface, theme.on_go, zone, 3)
    _pointer(surface, (box.x + box.w // 2, at(axis.value)), round(box.w * 0.3), axis.on_mark, theme)


def tilted_cup(surface: pygame.Surface, box: Box, axis: Axis, theme: Theme) -> None:
    """Draw a cup as it is tilted, its water level, and a line that shows how far it may tilt before it spills."""
    _panel(surface, box, theme)
    half = 0.27 * min(box.w, box.h)
    middle = pygame.Vector2(box.centre)
    angle = math.degrees(max(-FULL_TILT, min(FULL_TILT, axis.value)))
    walls = [pygame.Vector2(corner) * half for corner in ((-1, -1), (-0.8, 1), (0.8, 1), (1, -1))]
    walls = [wall.rotate(angle) + middle for wall in walls]
    colour = theme.go if axis.on_mark else theme.stop if abs(axis.value) > 0.75 * SPILLS else theme.warn
    level = middle.y - 0.35 * half
    water = [walls[1], walls[2], _crossing(walls[2], walls[3], level), _crossing(walls[1], walls[0], level)]
    pygame.draw.polygon(surface, theme.accent, water)
    pygame.draw.lines(surface, theme.text, False, walls, 6)
    bar = pygame.Rect(0, 0, round(2.2 * half), max(8, round(0.16 * half)))
    bar.midbottom = (round(middle.x), box.bottom - ROUND)
    pygame.draw.rect(surface, colour, bar, border_radius=4)
    pygame.draw.rect(surface, theme.text, bar, 2, border_radius=4)


def _crossing(low: pygame.Vector2, high: pygame.Vector2, level: float) -> pygame.Vector2:
    """Return where a wall of the cup meets the water's ``level``; its upper end where the water is above it."""
    rise = high.y - low.y
    share = (level - low.y) / rise if abs(rise) > 1e-6 else 1.0
    return low + (high - low) * max(0.0, min(1.0, share))


def ball(surface: pygame.Surface, trial: Ball, now: float, theme: Theme) -> None:
    """Draw the ball on its way, and the cup, as wide as what counts."""
    width, height = surface.get_size()
    radius = round(0.055 * min(width, height))
    floor = round(0.66 * height)
    left, right = radius * 2, width - 2 * radius

    def at(share: float) -> float:
        return left + (right - left) * share

    surface.fill(theme.sky)
    pygame.draw.rect(surface, theme.floor, (0, floor, width, height - floor))
    pygame.draw.line(surface, theme.edge, (0, floor), (width, floor), 4)
    place = trial.place(now)
    inside = abs(place - trial.cup) <= trial.level.tolerance
    cup = pygame.Rect(0, 0, round(2 * trial.level.tolerance * (right - left)), round(0.26 * height))
    cup.midbottom = (round(at(trial.cup)), floor)
    pygame.draw.rect(surface, blend(theme.sky, theme.accent, 0.25), cup)
    # The frame grows thicker too while the ball is inside: not by colour alone.
    colour, thick = (theme.mark, 10) if inside else (theme.accent, 6)
    corners = (cup.topleft, cup.bottomleft, cup.bottomright, cup.topright)
    pygame.draw.lines(surface, colour, False, corners, thick)
    pygame.draw.aacircle(surface, theme.text, (round(at(place)), floor - radius - 4), radius)


def levels(surface: pygame.Surface, reached: Sequence[tuple[str, int]], theme: Theme) -> None:
    """Draw a row for each game: its icon, and as many full fields as levels were reached.

    Args:
        surface: Where to draw.
        reached: Icon and level of each game.
        theme: Colours.
    """
    surface.fill(theme.sky)
    width, height = surface.get_size()
    row = height / (len(reached) + 1)
    side = round(0.7 * row)
    first = width * 0.3
    step = (width * 0.92 - first) / TOP
    for number, (name, level) in enumerate(reached):
        top = round(row * (number + 0.5))
        surface.blit(icon(name, side, theme.accent), (round(width * 0.1), top + round(row - side) // 2))
        for field in range(TOP):
            rect = pygame.Rect(
                round(first + field * step), top + round(0.22 * row), round(step * 0.8), round(row * 0.56)
            )
            pygame.draw.rect(surface, theme.accent if field < level else theme.tile_off, rect, border_radius=6)
            pygame.draw.rect(surface, theme.edge, rect, 2, border_radius=6)


def _panel(surface: pygame.Surface, box: Box, theme: Theme) -> None:
    pygame.draw.rect(surface, theme.tile, box, border_radius=ROUND)
    pygame.draw.rect(surface, theme.edge, box, 2, border_radius=ROUND)


def _pointer(surface: pygame.Surface, at: tuple[int, int], radius: int, on_mark: bool, theme: Theme) -> None:
    pygame.draw.aacircle(surface, theme.on_mark, at, radius + 4)
    pygame.draw.aacircle(surface, theme.mark, at, radius)
    if on_mark:
        pygame.draw.aacircle(surface, theme.on_mark, at, max(3, radius // 3))
