"""A simulated person's switch: press times with a long tail, lapses, double, mistaken and stuck presses, fatigue.

Model and numbers follow the published anchors and estimates on simulated users with impairments: ex-Gaussian time from
highlight to press with a floor of 0.15 s; log-normal holds and double-press gaps; mistakes as a Poisson process.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Final, NamedTuple

FLOOR: Final = 0.15
"""Nobody reacts faster [s]."""
DOUBLE_GAP: Final = (0.2, 0.25)
"""Median [s] and log spread of the gap after which a double press comes."""
HOLD_SPREAD: Final = 0.25
"""Log spread of holds."""
MISTAKE_SPREAD: Final = 0.3
"""Log spread of the holds of presses nobody meant."""
STICKS: Final = (2.0, 10.0)
"""A switch that is not let go stays closed so long [s]."""
TIRES_IN: Final = 1800.0
"""Fatigue is given for this time [s]."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody presses; times [s], shares 0 to 1.

    Attributes:
        mu, sigma, tau: Press time, ex-Gaussian.
        lapse: Share of chances that pass unused.
        early: Share of chances with a press before, on the tile before.
        double: Share of presses that come twice.
        mistakes: Presses a minute that nobody meant.
        hold: Median time the switch is held.
        stick: Share of presses after which the switch stays closed for seconds.
        fatigue: Growth of press times and lapses in half an hour, as a share.
        mistake_hold: Median time a press that nobody meant is held: brushing a switch.
    """

    mu: float
    sigma: float
    tau: float
    lapse: float = 0.0
    early: float = 0.0
    double: float = 0.0
    mistakes: float = 0.0
    hold: float = 0.15
    stick: float = 0.0
    fatigue: float = 0.0
    mistake_hold: float = 0.08


class Pressed(NamedTuple):
    """The switch closes at ``down`` and opens at ``up`` [s]."""

    down: float
    up: float


PEOPLE: Final[dict[str, Habit]] = {
    "able": Habit(0.38, 0.04, 0.07, 0.005, 0.005, 0.005, 0.01, 0.12, 0.0, 0.03),
    "cp_spastic": Habit(0.68, 0.13, 0.22, 0.04, 0.03, 0.08, 0.2, 0.45, 0.03, 0.20),
    "cp_dyskinetic": Habit(0.78, 0.30, 0.52, 0.10, 0.10, 0.20, 1.0, 0.6, 0.08, 0.25),
    "als_late": Habit(0.58, 0.13, 0.22, 0.06, 0.01, 0.01, 0.33, 0.2, 0.0, 0.50),
    "sci_sip": Habit(0.45, 0.06, 0.10, 0.02, 0.01, 0.02, 0.05, 0.4, 0.0, 0.10),
    "sci_chin": Habit(0.50, 0.08, 0.12, 0.02, 0.01, 0.03, 0.05, 0.3, 0.0, 0.20),
    "tremor": Habit(0.55, 0.10, 0.17, 0.02, 0.02, 0.15, 0.1, 0.2, 0.0, 0.15),
    "ataxia": Habit(0.65, 0.15, 0.30, 0.04, 0.03, 0.08, 0.1, 0.3, 0.0, 0.40),
}
"""Personas P0 to P7. All numbers are estimates from models and ranges, none is measured; replace them by logs."""


class Presser:
    """Draws one person's presses.

    Args:
        habit: How they press.
        seed: Of everything that is drawn.
    """

    def __init__(self, habit: Habit, seed: int) -> None:
        self.habit = habit
        self._random = random.Random(seed)

    def time(self, now: float = 0.0) -> float:
        """Return the time from highlight to press [s], ``now`` [s] after the beginning."""
        habit, draw = self.habit, self._random
        drawn = draw.gauss(habit.mu, habit.sigma) + draw.expovariate(1.0 / habit.tau)
        return max(FLOOR, drawn * self._tired(now))

    def lapses(self, now: float = 0.0) -> bool:
        """Draw whether this chance passes unused."""
        return self._random.random() < self.habit.lapse * self._tired(now)

    def is_early(self) -> bool:
        """Draw whether the press comes before its tile."""
        return self._random.random() < self.habit.early

    def within(self, time: float) -> float:
        """Draw a moment within ``time`` [s]."""
        return self._random.uniform(0.0, time)

    def held(self) -> float:
        """Draw how long the switch is held [s]."""
        if self._random.random() < self.habit.stick:
            return self._random.uniform(*STICKS)
        return max(0.05, self._lognormal(self.habit.hold, HOLD_SPREAD))

    def press(self, at: float) -> list[Pressed]:
        """Return the closures that one press at ``at`` [s] becomes."""
        first = Pressed(at, at + self.held())
        if self._random.random() >= self.habit.double:
            return [first]
        again = at + self._lognormal(*DOUBLE_GAP)
        up = min(first.up, again - 0.06)
        return [Pressed(at, max(at + 0.03, up)), Pressed(again, again + 0.1)]

    def next_mistake(self, now: float) -> float:
        """Return when the next press that nobody means comes [s], ``inf`` for never."""
        rate = self.habit.mistakes / 60.0
        return now + self._random.expovariate(rate) if rate > 0.0 else math.inf

    def mistake(self, at: float) -> Pressed:
        """Return a press that nobody meant at ``at`` [s]."""
        return Pressed(at, at + self._lognormal(self.habit.mistake_hold, MISTAKE_SPREAD))

    def _tired(self, now: float) -> float:
        return 1.0 + self.habit.fatigue * now / TIRES_IN

    def _lognormal(self, middle: float, spread: float) -> float:
        return middle * math.exp(self._random.gauss(0.0, spread))
