"""The highlight over a plan of tiles and groups: moving by itself, moved by a switch or while one is held, or still.

It remembers where it was, because what counts is what was lit when the press began, not when it was accepted.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from armctl.access.plan import Node
from armctl.config.user import ScanConfig

REMEMBERED: Final = 64
"""Moves of the highlight that are kept: at 0.1 s an item more than 6 s, longer than any acceptance time."""

Plan = tuple[Node, ...]


class Scan:
    """The highlight over a plan. What is lit is a tile's id, or a group of them (a tuple)."""

    def __init__(self, config: ScanConfig) -> None:
        self._config = config
        self._plan: Plan = ()
        self._path: tuple[int, ...] = ()
        self._level: Plan = ()
        self._index: int | None = None
        self._hidden: int | None = None
        self._kept: Node | None = None
        self._since = 0.0
        self._waits_until = float("-inf")
        self._round = 0
        self._frozen = False
        self._paused = False
        self._running = False
        self._past: deque[tuple[float, Node | None]] = deque(maxlen=REMEMBERED)

    def configure(self, config: ScanConfig) -> None:
        """Go on with other settings; what is under way stays."""
        self._config = config

    @property
    def lit(self) -> Node | None:
        """What is lit; None when nothing is."""
        return None if self._index is None else self._level[self._index]

    @property
    def resting(self) -> bool:
        """True when the highlight is out, and a press is needed to bring it back."""
        return self._index is None and not self._frozen and bool(self._plan)

    @property
    def paused(self) -> bool:
        """True while the highlight stands still on request: a press lets it go on, and chooses nothing."""
        return self._paused

    @property
    def running(self) -> bool:
        """True while a held switch lets the highlight move."""
        return self._running

    def lit_at(self, stamp: float) -> Node | None:
        """Return what could be chosen at ``stamp`` [s], None when nothing could."""
        for since, node in reversed(self._past):
            if since <= stamp:
                return node
        return None

    def time_left(self, now: float) -> float:
        """Return the share of the lit item's time that is left at ``now`` [s], 1 to 0."""
        if self._index is None:
            return 0.0
        if not self._moves_by_itself():
            return 1.0
        return min(1.0, max(0.0, 1.0 - (now - self._begins) / self._duration(self._index)))

    def replace(self, plan: Plan, now: float) -> Node | None:
        """Go over another ``plan``; the highlight stays where its item remains. Return what is newly lit, if any."""
        lit, depth = self.lit, len(self._path)
        self._plan = plan
        if self._frozen:
            self._path, self._level = (), plan
            return None
        place = None if lit is None else _find(lit, plan)
        if place is None or len(place) != depth + 1:
            return self.restart(now)
        self._path, self._index = place[:-1], place[-1]
        self._level = _level(plan, self._path)
        return None

    def forget(self) -> None:
        """Forget where the highlight was: presses from before mean nothing on a new screen."""
        self._past.clear()
        self._index = self._hidden = self._kept = None

    def restart(self, now: float) -> Node | None:
        """Begin at the first item, and with the first round; return it."""
        self._frozen = self._paused = self._running = False
        return self._enter((), now)

    def again(self, now: float) -> Node | None:
        """Begin where the highlight was when it was frozen, if that is still there, else at the first item."""
        place = None if self._kept is None else _find(self._kept, self._plan)
        if place is None:
            return self.restart(now)
        self._frozen = self._paused = self._running = False
        self._path, self._level, self._round = place[:-1], _level(self._plan, place[:-1]), 0
        return self._go(place[-1], now)

    def freeze(self, now: float) -> None:
        """Put the highlight out until `restart` or `again`."""
        self._kept = self._kept if self._frozen else self.lit
        self._frozen, self._running = True, False
        self._go(None, now)

    def wake(self, now: float) -> Node | None:
        """Bring a resting highlight back: where it was when it was hidden, else to the first item."""
        if self._hidden is None or self._hidden >= len(self._level):
            return self.restart(now)
        return self._go(self._hidden, now)

    def pause(self, now: float) -> None:
        """Stand still until `resume`; what is lit stays visible and cannot be chosen."""
        if not self._paused and self._index is not None:
            self._paused = True
            self._past.append((now, None))

    def resume(self, now: float) -> Node | None:
        """Go on after a pause, the lit item with its whole time; return it."""
        self._paused = False
        return self._go(self._index, now)

    def wait(self, until: float) -> None:
        """Give whatever is lit before ``until`` [s] its whole time from then on."""
        self._waits_until = until

    def run(self, now: float) -> Node | None:
        """A switch is held from ``now`` on: move until `halt`. Return what is newly lit: a resting highlight wakes."""
        self._running, self._round = True, 0
        if self._frozen or not self._plan:
            return None
        if self._index is None:
            woken = self.wake(now)
            self._running = True
            return woken
        self._since = now
        return None

    def halt(self) -> None:
        """The switch that let the highlight move was let go."""
        self._running = False

    def move(self, step: int, now: float) -> Node | None:
        """Move the highlight by ``step`` items, or start again when it rests; return what is lit then."""
        if self._frozen or not self._plan:
            return None
        if self._index is None:
            return self.wake(now)
        self._round = 0
        return self._go((self._index + step) % len(self._level), now)

    def point(self, item: str, now: float) -> None:
        """Light the tile ``item``, because somebody points at it."""
        place = None if self._frozen or self._paused or item == self.lit else _find(item, self._plan)
        if place is not None:
            self._path, self._level, self._round = place[:-1], _level(self._plan, place[:-1]), 0
            self._go(place[-1], now)

    def put_out(self, now: float) -> None:
        """Put the highlight out until it is moved or woken: nothing that could move it is there."""
        if self._index is not None and not self._paused:
            self._hidden, self._index, self._since = self._index, None, now
            self._past.append((now, None))

    def choose(self, group: Node, now: float) -> Node | None:
        """Go into ``group``, if it is still there, and light its first item; return it."""
        place = _find(group, self._plan)
        if self._frozen or place is None or isinstance(group, str):
            return None
        return self._enter(place, now)

    def leave(self, now: float) -> Node | None:
        """Go out of the group, back to it among the others; at the top on to the next one. Return what is lit."""
        if not self._path:
            return self.move(1, now)
        if self._frozen:
            return None
        self._up(now)
        return self.lit

    def advance(self, now: float) -> list[Node]:
        """Let time pass until ``now`` [s]; return what was lit on the way, in order."""
        lit: list[Node] = []
        while self._moves_by_itself() and self._index is not None:
            over = self._begins + self._duration(self._index)
            if now < over:
                break
            self._next(over)
            if self.lit is not None:
                lit.append(self.lit)
        self._hide(now)
        return lit

    # Small parts

    @property
    def _begins(self) -> float:
        return max(self._since, self._waits_until)

    def _next(self, now: float) -> None:
        following = ((self._index or 0) + 1) % len(self._level)
        self._round += following == 0
        if self._round < (self._config.inner_rounds if self._path else self._config.rounds):
            self._go(following, now)
        elif self._path:
            self._up(now)
        else:
            self._go(None, now)

    def _hide(self, now: float) -> None:
        stands = self._index is not None and not self._moves_by_itself() and not self._paused
        if stands and 0.0 < self._config.hide_after <= now - self._since:
            self.put_out(self._since + self._config.hide_after)

    def _moves_by_itself(self) -> bool:
        moves = self._config.method == "auto" or (self._config.method == "inverse" and self._running)
        return moves and not self._paused and (len(self._level) > 1 or bool(self._path))

    def _duration(self, index: int) -> float:
        extra = self._config.inner_extra if self._path else self._config.first_extra
        return self._config.least_time + (extra if index == 0 else 0.0)

    def _enter(self, path: tuple[int, ...], now: float) -> Node | None:
        self._path, self._round = path, 0
        self._level = _level(self._plan, path)
        return self._go(0 if self._level else None, now)

    def _up(self, now: float) -> None:
        *outer, index = self._path
        self._path, self._round = tuple(outer), 0
        self._level = _level(self._plan, self._path)
        self._go(index, now)

    def _go(self, index: int | None, now: float) -> Node | None:
        self._index, self._hidden = index, None
        self._since = now
        self._past.append((now, self.lit))
        return self.lit


def _level(plan: Plan, path: tuple[int, ...]) -> Plan:
    level = plan
    for index in path:
        node = level[index]
        level = (node,) if isinstance(node, str) else node
    return level


def _find(wanted: Node, level: Plan) -> tuple[int, ...] | None:
    """Return where ``wanted`` is in ``level``: the indices from the top, or None."""
    for index, node in enumerate(level):
        if node == wanted:
            return (index,)
        deeper = None if isinstance(node, str) else _find(wanted, node)
        if deeper is not None:
            return (index, *deeper)
    return None
