"""The tables of the evidence store, and opening it.

One SQLite file per computer, readable by its owner only. Records belong to the person they are about.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Final

from armctl.errors import SetupError

VERSION: Final = 1
"""Layout of the tables; written to ``user_version``."""

TURN: Final = 0.02
"""Wait for another program that prepares the store [s]; it takes some 10 ms."""
TURNS: Final = 100

TABLES: Final = """
CREATE TABLE IF NOT EXISTS session (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,          -- wall clock, ISO 8601 with offset: for people
    stamp REAL NOT NULL,            -- monotonic clock at the start [s]: for durations
    program TEXT NOT NULL,
    user TEXT NOT NULL,
    arm TEXT NOT NULL,
    scene TEXT NOT NULL,
    dropped INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session(id),
    stamp REAL NOT NULL,            -- monotonic [s]
    kind TEXT NOT NULL,
    data TEXT NOT NULL              -- JSON object
) STRICT;
CREATE INDEX IF NOT EXISTS event_of_session ON event(session, stamp);
"""


def open_store(path: Path, *, create: bool) -> sqlite3.Connection:
    """Return a connection to the store at ``path``.

    Args:
        path: The file.
        create: Make it when it is not there.

    Raises:
        SetupError: The file is not there, cannot be opened, or was written by a newer armctl.
    """
    if not create:
        _require(path)
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            connection.close()
            raise SetupError(
                f"{path} was written by a newer armctl (layout {version}, this one knows {VERSION}).",
                "Bring armctl up to date.",
            )
        if create:
            _prepare_in_turn(connection)
    except sqlite3.DatabaseError as error:
        if "not a database" not in str(error):
            raise _unusable(path, error) from error
        raise SetupError(
            f"{path} is no evidence store.", "Give the file that armctl wrote: evidence.sqlite."
        ) from error
    except OSError as error:
        raise _unusable(path, error) from error
    return connection


def _require(path: Path) -> None:
    if path.is_dir():
        raise SetupError(f"{path} is a folder, no evidence store.", f"Give the file in it: {path / 'evidence.sqlite'}")
    if not path.is_file():
        raise SetupError(f"There is no evidence store at {path}.", "Records appear after the first session.")
    if not path.stat().st_size:
        raise SetupError(f"{path} is empty: nothing is recorded in it.", "Records appear after the first session.")


def _unusable(path: Path, error: Exception) -> SetupError:
    return SetupError(f"The evidence store {path} cannot be opened ({error}).", "Check the rights of file and folder.")


def _prepare_in_turn(connection: sqlite3.Connection) -> None:
    """Prepare the store; where another program does so at this moment, after it.

    SQLite itself does not wait when two make one file's write-ahead log at once.
    """
    for _ in range(TURNS):
        try:
            _prepare(connection)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(TURN)
        else:
            return
    _prepare(connection)


def _prepare(connection: sqlite3.Connection) -> None:
    # A write-ahead log with full synchronisation loses nothing that was committed when the power goes.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(TABLES)
    connection.execute(f"PRAGMA user_version={VERSION}")
