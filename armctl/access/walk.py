"""From tile to tile with a stick: where the eye expects the highlight to go, and to every tile whichever way is left.

Right and left go along a row and on to the next one. Ahead and back go to the tile above or below; beyond the edge they
go on in the column beside. So whoever can push in one direction only still comes to every tile.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from armctl.access.actions import ScanItem
from armctl.access.plan import rows

Grid = list[list[ScanItem]]
CLOSE: Final = 1.0
"""Middles nearer to each other than this are of one column [pixels]."""


class Walk:
    """Remembers the column, so that a wide tile on the way does not change it."""

    def __init__(self) -> None:
        self._at: str | None = None
        self._across = 0.0

    def step(self, items: Sequence[ScanItem], lit: str, right: int, down: int) -> str | None:
        """Return the tile to go to from ``lit``; None where the tiles have no places, or ``lit`` is none of them.

        Args:
            items: Tiles of the screen.
            lit: Where the highlight is.
            right: 1 to the right, -1 to the left, 0 when ``down`` says where.
            down: 1 down, -1 up.
        """
        grid = _grid(items)
        row = next((number for number, line in enumerate(grid) if any(item.id == lit for item in line)), None)
        if row is None:
            return None
        if right:
            there = [item for line in grid for item in line]
            place = next(number for number, item in enumerate(there) if item.id == lit)
            return there[(place + right) % len(there)].id
        if lit != self._at:
            self._across = _middle(next(item for item in grid[row] if item.id == lit))
        if not 0 <= row + down < len(grid):
            self._across = _beside(grid, self._across, down)
        line = grid[(row + down) % len(grid)]
        self._at = min(line, key=lambda item: abs(_middle(item) - self._across)).id
        return self._at


def _grid(items: Sequence[ScanItem]) -> Grid:
    """Return the tiles row by row, each from left to right; nothing where not every tile has a place of its own."""
    if len({item.rect for item in items}) < len(items):
        return []
    placed = sorted(items, key=lambda item: (item.rect[1], item.rect[0]))
    return [sorted(row, key=lambda item: item.rect[0]) for row in rows(placed)]


def _beside(grid: Grid, across: float, step: int) -> float:
    """Return the middle of the column after (``step`` 1) or before that at ``across`` [pixels], round and round."""
    middles = [_middle(item) for item in max(grid, key=len)]
    columns = middles[:1] + [b for a, b in pairwise(middles) if b - a > CLOSE]
    nearest = min(range(len(columns)), key=lambda number: abs(columns[number] - across))
    return columns[(nearest + step) % len(columns)]


def _middle(item: ScanItem) -> float:
    return item.rect[0] + item.rect[2] / 2.0
