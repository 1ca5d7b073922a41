"""The stop test: nothing is armed before the person's own stop has been seen to arrive in time."""

from __future__ import annotations

from dataclasses import dataclass

from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import STOP_TEST_LATENCY, STOP_TEST_WINDOW
from armctl.units import MS


@dataclass(frozen=True, slots=True)
class StopTest:
    """One stop test.

    Attributes:
        begun: When the person was asked to press stop [s].
    """

    begun: float

    def missed(self, now: float) -> Finding | None:
        """Return that no press came in time, or None while there is time left; ``now`` [s]."""
        if now - self.begun <= STOP_TEST_WINDOW:
            return None
        return Finding(Code.STOP_TEST_MISSED, value=now - self.begun, limit=STOP_TEST_WINDOW)

    def out_of_order(self, pressed_at: float, now: float) -> Finding | None:
        """Return why a press does not count at all, or None; ``pressed_at`` and ``now`` [s]."""
        if pressed_at < self.begun:
            return Finding(Code.STOP_TEST_ORDER, detail="it came before the test began")
        # Written so that a time that is not a number fails too.
        if not pressed_at <= now:
            return Finding(Code.STOP_TEST_ORDER, detail="its time is not past yet")
        return None

    def slow(self, pressed_at: float, now: float) -> Finding | None:
        """Return that a press took too long to arrive, or None; ``pressed_at`` and ``now`` [s]."""
        latency = now - pressed_at
        if latency <= STOP_TEST_LATENCY:
            return None
        return Finding(Code.STOP_TEST_SLOW, value=latency / MS, limit=STOP_TEST_LATENCY / MS)
