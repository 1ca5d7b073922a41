"""Rounds of practice as they were recorded: who, which game, which level, what was right. Figures, no judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Final

from rich.table import Table

from armctl.evidence.store import read_session, session_numbers

KIND: Final = "training"
"""Kind of the records."""
LATELY: Final = 3
"""Rounds that say where somebody stands now."""
WHY: Final[Mapping[str, str]] = {
    "early": "too early",
    "late": "too late",
    "none": "not in time",
    "other": "another one chosen",
    "spilt": "spilt",
    "squeezed": "squeezed",
}
"""What a miss was, in words."""


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


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one person stands in one game.

    Attributes:
        user: Who.
        game: Name of the game.
        rounds: How many were played.
        seconds: How long in all [s].
        first: Level at the very beginning.
        now: Level reached last.
        hits: Right trials of the newest `LATELY` rounds.
        trials: All trials of those.
        often: What most misses of those were; empty where there was none.
        last: When the newest round's session began.
    """

    user: str
    game: str
    rounds: int
    seconds: float
    first: int
    now: int
    hits: int
    trials: int
    often: str
    last: str


def progress(rounds: Iterable[Training], order: Sequence[str] = ()) -> tuple[Progress, ...]:
    """Return where everybody stands in what they played, by person, then in the ``order`` of the games.

    Args:
        rounds: Oldest first.
        order: Names of the games; others come last.
    """
    played: dict[tuple[str, str], list[Training]] = {}
    for each in rounds:
        played.setdefault((each.user, each.game), []).append(each)
    place = {name: number for number, name in enumerate(order)}
    keys = sorted(played, key=lambda key: (key[0], place.get(key[1], len(place)), key[1]))
    return tuple(_progress(played[key]) for key in keys)


def _progress(own: Sequence[Training]) -> Progress:
    lately = own[-LATELY:]
    misses = sum((Counter(each.misses) for each in lately), Counter[str]())
    return Progress(
        user=own[0].user,
        game=own[0].game,
        rounds=len(own),
        seconds=sum(each.seconds for each in own),
        first=own[0].level,
        now=own[-1].reached,
        hits=sum(each.hits for each in lately),
        trials=sum(each.hits for each in lately) + misses.total(),
        often=misses.most_common(1)[0][0] if misses else "",
        last=own[-1].started,
    )


def progress_table(found: Iterable[Progress], titles: Mapping[str, str]) -> Table:
    """Return where everybody stands as a table for the terminal; ``titles`` are the games' names on the screen."""
    lately = f"right in the last {LATELY} rounds"
    shown = Table("who", "game", "rounds", "minutes", "level", lately, "missed mostly", "last", show_edge=False)
    for each in found:
        level = f"{each.now}" if each.now == each.first else f"{each.first} → {each.now}"
        right = f"{each.hits} of {each.trials}"
        missed, title = _words(each.often), titles.get(each.game, each.game)
        minutes = f"{each.seconds / 60.0:.0f}"
        shown.add_row(each.user, title, f"{each.rounds}", minutes, level, right, missed, day(each.last))
    return shown


def table(rounds: Iterable[Training], titles: Mapping[str, str]) -> Table:
    """Return the rounds as a table for the terminal; ``titles`` are the games' names on the screen."""
    headings = ("when", "who", "game", "level", "right", "missed", "time for one (median)", "round", "ended")
    shown = Table(*headings, show_edge=False)
    for each in rounds:
        level = f"{each.level}" if each.level == each.reached else f"{each.level} → {each.reached}"
        missed = ", ".join(f"{count} {_words(why)}" for why, count in sorted(each.misses.items()))
        pace = f"{median(each.times):.1f} s" if each.times else ""
        right = f"{each.hits} of {each.hits + sum(each.misses.values())}"
        title, ended = titles.get(each.game, each.game), "by the person" if each.left else ""
        when = day(each.started)
        shown.add_row(when, each.user, title, level, right, missed, pace, f"{each.seconds:.0f} s", ended)
    return shown


def day(stamp: str) -> str:
    """Return the ISO 8601 ``stamp`` as people here write it; as it is where it is none."""
    try:
        return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return stamp


def _words(why: str) -> str:
    return WHY.get(why, why)
