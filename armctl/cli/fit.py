"""``armctl fit``: measure a person on the user screen, or print what was measured before. No real arm takes part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from armctl.access.fit.history import Entry, entries_of
from armctl.cli.choice import DEFAULT_ARM, parts_of
from armctl.cli.fit_history import over_weeks
from armctl.cli.run import checked_request, guarded, require_display, require_room
from armctl.config.profiles import begin, fits_file, load_profile

OUT = Console(highlight=False)


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
    require_room(size)
    require_display()
    request = checked_request(arm=f"{parts_of(DEFAULT_ARM)[0]}-ideal", port="", scene="", user=user)
    return guarded(request, ["--size", size, "--fit"], restart_ui=False)


def show(entries: Sequence[Entry], name: str, variant: str) -> int:
    """Print what was measured of ``name`` as ``variant``, oldest first, and how it changed over the weeks."""
    if not any(entry.variant == variant for entry in entries):
        said = f"{name}:{variant}" if variant else name
        OUT.print(f"Nothing was measured for {said} yet. Run: armctl fit --user {said}", markup=False)
        return 0
    for line in over_weeks(entries, variant):
        OUT.print(line, markup=False, soft_wrap=True)
    return 0


def _entries(path: Path) -> tuple[Entry, ...]:
    return entries_of(path.read_text(encoding="utf-8"), str(path)) if path.is_file() else ()
