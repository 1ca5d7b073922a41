"""In what order the highlight goes: tile by tile, by rows, by groups, or by halves. Pure geometry and lists.

A plan is a tree: a leaf is the id of a tile, a branch is what is lit together. A branch of one tile is that tile, and a
plan of one branch is that branch: nobody presses once more for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final, Literal, TypeAlias

from armctl.access.actions import ScanItem

Node: TypeAlias = str | tuple["Node", ...]
"""The id of a tile, or what is lit together."""
Pattern: TypeAlias = Literal["linear", "row_column", "group", "binary"]

FEW: Final = 3
"""From so many tiles down halving costs more presses than it saves."""


def plan(pattern: Pattern, items: Sequence[ScanItem]) -> tuple[Node, ...]:
    """Return the tree through which the highlight goes over ``items``, in their order."""
    return _PLANS[pattern](items)


def ids_of(node: Node) -> tuple[str, ...]:
    """Return the tiles of ``node``, in order."""
    return (node,) if isinstance(node, str) else tuple(item for part in node for item in ids_of(part))


def rows(items: Sequence[ScanItem]) -> list[list[ScanItem]]:
    """Return ``items`` row by row: beside each other are tiles whose middles lie within each other's heights.

    Tiles without a place on the screen make rows as long as there are rows.
    """
    if len({item.rect for item in items}) < len(items):
        across = max(1, math.ceil(math.sqrt(len(items))))
        return [list(items[first : first + across]) for first in range(0, len(items), across)]
    found: list[list[ScanItem]] = []
    for item in items:
        _, top, _, height = item.rect
        if found and found[-1][0].rect[1] <= top + height / 2 < found[-1][0].rect[1] + found[-1][0].rect[3]:
            found[-1].append(item)
        else:
            found.append([item])
    return found


def _linear(items: Sequence[ScanItem]) -> tuple[Node, ...]:
    return tuple(item.id for item in items)


def _row_column(items: Sequence[ScanItem]) -> tuple[Node, ...]:
    return _flat([_linear(row) for row in rows(items)])


def _groups(items: Sequence[ScanItem]) -> tuple[Node, ...]:
    return _flat([_linear(list(members)) for _, members in groupby(items, key=lambda item: item.group)])


def _binary(items: Sequence[ScanItem]) -> tuple[Node, ...]:
    return _halves(_linear(items))


def _halves(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    if len(nodes) <= FEW:
        return nodes
    middle = (len(nodes) + 1) // 2
    return _halves(nodes[:middle]), _halves(nodes[middle:])


def _flat(branches: Sequence[tuple[Node, ...]]) -> tuple[Node, ...]:
    """Return the plan of ``branches`` without those that would ask for a press and offer no choice."""
    if len(branches) == 1:
        return branches[0]
    return tuple(branch[0] if len(branch) == 1 else branch for branch in branches)


_PLANS: Final[dict[Pattern, Callable[[Sequence[ScanItem]], tuple[Node, ...]]]] = {
    "linear": _linear,
    "row_column": _row_column,
    "group": _groups,
    "binary": _binary,
}
