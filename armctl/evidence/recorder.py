"""Write down what happens, without ever making anybody wait.

``record`` puts into a bounded queue; a thread writes batches. When the disk is full or too slow, records are dropped
and counted, never the session disturbed (faults 29 and 30).
"""

from __future__ import annotations

import json
import logging
import queue
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from armctl.clock import Clock
from armctl.evidence.schema import open_store

LOG = logging.getLogger(__name__)

QUEUE_LENGTH: Final = 10_000
"""Records waiting; at the 20 a second of a lively session, more than eight minutes of a stalled disk."""
BATCH_INTERVAL: Final = 0.25
"""A batch is written at least this often while records come [s]."""

_Row = tuple[float, str, str]


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a session's records are about."""

    user: str
    arm: str
    scene: str
    program: str


class Recorder:
    """Records of one session.

    Args:
        path: The store; made when it is not there.
        facts: What the session is about.
        clock: Time.

    Raises:
        SetupError: The store cannot be opened.
    """

    def __init__(self, path: Path, facts: SessionFacts, clock: Clock) -> None:
        self._clock = clock
        self._path = path
        self._dropped = 0
        self._queue: queue.Queue[_Row | None] = queue.Queue(QUEUE_LENGTH)
        connection = open_store(path, create=True)
        self.session = _begin(connection, facts, clock.now())
        connection.close()
        self._thread = threading.Thread(target=self._write_all, name="evidence", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Records that could not be kept."""
        return self._dropped

    def record(self, kind: str, **data: Any) -> None:
        """Note that ``kind`` happened now; never waits, never raises.

        Args:
            kind: What happened: "selection", "motion", "task", "stop", "fault", …
            data: Particulars; anything JSON can say, other values as their text.
        """
        row = (self._clock.now(), kind, json.dumps(data, default=str, ensure_ascii=False))
        try:
            self._queue.put_nowait(row)
        except queue.Full:
            self._dropped += 1

    def close(self) -> None:
        """Write what is waiting and end; may be called any number of times."""
        if not self._thread.is_alive():
            return
        try:
            self._queue.put(None, timeout=2.0)
        except queue.Full:
            LOG.warning("The evidence store takes no more records; %d are lost.", self._queue.qsize())
            return
        self._thread.join(timeout=5.0)

    def _write_all(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=1.0)
        try:
            while (batch := self._next_batch()) is not None:
                self._write(connection, batch)
        finally:
            connection.close()

    def _next_batch(self) -> list[_Row] | None:
        first = self._queue.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < 500:
            try:
                row = self._queue.get(timeout=BATCH_INTERVAL)
            except queue.Empty:
                break
            if row is None:
                # The end mark goes back, so that the next call sees it.
                self._queue.put(None)
                break
            batch.append(row)
        return batch

    def _write(self, connection: sqlite3.Connection, batch: Iterable[_Row]) -> None:
        rows = [(self.session, *row) for row in batch]
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO event(session, stamp, kind, data) VALUES (?, ?, ?, ?)", rows)
            connection.execute("UPDATE session SET dropped = ? WHERE id = ?", (self._dropped, self.session))
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._dropped += len(rows)
            LOG.warning("%d records could not be written (%s).", len(rows), error)


def _begin(connection: sqlite3.Connection, facts: SessionFacts, stamp: float) -> int:
    cursor = connection.execute(
        "INSERT INTO session(started, stamp, program, user, arm, scene) VALUES (?, ?, ?, ?, ?, ?)",
        (
            datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
            stamp,
            facts.program,
            facts.user,
            facts.arm,
            facts.scene,
        ),
    )
    return int(cursor.lastrowid or 0)
