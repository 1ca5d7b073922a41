"""``armctl fit``: measure a person on the user screen, or print what was measured before. No real arm takes part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from armctl.access.fit.history import Entry, Figure, entries_of, trend
from armctl.cli.choice import DEFAULT_ARM, parts_of
from armctl.cli.run import SMALLEST, checked_request, guarded, require_display, size_of
from armctl.config.profiles import begin, fits_file, load_profile
from armctl.errors import SetupError

OUT = Console(highlight=False)
BARS: Final = "▁▂▃▄▅▆▇█"
SHOWN: Final[tuple[tuple[Figure, str, str], ...]] = (
    ("press_time", "press time", "s"),
    ("press_sd", "its spread", "s"),
    ("longest_hold", "longest hold", "s"),
    ("stick_rest", "resting hand", ""),
    ("tremor_amplitude", "tremor", ""),
    ("pointer_radius", "pointer stays within", "px"),
)
"""Figures of the table: name, heading, unit."""


def run_fit(*, user: str, new: bool, history: bool, size: str) -> int:
    """Measure ``user`` on the screen with an arm that exists only as numbers, and return the exit code.

    Args:
        user: Name of the profile; ``anna:tired`` for a variant.
        new: Make the profile first.
        history: Print earlier measurements instead.
        size: Of the window.

    Raises:
        ArmctlError: The profile is not there or not valid, or there is no display.
    """
    if new:
        OUT.print(f"New profile: {begin(user).own}", markup=False, soft_wrap=True)
    profile = load_profile(user)
    if history:
        return show(_entries(fits_file(profile.user.name)), profile.user.name, profile.variant)
    if size and size_of(size) < SMALLEST:
        raise SetupError(f"A window of {size} is too small.", "The smallest is 800x480.")
    require_display()
    request = checked_request(arm=f"{parts_of(DEFAULT_ARM)[0]}-ideal", port="", scene="", user=user)
    return guarded(request, ["--size", size, "--fit"], restart_ui=False)


def show(entries: Sequence[Entry], name: str, variant: str) -> int:
    """Print ``entries`` of ``name``, newest last, and how their figures change."""
    own = [entry for entry in entries if entry.variant == variant]
    if not own:
        OUT.print(f"Nothing was measured for {name} yet. Run: armctl fit --user {name}", markup=False)
        return 0
    table = Table("when", *(heading for _, heading, _ in SHOWN), "expected wrong", "taken")
    for entry in own:
        values = [_value(entry, figure, unit) for figure, _, unit in SHOWN]
        wrong = "" if entry.wrong is None else f"{100 * entry.wrong:.0f} %"
        table.add_row(f"{entry.at:%Y-%m-%d %H:%M}", *values, wrong, "yes" if entry.accepted else "no")
    OUT.print(table)
    for figure, heading, unit in SHOWN:
        found = trend(own, figure, variant)
        if found is not None:
            verdict = "changed" if found.clear else "as before"
            OUT.print(f"{heading}: {bars(found.points)}  {found.now:.2f} {unit} ({verdict})", markup=False)
    return 0


def bars(points: Sequence[float]) -> str:
    """Return ``points`` as a row of bars, the newest at the right."""
    low, high = min(points), max(points)
    span = max(high - low, 0.05 * abs(high), 1e-9)
    return "".join(BARS[min(len(BARS) - 1, int((point - low) / span * len(BARS)))] for point in points[-30:])


def _value(entry: Entry, figure: str, unit: str) -> str:
    return f"{entry.figures[figure]:.2f} {unit}".strip() if figure in entry.figures else ""


def _entries(path: Path) -> tuple[Entry, ...]:
    return entries_of(path.read_text(encoding="utf-8"), str(path)) if path.is_file() else ()
