"""The parts with a switch: resting, catching the star, holding."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, Literal

from armctl.access.actions import ScanItem
from armctl.access.events import DeviceGone, InputEvent, SwitchEvent
from armctl.access.fit.exercise import Closures, PartName, Prompt, Say
from armctl.access.fit.presses import TOO_SOON, HoldTrial, Rest, Trial

INTRO: Final = 20.0
"""A part that nobody begins within this time is skipped [s]: its words take ten to say, and slow hands some more."""
REST: Final = 30.0
"""Time without anything to do [s]: in less, presses that come once or twice a minute are not seen."""
STARS: Final = 24
"""Cues: twenty presses know the coefficient of variation to 16 % (1/sqrt(2n)); some will be missed."""
FOREPERIOD: Final = (0.8, 2.2)
"""Between getting ready and the star [s], at random: what can be foreseen is not reacted to."""
STAYS: Final = 5.0
"""The star waits so long for a press [s]; longer times are misses, not a tail."""
AFTER: Final = 1.3
"""After a press time for a second one, and for a word [s]."""
LOST_INTEREST: Final = 5
"""After so many missed stars in a row the part is over."""
HOLDS: Final = 3
HOLD: Final = 3.0
"""How long to hold [s]."""
WAITS: Final = 6.0
"""A hold that nobody begins within this time is over [s]."""
LETS_GO: Final = 4.0
"""Longest wait for letting go [s]: longer holds are stuck, not slow."""
FLUTTER: Final = 0.4
"""A switch that opened for less than this was still being held [s]."""


class RestPart:
    """Nothing is asked for: what comes is not meant."""

    def __init__(self) -> None:
        self._closures = Closures()
        self._began: float | None = None
        self._now = 0.0

    def feed(self, event: InputEvent) -> None:
        """Take one event."""
        if isinstance(event, SwitchEvent) and event.control != "stop":
            self._closures.take(event)
        elif isinstance(event, DeviceGone):
            self._closures.gone(event.device)

    def tick(self, now: float, items: Sequence[ScanItem]) -> None:
        """Let time pass."""
        del items
        self._began = now if self._began is None else self._began
        self._now = now

    @property
    def _passed(self) -> float:
        return 0.0 if self._began is None else self._now - self._began

    @property
    def prompt(self) -> Prompt:
        """Rest."""
        return Prompt("rest", "wait", done=min(1.0, self._passed / REST))

    @property
    def over(self) -> bool:
        """True after `REST`."""
        return self._passed >= REST

    @property
    def result(self) -> Rest:
        """What came."""
        return Rest(self._passed, self._closures.all)


class Begun:
    """The beginning of a part: a press begins it, waiting skips it, and so does the switch that moves the highlight."""

    def __init__(self, part: PartName) -> None:
        self._part = part
        self._began: float | None = None
        self.skipped = False
        self.at: float | None = None

    def feed(self, event: InputEvent) -> float | None:
        """Take one event; return when the part began with it [s], None when it did not."""
        if isinstance(event, SwitchEvent) and event.pressed and not event.found and self._began is not None:
            if event.control == "next":
                self.skipped = True
            elif event.control != "stop":
                self.at = event.stamp
        return self.at

    def tick(self, now: float) -> None:
        """Let time pass."""
        self._began = now if self._began is None else self._began
        self.skipped = self.skipped or now - self._began >= INTRO

    @property
    def prompt(self) -> Prompt:
        """What comes."""
        return Prompt(self._part, "intro")


class PressPart:
    """A star appears at odd times; the person presses as soon as it is there."""

    def __init__(self, seed: int, stars: int = STARS) -> None:
        self._random = Random(seed)
        self._stars = stars
        self._intro = Begun("press")
        self._closures = Closures()
        self._say: Say = "wait"
        self._began = self._cue = self._next = 0.0
        self._good = self._idle = 0
        self._trials: list[Trial] = []

    @property
    def trials(self) -> tuple[Trial, ...]:
        """The stars so far; not those at the end that nobody was there to catch, or whose switch was unplugged."""
        left = self._idle if self._idle >= LOST_INTEREST else 0
        return tuple(self._trials[: len(self._trials) - left] or self._trials)

    @property
    def prompt(self) -> Prompt:
        """Wait, the star, or how it went."""
        if self._intro.at is None:
            return self._intro.prompt
        return Prompt("press", self._say, done=len(self._trials) / self._stars, good=self._good)

    @property
    def over(self) -> bool:
        """True after the last star, or when nobody takes part."""
        done = len(self._trials) >= self._stars or self._idle >= LOST_INTEREST
        return self._intro.skipped or (done and self._say == "wait")

    def feed(self, event: InputEvent) -> None:
        """Take one event."""
        if self._intro.at is None:
            if (at := self._intro.feed(event)) is not None:
                self._get_ready(at + AFTER)
        elif isinstance(event, SwitchEvent) and event.control != "stop":
            self._closures.take(event)
        elif isinstance(event, DeviceGone) and self._closures.gone(event.device):
            self._get_ready(event.stamp + AFTER)  # this star says nothing

    def tick(self, now: float, items: Sequence[ScanItem]) -> None:
        """Let time pass; the star is there from the first look at or after its time."""
        del items
        if self._intro.at is None:
            self._intro.tick(now)
        elif self._say == "wait" and now >= self._began:
            self._wait(now)
        elif self._say == "cue":
            self._judge(now)
        elif self._say != "wait" and now >= self._next + (LETS_GO if self._closures.closed else 0.0):
            self._end_trial(now)

    def _get_ready(self, at: float) -> None:
        self._say, self._began = "wait", at
        self._cue = at + self._random.uniform(*FOREPERIOD)

    def _wait(self, now: float) -> None:
        if self._closures.since(self._began):
            self._cue = max(self._cue, now)  # too soon: this star does not appear
            self._tell("soon", now)
        elif now >= self._cue:
            self._say, self._cue = "cue", now

    def _judge(self, now: float) -> None:
        answers = self._closures.since(self._began)
        if answers:
            soon = answers[0].down < self._cue + TOO_SOON
            self._good += not soon
            self._tell("soon" if soon else "well", answers[0].down)
        elif now - self._cue >= STAYS:
            self._tell("missed", now)

    def _tell(self, say: Say, at: float) -> None:
        self._say, self._next = say, at + AFTER
        self._idle = self._idle + 1 if say == "missed" else 0

    def _end_trial(self, now: float) -> None:
        self._trials.append(Trial(self._began, self._cue, now, self._closures.since(self._began)))
        self._closures.drop()
        self._get_ready(now)


class HoldPart:
    """Press and hold until told to let go."""

    def __init__(self, holds: int = HOLDS) -> None:
        self._intro = Begun("hold")
        self._holds = holds
        self._closures = Closures()
        self._say: Literal["wait", "cue", "let_go"] = "wait"
        self._began = 0.0
        self._cue: float | None = None
        self._trials: list[HoldTrial] = []

    @property
    def trials(self) -> tuple[HoldTrial, ...]:
        """The holds so far."""
        return tuple(self._trials)

    @property
    def prompt(self) -> Prompt:
        """Press and hold, hold on, or let go."""
        if self._intro.at is None:
            return self._intro.prompt
        return Prompt("hold", self._say, done=len(self._trials) / self._holds, good=len(self._trials))

    @property
    def over(self) -> bool:
        """True after the last hold."""
        return self._intro.skipped or len(self._trials) >= self._holds

    def feed(self, event: InputEvent) -> None:
        """Take one event."""
        if self._intro.at is None:
            if (at := self._intro.feed(event)) is not None:
                self._began = at
        elif isinstance(event, SwitchEvent) and event.control != "stop" and event.stamp >= self._began:
            self._closures.take(event)
        elif isinstance(event, DeviceGone) and self._closures.gone(event.device):
            self._say, self._cue, self._began = "wait", None, event.stamp  # this hold says nothing
            self._closures = Closures()

    def tick(self, now: float, items: Sequence[ScanItem]) -> None:
        """Let time pass."""
        del items
        if self._intro.at is None:
            self._intro.tick(now)
            return
        presses = self._closures.all
        if not presses:
            if now - self._began >= WAITS:
                self._end(now)
            return
        if self._say == "wait":
            self._say = "cue"
        if self._say == "cue" and now - presses[0].down >= HOLD:
            self._say, self._cue = "let_go", now
        opened = presses[-1].up
        let_go = opened is not None and now - opened >= FLUTTER
        stuck = self._cue is not None and now - self._cue >= LETS_GO
        if let_go or stuck:
            self._end(now)

    def _end(self, now: float) -> None:
        self._trials.append(HoldTrial(self._cue, self._closures.all))
        self._closures = Closures()
        self._say, self._cue, self._began = "wait", None, now
