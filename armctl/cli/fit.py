"""``armctl fit``: measure a person on the user screen, or print what was measured before. No real arm takes part."""

from __future__ import annotations

from rich.console import Console

from armctl.cli.fit_history import show_history
from armctl.cli.options import DEFAULT_ARM
from armctl.config.profiles import begin, load_profile
from armctl.errors import SetupError

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
    if history and new:
        raise SetupError("A new profile has no history.", "Leave out --new or --history.")
    return show_history(load_profile(user)) if history else _measure(user, new, size)


def _measure(user: str, new: bool, size: str) -> int:
    # Only here: what was measured before is shown without waiting for all that moves an arm.
    from armctl.cli.choice import parts_of
    from armctl.cli.run import checked_request, guarded, require_display, require_room

    require_room(size)
    require_display()
    if new:
        OUT.print(f"New profile: {begin(user).own}", markup=False, soft_wrap=True)
    request = checked_request(arm=f"{parts_of(DEFAULT_ARM)[0]}-ideal", port="", scene="", user=user)
    return guarded(request, ["--size", size, "--fit"], restart_ui=False)
