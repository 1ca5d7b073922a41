"""`Course`: the whole measurement, part after part. It hears every event; nothing it does can move anything."""

from __future__ import annotations

from collections.abc import Sequence

from armctl.access.actions import ScanItem
from armctl.access.events import InputEvent
from armctl.access.fit.exercise import Exercise, Prompt
from armctl.access.fit.exercise_pointer import PointerPart
from armctl.access.fit.exercise_stick import StickPart
from armctl.access.fit.exercise_switch import HoldPart, PressPart, RestPart
from armctl.access.fit.measured import Measured
from armctl.access.fit.pointer import measure_pointer
from armctl.access.fit.presses import measure_holds, measure_presses, measure_rest
from armctl.access.fit.stick import measure_stick


class Course:
    """Rest, press, hold, stick, pointer: three to five minutes.

    Args:
        seed: Of the times at which stars appear.
        again: Only presses, for a short test between times.
    """

    def __init__(self, seed: int, again: bool = False) -> None:
        self._rest, self._press, self._hold = RestPart(), PressPart(seed), HoldPart()
        self._stick, self._pointer = StickPart(), PointerPart()
        whole: list[Exercise] = [self._rest, self._press, self._hold, self._stick, self._pointer]
        self._parts = whole[1:2] if again else whole
        self._number = 0

    @property
    def over(self) -> bool:
        """True when every part is over."""
        return self._number >= len(self._parts)

    @property
    def prompt(self) -> Prompt:
        """What to show now; after the end, what was last."""
        return self._parts[min(self._number, len(self._parts) - 1)].prompt

    def feed(self, event: InputEvent) -> None:
        """Take one event."""
        if not self.over:
            self._parts[self._number].feed(event)

    def tick(self, now: float, items: Sequence[ScanItem] = ()) -> None:
        """Let time pass until ``now`` [s]; ``items`` are what the screen shows as targets."""
        while not self.over:
            part = self._parts[self._number]
            part.tick(now, items)
            if not part.over:
                return
            self._number += 1

    @property
    def measured(self) -> Measured:
        """What was measured so far; parts without anything are None."""
        rest, trials, holds = self._rest.result, self._press.trials, self._hold.trials
        course, pushes = self._stick.result
        targets = self._pointer.targets
        return Measured(
            measure_rest(rest) if rest.lasted > 0.0 else None,
            measure_presses(trials) if trials else None,
            measure_holds(holds) if holds else None,
            measure_stick(course, pushes) if course is not None else None,
            measure_pointer(targets) if targets else None,
        )
