"""A recorded session of inputs, and the same session again: every call of the pipeline, and what came of it.

One JSON text a line. The first names the format and holds the person's settings; then come calls in order: ``t`` time
passes, ``e`` an event, ``s`` what the screen shows, ``w`` the size of the window, ``c`` other settings, ``l`` until
when the person listens to something else; ``=`` are the actions of the call before it.
Numbers are written so that they are read back bit by bit. While it grows the file is called ``NAME.part``; a session
that ends in an orderly way gives it its name. A last line that was cut off is left out.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, get_args

import msgspec

from armctl import __version__
from armctl.access.actions import Action, ScanItem
from armctl.access.events import InputEvent
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig
from armctl.errors import ConfigError

_LOG = logging.getLogger(__name__)
FORMAT: Final = 1
LARGEST: Final = 500_000_000
"""Bytes after which nothing more is recorded: a day of ticks is about 150 MB."""
_EVENTS: Final[dict[str, type]] = {kind.__name__: kind for kind in get_args(InputEvent)}


class EventLog:
    """Writes one session. A disk that fails ends the recording and nothing else.

    Args:
        path: The file, when the session is over; until then ``.part`` is added.
        user: The person's settings.
        used: How often each tile was chosen in earlier sessions.
    """

    def __init__(self, path: Path, user: UserConfig, used: Mapping[str, int]) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._file: IO[bytes] | None = None
        self._written = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # What somebody presses all day is nobody else's business.
            descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = open(descriptor, "wb")  # noqa: SIM115  # closed with the session
        except OSError as error:
            self._failed(error)
        self._write(
            {
                "armctl_input": FORMAT,
                "version": __version__,
                "user": json.loads(user.model_dump_json()),
                "used": dict(used),
            }
        )

    def ticked(self, now: float, moving: bool) -> None:
        """Time passed until ``now`` [s]."""
        self._write(["t", now, moving])

    def fed(self, event: InputEvent, moving: bool) -> None:
        """An event came."""
        self._write(["e", type(event).__name__, event, moving])

    def shown(self, items: Sequence[ScanItem], screen: str, now: float, steers: bool) -> None:
        """The screen showed something else."""
        self._write(["s", list(items), screen, now, steers])

    def sized(self, width: float, height: float) -> None:
        """The window has another size [pixels]."""
        self._write(["w", width, height])

    def listened(self, until: float) -> None:
        """The highlight waits until ``until`` [s]."""
        self._write(["l", until])

    def configured(self, user: UserConfig) -> None:
        """Settings changed."""
        self._write(["c", json.loads(user.model_dump_json())])

    def acted(self, actions: Sequence[Action]) -> None:
        """What came of the call before, if anything did."""
        if actions:
            self._write(["=", [repr(action) for action in actions]])
            self._flush()

    def close(self) -> None:
        """End the recording and give the file its name; may be called any number of times."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            with file:
                file.flush()
                os.fsync(file.fileno())
            os.replace(self._part, self._path)
        except OSError as error:
            self._failed(error)

    def _write(self, line: object) -> None:
        if self._file is None:
            return
        data = msgspec.json.encode(line) + b"\n"
        self._written += len(data)
        try:
            self._file.write(data)
        except OSError as error:
            self._failed(error)
        if self._written > LARGEST:
            _LOG.warning("%s has %d bytes; nothing more is recorded.", self._part, self._written)
            self.close()

    def _flush(self) -> None:
        try:
            if self._file is not None:
                self._file.flush()
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        _LOG.warning("Inputs are not recorded any more (%s): %s", error.strerror, self._part)
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):  # what is left in its buffer fits nowhere
                file.close()


class RecordedPipeline(AccessPipeline):
    """A pipeline that writes down all it is told, and what it makes of it."""

    def __init__(self, user: UserConfig, log: EventLog, used: Mapping[str, int] | None = None) -> None:
        super().__init__(user, used)
        self._log = log
        self._showing: tuple[object, ...] = ()
        self._size: tuple[float, float] | None = None
        self._listens = 0.0

    def configure(self, user: UserConfig) -> None:
        """See `AccessPipeline.configure`."""
        self._log.configured(user)
        super().configure(user)

    def set_items(self, items: Sequence[ScanItem], screen: str, now: float, *, steers: bool = True) -> None:
        """See `AccessPipeline.set_items`."""
        showing = (tuple(items), screen, steers)
        if showing != self._showing:
            self._showing = showing
            self._log.shown(items, screen, now, steers)
        super().set_items(items, screen, now, steers=steers)

    def set_window(self, width: float, height: float) -> None:
        """See `AccessPipeline.set_window`."""
        if (width, height) != self._size:
            self._size = (width, height)
            self._log.sized(width, height)
        super().set_window(width, height)

    def listen(self, until: float) -> None:
        """See `AccessPipeline.listen`."""
        if until != self._listens:
            self._listens = until
            self._log.listened(until)
        super().listen(until)

    def feed(self, event: InputEvent, moving: bool) -> list[Action]:
        """See `AccessPipeline.feed`."""
        self._log.fed(event, moving)
        actions = super().feed(event, moving)
        self._log.acted(actions)
        return actions

    def tick(self, now: float, moving: bool) -> list[Action]:
        """See `AccessPipeline.tick`."""
        self._log.ticked(now, moving)
        actions = super().tick(now, moving)
        self._log.acted(actions)
        return actions


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a recorded session comes out differently now: its first call that does.

    Attributes:
        line: Line of the recording.
        then: What was recorded.
        now: What comes of it now.
    """

    line: int
    then: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A recorded session, played again.

    Attributes:
        user: Name of the person's profile.
        version: The armctl it was recorded with; empty where it did not say yet.
        calls: How many calls it had.
        seconds: How long it lasted [s].
        told: What came of them and when, from the first call on [s], in order.
        difference: The first difference from the recording; None when there was none.
    """

    user: str
    version: str
    calls: int
    seconds: float
    told: tuple[tuple[float, str], ...]
    difference: Difference | None = None

    @property
    def actions(self) -> tuple[str, ...]:
        """What came of the calls, in order."""
        return tuple(action for _, action in self.told)


def replay(path: Path) -> Replayed:
    """Play the recording ``path`` again and compare.

    Raises:
        ConfigError: It is no recording, or damaged other than at its end.
    """
    lines = _lines(path)
    head = next(lines, (1, None))[1]
    if not isinstance(head, dict) or head.get("armctl_input") != FORMAT:
        raise ConfigError(f"This is no recording of inputs in format {FORMAT}.", path=str(path), line=1)
    number = 1
    try:
        again = _Again(head)
        for number, line in lines:
            again.take(number, line)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, msgspec.ValidationError) as error:
        said = " ".join(str(error).split())
        raise ConfigError(f"This is no line of a recording ({said}).", path=str(path), line=number) from error
    return again.outcome()


class _Again:
    """A session that is played again, line by line."""

    def __init__(self, head: dict[str, Any]) -> None:
        user = _user(head["user"])
        self._name, self._version = user.name, str(head.get("version", ""))
        self._pipeline = AccessPipeline(user, head["used"])
        self._calls = 0
        self._began: float | None = None
        self._now = 0.0
        self._told: list[tuple[float, str]] = []
        self._waiting: tuple[str, ...] = ()
        self._difference: Difference | None = None

    def take(self, number: int, line: list[Any]) -> None:
        """Play line ``number``, or compare with it."""
        if line[0] == "=":
            self._compare(number, tuple(str(action) for action in line[1]))
            return
        self._compare(number, ())
        at = _time_of(line)
        if at is not None:
            self._began, self._now = at if self._began is None else self._began, max(self._now, at)
        self._waiting = tuple(repr(action) for action in _call(self._pipeline, line))
        self._told += [(self._seconds, action) for action in self._waiting]
        self._calls += 1

    def outcome(self) -> Replayed:
        """Return what came of it all."""
        return Replayed(self._name, self._version, self._calls, self._seconds, tuple(self._told), self._difference)

    @property
    def _seconds(self) -> float:
        return 0.0 if self._began is None else self._now - self._began

    def _compare(self, number: int, recorded: tuple[str, ...]) -> None:
        mine, self._waiting = self._waiting, ()
        if self._difference is None and mine != recorded:
            self._difference = Difference(number, recorded, mine)


def _time_of(line: list[Any]) -> float | None:
    """Return the time of a call [s], None where it has none."""
    places = {"t": lambda: line[1], "e": lambda: line[2]["stamp"], "s": lambda: line[3]}
    return float(places[line[0]]()) if line[0] in places else None


def _call(pipeline: AccessPipeline, line: list[Any]) -> list[Action]:
    kind = line[0]
    if kind == "t":
        return pipeline.tick(float(line[1]), bool(line[2]))
    if kind == "e":
        return pipeline.feed(msgspec.convert(line[2], _EVENTS[line[1]]), bool(line[3]))
    if kind == "s":
        items = msgspec.convert(line[1], list[ScanItem])
        pipeline.set_items(items, line[2], float(line[3]), steers=bool(line[4]))
        return []
    if kind == "w":
        pipeline.set_window(float(line[1]), float(line[2]))
        return []
    if kind == "l":
        pipeline.listen(float(line[1]))
        return []
    if kind == "c":
        pipeline.configure(_user(line[1]))
        return []
    raise ValueError(f"unknown kind {kind!r}")


def _user(data: Any) -> UserConfig:
    return UserConfig.model_validate_json(json.dumps(data), strict=True)


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number and what it says of each line; the last one only when it is whole.

    Raises:
        ConfigError: The file cannot be read, or a line is damaged.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield number, msgspec.json.decode(line)
                except msgspec.DecodeError as error:
                    raise ConfigError(f"This line is damaged ({error}).", path=str(path), line=number) from None
    except OSError as error:
        raise ConfigError(f"This recording cannot be read ({error.strerror}).", path=str(path)) from error
