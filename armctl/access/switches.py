"""One switch: when a press counts, what its length means, when it is let go, when it is stuck.

A press counts once the contact stayed closed for the acceptance time (at least the debounce time); what is
remembered of it is when it *began*. Opening is told at once, always. A closure right after an opening of the same
contact is bounce; nobody lets go and presses again within 30 ms.

Some presses do what they are for only when they are let go: those whose length decides, and those that let the
highlight move. A contact that opens for less than the release time was not let go, then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from armctl.config.inputs import Meaning
from armctl.config.user import SwitchConfig

BOUNCE: Final = 0.03
"""Longest bounce that is allowed to hide a closure while the arm moves [s]; contacts bounce 1 to 30 ms."""

Closure: TypeAlias = Literal["press", "bounce", "repeat", "rejoin"]
"""press: a new press began. bounce: part of the press before. repeat: it was closed already. rejoin: the press before
goes on after an opening shorter than the release time."""
State: TypeAlias = Literal["open", "pending", "held", "spent"]


@dataclass(frozen=True, slots=True)
class Ended:
    """A press that counted was let go at ``opened_at`` [s] after ``lasted`` [s]."""

    opened_at: float
    lasted: float


class Switch:
    """The state of one contact.

    Attributes:
        pressed_at: When the press that is going on, or was last, began [s].
    """

    def __init__(self, config: SwitchConfig, waits: bool = False) -> None:
        self._config = config
        self._waits = waits or bool(config.holds)
        self._state: State = "open"
        self._was: State = "open"
        self._changed = float("-inf")
        self._counts_from = float("-inf")
        self._quiet_until = float("-inf")
        self._opened_at = float("-inf")
        self._leaves_at: float | None = None
        self._acted = False
        self._repeats = 0
        self._told_stuck = False
        self._suspect = False
        self.pressed_at = float("-inf")

    def configure(self, config: SwitchConfig, waits: bool = False) -> None:
        """Go on with other settings; what is under way stays."""
        self._config = config
        self._waits = waits or bool(config.holds)

    @property
    def waits(self) -> bool:
        """True when a press does what it is for only once its length is known, or it is let go."""
        return self._waits

    @property
    def closed(self) -> bool:
        """True while the contact is closed."""
        return self._state != "open"

    @property
    def live(self) -> bool:
        """True while a press may still do something: the contact is closed, or may have opened by mistake."""
        return self.closed or self._leaves_at is not None

    @property
    def spent(self) -> bool:
        """True while the contact is closed and nothing more comes of that."""
        return self._state == "spent"

    @property
    def pending(self) -> bool:
        """True while a press waits to count, or has counted and has still to do what it is for."""
        waiting = self._waits and not self._acted and (self._state == "held" or self._leaves_at is not None)
        return self._state == "pending" or waiting

    @property
    def due(self) -> float:
        """When the pending press will count, if it stays closed [s]."""
        return self._counts_from + max(self._config.acceptance, self._config.debounce)

    def close(self, stamp: float) -> Closure:
        """The contact closed at ``stamp`` [s]."""
        if self._state != "open":
            return "repeat"
        gap = stamp - self._changed
        self._changed = max(stamp, self._changed)
        if self._leaves_at is not None and stamp < self._leaves_at:
            self._state, self._leaves_at = self._was, None
            return "bounce" if gap < BOUNCE else "rejoin"
        self._counts_from = self._changed
        if gap < self._config.debounce and self._was == "pending":
            self._state = "pending"  # still the burst of a press that did not count yet
            return "bounce"
        bounce = gap < self._config.debounce and self._was in ("held", "spent")
        self._suspect = bounce and gap < BOUNCE
        self.pressed_at = stamp
        self._told_stuck = self._acted = False
        self._repeats, self._leaves_at = 0, None
        self._state = "spent" if bounce or stamp < self._quiet_until else "pending"
        return "bounce" if self._suspect else "press"

    def open(self, stamp: float) -> bool:
        """The contact opened at ``stamp`` [s]; return True when a press that counted ends with it."""
        if self._state == "open":
            return False
        self._was, self._state = self._state, "open"
        self._changed = max(stamp, self._changed)
        self._opened_at = self._changed
        self._suspect = False
        # A contact that bounces open in the middle of a long press was not let go.
        grace = max(self._config.release, self._config.debounce if self._waits else 0.0)
        waits_on = self._was == "held" and self._waits and not self._acted
        if (self._was in ("pending", "held") and self._config.release > 0.0) or waits_on:
            self._leaves_at = self._changed + grace
        return self._was == "held"

    def let_go(self) -> None:
        """What the press held has ended with its opening: nothing brings that press back."""
        self._leaves_at = None

    def counts(self, now: float) -> bool:
        """Return True, once, when the pending press has lasted long enough by ``now`` [s]."""
        if self._state != "pending" or now < self.due:
            return False
        self._state = "held"
        self._quiet_until = self.due + self._config.post_acceptance
        return True

    def done(self, at: float) -> None:
        """The press did what it is for at ``at`` [s]; nothing more comes of it but its end."""
        self._acted = True
        self._quiet_until = max(self._quiet_until, at + self._config.post_acceptance)

    def reached(self, now: float) -> Meaning | None:
        """Return what the longest kind of press does, once, when it was held for so long by ``now`` [s]."""
        holds = self._config.holds
        if self._state != "held" or self._acted or not holds or now - self.pressed_at < holds[-1].at:
            return None
        self.done(self.pressed_at + holds[-1].at)
        return holds[-1].does

    def ended(self, now: float) -> Ended | None:
        """Return the end of a press that counted and has still to do what it is for, once, when it is sure."""
        if self._state != "open" or self._leaves_at is None or now < self._leaves_at:
            return None
        self._leaves_at = None
        if self._was != "held" or self._acted:
            return None
        self.done(self._opened_at)
        return Ended(self._opened_at, self._opened_at - self.pressed_at)

    def meaning(self, lasted: float, usual: Meaning) -> Meaning:
        """Return what a press of ``lasted`` [s] does; ``usual`` is what the contact is for."""
        reached: list[Meaning] = [hold.does for hold in self._config.holds if lasted >= hold.at]
        return reached[-1] if reached else usual

    def repeats(self, now: float) -> list[float]:
        """Return when the held press repeated until ``now`` [s], each once; nothing where repeating is off."""
        times: list[float] = []
        if self._state != "held" or self._waits or self._config.repeat_delay <= 0.0:
            return times
        while now >= (at := self.due + self._config.repeat_delay + self._repeats * self._config.repeat_interval):
            self._repeats += 1
            times.append(at)
        return times

    def outlasts_bounce(self, now: float) -> bool:
        """Return True, once, when a closure taken for bounce is still closed at ``now``: it was a press after all."""
        if not self._suspect or now < self._changed + BOUNCE:
            return False
        self._suspect = False
        return True

    def is_stuck(self, now: float) -> bool:
        """Return True, once a press, when it has been closed longer than any press should be."""
        if self._state == "open" or self._told_stuck or now - self.pressed_at <= self._config.maximum_hold:
            return False
        self._told_stuck = True
        return True

    def spend(self, now: float) -> None:
        """The press that is going on has done its work (it stopped something) or is void: it selects nothing more."""
        if self._state != "open":
            self._state = "spent"
        self._leaves_at = None
        self._quiet_until = max(self._quiet_until, now + self._config.post_acceptance)
