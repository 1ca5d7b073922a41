"""What is left when a device goes: whoever still has one input that works can choose everything with it.

Only what was heard counts: a keyboard that lies on a shelf is no way to choose for the person in the wheelchair.
"""

from __future__ import annotations

from typing import Final

from armctl.access.events import AxesEvent, InputEvent, SwitchEvent

USED: Final = 0.5
"""Deflection from which a stick was used on purpose."""


class WhatIsLeft:
    """Which devices move the highlight and which choose."""

    def __init__(self) -> None:
        self._steppers: set[str] = set()
        self._sticks: set[str] = set()
        self._selectors: set[str] = set()
        self._lost_mover = self._lost_selector = False

    @property
    def nobody_moves(self) -> bool:
        """True when the last device that moved the highlight went: it has to move by itself."""
        return self._lost_mover and not (self._steppers or self._sticks)

    @property
    def nobody_selects(self) -> bool:
        """True when the last device that chose went: a long press of a switch that moves has to choose."""
        return self._lost_selector and not self._selectors and bool(self._steppers)

    def hear(self, event: InputEvent) -> bool:
        """Take one event; return True when what is left changed with it."""
        if isinstance(event, SwitchEvent):
            if not event.pressed or event.found or event.control not in ("select", "next", "back"):
                return False
            known = self._selectors if event.control == "select" else self._steppers
        elif isinstance(event, AxesEvent) and max(map(abs, event.axes), default=0.0) >= USED:
            known = self._sticks
        else:
            return False
        if event.device in known:
            return False
        before = (self.nobody_moves, self.nobody_selects)
        known.add(event.device)
        return before != (self.nobody_moves, self.nobody_selects)

    def lose(self, device: str) -> bool:
        """A device went; return True when what is left changed with it."""
        before = (self.nobody_moves, self.nobody_selects)
        self._lost_mover |= device in self._steppers or device in self._sticks
        self._lost_selector |= device in self._selectors
        for known in (self._steppers, self._sticks, self._selectors):
            known.discard(device)
        return before != (self.nobody_moves, self.nobody_selects)
