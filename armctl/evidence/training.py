"""Rounds of practice as they were recorded: who, which game, which level, what was right. Figures, no judgement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from rich.table import Table

from armctl.evidence.store import read_session, session_numbers

KIND: Final = "training"
"""Kind of the records."""


@dataclass(frozen=True, slots=True)
class Training:
    """One round.

    Attributes:
        started: When its session began, as people write it.
        user: Who played.
        game: Name of the game.
        level: Level at its beginning.
        reached: Level at its end.
        hits: Right trials.
        misses: Other trials, by what they were.
        times: From the beginning of each trial to the press that decided it [s].
        seconds: Length of the round [s].
        left: The person left it before its end.
    """

    started: str
    user: str
    game: str
    level: int
    reached: int
    hits: int
    misses: dict[str, int]
    times: tuple[float, ...]
    seconds: float
    left: bool


def trainings(path: Path, user: str = "") -> tuple[Training, ...]:
    """Return all rounds recorded at ``path``, oldest first; those of ``user`` alone where one is named.

    Raises:
        SetupError: There is no readable store.
    """
    sessions = [read_session(path, number) for number in session_numbers(path)]
    return tuple(
        Training(session.started, session.user, **(event.data | {"times": tuple(event.data["times"])}))
        for session in sessions
        if user in ("", session.user)
        for event in session.events
        if event.kind == KIND
    )


def levels(path: Path, user: str) -> dict[str, int]:
    """Return the level that ``user`` reached last in each game; nothing where nothing is recorded yet.

    Raises:
        SetupError: There is a store, and it cannot be read.
    """
    if not path.is_file():
        return {}
    return {each.game: each.reached for each in trainings(path, user)}


def table(rounds: Iterable[Training]) -> Table:
    """Return the rounds as a table for the terminal."""
    shown = Table("when", "who", "game", "level", "right", "other", "median s", "length s", "", show_edge=False)
    for each in rounds:
        level = f"{each.level}" if each.level == each.reached else f"{each.level} → {each.reached}"
        others = ", ".join(f"{why} {count}" for why, count in sorted(each.misses.items()))
        pace = f"{median(each.times):.1f}" if each.times else ""
        right = f"{each.hits} of {each.hits + sum(each.misses.values())}"
        left = "left" if each.left else ""
        shown.add_row(each.started, each.user, each.game, level, right, others, pace, f"{each.seconds:.0f}", left)
    return shown
