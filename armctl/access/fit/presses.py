"""What one person's presses are like: how long after a cue, how even, how often early, twice or by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median, stdev
from typing import Final

ENOUGH: Final = 10
"""Fewer answered cues than this propose nothing: ten know the coefficient of variation to a quarter (1/sqrt(2n))."""
TOO_SOON: Final = 0.15
"""Nobody reacts faster [s]: what comes sooner was not an answer (simulated-user models put the floor there)."""
SAME_PRESS: Final = 2.0
"""A second press within this time of the first one is part of it [s], whatever it was meant to be; the longest
setting against it is 2 s."""
BOUNCE: Final = 0.05
"""A contact that opened for less than this was not let go by a hand [s]; contacts bounce 1 to 30 ms."""
ASTRAY: Final = 3.0
"""Longer than so many times the median is no answer but a miss with another press after it: of an ex-Gaussian with a
coefficient of variation of 0.5 less than one in a hundred is so late."""
PRIOR: Final = (0.3, 10.0)
"""Rare things that were not seen in twenty presses still happen: as if in ten presses before there had been 0.3."""


@dataclass(frozen=True, slots=True)
class Press:
    """The contact was closed from ``down`` to ``up`` [s]; ``up`` is None where it was not seen to open."""

    down: float
    up: float | None = None

    @property
    def lasted(self) -> float | None:
        """How long [s], None where it is not known."""
        return None if self.up is None else self.up - self.down


@dataclass(frozen=True, slots=True)
class Trial:
    """One cue: waited for from ``began``, shown at ``cue``, over at ``ended`` [s], with all presses between."""

    began: float
    cue: float
    ended: float
    presses: tuple[Press, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """The person was asked not to press for ``lasted`` [s]; these presses came all the same."""

    lasted: float
    presses: tuple[Press, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldTrial:
    """The person was asked to press and hold, and at ``cue`` to let go.

    Attributes:
        cue: When they were told to let go [s]; None where they let go before.
        presses: The contact's closures from the beginning to the end; more than one where the hand could not hold it.
    """

    cue: float | None
    presses: tuple[Press, ...]


@dataclass(frozen=True, slots=True)
class PressFigures:
    """Figures of presses; times [s], shares 0 to 1.

    Attributes:
        count: Cues that were given.
        times: From cue to press, in order, of those that were answered.
        early: Share of cues with a press before, or too soon after them.
        missed: Share of cues that nobody answered.
        doubles: Share of answers with another press after them.
        gaps: From the beginning of an answer to the beginning of the press after it.
        bounces: For how long the contact opened where it closed again at once.
        holds: For how long the switch was held at an answer.
        waits: For how long each star was waited for, and could not be answered yet.
        early_holds: For how long the switch was held where a press came before, or too soon.
    """

    count: int = 0
    times: tuple[float, ...] = ()
    early: float = 0.0
    missed: float = 0.0
    doubles: float = 0.0
    gaps: tuple[float, ...] = ()
    bounces: tuple[float, ...] = ()
    holds: tuple[float, ...] = ()
    waits: tuple[float, ...] = ()
    early_holds: tuple[float, ...] = ()

    @property
    def enough(self) -> bool:
        """True when something can be said about the person."""
        return len(self.times) >= ENOUGH

    @property
    def mean(self) -> float:
        """Mean press time [s]; 0 where there was none."""
        return fmean(self.times) if self.times else 0.0

    @property
    def sd(self) -> float:
        """Standard deviation of the press time [s]."""
        return stdev(self.times) if len(self.times) > 1 else 0.0

    @property
    def cv(self) -> float:
        """Spread as a share of the mean."""
        return self.sd / self.mean if self.times else 0.0

    @property
    def tiring(self) -> float:
        """How much longer the second half took than the first, as a share; 0 where that may be chance (2 SE)."""
        half = len(self.times) // 2
        if half < ENOUGH // 2:
            return 0.0
        first, second = self.times[:half], self.times[-half:]
        error = (stdev(first) ** 2 / half + stdev(second) ** 2 / half) ** 0.5
        change = fmean(second) - fmean(first)
        return change / fmean(first) if abs(change) > 2.0 * error else 0.0


@dataclass(frozen=True, slots=True)
class RestFigures:
    """What came when nothing was asked for: ``rate`` presses a minute, each held for one of ``holds`` [s]."""

    lasted: float = 0.0
    count: int = 0
    holds: tuple[float, ...] = ()

    @property
    def rate(self) -> float:
        """Presses a minute, as they were seen; what may be true is more or less (`beliefs.slips_of`)."""
        return 60.0 * self.count / self.lasted if self.lasted > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class HoldFigures:
    """Holding: how long it lasted, how long letting go took, and openings in between; all [s]."""

    lasted: tuple[float, ...] = ()
    releases: tuple[float, ...] = ()
    gaps: tuple[float, ...] = ()

    @property
    def longest(self) -> float:
        """Longest hold [s]."""
        return max(self.lasted, default=0.0)

    @property
    def release(self) -> float:
        """Median time from "let go" to the opening [s]; 0 where it is not known."""
        return median(self.releases) if self.releases else 0.0


def measure_presses(trials: Sequence[Trial]) -> PressFigures:
    """Return the figures of ``trials``."""
    early = missed = doubles = 0
    times: list[float] = []
    gaps: list[float] = []
    bounces: list[float] = []
    holds: list[float] = []
    early_holds: list[float] = []
    for trial in trials:
        presses, opened = joined(trial.presses)
        bounces += opened
        if presses and presses[0].down < trial.cue + TOO_SOON:
            early += 1
            early_holds += [presses[0].lasted] if presses[0].lasted is not None else []
        elif not presses:
            missed += 1
        else:
            first, *others = presses
            times.append(first.down - trial.cue)
            holds += [first.lasted] if first.lasted is not None else []
            after = [other.down - first.down for other in others if other.down - first.down <= SAME_PRESS]
            doubles += bool(after)
            gaps += after
    answers = tuple(time for time in times if time <= ASTRAY * median(times))
    missed += len(times) - len(answers)
    count, answered = len(trials), max(1, len(times))
    return PressFigures(
        count,
        answers,
        early / max(1, count),
        missed / max(1, count),
        doubles / answered,
        tuple(gaps),
        tuple(bounces),
        tuple(holds),
        tuple(trial.cue + TOO_SOON - trial.began for trial in trials),
        tuple(early_holds),
    )


def measure_rest(rest: Rest) -> RestFigures:
    """Return the figures of ``rest``."""
    presses, _ = joined(rest.presses)
    holds = tuple(press.lasted for press in presses if press.lasted is not None)
    return RestFigures(rest.lasted, len(presses), holds)


def measure_holds(trials: Sequence[HoldTrial]) -> HoldFigures:
    """Return the figures of ``trials``; one without a press says nothing."""
    lasted: list[float] = []
    releases: list[float] = []
    gaps: list[float] = []
    for trial in trials:
        if not trial.presses or trial.presses[-1].up is None:
            continue
        last = trial.presses[-1].up
        lasted.append(last - trial.presses[0].down)
        gaps += [after.down - before.up for before, after in pairwise(trial.presses) if before.up is not None]
        if trial.cue is not None and last >= trial.cue:
            releases.append(last - trial.cue)
    return HoldFigures(tuple(lasted), tuple(releases), tuple(gaps))


def joined(presses: Sequence[Press]) -> tuple[list[Press], list[float]]:
    """Return ``presses`` with those that only bounced apart put together, and for how long they were apart [s]."""
    whole: list[Press] = []
    bounces: list[float] = []
    for press in presses:
        before = whole[-1] if whole else None
        if before is not None and before.up is not None and press.down - before.up < BOUNCE:
            bounces.append(press.down - before.up)
            whole[-1] = Press(before.down, press.up)
        else:
            whole.append(press)
    return whole, bounces


def likely(share: float, count: int) -> float:
    """Return how often something is to be expected of which ``share`` of ``count`` were seen; see `PRIOR`."""
    seen, before = PRIOR
    return (share * count + seen) / (count + before)
