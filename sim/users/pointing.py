"""A simulated pointer, by head or gaze: it goes to a target, rests on the way, arrives beside it and wanders there."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from armctl.access.actions import ScanItem
from armctl.access.fit.exercise import Prompt

SETTLES: Final = 0.2
"""Time constant of the way to a target [s]."""


@dataclass(frozen=True, slots=True)
class Aim:
    """How somebody points.

    Attributes:
        bias: How far beside the target they arrive on average, right and down [px].
        sd: Spread of each axis while they stay [px].
        delay: From the target to the movement [s].
        pause: How long they rest half way, the median [s].
        uneven: Log spread of these rests.
        pauses: Share of the ways with such a rest.
        astray: Spread of where they arrive, each axis, from target to target [px].
    """

    bias: tuple[float, float] = (0.0, 0.0)
    sd: float = 8.0
    delay: float = 0.35
    pause: float = 0.0
    uneven: float = 0.0
    pauses: float = 1.0
    astray: float = 0.0


class PointingHand:
    """Follows the targets of the measurement with a pointer."""

    def __init__(self, aim: Aim, seed: int, at: tuple[float, float] = (640.0, 400.0)) -> None:
        self._aim = aim
        self._random = random.Random(seed)
        self._from = self._place = at
        self._which = ""
        self._since = self._looked = 0.0
        self._pause, self._beside = aim.pause, aim.bias

    def at(self, now: float, prompt: Prompt, items: Sequence[ScanItem]) -> tuple[float, float]:
        """Return where the pointer is at ``now`` [s]."""
        if prompt.which != self._which:
            self._which, self._since, self._from = prompt.which, now, self._place
            self._draw_way()
        goal = self._goal(now, prompt, items)
        share = 1.0 - math.exp(-(now - self._looked) / SETTLES) if self._looked else 0.0
        self._looked = now
        x, y = self._place
        self._place = (x + share * (goal[0] - x), y + share * (goal[1] - y))
        sd = self._aim.sd
        return self._place[0] + self._random.gauss(0.0, sd), self._place[1] + self._random.gauss(0.0, sd)

    def _draw_way(self) -> None:
        """Draw how long they rest on the way, and where they will arrive."""
        aim, draw = self._aim, self._random
        rests = aim.pause > 0.0 and draw.random() < aim.pauses
        self._pause = aim.pause * math.exp(draw.gauss(0.0, aim.uneven)) if rests else 0.0
        self._beside = (aim.bias[0] + draw.gauss(0.0, aim.astray), aim.bias[1] + draw.gauss(0.0, aim.astray))

    def _goal(self, now: float, prompt: Prompt, items: Sequence[ScanItem]) -> tuple[float, float]:
        passed = now - self._since - self._aim.delay
        if passed < 0.0:
            return self._place
        if prompt.say == "intro":
            return self._from[0] + 150.0, self._from[1]
        left, top, width, height = next(item.rect for item in items if item.id == f"target:{prompt.which}")
        x, y = left + width / 2.0 + self._beside[0], top + height / 2.0 + self._beside[1]
        if passed < self._pause:
            return (self._from[0] + x) / 2.0, (self._from[1] + y) / 2.0
        return x, y
