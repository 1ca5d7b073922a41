"""The highlight: moving by itself, moved by a switch, or standing still.

It remembers where it was, because what counts is the item lit when the press began, not when it was accepted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

from armctl.config.user import ScanConfig

REMEMBERED: Final = 64
"""Moves of the highlight that are kept: at 0.1 s an item more than 6 s, longer than any acceptance time."""


class Scan:
    """The highlight over a list of items, each known by its id."""

    def __init__(self, config: ScanConfig) -> None:
        self._config = config
        self._items: tuple[str, ...] = ()
        self._index: int | None = None
        self._since = 0.0
        self._round = 0
        self._frozen = False
        self._past: deque[tuple[float, str | None]] = deque(maxlen=REMEMBERED)

    def configure(self, config: ScanConfig) -> None:
        """Go on with other settings; what is under way stays."""
        self._config = config

    @property
    def lit(self) -> str | None:
        """The lit item; None when nothing is lit."""
        return None if self._index is None else self._items[self._index]

    @property
    def resting(self) -> bool:
        """True when the rounds are over and a press is needed to start again."""
        return self._index is None and not self._frozen and bool(self._items)

    def lit_at(self, stamp: float) -> str | None:
        """Return the item that was lit at ``stamp`` [s], None when none was."""
        for since, item in reversed(self._past):
            if since <= stamp:
                return item
        return None

    def time_left(self, now: float) -> float:
        """Return the share of the lit item's time that is left at ``now`` [s], 1 to 0."""
        if self._index is None:
            return 0.0
        if not self._moves_by_itself():
            return 1.0
        return min(1.0, max(0.0, 1.0 - (now - self._since) / self._duration(self._index)))

    def replace(self, items: Sequence[str], now: float) -> str | None:
        """Show other ``items``; the highlight stays where its item remains. Return the newly lit item, if any."""
        lit = self.lit
        self._items = tuple(items)
        if lit is not None and lit in self._items:
            self._index = self._items.index(lit)
            return None
        return self.restart(now)

    def forget(self) -> None:
        """Forget where the highlight was: presses from before mean nothing on a new screen."""
        self._past.clear()
        self._index = None

    def restart(self, now: float) -> str | None:
        """Begin at the first item, and with the first round; return it."""
        self._round = 0
        self._frozen = False
        return self._go(0 if self._items else None, now)

    def freeze(self, now: float) -> None:
        """Put the highlight out until `restart`."""
        self._frozen = True
        self._go(None, now)

    def move(self, step: int, now: float) -> str | None:
        """Move the highlight by ``step`` items, or start again when it rests; return the item lit then."""
        if self._frozen or not self._items:
            return None
        if self._index is None:
            return self.restart(now)
        self._round = 0
        return self._go((self._index + step) % len(self._items), now)

    def advance(self, now: float) -> list[str]:
        """Let time pass until ``now`` [s]; return the items that were lit on the way, in order."""
        lit: list[str] = []
        while self._moves_by_itself() and self._index is not None:
            over = self._since + self._duration(self._index)
            if now < over:
                break
            following = (self._index + 1) % len(self._items)
            self._round += following == 0
            item = self._go(None if self._round >= self._config.rounds else following, over)
            if item is not None:
                lit.append(item)
        return lit

    def _moves_by_itself(self) -> bool:
        return self._config.method == "auto" and len(self._items) > 1

    def _duration(self, index: int) -> float:
        return self._config.interval + (self._config.first_extra if index == 0 else 0.0)

    def _go(self, index: int | None, now: float) -> str | None:
        self._index = index
        self._since = now
        self._past.append((now, self.lit))
        return self.lit
