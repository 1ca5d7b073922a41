"""The part with a pointer: go to the bright tile and stay there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from armctl.access.actions import ScanItem
from armctl.access.events import POINTER, DeviceGone, InputEvent, PointerEvent, PointerLeft, SwitchEvent
from armctl.access.fit.exercise import Prompt
from armctl.access.fit.exercise_stick import OFFERED
from armctl.access.fit.pointer import Sample, Target

PLACES: Final = 6
"""Tiles on the screen; one of them is the target."""
ORDER: Final = (0, 5, 1, 3, 2, 4)
"""Which tile comes when: far ways and near ones."""
STAYS: Final = 4.0
"""How long each target is shown [s]."""
BEGINS: Final = 60.0
"""Movement that begins the part [px]."""
GRAIN: Final = 0.02
"""A pointer that stands still is noted this often [s]: it says nothing, but it is there."""


class PointerPart:
    """Six targets, one after another."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._skipped = False
        self._first: tuple[float, float] | None = None
        self._place: tuple[float, float] | None = None
        self._number = -1
        self._shown: float | None = None
        self._rect: tuple[float, float, float, float] | None = None
        self._samples: list[Sample] = []
        self._targets: list[Target] = []

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets so far."""
        return tuple(self._targets)

    @property
    def prompt(self) -> Prompt:
        """Which tile is the target."""
        if self._number < 0:
            return Prompt("pointer", "intro")
        number = ORDER[min(self._number, len(ORDER) - 1)]
        return Prompt("pointer", "cue", str(number), self._number / len(ORDER), self._number)

    @property
    def over(self) -> bool:
        """True after the last target."""
        return self._skipped or self._number >= len(ORDER)

    def feed(self, event: InputEvent) -> None:
        """Take one event; any press ends the part."""
        if isinstance(event, SwitchEvent) and event.pressed and not event.found and self._began is not None:
            self._skipped = True
        if isinstance(event, PointerLeft) or (isinstance(event, DeviceGone) and event.device == POINTER):
            self._place = None  # where it was last says nothing
        if not isinstance(event, PointerEvent):
            return
        self._place = (event.x, event.y)
        self._first = self._first or self._place
        if self._number < 0 and math.dist(self._first, self._place) >= BEGINS:
            self._number = 0
        elif self._shown is not None:
            self._samples.append((event.stamp, event.x, event.y))

    def tick(self, now: float, items: Sequence[ScanItem]) -> None:
        """Let time pass; the target counts from when it is on the screen."""
        self._began = now if self._began is None else self._began
        if self._number < 0:
            self._skipped = self._skipped or now - self._began >= OFFERED
            return
        wanted = f"target:{self.prompt.which}"
        found = next((item for item in items if item.id == wanted), None)
        if self._shown is None and found is not None and not self.over:
            self._shown, self._rect = now, found.rect
        if self._shown is None or self._rect is None:
            return
        if self._place is not None and (not self._samples or now - self._samples[-1][0] >= GRAIN):
            self._samples.append((now, *self._place))
        if now - self._shown >= STAYS:
            self._targets.append(Target(self._shown, now, self._rect, tuple(self._samples)))
            self._samples, self._shown, self._number = [], None, self._number + 1
