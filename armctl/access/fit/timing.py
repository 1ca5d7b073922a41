"""From press times to the time on each tile, and how often a choice will go wrong with it.

The .65 rule (Simpson, Koester & LoPresti 2006): press time ÷ scan interval ≈ 0.65 suits most people, about mean + 2 SD.
What goes wrong is decided by the coefficient of variation, so for uneven presses the interval follows from the
distribution instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

RULE: Final = 0.65
UNEVEN: Final = 0.35
"""Above this coefficient of variation the rule is too fast: 7 % and more would come late."""
LATE: Final = 0.05
"""Share of late presses that is aimed at, then."""
GRAIN: Final = 0.05
"""Intervals are rounded up to this [s]: nobody feels less."""
RANGE: Final = (0.4, 8.0)
"""Intervals that are proposed [s]."""


class Spread(Protocol):
    """How press times spread [s]."""

    @property
    def mean(self) -> float:
        """Mean [s]."""
        ...

    @property
    def cv(self) -> float:
        """Spread as a share of the mean."""
        ...

    def later_than(self, time: float) -> float:
        """Return the share of presses that take longer than ``time`` [s]."""
        ...

    def longest(self, late: float) -> float:
        """Return the time that only the share ``late`` of presses exceeds [s]."""
        ...


def interval_for(spread: Spread) -> float:
    """Return the time on each tile for somebody who presses like ``spread`` [s].

    ``mean / 0.65``; with a coefficient of variation above 0.35 the time that 95 of 100 presses keep, if it is longer.
    """
    rule = spread.mean / RULE
    wished = max(rule, spread.longest(LATE)) if spread.cv > UNEVEN else rule
    return min(RANGE[1], max(RANGE[0], round(math.ceil(wished / GRAIN - 1e-9) * GRAIN, 2)))


@dataclass(frozen=True, slots=True)
class Habits:
    """What goes wrong with a person's presses besides their time.

    Attributes:
        early: Share of chances at which the press comes before its tile.
        missed: Share of chances that pass unused.
        doubled: Share of presses with another one that the settings let through.
        spurious: Presses a minute that nobody meant and the settings let through.
        lost: Share of presses too short for the settings.
    """

    early: float = 0.0
    missed: float = 0.0
    doubled: float = 0.0
    spurious: float = 0.0
    lost: float = 0.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to be expected of one choice.

    Attributes:
        late: Share of presses that come after their tile.
        wrong: Share of choices that choose another tile than was meant.
        seconds: Time one choice takes [s].
        right_a_minute: Right choices a minute, where each wrong one costs another choice to take it back.
        between: The share of wrong ones lies between these in 90 of 100 cases, as far as is known of the person.
    """

    late: float
    wrong: float
    seconds: float
    right_a_minute: float
    between: tuple[float, float] = (0.0, 1.0)


def expected(spread: Spread, habits: Habits, interval: float, first_extra: float, items: int) -> Expected:
    """Return what automatic scanning over a list brings.

    ``P(right) = (1 - early)(1 - late)``; a chance that is missed costs a round of ``n T + extra``: with the target
    anywhere in the list a choice takes ``(n - 1)/2 · T + extra (n - 1)/n + press time + round · p/(1 - p)``.
    Presses nobody meant choose whatever is lit at the time: ``spurious`` of them a minute for as long as it takes.

    Args:
        spread: Press times.
        habits: What else goes wrong.
        interval: Time on one tile [s].
        first_extra: Extra time on the first tile [s].
        items: Tiles in the list, n.
    """
    late = ((items - 1) * spread.later_than(interval) + spread.later_than(interval + first_extra)) / items
    missed = min(0.95, 1.0 - (1.0 - habits.missed) * (1.0 - habits.lost))
    a_round = items * interval + first_extra
    seconds = (items - 1) / 2.0 * interval + first_extra * (items - 1) / items + spread.mean
    seconds += a_round * missed / (1.0 - missed)
    early = habits.early * (items - 1) / items  # nothing is lit before the first tile
    meant = early + (1.0 - early) * late
    # Where every chance brings on average so many choices besides the one that was meant, they are wrong all the same.
    besides = habits.doubled + habits.spurious * seconds / 60.0
    wrong = (meant + besides) / (1.0 + besides)
    each = seconds / (1.0 + besides)
    return Expected(late, wrong, each, 60.0 / each * max(0.0, 1.0 - 2.0 * wrong))


def together(cases: Sequence[tuple[float, Expected]]) -> Expected:
    """Return what is to be expected where each of ``cases`` may be true, with its weight; the weights add up to 1."""
    return Expected(
        sum(weight * case.late for weight, case in cases),
        sum(weight * case.wrong for weight, case in cases),
        sum(weight * case.seconds for weight, case in cases),
        sum(weight * case.right_a_minute for weight, case in cases),
        (_share_below(cases, 0.05), _share_below(cases, 0.95)),
    )


def _share_below(cases: Sequence[tuple[float, Expected]], share: float) -> float:
    """Return the share of wrong choices that ``share`` of the cases are below."""
    passed = 0.0
    ordered = sorted((case.wrong, weight) for weight, case in cases)
    for wrong, weight in ordered:
        passed += weight
        if passed >= share:
            return wrong
    return ordered[-1][0]
