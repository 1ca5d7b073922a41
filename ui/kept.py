"""What of a person's inputs outlives a session: what they chose, how they changed modes, on request every event."""

from __future__ import annotations

import json
import logging
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from armctl.access.eventlog import EventLog, RecordedPipeline
from armctl.access.pipeline import AccessPipeline
from armctl.config.save import save
from armctl.config.user import UserConfig
from armctl.errors import SetupError

_LOG = logging.getLogger(__name__)


class Kept:
    """The folder where one person's inputs are kept.

    Args:
        user: The person.
        folder: Where to keep it; None where nothing is kept.
        record: Record every event of this session.

    Attributes:
        habits: Which mode of the stick came next in earlier sessions (`armctl.access.advice`), as far as it was kept.
    """

    def __init__(self, user: UserConfig, folder: Path | None = None, record: bool = False) -> None:
        self._user = user
        # Whoever's changes are forgotten at the end may be somebody else the next time.
        own = folder if user.keep_changes else None
        self._counts_file = None if own is None else own / "use" / f"{user.name}.json"
        self._habits_file = None if own is None else own / "habits" / f"{user.name}.json"
        self._used = _counts(_read(self._counts_file))
        self._chosen: Counter[str] = Counter()
        self.habits = _read(self._habits_file)
        self._log: EventLog | None = None
        if folder is not None and (record or user.record_input):
            name = f"{user.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
            self._log = EventLog(folder / "input" / name, user, self._used)

    def pipeline(self) -> AccessPipeline:
        """Return the person's pipeline, which writes down all it is told where that was asked for."""
        if self._log is None:
            return AccessPipeline(self._user, self._used)
        return RecordedPipeline(self._user, self._log, self._used)

    def chosen(self, item: str) -> None:
        """The tile ``item`` was chosen: it counts from the next session on."""
        self._chosen[item] += 1

    def learned(self, habits: object) -> None:
        """Keep ``habits`` for the next session; nothing is written where they are as before."""
        if habits != self.habits:
            self.habits = habits
            _write(self._habits_file, habits)

    def close(self) -> None:
        """Write what is kept; a disk that fails is told in the log and costs nothing else. May be called twice."""
        if self._log is not None:
            self._log.close()
        if not self._chosen:
            return
        self._used.update(self._chosen)
        self._chosen.clear()
        _write(self._counts_file, self._used)


def _read(path: Path | None) -> object:
    """Return what is in ``path``; nothing where there is no such file, or it is damaged."""
    try:
        data: object = {} if path is None else json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data


def _counts(data: object) -> Counter[str]:
    counts = data.items() if isinstance(data, dict) else ()
    return Counter({str(item): count for item, count in counts if isinstance(count, int) and count > 0})


def _write(path: Path | None, data: object) -> None:
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(path, json.dumps(data, indent=1) + "\n")
    except (SetupError, OSError) as error:
        _LOG.warning("What is kept of the inputs was not saved: %s", error)
