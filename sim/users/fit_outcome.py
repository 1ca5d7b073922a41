"""What comes of fitted settings: simulated people rest, press and point with them, on the filters of real use."""

from __future__ import annotations

import math
import random
from typing import Final, NamedTuple

from armctl.access.actions import ScanItem, Select
from armctl.access.events import PointerEvent
from armctl.access.fit.exercise import Prompt
from armctl.access.fit.stick import ASKED
from armctl.access.joystick import Stick
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig
from sim.users.pointing import Aim, PointingHand
from sim.users.steering import Steerer, reported, swings

LOOKS: Final = 0.02
"""Time between two reports of the pointer [s]."""
GAP: Final = 16.0
"""Between tiles [px]."""
COLUMNS: Final = 4
TILES: Final = 12
PATIENCE: Final = 8.0
"""A target that was not chosen by then counts as missed [s]."""


class SteeringHand:
    """A hand of `sim.users.steering` that does what the measurement of the stick asks for.

    Args:
        person: How they steer.
        seed: Of tremor and noise.
    """

    def __init__(self, person: Steerer, seed: int) -> None:
        self._person = person
        self._random = random.Random(seed)
        self._swings = swings(person, self._random)
        self._way = self._random.uniform(0.0, math.tau)
        self._asked = ("", "")
        self._since = 0.0
        self._from = self._place = self._noise = (0.0, 0.0)

    def at(self, now: float, prompt: Prompt) -> tuple[float, float]:
        """Return where the stick is at ``now`` [s]: right and ahead."""
        person = self._person
        if (prompt.say, prompt.which) != self._asked:
            self._asked, self._since, self._from = (prompt.say, prompt.which), now, self._place
        r = min(1.0, max(0.0, (now - self._since - person.delay) / person.rise))
        share = r * r * r * (10.0 - 15.0 * r + 6.0 * r * r)  # least jerk
        goal = self._goal(prompt)
        x, y = (start + share * (end - start) for start, end in zip(self._from, goal, strict=True))
        self._place = (x, y)
        return self._shaken()

    def _goal(self, prompt: Prompt) -> tuple[float, float]:
        if prompt.say == "wait":
            return 0.0, 0.0
        asked = next((angle for way, angle in ASKED.items() if way == prompt.which), 0.0)
        angle = asked + self._person.turned
        return self._person.gain * math.cos(angle), self._person.gain * math.sin(angle)

    def _shaken(self) -> tuple[float, float]:
        person, draw, (x, y) = self._person, self._random, self._place
        spread = person.rest + person.effort * math.hypot(x, y)
        self._noise = (0.5 * self._noise[0] + draw.gauss(0.0, 0.87), 0.5 * self._noise[1] + draw.gauss(0.0, 0.87))
        swing = next(self._swings)
        x += swing * math.cos(self._way) + spread * self._noise[0]
        y += swing * math.sin(self._way) + spread * self._noise[1]
        return max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y))


def moved_at_rest(person: Steerer, user: UserConfig, seed: int, seconds: float = 120.0) -> float:
    """Return the share of ``seconds`` [s] at rest in which the stick of ``person`` wishes to move."""
    stick = Stick(user.joystick)
    events = reported([(0.0, 0.0)] * round(seconds * 100.0), person, seed)
    moving = 0
    for event in events:
        stick.feed(event.axes, event.stamp)
        moving += any(stick.wish)
    return moving / len(events)


class Pointed(NamedTuple):
    """Shares of targets: chosen, another one chosen instead, and none chosen in time."""

    right: float
    wrong: float
    missed: float


def pointed(aim: Aim, user: UserConfig, seed: int, ways: int = 150) -> Pointed:
    """Return what came of going to ``ways`` targets, one after another, and resting there."""
    side = float(user.look.tile_min)
    step = side + GAP
    corners = [(100.0 + step * (n % COLUMNS), 100.0 + step * (n // COLUMNS)) for n in range(TILES)]
    tiles = [ScanItem(f"target:{n}", str(n), rect=(x, y, side, side)) for n, (x, y) in enumerate(corners)]
    pipeline, hand, draw = AccessPipeline(user), PointingHand(aim, seed, (800.0, 50.0)), random.Random(seed)
    pipeline.set_window(2000.0, 1500.0)
    now, which, count = 0.0, -1, {"right": 0, "wrong": 0, "missed": 0}
    for way in range(ways):
        which = draw.choice([n for n in range(TILES) if n != which])
        pipeline.set_items(tiles, f"screen {way}", now)
        now, chosen = _go(pipeline, hand, tiles, Prompt("pointer", "cue", str(which)), now)
        count["missed" if not chosen else "right" if chosen == f"target:{which}" else "wrong"] += 1
    return Pointed(count["right"] / ways, count["wrong"] / ways, count["missed"] / ways)


def _go(
    pipeline: AccessPipeline, hand: PointingHand, tiles: list[ScanItem], prompt: Prompt, now: float
) -> tuple[float, str]:
    """Return when something was chosen [s], and what; nothing after `PATIENCE`."""
    end = now + PATIENCE
    while now < end:
        now += LOOKS
        event = PointerEvent(now, *hand.at(now, prompt, tiles))
        for action in (*pipeline.feed(event, moving=False), *pipeline.tick(now, moving=False)):
            if isinstance(action, Select):
                return now, action.item
    return now, ""
