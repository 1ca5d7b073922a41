"""The two games in which any press at all does something: cause and effect, and the timed press."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from armctl.access.practice.trial import Trial

WAVING: Final = 2.4
"""How long the arm waves [s]."""
WAITS: Final = (12.0, 10.0, 8.0, 6.0, 4.0)
"""How long a press is waited for on each level [s]."""


class Wave(Trial):
    """Press, and the arm on the screen waves; another press stops it waving.

    Args:
        level: 1 to 5.
        now: When it begins [s].
    """

    def __init__(self, level: int, now: float) -> None:
        super().__init__(now)
        self._wait = WAITS[level - 1]
        self._pressed: float | None = None
        self._stopped: float | None = None

    @property
    def stops(self) -> bool:
        """Always: nothing has to be aimed at, and while it waves a press stops it."""
        return self.outcome is None

    @property
    def waving(self) -> bool:
        """True while the arm waves."""
        return self.stops and self._pressed is not None

    def waved(self, now: float) -> float:
        """Return how much of the waving was done by ``now``, 0 to 1; it stays where it was stopped."""
        if self._pressed is None:
            return 0.0
        until = now if self._stopped is None else self._stopped
        return min(1.0, max(0.0, (until - self._pressed) / WAVING))

    def tick(self, now: float) -> None:
        """Stop waving after a while; give up when no press came."""
        if self._pressed is not None and now - self._pressed >= WAVING:
            self._end(True, self._pressed)
        elif self._pressed is None and now - self.began >= self._wait:
            self._end(False, self.began + self._wait, "none")

    def halt(self, stamp: float) -> None:
        """Begin to wave, or stop waving."""
        if self.outcome is not None:
            return
        if self._pressed is None:
            self._pressed = max(stamp, self.began)
        else:
            self._stopped = max(stamp, self._pressed)
            self._end(True, self._pressed)


@dataclass(frozen=True, slots=True)
class BallLevel:
    """How fast the ball crosses the screen [s], and how far from the cup's middle it still counts, share of the way."""

    crossing: float
    tolerance: float


BALLS: Final = (
    BallLevel(7.0, 0.13),
    BallLevel(6.0, 0.11),
    BallLevel(5.0, 0.095),
    BallLevel(4.0, 0.085),
    BallLevel(3.2, 0.075),
)
"""From a window of 1.8 s, wide enough for a mean press time of 0.9 s with its spread, to one of 0.5 s."""
CUP_FROM, CUP_TO = 0.5, 0.82
"""Where the cup may stand, share of the way: the ball is always seen coming."""


class Ball(Trial):
    """A ball rolls over the screen: press while it is in the cup, and it stops there.

    Args:
        level: 1 to 5.
        now: When it begins [s].
        cup: Where the cup stands, share of the way.
    """

    def __init__(self, level: int, now: float, cup: float) -> None:
        super().__init__(now)
        self.level = BALLS[level - 1]
        self.cup = cup
        self._stopped: float | None = None

    @property
    def stops(self) -> bool:
        """True while the ball rolls."""
        return self.outcome is None

    def place(self, now: float) -> float:
        """Return where the ball is at ``now`` [s], share of the way, 0 to 1; where it was stopped it stays."""
        at = now if self._stopped is None else self._stopped
        return min(1.0, max(0.0, (at - self.began) / self.level.crossing))

    def tick(self, now: float) -> None:
        """Let the ball roll out at the other side."""
        if self._stopped is None and now - self.began >= self.level.crossing:
            self._end(False, self.began + self.level.crossing, "none")

    def halt(self, stamp: float) -> None:
        """Stop the ball where it was at the press."""
        self.tick(stamp)
        if self.outcome is not None:
            return
        off = self.place(stamp) - self.cup
        self._stopped = stamp
        hit = abs(off) <= self.level.tolerance
        self._end(hit, stamp, "" if hit else "early" if off < 0 else "late")
