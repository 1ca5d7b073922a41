"""The part with a stick: let it rest, then push it each way as far as is comfortable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from armctl.access.actions import ScanItem
from armctl.access.events import AxesEvent, DeviceGone, InputEvent, SwitchEvent
from armctl.access.fit.exercise import Prompt
from armctl.access.fit.stick import Course, Direction

OFFERED: Final = 12.0
"""Who has no such device need not press: a part that nobody begins within this time is skipped [s]."""
BEGINS: Final = 0.3
"""Deflection that begins the part."""
REST: Final = 6.0
"""How long to rest [s]: tremor swells and fades within some seconds, and in three its largest may not be seen."""
PUSH: Final = 2.5
"""How long to push [s]: 2.5 s tell frequencies 0.4 Hz apart."""
ARRIVES: Final = 0.7
"""After a change the hand is on its way so long [s]."""
STEPS: Final[tuple[Direction, ...]] = ("right", "ahead", "left", "back")


class StickPart:
    """Rest, then right, ahead, left, back."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._skipped = False
        self._device = ""
        self._step_at: float | None = None
        self._step = -1
        self._right = self._ahead = 0.0
        self._samples: list[tuple[float, float, float]] = []
        self._rest: Course | None = None
        self._pushes: list[tuple[Direction, Course]] = []

    @property
    def result(self) -> tuple[Course | None, list[tuple[Direction, Course]]]:
        """Course of the resting hand, and of each push."""
        return self._rest, self._pushes

    @property
    def prompt(self) -> Prompt:
        """Rest, or which way to push."""
        if self._step_at is None:
            return Prompt("stick", "intro")
        done = (self._step + 1) / (len(STEPS) + 1)
        if self._step < 0:
            return Prompt("stick", "wait", done=done)
        return Prompt("stick", "cue", STEPS[min(self._step, len(STEPS) - 1)], done)

    @property
    def over(self) -> bool:
        """True after the last push."""
        return self._skipped or self._step >= len(STEPS)

    def feed(self, event: InputEvent) -> None:
        """Take one event; any press ends the part, and so does the stick that goes: where it was last says nothing."""
        if isinstance(event, SwitchEvent) and event.pressed and not event.found and self._began is not None:
            self._skipped = True
        if isinstance(event, DeviceGone) and event.device == self._device:
            self._skipped = True
        if not isinstance(event, AxesEvent) or (self._device and event.device != self._device):
            return
        self._right, self._ahead = (*event.axes, 0.0, 0.0)[:2]
        if self._step_at is None and math.hypot(self._right, self._ahead) >= BEGINS:
            self._device, self._step_at = event.device, event.stamp
        self._note(event.stamp)

    def tick(self, now: float, items: Sequence[ScanItem]) -> None:
        """Let time pass."""
        del items
        self._began = now if self._began is None else self._began
        if self._step_at is None:
            self._skipped = self._skipped or now - self._began >= OFFERED
            return
        self._note(now)
        if not self.over and now - self._step_at >= ARRIVES + (REST if self._step < 0 else PUSH):
            self._end_step(now)

    def _note(self, stamp: float) -> None:
        if self._step_at is not None and stamp >= self._step_at + ARRIVES:
            self._samples.append((stamp, self._right, self._ahead))

    def _end_step(self, now: float) -> None:
        stamps, right, ahead = zip(*self._samples, strict=True) if self._samples else ((), (), ())
        course = Course(stamps, right, ahead)
        if self._step < 0:
            self._rest = course
        else:
            self._pushes.append((STEPS[self._step], course))
        self._samples, self._step, self._step_at = [], self._step + 1, now
