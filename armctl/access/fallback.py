"""What is left when a device goes: whoever still has one input that works can choose everything with it.

Only what was heard counts: a keyboard that lies on a shelf is no way to choose for the person in the wheelchair.
"""

from __future__ import annotations

from typing import Final

from armctl.access.events import ARROWS, AxesEvent, InputEvent, PointerEvent, PointerLeft, SwitchEvent

USED: Final = 0.5
"""Deflection from which a stick was used on purpose."""
POINTS: Final = 20.0
"""A pointer that said nothing for so long may be broken [s]: no head and no eye is ever so still."""


class WhatIsLeft:
    """Which devices move the highlight and which choose.

    When one of them goes, those that were used after it still count; the others only once they are used again: the
    keyboard that somebody started the arm with an hour ago may be out of this person's reach.
    """

    def __init__(self) -> None:
        self._steppers: set[str] = set()
        self._movers: list[str] = []  # the one that was used last at the end
        self._selectors: list[str] = []
        self._sticks: set[str] = set()
        self._pointed_at = float("-inf")
        self._lost_mover = self._lost_selector = self._alone = False

    @property
    def nobody_moves(self) -> bool:
        """True when what moved the highlight went and nothing was used since: it has to move by itself."""
        return self._alone or (self._lost_mover and not self._movers)

    @property
    def nobody_selects(self) -> bool:
        """True when what chose went and nothing was used since: a long press of a switch that moves has to choose."""
        return self._lost_selector and not self._selectors and bool(self._steppers)

    def nobody_points(self, now: float, *, by_pointer: bool) -> bool:
        """Tell whether at ``now`` [s] nothing is there with which the person could go to a tile.

        Args:
            now: Time [s].
            by_pointer: They choose with a pointer, so that a stick nobody used is none of theirs.
        """
        there = bool(self._movers) or (bool(self._sticks) and not by_pointer)
        return not there and not self.points(now)

    def points(self, now: float) -> bool:
        """Tell whether at ``now`` [s] somebody has a pointer."""
        return now - self._pointed_at <= POINTS

    def go_alone(self) -> None:
        """Somebody chooses with nothing but a switch: until a mover is used the highlight moves by itself."""
        self._alone = True

    def hear(self, event: InputEvent) -> bool:
        """Take one event; return True when what is left changed with it."""
        before = (self.nobody_moves, self.nobody_selects)
        if isinstance(event, SwitchEvent):
            self._press(event)
        elif isinstance(event, AxesEvent):
            if event.device != ARROWS:
                self._sticks.add(event.device)
            if max(map(abs, event.axes), default=0.0) >= USED:
                self._move(event.device)
        elif isinstance(event, PointerEvent):
            self._pointed_at, self._alone = event.stamp, False
        elif isinstance(event, PointerLeft):
            self._pointed_at = float("-inf")
        return before != (self.nobody_moves, self.nobody_selects)

    def lose(self, device: str) -> bool:
        """A device went; return True when what is left changed with it."""
        before = (self.nobody_moves, self.nobody_selects)
        self._steppers.discard(device)
        self._sticks.discard(device)
        self._lost_mover |= _lost(self._movers, device)
        self._lost_selector |= _lost(self._selectors, device)
        return before != (self.nobody_moves, self.nobody_selects)

    def _press(self, event: SwitchEvent) -> None:
        if not event.pressed or event.found or event.control not in ("select", "next", "back"):
            return
        if event.control == "select":
            _used(self._selectors, event.device)
        else:
            self._steppers.add(event.device)
            self._move(event.device)

    def _move(self, device: str) -> None:
        _used(self._movers, device)
        self._alone = False


def _used(devices: list[str], device: str) -> None:
    """Put ``device`` at the end of ``devices``."""
    if device in devices:
        devices.remove(device)
    devices.append(device)


def _lost(devices: list[str], device: str) -> bool:
    """Take ``device``, and what was used before it, out of ``devices``; return True when it was there."""
    if device not in devices:
        return False
    del devices[: devices.index(device) + 1]
    return True
