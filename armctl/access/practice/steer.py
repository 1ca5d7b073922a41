"""The games that move a hand: to a mark along one axis, along two with a change between, closing on a cup, carrying it.

The hand behaves as the arm does: it needs a moment to stop, and while it moves any press stops it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from armctl.access.practice.trial import AxisName, Trial, Wish

BRAKING: Final = 0.15
"""Time from full speed to rest [s], about that of the arm at the person's speed."""
AT_REST: Final = 0.5
"""So long the hand must rest on the mark [s]: passing over it is not arriving."""
TICK: Final = 0.005
"""The game goes on in steps of this length [s], whatever the screen's: a slow screen plays the same game."""
FULL_TILT: Final = 0.5
"""Farther than this the hand does not tilt [rad]."""
MOVES: Final = {"side": 0.05, "ahead": 0.05, "height": 0.05, "tilt": 0.25, "grip": 0.35}
"""Speed on the first level: [m/s], [rad/s], openings a second."""
STEPS: Final = {"side": 0.02, "ahead": 0.02, "height": 0.02, "tilt": 0.08, "grip": 0.1}
"""One short way, for who moves step by step: [m], [rad], share of the opening."""


@dataclass(slots=True)
class Axis:
    """One way the hand goes.

    Attributes:
        value: Where it is: [m], [rad] or the opening.
        target: Where the mark is.
        tolerance: How far from the mark still counts.
        speed: Full speed.
        low: Least value.
        high: Greatest value.
        velocity: How fast it goes now.
        wish: How fast it shall go, share of the speed, -1 to 1.
        left: What is left of a short way; None while it goes on until it is stopped.
    """

    value: float
    target: float
    tolerance: float
    speed: float
    low: float
    high: float
    velocity: float = 0.0
    wish: float = 0.0
    left: float | None = None

    @property
    def moving(self) -> bool:
        """True while it moves, or is about to."""
        return self.velocity != 0.0 or self.wish != 0.0

    @property
    def on_mark(self) -> bool:
        """True within the tolerance of the mark."""
        return abs(self.value - self.target) <= self.tolerance

    def halt(self) -> None:
        """Slow down now."""
        self.wish, self.left = 0.0, None

    def advance(self, dt: float) -> float:
        """Move for ``dt`` [s]; return the way gone. At an end of the way it stands."""
        change = self.speed / BRAKING * dt
        wanted = self.wish * self.speed
        before = self.velocity
        self.velocity += max(-change, min(change, wanted - before))
        way = (before + self.velocity) / 2 * dt
        if self.left is not None:
            self.left -= abs(way)
            # What it still rolls on while it slows down is a part of the way.
            if self.left <= self.velocity**2 / (2 * self.speed / BRAKING):
                self.halt()
        reached = max(self.low, min(self.high, self.value + way))
        way, self.value = reached - self.value, reached
        if reached in (self.low, self.high) and self.velocity * (reached - (self.low + self.high) / 2) > 0:
            self.velocity = 0.0
            self.halt()
        return way


@dataclass(frozen=True, slots=True)
class SteerLevel:
    """How hard it is.

    Attributes:
        far: How far the mark is away at most, share of the room to move.
        tolerance: How far from the mark still counts, share of that of the first level.
        speed: Speed, share of that of the first level.
        drift: How far carrying tilts the cup [rad a m].
    """

    far: float
    tolerance: float
    speed: float
    drift: float = 0.0


LEVELS: Final = (
    SteerLevel(0.6, 1.0, 1.0, 0.0),
    SteerLevel(0.8, 0.85, 1.0, 1.5),
    SteerLevel(1.0, 0.7, 1.2, 2.5),
    SteerLevel(1.0, 0.55, 1.4, 3.5),
    SteerLevel(1.0, 0.45, 1.6, 4.5),
)
ROOM: Final = 0.09
"""The hand goes so far to each side [m]: a reach that every arm has around its home."""
MARK: Final = 0.03
"""Tolerance on the first level [m]: about the radius of a cup."""
LEVEL_CUP: Final = 0.12
"""A cup tilted by less than this counts as level on the first level [rad], 7 degrees."""
SPILLS: Final = 0.35
"""From this tilt on a cup that is nearly full spills [rad], 20 degrees."""
CUP_WIDTH: Final = 0.55
"""Opening at which the fingers touch the cup."""
GRASP: Final = 0.16
"""The fingers may close so far beyond that on the first level, share of the opening: a soft cup gives a little."""
TIME: Final = 12.0
"""Time for a trial besides choosing the directions [s]."""
CHOICES: Final = 9
"""So many tiles may be gone past in a trial."""


class Steer(Trial):
    """Bring the hand to the mark, and let it rest there.

    Args:
        axes: The ways it goes.
        now: When it begins [s].
        limit: Longest time [s].
        drift: How far going ahead or back tilts it [rad a m].
    """

    def __init__(self, axes: dict[AxisName, Axis], now: float, limit: float, drift: float = 0.0) -> None:
        super().__init__(now)
        self.axes = axes
        self.limit = limit
        self._drift = drift
        self._now = now
        self._rests_since = now

    @property
    def stops(self) -> bool:
        """True while the hand moves."""
        return self.outcome is None and any(axis.moving for axis in self.axes.values())

    def tick(self, now: float) -> None:
        """Let the hand move until ``now`` [s], and see whether it has arrived, spilt or run out of time."""
        while self.outcome is None and self._now + TICK <= now:
            self._now += TICK
            self._move(TICK)
            self._judge()

    def halt(self, stamp: float) -> None:
        """Stop the hand."""
        self.tick(stamp)
        for axis in self.axes.values():
            axis.halt()

    def go(self, wish: Wish, stamp: float) -> None:
        """Move on as wished; ways this game does not have are nothing."""
        self.tick(stamp)
        for name, axis in self.axes.items():
            axis.wish, axis.left = wish.get(name, 0.0), None

    def step(self, wish: Wish, stamp: float) -> None:
        """Go one short way."""
        self.go(wish, stamp)
        for name, axis in self.axes.items():
            axis.left = STEPS[name] if axis.wish else None

    def _move(self, dt: float) -> None:
        ways = {name: axis.advance(dt) for name, axis in self.axes.items()}
        tilt = self.axes.get("tilt")
        if tilt is not None:
            tilt.value = max(tilt.low, min(tilt.high, tilt.value + self._drift * ways.get("ahead", 0.0)))

    def _judge(self) -> None:
        grip, tilt = self.axes.get("grip"), self.axes.get("tilt")
        if tilt is not None and abs(tilt.value) >= SPILLS:
            self._end(False, self._now, "spilt")
        elif grip is not None and grip.value < grip.target - grip.tolerance:
            self._end(False, self._now, "squeezed")
        if self.stops or not all(axis.on_mark for axis in self.axes.values()):
            self._rests_since = self._now
        if self._now - self._rests_since >= AT_REST:
            self._end(True, self._rests_since)
        elif self._now - self.began >= self.limit:
            self._end(False, self._now, "none")


def line(names: tuple[AxisName, ...], level: int, now: float, pace: float, random: Random) -> Steer:
    """Return a trial in which the hand goes to a mark along the axes ``names``."""
    hard = LEVELS[level - 1]
    axes: dict[AxisName, Axis] = {}
    for name in names:
        far = random.uniform(0.6, 1.0) * hard.far * ROOM * random.choice((-1.0, 1.0))
        axes[name] = Axis(-far, far, MARK * hard.tolerance, MOVES[name] * hard.speed, -ROOM, ROOM)
    return Steer(axes, now, TIME + CHOICES * len(names) * pace)


def close(level: int, now: float, pace: float) -> Steer:
    """Return a trial in which the fingers close on a cup."""
    hard = LEVELS[level - 1]
    give = GRASP * hard.tolerance / 2
    axis = Axis(1.0, CUP_WIDTH - give, give, MOVES["grip"] * hard.speed, 0.0, 1.0)
    return Steer({"grip": axis}, now, TIME + CHOICES * pace)


def carry(level: int, now: float, pace: float) -> Steer:
    """Return a trial in which a cup is carried to the mark near the mouth, level."""
    hard = LEVELS[level - 1]
    far = hard.far * ROOM
    ahead = Axis(far, -far, MARK * hard.tolerance, MOVES["ahead"] * hard.speed, -ROOM, ROOM)
    tilt = Axis(0.0, 0.0, LEVEL_CUP * hard.tolerance, MOVES["tilt"], -FULL_TILT, FULL_TILT)
    return Steer({"ahead": ahead, "tilt": tilt}, now, TIME + 2 * CHOICES * pace, hard.drift)
