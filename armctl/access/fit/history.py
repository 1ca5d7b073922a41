"""What measurements say over weeks: entries with their date, how figures change, when to measure again. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean, median
from typing import Any, Final, Literal, TypeAlias

Figure: TypeAlias = Literal[
    "press_time",
    "press_sd",
    "press_cv",
    "tiring",
    "longest_hold",
    "stick_rest",
    "tremor_amplitude",
    "pointer_radius",
    "pointing_time",
]

FEW: Final = 2
"""Entries needed before anything is said about change."""
DAYS_APART: Final = (0.15, 2.0)
"""Figures differ from day to day by this share, as if that had been seen twice (simulated-user models: log spread .15).
What the person's own measurements show counts besides, and soon for more."""
ERRORS_FROM: Final = 20
"""So many choices are looked at before they count as evidence."""
CONFIDENT: Final = 1.645
"""One-sided 95 % bound of a share (Wilson)."""
WORSE: Final = 0.05
"""Errors that go beyond the expected ones by this share are worth a new measurement."""
OLD: Final = timedelta(days=90)
"""A measurement older than this is worth repeating."""
AHEAD: Final = timedelta(days=1)
"""A date so far ahead is no other time zone but a clock that was set."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One measurement.

    Attributes:
        at: When, with its time zone.
        variant: Which of the person's profiles; empty for the first one.
        figures: `Measured.numbers`.
        settings: Dotted setting to (old, new).
        accepted: The person took the new settings.
        wrong: Share of wrong choices that was expected with the settings that were kept; None without presses.
        between: Where that share lies in 90 of 100 cases, as far as was known; None where it was not told.
    """

    at: datetime
    variant: str
    figures: Mapping[str, float]
    settings: Mapping[str, tuple[Any, Any]]
    accepted: bool
    wrong: float | None = None
    between: tuple[float, float] | None = None


def line_of(entry: Entry) -> str:
    """Return ``entry`` as one line of JSON."""
    return json.dumps(
        {
            "at": entry.at.isoformat(timespec="seconds"),
            "variant": entry.variant,
            "figures": dict(entry.figures),
            "settings": {name: list(pair) for name, pair in entry.settings.items()},
            "accepted": entry.accepted,
            "wrong": entry.wrong,
            **({} if entry.between is None else {"between": list(entry.between)}),
        },
        ensure_ascii=False,
    )


@dataclass(frozen=True, slots=True)
class Records:
    """Measurements as a file has them.

    Attributes:
        entries: In the order of the file, which is that in which they were made: a clock may have been set back.
        damaged: Number of each line that is none, from 1, and why.
    """

    entries: tuple[Entry, ...] = ()
    damaged: tuple[tuple[int, str], ...] = ()


def records_of(text: str) -> Records:
    """Return the measurements in ``text``, one JSON line each; a damaged line costs nothing but itself."""
    entries: list[Entry] = []
    damaged: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entries.append(_entry(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            damaged.append((number, f"{type(error).__name__}: {error}"))
    return Records(tuple(entries), tuple(damaged))


def _entry(line: str) -> Entry:
    data = json.loads(line)
    pairs = {str(name): (old, new) for name, (old, new) in data["settings"].items()}
    figures = {str(name): float(value) for name, value in data["figures"].items()}
    wrong = None if data["wrong"] is None else float(data["wrong"])
    low, high = (float(share) for share in data.get("between", (0.0, 1.0)))
    if not all(map(math.isfinite, (*figures.values(), wrong or 0.0, low, high))):
        raise ValueError("a figure is no number")
    at = datetime.fromisoformat(data["at"])
    at = at if at.tzinfo is not None else at.astimezone()
    between = (low, high) if "between" in data else None
    return Entry(at, str(data["variant"]), figures, pairs, bool(data["accepted"]), wrong, between)


@dataclass(frozen=True, slots=True)
class Trend:
    """How a figure changed: the newest ``now`` against the median ``before``, over ``days``.

    Attributes:
        chance: A change of this size comes by itself in five of a hundred measurements.
        points: All values, oldest first, for a small picture.
    """

    figure: str
    now: float
    before: float
    days: int
    chance: float
    points: tuple[float, ...]

    @property
    def clear(self) -> bool:
        """More than chance."""
        return abs(self.now - self.before) > self.chance


def trend(entries: Sequence[Entry], figure: Figure, variant: str = "") -> Trend | None:
    """Return how ``figure`` changed over ``entries`` of ``variant``; None where there are too few."""
    own = [entry for entry in entries if entry.variant == variant and figure in entry.figures]
    if len(own) < FEW:
        return None
    points = tuple(entry.figures[figure] for entry in own)
    before, now = median(points[:-1]), points[-1]
    days = passed(own).days
    return Trend(figure, now, before, days, _chance(points[:-1], _error(own[-1].figures, figure)), points)


def passed(entries: Sequence[Entry]) -> timedelta:
    """Return the time over which ``entries`` were made; where the clock was set back, that step counts nothing."""
    return sum((max(timedelta(), after.at - before.at) for before, after in pairwise(entries)), timedelta())


def _chance(earlier: Sequence[float], error: float) -> float:
    """Return twice the spread of one measurement about the middle of ``earlier`` ones.

    The spread of one day is that of the earlier ones, drawn towards `DAYS_APART`, and never less than the ``error`` of
    the newest alone; the middle of n days is known to a share ``1/n`` of its square.
    """
    count, mean = len(earlier), fmean(earlier)
    share, weight = DAYS_APART
    seen = sum((value - mean) ** 2 for value in earlier)
    day = (weight * (share * mean) ** 2 + seen) / (weight + count - 1)
    return 2.0 * math.sqrt(max(day, error * error) * (1.0 + 1.0 / count))


def _error(figures: Mapping[str, float], figure: Figure) -> float:
    """Return the standard error of a mean of presses [s]; 0 where it is not known."""
    if figure != "press_time":
        return 0.0
    return figures.get("press_sd", 0.0) / math.sqrt(max(1.0, figures.get("presses", 1.0)))


Reason: TypeAlias = Literal["", "errors", "old"]


def retest(entries: Sequence[Entry], wrong: int, choices: int, now: datetime) -> Reason:
    """Return why a short new measurement should be offered, empty when it should not.

    errors: the lower 95 % bound (Wilson) of ``wrong`` out of ``choices`` since the last measurement is more than five
    in a hundred above what was expected then. old: the last measurement is older than ninety days, or its date is yet
    to come: a clock was set, and how old it is nobody knows.

    Args:
        entries: All measurements, in the order in which they were made.
        wrong: Choices since the last one that were taken back or went to another tile.
        choices: All choices since then.
        now: The time, with its zone.
    """
    if not entries:
        return ""
    last = entries[-1]
    expected = 0.05 if last.wrong is None else last.wrong
    if choices >= ERRORS_FROM and lower_bound(wrong, choices) > expected + WORSE:
        return "errors"
    return "" if -AHEAD <= now - last.at <= OLD else "old"


def lower_bound(count: int, total: int) -> float:
    """Return the Wilson lower bound, one-sided 95 %, of a share seen as ``count`` of ``total``."""
    share, z = count / total, CONFIDENT
    middle = share + z * z / (2.0 * total)
    half = z * math.sqrt(share * (1.0 - share) / total + z * z / (4.0 * total * total))
    return max(0.0, (middle - half) / (1.0 + z * z / total))
