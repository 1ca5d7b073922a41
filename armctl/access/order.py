"""Item order by use: what was chosen most comes first. Counted over earlier sessions, so that it never moves in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from armctl.access.actions import ScanItem

CLEARLY: Final = 1.25
"""Something goes before its neighbour only when it was chosen so many times as often: a stable order is worth more
than a press saved now and then."""
LEAST: Final = 3
"""What was chosen less often than this stays where it is."""


def by_use(items: Sequence[ScanItem], counts: Mapping[str, int]) -> tuple[ScanItem, ...]:
    """Return ``items`` in the order of the highlight: what was chosen clearly more often goes before the others.

    Args:
        items: Tiles in the order of the screen.
        counts: How often each id was chosen in earlier sessions.
    """
    order = list(items)
    for end in range(1, len(order)):
        place = end
        while place and _before(counts.get(order[place].id, 0), counts.get(order[place - 1].id, 0)):
            order[place - 1], order[place] = order[place], order[place - 1]
            place -= 1
    return tuple(order)


def _before(mine: int, neighbour: int) -> bool:
    return mine >= LEAST and mine >= CLEARLY * neighbour and mine > neighbour
