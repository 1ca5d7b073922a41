"""`ExGaussian`: how press times spread, a normal reaction and an exponential tail. The tail is what misses an item."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Final

USUAL_TAIL: Final = math.sqrt(0.75)
"""Tail as a share of the spread where nothing better is known: sigma is half of the standard deviation."""
PRIOR_WEIGHT: Final = 40
"""So many presses must say otherwise before half of that is given up: skewness of twenty presses says little."""
NO_TAIL: Final = 0.05
"""With a tail under this share of sigma the normal distribution is meant; the formula would overflow."""


@dataclass(frozen=True, slots=True)
class ExGaussian:
    """Press time = Normal(``mu``, ``sigma``) + Exponential(``tau``), all [s]."""

    mu: float
    sigma: float
    tau: float

    @property
    def mean(self) -> float:
        """``mu + tau`` [s]."""
        return self.mu + self.tau

    @property
    def sd(self) -> float:
        """``sqrt(sigma² + tau²)`` [s]."""
        return math.hypot(self.sigma, self.tau)

    @property
    def cv(self) -> float:
        """Coefficient of variation: spread as a share of the mean. It decides how many presses come late."""
        return self.sd / self.mean

    def later_than(self, time: float) -> float:
        """Return the share of presses that take longer than ``time`` [s].

        ``1 - Phi(z) + exp(sigma²/(2 tau²) - (t - mu)/tau) · Phi(z - sigma/tau)`` with ``z = (t - mu)/sigma``.
        """
        if self.sigma <= 0.0 and self.tau <= 0.0:
            return float(time < self.mu)
        if self.sigma <= 0.0:
            return min(1.0, math.exp(-(time - self.mu) / self.tau))
        z = (time - self.mu) / self.sigma
        if self.tau < NO_TAIL * self.sigma:
            return _phi(-z)
        rate = self.sigma / self.tau
        return min(1.0, _phi(-z) + math.exp(rate * rate / 2.0 - rate * z) * _phi(z - rate))

    def longest(self, late: float) -> float:
        """Return the time that only the share ``late`` of presses exceeds [s], by halving."""
        low, high = self.mu - 10.0 * self.sd, self.mu + 40.0 * self.sd
        for _ in range(80):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self.later_than(middle) > late else (low, middle)
        return high


def from_spread(mean: float, sd: float, tail: float = USUAL_TAIL) -> ExGaussian:
    """Return the distribution with this mean and standard deviation [s]; ``tail`` is tau as a share of ``sd``."""
    tau = min(tail * sd, mean)
    return ExGaussian(mean - tau, math.sqrt(max(0.0, sd * sd - tau * tau)), tau)


def estimate(times: Sequence[float]) -> ExGaussian:
    """Return the distribution that fits press ``times`` [s], at least two, by their moments.

    The tail follows from the skewness ``g = 2 tau³ / sd³``, drawn towards `USUAL_TAIL` as long as there are few.
    """
    mean, sd = fmean(times), stdev(times)
    if sd <= 0.0:
        return ExGaussian(mean, 0.0, 0.0)
    skew = fmean([((time - mean) / sd) ** 3 for time in times])
    seen = min(0.97, max(0.3, max(0.0, skew / 2.0) ** (1.0 / 3.0)))
    share = len(times) / (len(times) + PRIOR_WEIGHT)
    return from_spread(mean, sd, share * seen + (1.0 - share) * USUAL_TAIL)


def _phi(z: float) -> float:
    """Return the normal distribution's share below ``z``."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
