"""The flight recorder's part in control: one frame a tick into the ring, and the word to the writer when it counts.

A tick costs some ten microseconds: the calls of the supervisor, copied as they were, become one frame in memory that
is there already. Files are the business of another process (`armctl.control.flight_writer`), which reads the memory by
itself; control never waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from armctl.control.flight_recording import Facts
from armctl.control.flight_records import Tick, encode, encode_any
from armctl.control.flight_ring import Ring
from armctl.control.flight_state import freeze
from armctl.control.flight_supervisor import RecordedSupervisor
from armctl.control.loop import Beat
from armctl.control.messages import AnyIntent, FaultReport, Heartbeat, Record, Snapshot

LOG: Final = logging.getLogger(__name__)
KEPT: Final = 120.0
"""The ring looks back so far at least [s]."""
SEGMENT: Final = 10.0
"""Time from one checkpoint to the next [s]; so much more than `KEPT` may be in a file."""
AFTER: Final = 5.0
"""The recording of a fault goes on for so long [s]: how the arm came to rest belongs to it."""
TICK_SIZE: Final = 900
JOINT_SIZE: Final = 130
"""Bytes set aside for a tick, and for each joint in it; a tick of a moving arm of 6 joints takes 1,100 to 1,300."""
MARGIN: Final = 16_384
"""A new segment is begun when less than this is left [bytes]: no tick is so large."""
NEWS_EVERY: Final = 50
"""Ticks from one look at what the writer says to the next."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the writer is to do: write a file, because of ``reason`` ("fault", "asked"), ``title`` in words."""

    reason: str
    title: str


class FileWriter(Protocol):
    """Makes files of the ring. No method waits."""

    def order(self, order: Order) -> bool:
        """Ask for a file; False when that could not even be asked."""
        ...

    def news(self) -> Iterable[str]:
        """Return what went wrong since the last call, one sentence each."""
        ...

    def close(self) -> None:
        """Let what was ordered be finished."""
        ...


def ring_for(facts: Facts) -> Ring:
    """Return a ring that holds `KEPT` seconds of the arm that ``facts`` describe."""
    ticks = SEGMENT / facts.dt
    size = round(ticks * (TICK_SIZE + JOINT_SIZE * len(facts.joints))) + MARGIN
    # One segment is being written, and one may be forgotten while it is being read.
    return Ring(msgspec.json.encode(facts), round(KEPT / SEGMENT) + 2, size)


class FlightRecorder:
    """Records what control does.

    Args:
        supervisor: Notes its calls.
        ring: Where to; `ring_for` makes one that fits.
        writer: Makes the files.
        dt: Time between two ticks [s].

    Attributes:
        lost: Ticks, calls and files that could not be kept.
    """

    def __init__(self, supervisor: RecordedSupervisor, ring: Ring, writer: FileWriter, dt: float) -> None:
        self._supervisor = supervisor
        self._ring = ring
        self._writer = writer
        self._segment_ticks = round(SEGMENT / dt)
        self._in_segment = 0
        self._heard: list[AnyIntent] = []
        self._beats = 0
        self._before = supervisor.mode.value
        self._fault: FaultReport | None = None
        self._due: float | None = None
        self._order = Order("", "")
        self.lost = 0
        self._begin_segment()

    def heard(self, intents: Iterable[AnyIntent]) -> None:
        """Note what the screen said; a `Record` orders a file."""
        for intent in intents:
            if isinstance(intent, Heartbeat):
                self._beats += 1
                continue
            self._heard.append(intent)
            if isinstance(intent, Record):
                self.ask("The person asked for it.")

    def ask(self, title: str) -> None:
        """Order a file of what is in the ring after this tick; ``title`` says why."""
        if self._due is None:
            self._order, self._due = Order("asked", title), 0.0

    def tick(self, beat: Beat, snapshot: Snapshot) -> None:
        """Note one tick that has just ended."""
        payload = encode(self._record(beat, snapshot))
        self._in_segment += 1
        kept = self._ring.add(payload)
        if not kept:
            self.lost += 1
        if not kept or self._in_segment >= self._segment_ticks or self._ring.room < MARGIN:
            self._begin_segment()
        if snapshot.tick % NEWS_EVERY == 0:
            self._hear_writer()
        if self._due is not None and snapshot.stamp >= self._due:
            self._send_order()

    def close(self) -> None:
        """Order what is still due, and give the ring up."""
        if self._due is not None:
            self._send_order()
        self.lost += self._supervisor.calls.lost
        self._hear_writer()
        self._writer.close()
        self._ring.close()

    def _record(self, beat: Beat, snapshot: Snapshot) -> Tick:
        heard, self._heard = self._heard, []
        beats, self._beats = self._beats, 0
        before, self._before = self._before, snapshot.mode
        fault = snapshot.fault
        return Tick(
            number=snapshot.tick,
            stamp=snapshot.stamp,
            lateness=beat.lateness,
            missed=beat.missed,
            row=beat.row,
            asleep=beat.asleep,
            before=before,
            mode=snapshot.mode,
            epoch=snapshot.epoch,
            code=fault.code if fault else "",
            fault=self._newly_latched(fault, snapshot.stamp),
            tool=snapshot.tool,
            tool_speed=snapshot.tool_speed,
            motion=snapshot.motion,
            refused=snapshot.refused,
            notice=snapshot.notice,
            beats=beats,
            heard=heard,
            calls=self._supervisor.calls.take(),
        )

    def _newly_latched(self, fault: FaultReport | None, stamp: float) -> FaultReport | None:
        """Return ``fault`` when it was latched at ``stamp`` [s], and order its file for when the arm has reacted."""
        known, self._fault = self._fault, fault
        if fault is None or (known is not None and known == fault):
            return None
        self._order, self._due = Order("fault", fault.title), stamp + AFTER
        return fault

    def _begin_segment(self) -> None:
        self._in_segment = 0
        # What a segment refers to must be in it.
        self._supervisor.calls.observed = None
        if not self._ring.begin(encode_any(freeze(self._supervisor))):
            self.lost += 1

    def _send_order(self) -> None:
        order, self._due = self._order, None
        if not self._writer.order(order):
            self.lost += 1
            LOG.warning("The flight recorder's writer takes no orders: %s is not written down.", order.title)

    def _hear_writer(self) -> None:
        for trouble in self._writer.news():
            self.lost += 1
            LOG.warning("%s", trouble)
