"""A simulated hand on a stick: weak, turned, trembling, limited in each direction, noisier the harder it pushes."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Final

from armctl.access.fit.exercise import Prompt
from armctl.access.fit.stick import ASKED, Direction

DELAY: Final = 0.35
"""From the prompt to the movement [s]: 0.2 to 0.4."""
RISE: Final = 0.15
"""Time constant of the movement [s]."""


@dataclass(frozen=True, slots=True)
class Hand:
    """How a hand moves a stick; shares of full travel.

    Attributes:
        reach: How far it gets, right, ahead, left, back.
        turned: How far to the left its own "ahead" lies [rad].
        tremor: Amplitude.
        frequency: Of the tremor [Hz].
        noise: Standard deviation at rest.
        effort: And as a share of the deflection besides.
    """

    reach: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    turned: float = 0.0
    tremor: float = 0.0
    frequency: float = 5.5
    noise: float = 0.01
    effort: float = 0.05


class StickHand:
    """Follows the prompts of the measurement with a stick."""

    def __init__(self, hand: Hand, seed: int) -> None:
        self._hand = hand
        self._random = random.Random(seed)
        self._asked: tuple[str, str] = ("", "")
        self._since = 0.0
        self._place = (0.0, 0.0)
        self._looked = 0.0

    def at(self, now: float, prompt: Prompt) -> tuple[float, float]:
        """Return where the stick is at ``now`` [s]: right and ahead."""
        if (prompt.say, prompt.which) != self._asked:
            self._asked, self._since = (prompt.say, prompt.which), now
        share = 1.0 - math.exp(-(now - self._looked) / RISE) if self._looked else 0.0
        self._looked = now
        goal = self._goal(prompt) if now - self._since >= DELAY else self._place
        x, y = self._place
        self._place = (x + share * (goal[0] - x), y + share * (goal[1] - y))
        return self._shaken(now)

    def _goal(self, prompt: Prompt) -> tuple[float, float]:
        if prompt.say == "wait":
            return 0.0, 0.0
        order: tuple[Direction, ...] = ("right", "ahead", "left", "back")
        asked: Direction = next((one for one in order if one == prompt.which), "right")
        travel = self._hand.reach[order.index(asked)]
        angle = ASKED[asked] + self._hand.turned
        return travel * math.cos(angle), travel * math.sin(angle)

    def _shaken(self, now: float) -> tuple[float, float]:
        hand = self._hand
        swing = hand.tremor * math.sin(2.0 * math.pi * hand.frequency * now)
        spread = hand.noise + hand.effort * math.hypot(*self._place)
        x = self._place[0] + 0.8 * swing + self._random.gauss(0.0, spread)
        y = self._place[1] + 0.6 * swing + self._random.gauss(0.0, spread)
        return max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))
