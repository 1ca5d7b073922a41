"""``armctl replay-input``: play a recorded session of inputs again, and tell whether the same comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rich.console import Console

from armctl import __version__
from armctl.access.eventlog import Replayed, replay
from armctl.errors import SetupError
from armctl.evidence.store import data_folder

OUT: Final = Console(highlight=False)
SAME: Final = 0
DIFFERENT: Final = 1


def replay_input(file: Path | None, *, short: bool) -> int:
    """Print what came of a recorded session and whether it is what was recorded; return the exit code.

    Args:
        file: The recording; the newest one when None.
        short: Print only the verdict.

    Raises:
        ConfigError: It is no recording, or damaged.
        SetupError: There is none.
    """
    path = file or newest(data_folder() / "input")
    again = replay(path)
    OUT.print(f"{path}: {again.user}, {again.calls} calls in {again.seconds:.1f} s.", markup=False, soft_wrap=True)
    for at, action in () if short else again.told:
        OUT.print(f"{at:10.3f} s  {action}", markup=False, soft_wrap=True)
    OUT.print(verdict(again), markup=False, soft_wrap=True)
    return SAME if again.difference is None else DIFFERENT


def newest(folder: Path) -> Path:
    """Return the newest recording in ``folder``, one that is still growing included.

    Raises:
        SetupError: There is none.
    """
    found = sorted(folder.glob("*.jsonl*"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SetupError(f"There is no recording of inputs in {folder}.", "Make one with: armctl run --record-input")
    return found[-1]


def verdict(again: Replayed) -> str:
    """Return in words whether the same came of it, else the first difference with both answers."""
    different = again.difference
    if different is None:
        return f"{len(again.told)} actions, all as recorded."
    lines = [
        f"{len(again.told)} actions; the first difference is in line {different.line}:",
        f"  then: {', '.join(different.then) or 'nothing'}",
        f"  now:  {', '.join(different.now) or 'nothing'}",
    ]
    if again.version and again.version != __version__:
        lines.append(f"It was recorded with armctl {again.version}; this is {__version__}.")
    return "\n".join(lines)
