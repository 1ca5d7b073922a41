"""The two games of choosing: the one that is shown, out of a few; the one that is named, out of many, in time."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from armctl.access.practice.trial import Trial

THINGS: Final = ("cup", "hand", "star", "clock", "speaker", "gear", "power", "language", "theme")
"""Names of what there is to choose; the screen has a picture and a word for each."""


@dataclass(frozen=True, slots=True)
class PickLevel:
    """How many tiles, and in how many passes of the highlight over all of them it must be done."""

    tiles: int
    passes: float


CHOICES: Final = (PickLevel(2, 5), PickLevel(2, 3), PickLevel(3, 3), PickLevel(4, 3), PickLevel(4, 2))
"""One of two, then one of four."""
NAMED: Final = (PickLevel(4, 4), PickLevel(5, 3), PickLevel(6, 3), PickLevel(8, 3), PickLevel(8, 2))
"""One of four, then one of eight."""
SETTLE: Final = 3.0
"""Time to hear or read what is wanted [s], besides the passes."""


class Pick(Trial):
    """Choose the right tile.

    Args:
        level: How many tiles, how many passes.
        now: When it begins [s].
        pace: Time the highlight stays on one tile, or what the person needs to get to one [s].
        random: Draws the tiles and which one is wanted.
    """

    def __init__(self, level: PickLevel, now: float, pace: float, random: Random) -> None:
        super().__init__(now)
        self.things = tuple(random.sample(THINGS, level.tiles))
        self.wanted = random.choice(self.things)
        self.limit = SETTLE + level.passes * (level.tiles + 1) * pace

    def tick(self, now: float) -> None:
        """Give up when the time is over."""
        if now - self.began >= self.limit:
            self._end(False, self.began + self.limit, "none")

    def choose(self, item: str, stamp: float) -> None:
        """Take the tile ``item``: right or not; what is no tile of the game is nothing."""
        if item in self.things:
            self._end(item == self.wanted, stamp, "" if item == self.wanted else "other")
