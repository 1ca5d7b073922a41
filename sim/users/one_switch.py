"""A simulated person with one switch: sees what is lit, reacts late and unevenly, presses, lets go.

Press times are ex-Gaussian (a normal reaction plus an exponential tail): the tail is what makes real people miss an
item in scanning. Figures: simulated-users reference, persona P0 to P7.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

PRESS_FLOOR: Final = 0.15
"""Nobody reacts faster [s]."""


@dataclass(frozen=True, slots=True)
class Persona:
    """How somebody presses.

    Attributes:
        mean: Middle of the normal part of the reaction [s].
        spread: Its standard deviation [s].
        tail: Mean of the exponential part that is added to it [s].
        hold: How long the switch is held [s].
        lapse: Share of opportunities that pass unused.
    """

    mean: float = 0.38
    spread: float = 0.04
    tail: float = 0.07
    hold: float = 0.12
    lapse: float = 0.005


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person sees on the screen: the lit item, all items, and whether the arm moves."""

    screen: str
    lit: str | None
    items: Sequence[str]
    moving: bool


Wish = Callable[[Seen], str | None]
"""What the person wants to press now, given what they see: an item, ``ANYTHING``, or None to wait."""

ANYTHING: Final = "*"
"""Press whatever is lit: for "press your switch" and for waking a scan that waits."""


class OneSwitchUser:
    """Turns what is seen into presses and releases of one switch.

    Args:
        wish: The person's intention.
        persona: How they press.
        seed: Seed of their press times.
    """

    def __init__(self, wish: Wish, persona: Persona | None = None, seed: int = 1) -> None:
        self._wish = wish
        self._persona = persona or Persona()
        self._random = random.Random(seed)
        self._target: str | None = None
        self._press_at: float | None = None
        self._release_at: float | None = None
        self.presses = 0

    def look(self, seen: Seen, now: float) -> bool | None:
        """Return True to close the switch at ``now`` [s], False to open it, None to leave it as it is."""
        if self._release_at is not None:
            if now < self._release_at:
                return None
            self._release_at = None
            return False
        if self._press_at is not None and now >= self._press_at:
            self._press_at = None
            self._release_at = now + max(0.03, self._random.gauss(self._persona.hold, 0.02))
            self.presses += 1
            return True
        if self._press_at is None:
            self._notice(seen, now)
        return None

    def _notice(self, seen: Seen, now: float) -> None:
        wanted = self._wish(seen)
        ready = wanted is not None and wanted in (ANYTHING, seen.lit)
        # The same highlight is one opportunity: it is not decided anew every frame.
        opportunity = f"{seen.screen}/{seen.lit}" if ready else None
        if opportunity == self._target:
            return
        self._target = opportunity
        if opportunity is not None and self._random.random() >= self._persona.lapse:
            self._press_at = now + self._reaction()

    def _reaction(self) -> float:
        person = self._persona
        drawn = self._random.gauss(person.mean, person.spread) + self._random.expovariate(1.0 / person.tail)
        return max(PRESS_FLOOR, drawn)
