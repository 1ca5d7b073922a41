"""A person's measurements over weeks, as staff read them: a line a date, each figure with its spread, and what changed.

``├──●──┤`` is the mean of one measurement and its standard deviation to both sides; ``●`` alone is a figure of which
there is only one value. All but `show_history` is pure: entries in, lines out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from rich.console import Console

from armctl.access.fit.history import OLD, Entry, Figure, Trend, records_of, trend
from armctl.config.profiles import Profile, fits_file
from armctl.errors import ConfigError

OUT: Final = Console(highlight=False)

WIDTH: Final = 37
"""Characters of a scale."""
LAST: Final = 12
"""Dates that are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure: its heading, unit, and the words for more and for less of it.

    Attributes:
        spread: Name of the figure that is its spread within one measurement; empty where there is none.
        times: What a kept value is multiplied by to be read.
    """

    figure: Figure
    heading: str
    unit: str
    more: str
    less: str
    spread: str = ""
    times: float = 1.0


FIGURES: Final = (
    Shown("press_time", "Press time", "s", "slower", "faster", "press_sd"),
    Shown("press_cv", "Unevenness of presses", "%", "more uneven", "more even", times=100.0),
    Shown("tiring", "Slower within one measurement", "%", "tires more", "tires less", times=100.0),
    Shown("longest_hold", "Longest hold", "s", "longer", "shorter"),
    Shown("stick_rest", "Resting hand on the stick", "% of travel", "less still", "more still", times=100.0),
    Shown("tremor_amplitude", "Tremor", "% of travel", "stronger", "weaker", times=100.0),
    Shown("pointer_radius", "Pointer stays within", "px", "less still", "more still"),
    Shown("pointing_time", "Time to a target", "s", "slower", "faster"),
)
"""What is shown, in this order; only what was measured twice or more often has a picture."""


def show_history(profile: Profile) -> int:
    """Print what was measured of the person of ``profile``, and how it changed over the weeks; return the exit code.

    Raises:
        ConfigError: Lines of the records are no measurements; what is there besides is printed before.
    """
    path = fits_file(profile.user.name)
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError as error:
        raise ConfigError(f"This file cannot be read ({error.strerror}).", path=str(path)) from error
    records, variant = records_of(text), profile.variant
    if any(entry.variant == variant for entry in records.entries):
        for line in over_weeks(records.entries, variant):
            OUT.print(line, markup=False, soft_wrap=True)
    else:
        said = f"{profile.user.name}:{variant}" if variant else profile.user.name
        OUT.print(f"Nothing was measured for {said} yet. Run: armctl fit --user {said}", markup=False)
    if records.damaged:
        (number, why), *others = records.damaged
        more = f" So are the lines {', '.join(str(line) for line, _ in others)}." if others else ""
        told = f"This line is no measurement and was left out ({why}).{more}"
        raise ConfigError(told, path=str(path), line=number, remedy="It stays in the file until somebody mends it.")
    return 0


def over_weeks(entries: Sequence[Entry], variant: str) -> list[str]:
    """Return the lines about the measurements of ``variant``, oldest first; ``entries`` has at least one of them."""
    every = [entry for entry in entries if entry.variant == variant]
    own = every[-LAST:]
    lines = ["Measured:"]
    if len(every) > LAST:
        lines.append(f"  {len(every) - LAST} before, from {min(entry.at for entry in every):%Y-%m-%d} on")
    for before, entry in zip((None, *own), own, strict=False):
        back = "  (the clock had been set back)" if before is not None and entry.at < before.at else ""
        lines.append(f"  {entry.at:%Y-%m-%d %H:%M}  {_kind(entry):<13}  {_outcome(entry)}{back}")
    for shown in FIGURES:
        lines += _figure(own, shown, variant)
    return [*lines, "", _next(own)]


def _kind(entry: Entry) -> str:
    """Return what was measured: a short measurement has no rest in it."""
    return "whole" if "rest_presses_a_minute" in entry.figures else "presses alone"


def _outcome(entry: Entry) -> str:
    share = "" if entry.wrong is None else f"{100.0 * entry.wrong:.0f}{_between(entry)}"
    wrong = f"; {share} of 100 choices expected to go wrong" if share else ""
    changed = ", ".join(f"{name} {_plain(old)} → {_plain(new)}" for name, (old, new) in entry.settings.items())
    if not changed:
        return f"settings fitted as they were{wrong}"
    return f"{'taken' if entry.accepted else 'not taken'}: {changed}{wrong}"


def _between(entry: Entry) -> str:
    return "" if entry.between is None else f" ({100.0 * entry.between[0]:.0f} to {100.0 * entry.between[1]:.0f})"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _figure(own: Sequence[Entry], shown: Shown, variant: str) -> list[str]:
    """Return a picture of one figure over the dates, and what changed; nothing where it was measured once or never."""
    found = trend(own, shown.figure, variant)
    if found is None or not any(found.points):
        return []
    dated = [entry for entry in own if shown.figure in entry.figures]
    points = [shown.times * value for value in found.points]
    spreads = [shown.times * entry.figures.get(shown.spread, 0.0) for entry in dated]
    low = min(point - spread for point, spread in zip(points, spreads, strict=True))
    high = max(point + spread for point, spread in zip(points, spreads, strict=True))
    lines = ["", f"{shown.heading} [{shown.unit}]", f"{'':14}{low:<{WIDTH // 2}.2f}{high:>{WIDTH - WIDTH // 2}.2f}"]
    for entry, point, spread in zip(dated, points, spreads, strict=True):
        said = f"{point:.2f} ± {spread:.2f}" if shown.spread else f"{point:.2f}"
        lines.append(f"  {entry.at:%Y-%m-%d}  {scale(point, spread, low, high)}  {said}")
    return [*lines, f"  {_changed(found, shown)}"]


def scale(point: float, spread: float, low: float, high: float) -> str:
    """Return ``point`` and ``spread`` to both sides as a row of `WIDTH` characters from ``low`` to ``high``."""
    span = max(high - low, 1e-9)
    at, first, last = (round((value - low) / span * (WIDTH - 1)) for value in (point, point - spread, point + spread))
    row = ["·"] * WIDTH
    if last - first > 1:
        row[first : last + 1] = ["├", *"─" * (last - first - 1), "┤"]
    row[at] = "●"
    return "".join(row)


def _changed(found: Trend, shown: Shown) -> str:
    now, before, chance = (shown.times * value for value in (found.now, found.before, found.chance))
    most = f"median of the earlier ones {before:.2f}, now {now:.2f}; days differ by up to {chance:.2f}"
    if not found.clear:
        return f"As before ({most})."
    return f"Clearly {shown.more if now > before else shown.less} than before ({most}), over {found.days} days."


def _next(own: Sequence[Entry]) -> str:
    due = own[-1].at + OLD
    middle = median([abs((after.at - before.at).days) for before, after in pairwise(own)] or [0])
    every = f"Measured every {middle:.0f} days. " if middle else ""
    return f"{every}Offered again from {due:%Y-%m-%d} on, or when more choices go wrong than expected."
