"""What happened, in words: from ticks to a short list of moments, for the replay and for log panels. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from armctl.control.flight_records import AnyCall, Approve, BeginStopTest, Event, Report, StopPressed, Tick
from armctl.control.messages import AnyIntent, Jog, Stop
from armctl.safety.faults import FAULTS
from armctl.safety.states import Event as What

Level = Literal["said", "done", "refused", "stop", "fault"]
"""said: the person or the screen. done: what followed. refused; stop; fault."""

JOG_GAP: Final = 0.5
"""Jogs that follow one another within this time [s] are one."""
_EVENTS: Final[dict[str, str]] = {
    What.CONNECTED: "The arm is connected.",
    What.CONNECTION_LOST: "The connection to the arm is lost.",
    What.MOTION_BEGUN: "A motion begins.",
    What.MOTION_ENDED: "The motion came to its end.",
    What.CLEAR: "The fault is cleared.",
    What.DISABLE: "The arm is disarmed.",
    What.STOP: "The arm is told to come to rest.",
}
"""What is told of an event that changed the mode; a fault tells of itself."""
_STOPS: Final = frozenset({What.STOP, What.CONNECTION_LOST})


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened.

    Attributes:
        stamp: When [s, monotonic].
        tick: In which tick.
        level: What sort of thing.
        text: In words.
    """

    stamp: float
    tick: int
    level: Level
    text: str


def story(ticks: Iterable[Tick]) -> list[Moment]:
    """Return what happened in ``ticks``, in order."""
    teller = _Teller()
    return [moment for tick in ticks for moment in teller.moments(tick)]


class _Teller:
    """Remembers what was told, so that nothing is told twice."""

    def __init__(self) -> None:
        self._jogged = float("-inf")
        self._refused = ""
        self._missed: int | None = None
        self._motion: tuple[int, str] | None = None
        self._notice = ""
        self._mode = ""

    def moments(self, tick: Tick) -> list[Moment]:
        """Return what is new in ``tick``."""
        told: list[tuple[Level, str]] = [
            *self._late(tick),
            *self._heard(tick.heard, tick.stamp),
            *self._called(tick.calls),
            *self._moved(tick),
            *self._modes(tick),
        ]
        return [Moment(tick.stamp, tick.number, level, text) for level, text in told]

    def _late(self, tick: Tick) -> Iterator[tuple[Level, str]]:
        before, self._missed = self._missed, tick.missed
        if before is not None and tick.missed > before:
            count = tick.missed - before
            yield "done", f"The computer was late: {count} tick{'s' if count > 1 else ''} left out."

    def _heard(self, intents: Sequence[AnyIntent], stamp: float) -> Iterator[tuple[Level, str]]:
        for intent in intents:
            if isinstance(intent, Jog):
                fresh, self._jogged = stamp - self._jogged > JOG_GAP, stamp
                if not fresh:
                    continue
            yield (
                ("stop", f"Stop was said ({intent.reason}).") if isinstance(intent, Stop) else ("said", _asked(intent))
            )

    def _called(self, calls: Sequence[AnyCall]) -> Iterator[tuple[Level, str]]:
        for call in calls:
            if isinstance(call, Approve):
                yield from self._judged(call)
            elif isinstance(call, Event):
                yield from self._event(call)
            elif isinstance(call, StopPressed):
                yield _pressed(call)
            elif isinstance(call, BeginStopTest):
                yield ("refused", call.answer) if call.answer else ("done", "The stop test begins.")
            elif isinstance(call, Report):
                yield "stop", f"{FAULTS[call.code].title} was reported." if call.code in FAULTS else call.code
            self._mode = call.after

    def _event(self, call: Event) -> Iterator[tuple[Level, str]]:
        told = _EVENTS.get(call.event, "")
        if call.event == What.PEER_LOST:
            yield "stop", f"{(call.detail or 'the screen').capitalize()} does not answer."
        elif told and call.after != self._mode:
            yield ("stop" if call.event in _STOPS else "done"), told

    def _judged(self, call: Approve) -> Iterator[tuple[Level, str]]:
        before, self._refused = self._refused, call.reason
        if call.reason and call.reason != before:
            yield "refused", f"Refused: {call.reason}"

    def _moved(self, tick: Tick) -> Iterator[tuple[Level, str]]:
        motion = tick.motion
        before, self._motion = self._motion, (motion.sequence, motion.phase)
        if before is not None and self._motion != before and motion.phase not in ("idle", "running"):
            reason = f": {motion.reason}" if motion.reason else "."
            yield "done", f"The motion ({motion.kind}) is {motion.phase}{reason}"
        notice, self._notice = self._notice, tick.notice
        if tick.notice and tick.notice not in (notice, self._refused):
            yield "done", tick.notice

    def _modes(self, tick: Tick) -> Iterator[tuple[Level, str]]:
        if tick.fault is not None:
            yield "fault", f"{tick.fault.title}. {tick.fault.message}"
        if tick.mode != tick.before:
            yield "done", f"From {_mode(tick.before)} to {_mode(tick.mode)}."


def _asked(intent: AnyIntent) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in type(intent).__name__)
    return f"Asked for:{words}."


def _pressed(call: StopPressed) -> tuple[Level, str]:
    if call.answer:
        return "refused", call.answer
    return "done", f"The stop test is passed: the press took {1e3 * (call.now - call.pressed_at):.0f} ms."


def _mode(mode: str) -> str:
    return mode.replace("_", " ")
