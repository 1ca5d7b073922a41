"""One switch: from a bouncing contact to presses that count.

A press counts once its contact stayed closed for the acceptance time (at least the debounce time); what is
remembered of it is when it *began*. Opening is told at once, always. A closure right after an opening of the same
contact is bounce; nobody lets go and presses again within 30 ms.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from armctl.config.user import SwitchConfig

BOUNCE: Final = 0.03
"""Longest bounce that is allowed to hide a closure while the arm moves [s]; contacts bounce 1 to 30 ms."""

Closure: TypeAlias = Literal["press", "bounce", "repeat"]
"""press: a new press began. bounce: part of the press before. repeat: it was closed already."""


class Switch:
    """The state of one contact.

    Attributes:
        pressed_at: When the press that is going on, or was last, began [s].
        held: True while a press that counted is held.
    """

    def __init__(self, config: SwitchConfig) -> None:
        self._config = config
        self._state: Literal["open", "pending", "held", "spent"] = "open"
        self._was: Literal["open", "pending", "held", "spent"] = "open"
        self._changed = float("-inf")
        self._quiet_until = float("-inf")
        self._told_stuck = False
        self._suspect = False
        self.pressed_at = float("-inf")

    def configure(self, config: SwitchConfig) -> None:
        """Go on with other settings; what is under way stays."""
        self._config = config

    @property
    def held(self) -> bool:
        """True while a press that counted is held."""
        return self._state == "held"

    @property
    def closed(self) -> bool:
        """True while the contact is closed."""
        return self._state != "open"

    @property
    def pending(self) -> bool:
        """True while a press waits to count."""
        return self._state == "pending"

    @property
    def due(self) -> float:
        """When the pending press will count, if it stays closed [s]."""
        return self._changed + max(self._config.acceptance, self._config.debounce)

    def close(self, stamp: float) -> Closure:
        """The contact closed at ``stamp`` [s]."""
        if self._state != "open":
            return "repeat"
        gap = stamp - self._changed
        self._changed = max(stamp, self._changed)
        if gap < self._config.debounce and self._was == "pending":
            self._state = "pending"  # still the burst of a press that did not count yet
            return "bounce"
        bounce = gap < self._config.debounce and self._was in ("held", "spent")
        self._suspect = bounce and gap < BOUNCE
        self.pressed_at = stamp
        self._told_stuck = False
        self._state = "spent" if bounce or stamp < self._quiet_until else "pending"
        return "bounce" if self._suspect else "press"

    def open(self, stamp: float) -> bool:
        """The contact opened at ``stamp`` [s]; return True when a press that counted ends with it."""
        if self._state == "open":
            return False
        was_held = self._state == "held"
        self._was, self._state = self._state, "open"
        self._changed = max(stamp, self._changed)
        self._suspect = False
        return was_held

    def counts(self, now: float) -> bool:
        """Return True, once, when the pending press has lasted long enough by ``now`` [s]."""
        if self._state != "pending" or now < self.due:
            return False
        self._state = "held"
        self._quiet_until = self.due + self._config.post_acceptance
        return True

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
        self._quiet_until = max(self._quiet_until, now + self._config.post_acceptance)
