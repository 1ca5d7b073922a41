"""Write down what happens, without ever making anybody wait.

``record`` puts into a bounded queue; a thread writes batches. When the disk is full or too slow, records are dropped
and counted, never the session disturbed (faults 29 and 30).
"""

from __future__ import annotations

import errno
import json
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from armctl.clock import Clock
from armctl.errors import SetupError
from armctl.evidence.schema import open_store

LOG = logging.getLogger(__name__)

QUEUE_LENGTH: Final = 10_000
"""Records waiting; at the 20 a second of a lively session, more than eight minutes of a stalled disk."""
BATCH_INTERVAL: Final = 0.25
"""A batch is written at least this often while records come [s]."""
LARGEST_BATCH: Final = 500
LOCK_TIME: Final = 1.0
"""One try to write waits so long for other programs [s]; the next one follows."""

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
        self._ended = threading.Event()
        self._begun = (facts, clock.now())
        self.session = self._open()
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
        self._ended.set()
        with suppress(queue.Full):
            self._queue.put_nowait(None)  # wakes the writer; when the queue is full, it is awake
        self._thread.join(timeout=5.0)
        if self._thread.is_alive():
            LOG.warning("The evidence store takes no more records; %d are lost.", self._queue.qsize())

    def _open(self) -> int:
        """Return the number of this session, or 0 while there is no room for it: that is no reason not to begin."""
        try:
            with closing(open_store(self._path, create=True)) as connection:
                return _begin(connection, *self._begun)
        except (SetupError, sqlite3.Error) as error:
            if not _disk_is_full(error):
                raise
            LOG.warning("The disk is full: nothing is recorded until there is room.")
            return 0

    def _write_all(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=LOCK_TIME)
        try:
            while (batch := self._next_batch()) is not None:
                self._write_when_free(connection, batch)
        finally:
            connection.close()

    def _next_batch(self) -> list[_Row] | None:
        """Return what came within `BATCH_INTERVAL` of the next record, None when it is over."""
        first = None
        while first is None:
            if self._ended.is_set() and self._queue.empty():
                return None
            first = self._queue.get()
        batch, ends = [first], time.monotonic() + BATCH_INTERVAL
        while len(batch) < LARGEST_BATCH:
            left = 0.0 if self._ended.is_set() else max(0.0, ends - time.monotonic())
            try:
                row = self._queue.get(timeout=left)
            except queue.Empty:
                break
            if row is not None:
                batch.append(row)
        return batch

    def _write_when_free(self, connection: sqlite3.Connection, batch: Sequence[_Row]) -> None:
        """Write, however long another program holds the store meanwhile; what comes then waits in the queue."""
        while not self._write(connection, batch):
            if self._ended.is_set():
                self._drop(len(batch), "another program holds the store")
                return

    def _write(self, connection: sqlite3.Connection, batch: Sequence[_Row]) -> bool:
        """Write ``batch``, or drop it; return False when the store was not free."""
        try:
            self.session = self.session or self._open()
            if not self.session:
                self._drop(len(batch), "the disk is full")
                return True
            rows = [(self.session, *row) for row in batch]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO event(session, stamp, kind, data) VALUES (?, ?, ?, ?)", rows)
            connection.execute("UPDATE session SET dropped = ? WHERE id = ?", (self._dropped, self.session))
            connection.execute("COMMIT")
        except (SetupError, sqlite3.Error) as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                return False
            self._drop(len(batch), str(error))
        return True

    def _drop(self, count: int, why: str) -> None:
        self._dropped += count
        LOG.warning("%d records could not be written (%s).", count, why)


def _disk_is_full(error: Exception) -> bool:
    reason = error.__cause__ or error
    if isinstance(reason, OSError):
        return reason.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(reason, sqlite3.Error) and getattr(reason, "sqlite_errorname", "") == "SQLITE_FULL"


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
