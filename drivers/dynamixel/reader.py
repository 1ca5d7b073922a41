"""The cyclic reading of all servos: one fast read, one retry for those it missed, nothing old passed off as new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armctl.clock import Clock
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.readings import Feedback, Layout, Span, feedback

_LEAST_RETRY: Final = 0.001
"""A retry with less time left than this [s] cannot succeed."""
_HORIZON: Final = 1.0
"""After this long without a lost answer [s] the shortest request is used again."""
_PATIENCE: Final = 3
"""Fast reads in a row that nobody answers while all answer a plain one: these servos do not know them."""


class CyclicReader:
    """What the servos say, reading by reading.

    A servo that is silent is asked last from then on: those behind it may wait for it, and never speak. While one is
    silent all are read one by one, since the one answer to a fast read breaks off where a servo is missing.

    Attributes:
        feedback: What each servo said last, by id.
        stamps: When each servo last answered [s], by id.
        fresh: Ids that answered in the last reading.
        restarted: Ids that answered with their slots lost since somebody looked; whoever looks takes them out.
        fast: Fast reads are used; off once it is clear that they are not answered.

    Args:
        bus: The servos.
        clock: Time.
        layouts: Where each one's slots are.
        budget: How long one reading may take [s].
    """

    def __init__(self, bus: DynamixelBus, clock: Clock, layouts: Sequence[Layout], budget: float) -> None:
        self._bus = bus
        self._clock = clock
        self._layouts = {layout.id: layout for layout in layouts}
        self._order = tuple(self._layouts)
        self._budget = budget
        self._generation = 0
        self._asked: dict[int, tuple[Span, ...]] = {}
        self._lost_at = clock.now()
        self._in_vain = 0
        self.feedback: dict[int, Feedback] = {}
        self.stamps: dict[int, float] = {}
        self.fresh: frozenset[int] = frozenset()
        self.restarted: set[int] = set()
        self.fast = True

    def update(self) -> float:
        """Read all servos and return when that ended [s].

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        answers = self._ask()
        stamp = self._clock.now()
        lost = []
        for servo, data in answers.items():
            said = feedback(data)
            if said is None:
                lost.append(servo)
            else:
                self.feedback[servo] = said
                self.stamps[servo] = stamp
        if lost:
            self._show_again(lost)
        if stamp - self._lost_at > _HORIZON:
            self._generation = 0
        if lost or answers.keys() != self.fresh:
            self.fresh = frozenset(answers.keys() - lost)
        return stamp

    def show(self, servos: Sequence[int]) -> None:
        """Point the slots of ``servos`` at what a reading brings; it changes nothing they do.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        rows: dict[int, list[tuple[int, bytes]]] = {}
        for servo in servos:
            address, slots = self._layouts[servo].slots()
            rows.setdefault(address, []).append((servo, slots))
        for address, some in rows.items():
            self._bus.sync_write(address, some)

    def _show_again(self, servos: list[int]) -> None:
        self.restarted.update(servos)
        self.show(servos)

    def _ask(self) -> dict[int, bytes]:
        started = self._clock.now()
        deadline = started + self._budget
        # Only who answered last time is worth a second question; a servo that is gone would cost it in every cycle.
        worth_a_retry = self.fresh
        first = self._asked.get(self._generation)
        if first is None:
            first = self._asked[self._generation] = self._spans(self._order)
        half = started + self._budget / 2 if worth_a_retry else deadline
        fast = self.fast and len(worth_a_retry) == len(self._order)
        answers = self._bus.fast_read(first, deadline, half) if fast else self._bus.read(first, deadline, half)
        if len(answers) == len(first):
            self._in_vain = 0
            return answers
        self._generation += 1
        self._lost_at = self._clock.now()
        self._ask_last(next(servo for servo in self._order if servo not in answers))
        missed = tuple(servo for servo in self._order if servo in worth_a_retry and servo not in answers)
        if missed and deadline - self._clock.now() > _LEAST_RETRY:
            again = self._spans(missed)
            # Both requests may still be answered after this call: neither length is used again soon.
            self._generation += 1
            more = self._bus.read(again, deadline, also=first[0].length)
            if fast:
                self._judge_fast(answers, more)
            answers |= more
        return answers

    def _ask_last(self, silent: int) -> None:
        self._order = (*(servo for servo in self._order if servo != silent), silent)
        self._asked.clear()

    def _spans(self, servos: Sequence[int]) -> tuple[Span, ...]:
        return tuple(self._layouts[servo].span(self._generation) for servo in servos)

    def _judge_fast(self, answers: dict[int, bytes], more: dict[int, bytes]) -> None:
        self._in_vain = self._in_vain + 1 if not answers and len(more) == len(self._order) else 0
        self.fast = self._in_vain < _PATIENCE
