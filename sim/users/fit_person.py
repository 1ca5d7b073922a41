"""A simulated person goes through the measurement, and afterwards chooses tiles with the real access pipeline."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from armctl.access.actions import Action, Cancelled, Lit, ScanItem, Select
from armctl.access.events import AxesEvent, InputEvent, PointerEvent, SwitchEvent
from armctl.access.fit.course import Course
from armctl.access.fit.exercise import Prompt
from armctl.access.fit.measured import Measured
from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig
from sim.users.breathing import Breaths
from sim.users.pointing import PointingHand
from sim.users.presser import Habit, Pressed, Presser

FRAME: Final = 0.01
"""Time between two looks at the screen [s]."""
TARGETS: Final = tuple(
    ScanItem(
        f"target:{number}", str(number), rect=(40.0 + 420.0 * (number % 3), 120.0 + 300.0 * (number // 3), 380.0, 260.0)
    )
    for number in range(6)
)
"""Tiles of the pointer part as a window of 1280 by 800 has them."""


Follow: TypeAlias = Callable[[Action, float, UserConfig], UserConfig | None]


class Follows(Protocol):
    """A hand on a stick that does what the measurement asks for."""

    def at(self, now: float, prompt: Prompt) -> tuple[float, float]:
        """Return where the stick is at ``now`` [s]: right and ahead."""
        ...


class Contact(Protocol):
    """Something one person presses: a key, or what a breath is understood as."""

    @property
    def idle(self) -> bool:
        """True when no press is planned or going on."""
        ...

    def press(self, at: float, until: float | None = None) -> None:
        """Plan a press at ``at`` [s], held until ``until`` [s] or as the person does; nothing while it is closed."""
        ...

    def events(self, now: float) -> Sequence[InputEvent]:
        """Return what happened until ``now`` [s]."""
        ...


class Keys:
    """One switch: plans closures, and tells them as events in the order of time."""

    def __init__(self, presser: Presser) -> None:
        self._presser = presser
        self._planned: list[tuple[float, bool]] = []
        self._free_at = float("-inf")
        self._mistake_at = presser.next_mistake(0.0)

    @property
    def idle(self) -> bool:
        """True when no press is planned or going on."""
        return not self._planned

    def press(self, at: float, until: float | None = None) -> None:
        """Plan a press at ``at`` [s], held until ``until`` [s] or as the person does; nothing while it is closed."""
        if at < self._free_at:
            return
        self._plan([Pressed(at, until)] if until is not None else self._presser.press(at))

    def events(self, now: float) -> list[SwitchEvent]:
        """Return what happened until ``now`` [s]."""
        while self._mistake_at <= now:
            if self._mistake_at >= self._free_at:
                self._plan([self._presser.mistake(self._mistake_at)])
            self._mistake_at = self._presser.next_mistake(self._mistake_at)
        found = []
        while self._planned and self._planned[0][0] <= now:
            stamp, pressed = heapq.heappop(self._planned)
            found.append(SwitchEvent(stamp, "keyboard", "select", pressed, contact="space"))
        return found

    def _plan(self, presses: list[Pressed]) -> None:
        for press in presses:
            heapq.heappush(self._planned, (press.down, True))
            heapq.heappush(self._planned, (press.up, False))
        self._free_at = presses[-1].up


def contact_of(presser: Presser, seed: int, breath: bool) -> Contact:
    """Return what somebody presses with: a key, or their breath."""
    return Breaths(presser, seed) if breath else Keys(presser)


def measure(
    habit: Habit,
    seed: int,
    stick: Follows | None = None,
    pointer: PointingHand | None = None,
    *,
    breath: bool = False,
) -> Measured:
    """Return what the measurement finds of this person, who does what they are asked, as well as they can."""
    presser, course = Presser(habit, seed), Course(seed)
    keys = contact_of(presser, seed, breath)
    seen, now = Prompt("rest", "wait"), 0.0
    while not course.over:
        now += FRAME
        events: list[InputEvent] = [*keys.events(now)]
        if stick is not None and course.prompt.part == "stick":
            events += [AxesEvent(now, "joystick", stick.at(now, course.prompt))]
        if pointer is not None and course.prompt.part == "pointer":
            events += [PointerEvent(now, *pointer.at(now, course.prompt, TARGETS))]
        for event in events:
            course.feed(event)
        course.tick(now, TARGETS)
        if course.prompt != seen:
            seen = course.prompt
            _answer(seen, presser, keys, now)
    return course.measured


def _answer(prompt: Prompt, presser: Presser, keys: Contact, now: float) -> None:
    """Do what ``prompt`` asks for."""
    begins = prompt.say == "intro" and prompt.part in ("press", "hold")
    if begins:
        keys.press(now + 1.0 + presser.time(now))
    elif prompt.part == "press" and prompt.say == "wait" and presser.is_early():
        keys.press(now + presser.within(0.8))
    elif prompt.part == "press" and prompt.say == "cue" and not presser.lapses(now):
        keys.press(now + presser.time(now))
    elif prompt.part == "hold" and prompt.say == "wait":
        keys.press(now + 1.0, now + 4.0 + presser.time(now) + 1.0)


@dataclass(slots=True)
class Tally:
    """What came of choosing: ``right`` and ``wrong`` choices in ``seconds`` [s]."""

    right: int = 0
    wrong: int = 0
    seconds: float = 0.0

    @property
    def wrong_share(self) -> float:
        """Share of choices that chose another tile than was meant."""
        return self.wrong / max(1, self.right + self.wrong)

    @property
    def right_a_minute(self) -> float:
        """Right choices a minute, where each wrong one costs another one to take it back."""
        return 60.0 * max(0, self.right - self.wrong) / self.seconds


class Chooser:
    """Somebody who wants one tile after another, at random, on a list of tiles with automatic scanning.

    Args:
        habit: How they press.
        user: Their settings.
        seed: Of everything that is drawn.
        items: Tiles on the list.
        breath: They press by sipping and puffing.
        tires: They tire while they choose, as they do while they are measured.
        follow: Hears every action, and returns other settings to go on with, or None.
    """

    def __init__(
        self,
        habit: Habit,
        user: UserConfig,
        seed: int,
        items: int = 6,
        *,
        breath: bool = False,
        tires: bool = False,
        follow: Follow | None = None,
    ) -> None:
        self._ids = [f"tile{number}" for number in range(items)]
        self._presser, self._random = Presser(habit, seed), random.Random(seed + 1)
        self._keys = contact_of(self._presser, seed, breath)
        self._tires, self._follow = tires, follow
        self._user = user
        self._pipeline = AccessPipeline(user)
        tiles = [ScanItem(name, name, rect=(0.0, 100.0 * n, 100.0, 100.0)) for n, name in enumerate(self._ids)]
        self._pipeline.set_items(tiles, "screen", 0.0)
        self._target = self._random.choice(self._ids)
        self._meant_early = False
        self.tally = Tally()

    def choose(self, choices: int) -> Tally:
        """Go on until so many choices were made; return what came of them."""
        now = 0.0
        while self.tally.right + self.tally.wrong < choices:
            now += 3.0 * FRAME
            actions = [a for event in self._keys.events(now) for a in self._pipeline.feed(event, moving=False)]
            for action in (*actions, *self._pipeline.tick(now, moving=False)):
                self._adapt(action, now)
                if isinstance(action, Select):
                    self._chosen(action.item)
                elif isinstance(action, Lit):
                    self._see(action.item, now)
            if self._pipeline.resting and self._keys.idle:
                self._keys.press(now + self._presser.time(self._tired_at(now)))
        self.tally.seconds = now
        return self.tally

    def _adapt(self, action: Action, now: float) -> None:
        if self._follow is None:
            return
        if isinstance(action, Select) and action.item != self._target:
            action = Cancelled(action.item, now)  # seen at once, and taken back
        user = self._follow(action, now, self._user)
        if user is not None:
            self._user = user
            self._pipeline.configure(user)

    def _tired_at(self, now: float) -> float:
        return now if self._tires else 0.0

    def _chosen(self, item: str) -> None:
        if item == self._target:
            self.tally.right += 1
        else:
            self.tally.wrong += 1
        self._target = self._random.choice(self._ids)
        self._meant_early = False

    def _see(self, item: str, now: float) -> None:
        before = self._ids[self._ids.index(self._target) - 1]
        if item == self._target:
            if not self._meant_early and not self._presser.lapses(self._tired_at(now)):
                self._keys.press(now + self._presser.time(self._tired_at(now)))
            self._meant_early = False
        elif item == before and self._presser.is_early():
            self._meant_early = True
            self._keys.press(now + self._presser.within(self._user.scan.interval))
