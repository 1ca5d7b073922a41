"""Read back what was recorded."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from armctl.config.folders import data_folder
from armctl.errors import SetupError
from armctl.evidence.schema import open_store

__all__ = ["Event", "SessionRecord", "data_folder", "default_store", "read_session", "session_numbers"]


@dataclass(frozen=True, slots=True)
class Event:
    """One record; ``at`` is seconds since the session began."""

    at: float
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session and its events, oldest first."""

    number: int
    started: str
    program: str
    user: str
    arm: str
    scene: str
    dropped: int
    events: tuple[Event, ...]

    @property
    def duration(self) -> float:
        """Time from the start to the last record [s]."""
        return self.events[-1].at if self.events else 0.0

    def counts(self) -> dict[str, int]:
        """Return how many records of each kind there are."""
        return dict(Counter(event.kind for event in self.events))


def default_store() -> Path:
    """Return where sessions are recorded unless told otherwise."""
    return data_folder() / "evidence.sqlite"


def session_numbers(path: Path) -> tuple[int, ...]:
    """Return the numbers of all recorded sessions, oldest first.

    Raises:
        SetupError: There is no readable store at ``path``.
    """
    with closing(open_store(path, create=False)) as connection:
        return tuple(number for (number,) in _query(connection, path, "SELECT id FROM session ORDER BY id"))


def read_session(path: Path, number: int | None = None) -> SessionRecord:
    """Return session ``number``, the newest when None.

    Raises:
        SetupError: There is no readable store, or no such session in it.
    """
    numbers = session_numbers(path)
    if not numbers:
        raise SetupError(f"No session is recorded in {path} yet.", "Records appear after the first session.")
    wanted = numbers[-1] if number is None else number
    if wanted not in numbers:
        raise SetupError(f"There is no session {wanted} in {path}.", f"Recorded: {numbers[0]} to {numbers[-1]}.")
    with closing(open_store(path, create=False)) as connection:
        head = "SELECT started, stamp, program, user, arm, scene, dropped FROM session WHERE id = ?"
        ((started, stamp, program, user, arm, scene, dropped),) = _query(connection, path, head, wanted)
        body = "SELECT stamp, kind, data FROM event WHERE session = ? ORDER BY stamp, id"
        rows = _query(connection, path, body, wanted)
    events = tuple(Event(at=t - stamp, kind=kind, data=json.loads(data)) for t, kind, data in rows)
    return SessionRecord(wanted, started, program, user, arm, scene, dropped, events)


def _query(connection: sqlite3.Connection, path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    try:
        return connection.execute(sql, values).fetchall()
    except sqlite3.Error as error:
        raise SetupError(
            f"{path} cannot be read as an evidence store ({error}).",
            "Give the file that armctl wrote: evidence.sqlite.",
        ) from error
