"""What measurements say over weeks: entries with their date, how figures change, when to measure again. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median
from typing import Any, Final, Literal, TypeAlias

from armctl.errors import ConfigError

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
    """

    at: datetime
    variant: str
    figures: Mapping[str, float]
    settings: Mapping[str, tuple[Any, Any]]
    accepted: bool
    wrong: float | None = None


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
        },
        ensure_ascii=False,
    )


def entries_of(text: str, label: str) -> tuple[Entry, ...]:
    """Return the entries in ``text``, one JSON line each, oldest first.

    Raises:
        ConfigError: A line is no entry; with its number.
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            pairs = {str(name): (old, new) for name, (old, new) in data["settings"].items()}
            figures = {str(name): float(value) for name, value in data["figures"].items()}
            at = datetime.fromisoformat(data["at"])
            found.append(Entry(at, str(data["variant"]), figures, pairs, bool(data["accepted"]), data["wrong"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"This is no measurement ({error}).", path=label, line=number) from None
    return tuple(sorted(found, key=lambda entry: entry.at.timestamp()))


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
    days = (own[-1].at - own[0].at).days
    return Trend(figure, now, before, days, _chance(points[:-1], _error(own[-1].figures, figure)), points)


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
    in a hundred above what was expected then. old: the last measurement is older than ninety days.

    Args:
        entries: All measurements, oldest first.
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
    return "old" if now - last.at > OLD else ""


def lower_bound(count: int, total: int) -> float:
    """Return the Wilson lower bound, one-sided 95 %, of a share seen as ``count`` of ``total``."""
    share, z = count / total, CONFIDENT
    middle = share + z * z / (2.0 * total)
    half = z * math.sqrt(share * (1.0 - share) / total + z * z / (4.0 * total * total))
    return max(0.0, (middle - half) / (1.0 + z * z / total))
