"""What may be true of a person after so few presses: some possibilities, each with its weight.

Twenty presses know the spread to a fifth, and half a minute of rest does not see what comes once a minute. Formulas are
bent: their value for the best guess is not the mean of their values for everything that may be true, and what is
chosen to look best in a small sample looks too good there. So what is expected is the mean over possibilities.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from armctl.access.fit.exgauss import ExGaussian, estimate, from_spread
from armctl.access.fit.presses import PressFigures, RestFigures

USUAL_CV: Final = 0.27
"""Coefficient of variation of most people: the .65 rule is their mean + 2 SD (1 / 0.65 = 1 + 2 CV; Simpson 2006)."""
CV_SPREAD: Final = 0.5
"""Log spread of it between people: 0.1 to 0.7 for 95 of 100."""
SD_POINTS: Final = ((-2.857, 0.0113), (-1.3556, 0.2221), (0.0, 0.5333), (1.3556, 0.2221), (2.857, 0.0113))
MEAN_POINTS: Final = ((-1.7321, 1.0 / 6.0), (0.0, 2.0 / 3.0), (1.7321, 1.0 / 6.0))
"""Gauss and Hermite: places in standard errors, and weights."""
RATES: Final = tuple(0.01 * 2000.0 ** (n / 13.0) for n in range(14))
"""Presses a minute that nobody means, from one in 100 minutes to one in three seconds: all sizes alike likely."""
EARLY: Final = tuple(0.002 * 300.0 ** (n / 9.0) for n in range(10))
"""Shares of chances at which the press comes before: likewise, from 2 in 1000 to 0.6."""
NEGLIGIBLE: Final = 1e-3
"""Possibilities that are less likely than the best one by this factor are left out."""


@dataclass(frozen=True, slots=True)
class PressTimes:
    """Press times [s]: distributions that may be the person's, each with its weight; the weights add up to 1."""

    parts: tuple[tuple[float, ExGaussian], ...]

    @property
    def mean(self) -> float:
        """Mean press time [s]."""
        return sum(weight * part.mean for weight, part in self.parts)

    @property
    def cv(self) -> float:
        """Coefficient of variation of the next press, not knowing more than this."""
        square = sum(weight * (part.sd**2 + part.mean**2) for weight, part in self.parts)
        return math.sqrt(max(0.0, square - self.mean**2)) / self.mean

    def later_than(self, time: float) -> float:
        """Return the share of presses that take longer than ``time`` [s]."""
        return sum(weight * part.later_than(time) for weight, part in self.parts)

    def longest(self, late: float) -> float:
        """Return the time that only the share ``late`` of presses exceeds [s], by halving."""
        low, high = 0.0, max(part.longest(late) for _, part in self.parts)
        for _ in range(40):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self.later_than(middle) > late else (low, middle)
        return high


@lru_cache(maxsize=16)
def press_times(times: tuple[float, ...]) -> PressTimes:
    """Return what may be the distribution of press ``times`` [s], at least two.

    The logarithm of the spread s of n presses has the standard error ``sqrt((2 + k) / 4n)`` with the excess kurtosis
    ``k = 6 (tau / s)⁴`` of an ex-Gaussian, and is too small by half of its square. What is known of most people counts
    besides, by its own spread.
    """
    best = estimate(times)
    if best.sd <= 0.0:
        return PressTimes(((1.0, best),))
    tail = best.tau / best.sd
    square = (2.0 + 6.0 * tail**4) / (4.0 * len(times))
    trust = CV_SPREAD**2 / (CV_SPREAD**2 + square)
    centre = trust * (math.log(best.cv) + square / 2.0) + (1.0 - trust) * math.log(USUAL_CV)
    error = math.sqrt(trust * square)
    parts = []
    for place, weight in SD_POINTS:
        cv = math.exp(centre + error * place)
        for shift, share in MEAN_POINTS:
            mean = best.mean * max(0.3, 1.0 + shift * cv / math.sqrt(len(times)))
            parts.append((weight * share, from_spread(mean, cv * best.mean, tail)))
    whole = sum(weight for weight, _ in parts)
    return PressTimes(tuple((weight / whole, part) for weight, part in parts))


@dataclass(frozen=True, slots=True)
class Slips:
    """Presses besides those that answer: ``rate`` a minute that nobody means, and the share of ``early`` ones."""

    weight: float
    rate: float
    early: float


@lru_cache(maxsize=16)
def slips_of(presses: PressFigures, rest: RestFigures) -> tuple[Slips, ...]:
    """Return what may be true of the presses that nobody means, and of those that come too soon.

    Rest: ``k`` presses in ``T`` have the likelihood ``(rT)^k exp(-rT)``. A star that was waited for during ``w`` stays
    without a press before it with ``(1 - e) exp(-r w)``: what comes too soon may be either.
    """
    soon = round(presses.early * presses.count)
    in_time = presses.count - soon
    waits = presses.waits or (0.0,) * presses.count
    wait = sum(waits) / max(1, len(waits))
    minutes = rest.lasted / 60.0
    found = []
    for rate in RATES:
        calm = math.exp(-rate * wait / 60.0)
        seen = rest.count * math.log(rate) - rate * minutes
        for early in EARLY:
            before = 1.0 - (1.0 - early) * calm
            logarithm = seen + soon * math.log(before) + in_time * math.log(1.0 - before)
            found.append((logarithm, rate, early))
    best = max(found)[0]
    likely = [(math.exp(each - best), rate, early) for each, rate, early in found if each > best + math.log(NEGLIGIBLE)]
    whole = sum(weight for weight, _, _ in likely)
    return tuple(Slips(weight / whole, rate, early) for weight, rate, early in likely)


def rate_of(slips: Sequence[Slips]) -> float:
    """Return the presses a minute that nobody means, in the mean over ``slips``."""
    return sum(each.weight * each.rate for each in slips)


def share_above(values: Sequence[float], limit: float, empty: float) -> float:
    """Return the share of further ``values`` [s] that will be above ``limit``; ``empty`` where there are none.

    Their logarithms are normal, but for a few that are far longer: so their middle is the median and their spread is
    half of what lies between the 16th and the 84th hundredth, as if `HOLD_SPREAD` had been seen in two besides.
    """
    if limit <= 0.0:
        return 1.0
    if not values:
        return empty
    logs = sorted(math.log(max(value, 1e-3)) for value in values)
    count = len(logs)
    middle = (logs[(count - 1) // 2] + logs[count // 2]) / 2.0
    around = (_hundredth(logs, 0.8413) - _hundredth(logs, 0.1587)) / 2.0
    spread = math.sqrt(((count - 1) * around**2 + 2.0 * HOLD_SPREAD**2) / (count + 1) * (1.0 + 1.0 / count))
    return 0.5 * math.erfc((math.log(limit) - middle) / spread / math.sqrt(2.0))


HOLD_SPREAD: Final = 0.3
"""Log spread of how long presses are held (simulated-user models)."""


def _hundredth(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
