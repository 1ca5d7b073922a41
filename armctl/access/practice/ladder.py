"""Levels that rise and fall by a plain rule: four of the last five right, one up; three of them wrong, one down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

LOOKED_AT: Final = 5
"""So many results count."""
UP: Final = 4
"""So many right ones lead one level up."""
DOWN: Final = 3
"""So many wrong ones lead one level down: no more than two of five are right then."""
TOP: Final = 5


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where a person stands in one game.

    Attributes:
        level: 1 to `TOP`.
        recent: Results since the level changed, right or not, the newest last.
    """

    level: int = 1
    recent: tuple[bool, ...] = ()

    def after(self, hit: bool) -> Ladder:
        """Return the ladder after one more result; the level changes by one at most, and begins anew then."""
        recent = (*self.recent, hit)[-LOOKED_AT:]
        step = 1 if recent.count(True) >= UP else -1 if recent.count(False) >= DOWN else 0
        if step:
            return Ladder(min(TOP, max(1, self.level + step)))
        return replace(self, recent=recent)
