"""The cyclic reading of all servos: one sync read, one retry for those it missed, nothing old passed off as new."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Final

from armctl.clock import Clock
from drivers.feetech.bus import FeetechBus
from drivers.feetech.codec import Frame
from drivers.feetech.readings import Feedback, Orders, feedback, orders, span

LONG_EVERY: Final = 4
"""Every fourth reading tells torque and goals too: a servo that restarted is noticed within 40 ms at 100 Hz."""
_LEAST_RETRY: Final = 0.001
"""A retry with less time left than this [s] cannot succeed."""
_HORIZON: Final = 1.0
"""After this long without a lost answer [s] the shortest request is used again."""


class CyclicReader:
    """What the servos say, reading by reading.

    Attributes:
        frames: The last answer of each servo, by id.
        heard: The last answer of each servo that tells its orders too, by id.
        stamps: When each servo last answered [s], by id.
        fresh: Ids that answered in the last reading.
        told: Ids that told their orders in the last reading.

    Args:
        bus: The servos.
        clock: Time.
        servos: Their ids.
        budget: How long one reading may take [s].
        long_every: Every so many readings torque and goals are asked for too.
    """

    def __init__(
        self, bus: FeetechBus, clock: Clock, servos: Sequence[int], budget: float, long_every: int = LONG_EVERY
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._servos = tuple(servos)
        self._everyone = frozenset(servos)
        self._budget = budget
        self._long_every = long_every
        self._generation = 0
        self._count = 0
        self._lost_at = clock.now()
        self._unsure = set(servos)
        self.frames: dict[int, Frame] = {}
        self.heard: dict[int, bytes] = {}
        self.stamps: dict[int, float] = {}
        self.fresh: frozenset[int] = frozenset()
        self.told: Set[int] = set()

    def update(self, *, long: bool = False) -> float:
        """Read all servos and return when that ended [s].

        Args:
            long: Ask for torque and goals too; otherwise every so many-th reading does, and each in which a
                servo that had been silent is expected.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        long = long or self._count % self._long_every == 0 or bool(self._unsure)
        self._count += 1
        answers = self._ask(long=long)
        stamp = self._clock.now()
        self.frames |= answers
        self.stamps |= dict.fromkeys(answers, stamp)
        self.told = answers.keys() if long else frozenset()
        if long:
            self.heard |= {servo: frame.data for servo, frame in answers.items()}
            self._unsure -= answers.keys()
        self.fresh = self._everyone if len(answers) == len(self._servos) else frozenset(answers)
        if self.fresh is not self._everyone:
            self._unsure.update(servo for servo in self._servos if servo not in answers)
            self._lost_at = stamp
        elif stamp - self._lost_at > _HORIZON:
            self._generation = 0
        return stamp

    def sure(self, servo: int) -> bool:
        """Return True when ``servo`` answers, and has told its orders since it was silent last."""
        return servo in self.fresh and servo not in self._unsure

    @property
    def all_sure(self) -> bool:
        """True when every servo answers and has told its orders."""
        return not self._unsure and self.fresh is self._everyone

    @property
    def feedback(self) -> dict[int, Feedback]:
        """What each servo measured last, by id."""
        return {servo: feedback(frame.code, frame.data) for servo, frame in self.frames.items()}

    @property
    def orders(self) -> dict[int, Orders]:
        """What each servo was told, as it last said, by id."""
        return {servo: orders(data) for servo, data in self.heard.items()}

    def _ask(self, *, long: bool) -> dict[int, Frame]:
        started = self._clock.now()
        deadline = started + self._budget
        # Only who answered last time is worth a second question; a servo that is gone would cost it in every cycle.
        worth_a_retry = self.fresh
        first = span(self._generation, long=long)
        half = started + self._budget / 2 if worth_a_retry else deadline
        answers = self._bus.sync_read(self._servos, first.address, first.length, deadline, half)
        if len(answers) == len(self._servos):
            return answers
        self._generation += 1
        missed = [servo for servo in self._servos if servo in worth_a_retry and servo not in answers]
        if missed and deadline - self._clock.now() > _LEAST_RETRY:
            again = span(self._generation, long=long)
            # Both requests may still be answered after this call: neither length is used again soon.
            self._generation += 1
            answers |= self._bus.sync_read_again(missed, again.address, again.length, deadline, first.length)
        return answers
