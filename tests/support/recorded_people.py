"""Simulated people before the real access pipeline, recorded as a session is: the logs in ``tests/recordings``.

``python -m tests.support.recorded_people`` records them anew, after a change that is meant to act differently; without
one every log comes out as it was.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from armctl.access.actions import Action, Axes, Cancelled, HoldEnd, HoldStart, Lit, ScanItem, Select, StopMotion
from armctl.access.eventlog import EventLog, RecordedPipeline
from armctl.access.events import Control, DeviceCame, DeviceGone, InputEvent, SwitchEvent
from armctl.config.user import UserConfig
from sim.users import gazing, steering
from sim.users.presser import PEOPLE, Habit, Presser
from tests.support.switch_person import tiles

FOLDER: Final = Path(__file__).parents[1] / "recordings"
FRAME: Final = 1.0 / 30.0
SECONDS: Final = 40.0
"""A session with switches [s]."""
STEERS: Final = 10.0
"""And one with a stick, which says much more [s]."""
SCREENS: Final = {
    "home": (*tiles(4, moves=True), ScanItem("move", "Move", rect=(100, 100, 90, 90))),
    "move": (*tiles(3, holds=True), ScanItem("leave", "Home", rect=(0, 100, 90, 90))),
}


class Room:
    """One person's pipeline, and an arm that moves for a while when it is asked to."""

    def __init__(self, path: Path, seed: int, **settings: Any) -> None:
        user = UserConfig.model_validate({"name": path.stem.replace("-", "_"), **settings})
        self.log = EventLog(path, user, {})
        self.pipeline = RecordedPipeline(user, self.log)
        self.dice = random.Random(seed)
        self.now, self.screen, self.lit = 0.0, "home", ""
        self._moves_until = 0.0
        self._steered = False
        self._show()

    @property
    def moving(self) -> bool:
        return self.now < self._moves_until or self._steered or self.pipeline.held is not None

    def go(self, events: Iterable[InputEvent]) -> list[Action]:
        """Let ``events`` come, and one frame pass."""
        actions = [action for event in events for action in self.pipeline.feed(event, self.moving)]
        self.now += FRAME
        actions += self.pipeline.tick(self.now, self.moving)
        for action in actions:
            self._take(action)
        return actions

    def leave_for(self, screen: str) -> None:
        self.screen = screen
        self._show()

    def _show(self) -> None:
        self.pipeline.set_items(SCREENS[self.screen], self.screen, self.now, steers=self.screen == "move")

    def _take(self, action: Action) -> None:
        if isinstance(action, Lit):
            self.lit = action.item
        elif isinstance(action, Select):
            moves = action.item in "abcd" and self.screen == "home"
            self._moves_until = self.now + self.dice.uniform(2.0, 4.0) if moves else self._moves_until
            if action.item in ("move", "leave"):
                self.leave_for("move" if action.item == "move" else "home")
        elif isinstance(action, StopMotion):
            self._moves_until, self._steered = self.now, False
        elif isinstance(action, Axes):
            self._steered = any(action.axes)


class Hand:
    """A hand on one switch: wants one tile after another, and stops what moves now and then."""

    def __init__(self, habit: Habit, seed: int, device: str = "keyboard") -> None:
        self._presser, self._dice, self._device = Presser(habit, seed), random.Random(seed), device
        self._planned: list[tuple[float, bool]] = []
        self._mistake_at = self._presser.next_mistake(0.0)
        self._wish, self._seen, self._stops = "a", "", False

    def look(self, room: Room) -> list[InputEvent]:
        """Return what the switch does until now."""
        now = room.now
        if self._mistake_at <= now:
            self._plan([self._presser.mistake(now)])
            self._mistake_at = self._presser.next_mistake(now)
        if not self._planned:
            self._decide(room, now)
        due = [one for one in self._planned if one[0] <= now]
        self._planned = self._planned[len(due) :]
        return [SwitchEvent(stamp, self._device, "select", pressed, contact="space") for stamp, pressed in due]

    def _decide(self, room: Room, now: float) -> None:
        wakes = room.pipeline.resting
        if room.moving:
            if not self._stops and self._dice.random() < 0.7:
                self._plan(self._presser.press(now + self._dice.uniform(0.5, 2.0)))
            self._stops = True
            return
        self._stops = False
        seen = "nothing" if wakes else room.lit
        if seen == self._seen:
            return
        self._seen = seen
        wished = wakes or room.lit == self._wish
        early = self._presser.is_early()
        if early or (wished and not self._presser.lapses(now)):
            self._plan(self._presser.press(now + self._presser.time(now)))
            self._wish = self._dice.choice([item.id for item in SCREENS[room.screen]])

    def _plan(self, presses: Iterable[tuple[float, float]]) -> None:
        after = self._planned[-1][0] if self._planned else 0.0
        new = [(stamp, pressed) for down, up in presses for stamp, pressed in ((down, True), (up, False))]
        self._planned += [one for one in new if one[0] > after]


def switch(room: Room, habit: Habit, seed: int) -> None:
    """Let somebody choose with one switch."""
    hand = Hand(habit, seed)
    while room.now < SECONDS:
        actions = room.go(hand.look(room))
        if any(isinstance(action, HoldStart | HoldEnd | Cancelled) for action in actions):
            hand._seen = ""


def stick(room: Room, who: steering.Steerer, seed: int) -> None:
    """Let somebody steer with a stick that reports fifty times a second."""
    room.leave_for("move")
    path = steering.wanted(steering.errand(seed, STEERS), who)
    _follow(room, steering.reported(path, who, seed)[::2], STEERS)


def gaze(room: Room, who: str, seed: int) -> None:
    """Let somebody choose by looking."""
    dice = random.Random(seed)
    places = [(45.0 + 100.0 * (n % 3), 45.0 + 100.0 * (n // 3)) for n in range(5)]
    ways = [(dice.uniform(0.3, 2.5), dice.choice(places)) for _ in range(30)]
    _follow(room, gazing.looked(ways, gazing.GAZES[who], seed), 2.0 * STEERS)


def _follow(room: Room, events: Sequence[InputEvent], seconds: float) -> None:
    number = 0
    while room.now < seconds:
        due = [event for event in events[number : number + 20] if event.stamp <= room.now]
        number += len(due)
        room.go(due)


def plugs(room: Room, habit: Habit, seed: int) -> None:
    """Let somebody choose with two switches, of which each in turn is pulled out and plugged in again."""
    presser, down_until = Presser(habit, seed), 0.0
    for number in range(24):
        chooses = number % 3 == 2
        device: str = "right" if chooses else "left"
        control: Control = "select" if chooses else "next"
        if number % 6 == 4:
            room.go([DeviceGone(room.now, ("left", "right")[number // 6 % 2])])
        if number % 12 == 11:
            room.go([DeviceCame(room.now, name) for name in ("left", "right")])
        room.go([SwitchEvent(room.now, device, control, True)])
        down_until = room.now + (1.0 if number % 6 == 5 else presser.held())
        while room.now < down_until:
            room.go([])
        room.go([SwitchEvent(room.now, device, control, False)])
        wait = room.now + presser.time(room.now)
        while room.now < wait:
            room.go([])


ONE: Final = {"scan": {"interval": 1.1, "first_extra": 0.4}, "preview": {"enabled": True, "time": 1.0}}
DOUBLE: Final = {"scan": {"interval": 1.0}, "switch": {"post_acceptance": 0.0}}
STUCK: Final = {"scan": {"interval": 1.2}, "switch": {"maximum_hold": 3.0}, "motion": {"jog": "hold"}}
TREMBLING: Final = {"scan": {"interval": 1.2}, "switch": {"acceptance": 0.1, "release": 0.1, "post_acceptance": 0.5}}
SHAKEN: Final = {"joystick": {"dead_zone": 0.2}}
WEAK: Final = {"joystick": {"outer": 0.6, "spasm_level": 0.85, "angle": 0.35}}
GAZE: Final = {"scan": {"method": "direct"}, "dwell": {"gaze": True, "time": 0.6, "radius": 60.0}}
THROWN: Final = replace(steering.PEOPLE["weak, spasms"], spasms=900.0)
PERSONS: Final[dict[str, tuple[dict[str, Any], Callable[[Room], None]]]] = {
    "late": (ONE, lambda room: switch(room, Habit(0.85, 0.2, 0.5), 1)),
    "double": (DOUBLE, lambda room: switch(room, Habit(0.4, 0.05, 0.1, double=0.8), 2)),
    "missed": (ONE, lambda room: switch(room, Habit(0.5, 0.1, 0.1, lapse=0.5, early=0.1), 3)),
    "stuck": (STUCK, lambda room: switch(room, Habit(0.5, 0.1, 0.1, stick=0.4), 4)),
    "trembling-switch": (TREMBLING, lambda room: switch(room, PEOPLE["tremor"], 5)),
    "trembling-stick": (SHAKEN, lambda room: stick(room, steering.PEOPLE["essential tremor"], 6)),
    "spasms": (WEAK, lambda room: stick(room, THROWN, 7)),
    "gaze": (GAZE, lambda room: gaze(room, "typical", 8)),
    "plugs": ({"scan": {"method": "step", "interval": 0.9}}, lambda room: plugs(room, PEOPLE["able"], 9)),
}
"""Name to settings, and what the person does."""


def record(name: str, folder: Path) -> Path:
    """Record one person's session in ``folder`` and return the file."""
    settings, does = PERSONS[name]
    path = folder / f"{name}.jsonl"
    room = Room(path, len(name), **settings)
    does(room)
    room.log.close()
    return path


def main() -> None:
    """Record all of them anew."""
    for name in PERSONS:
        record(name, FOLDER)


if __name__ == "__main__":
    main()
