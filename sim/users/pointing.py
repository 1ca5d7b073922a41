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
    """How somebody points: bias right and down [px], spread of each axis [px], delay and pause half way [s]."""

    bias: tuple[float, float] = (0.0, 0.0)
    sd: float = 8.0
    delay: float = 0.35
    pause: float = 0.0


class PointingHand:
    """Follows the targets of the measurement with a pointer."""

    def __init__(self, aim: Aim, seed: int, at: tuple[float, float] = (640.0, 400.0)) -> None:
        self._aim = aim
        self._random = random.Random(seed)
        self._from = self._place = at
        self._which = ""
        self._since = self._looked = 0.0

    def at(self, now: float, prompt: Prompt, items: Sequence[ScanItem]) -> tuple[float, float]:
        """Return where the pointer is at ``now`` [s]."""
        if prompt.which != self._which:
            self._which, self._since, self._from = prompt.which, now, self._place
        goal = self._goal(now, prompt, items)
        share = 1.0 - math.exp(-(now - self._looked) / SETTLES) if self._looked else 0.0
        self._looked = now
        x, y = self._place
        self._place = (x + share * (goal[0] - x), y + share * (goal[1] - y))
        sd = self._aim.sd
        return self._place[0] + self._random.gauss(0.0, sd), self._place[1] + self._random.gauss(0.0, sd)

    def _goal(self, now: float, prompt: Prompt, items: Sequence[ScanItem]) -> tuple[float, float]:
        passed = now - self._since - self._aim.delay
        if passed < 0.0:
            return self._place
        if prompt.say == "intro":
            return self._from[0] + 150.0, self._from[1]
        left, top, width, height = next(item.rect for item in items if item.id == f"target:{prompt.which}")
        x, y = left + width / 2.0 + self._aim.bias[0], top + height / 2.0 + self._aim.bias[1]
        if passed < self._aim.pause:
            return (self._from[0] + x) / 2.0, (self._from[1] + y) / 2.0
        return x, y
