"""What a person's stick does at the moment, what it does next, and what is proposed for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from armctl.access.advice import Advisor, Aim, aim_of
from armctl.control.messages import Snapshot
from ui.motions import StickMode, stick_modes

Page = Literal["translate", "rotate", "grip"]
"""Pages of the move screen."""

_PAGE_OF: Final[dict[StickMode, Page]] = {
    "move": "translate",
    "height": "translate",
    "all": "translate",
    "away": "translate",
    "sideways": "translate",
    "upward": "translate",
    "rotate": "rotate",
    "tilt": "rotate",
    "roll": "rotate",
    "turn": "rotate",
    "grip": "grip",
}
_DOES: Final[dict[Aim, tuple[StickMode, ...]]] = {
    "": (),
    "lower": ("height", "upward", "all"),
    "lift": ("height", "upward", "all"),
    "grip": ("grip",),
}
"""Modes that do what the place of the hand suggests; with three axes "move" goes up and down, too."""
STIRRED: Final = 0.01
"""What is proposed is thought over when the hand moved this far [m], so that it does not change while it is read."""


@dataclass(frozen=True, slots=True)
class Switched:
    """A change: what the stick does now, and whether that was proposed."""

    mode: StickMode
    advised: bool = False


class HandMode:
    """What the stick does.

    Args:
        axes: How many axes it has.
        can_turn: The hand can turn to the side where it is.

    Attributes:
        mode: What it does now.
        modes: All it can do, in the order its button goes through.
        used: A stick was used, so that what it does should be shown.
        advisor: What was switched, and how often what was proposed was accepted.
    """

    def __init__(self, axes: int, can_turn: bool) -> None:
        self._axes, self._can_turn = axes, can_turn
        self._left: StickMode | None = None
        self._looked: tuple[StickMode, bool, tuple[float, ...]] | None = None
        self.modes = stick_modes(axes, can_turn)
        self.mode: StickMode = self.modes[0]
        self.used = False
        self.advisor = Advisor()

    def wire(self, axes: int) -> None:
        """Go on with a stick of so many axes."""
        self._axes, self.modes, self.used = axes, stick_modes(axes, self._can_turn), False
        self.mode, self._left, self._looked = self.modes[0], None, None

    @property
    def page(self) -> Page | None:
        """Page that goes with what the stick does; None where it is the one that is shown."""
        return _PAGE_OF.get(self.mode)

    def turn_to(self, page: Page) -> Switched:
        """Let the stick do what ``page`` is about."""
        return self._go_to(self._first_of(page))

    def begin_on(self, page: Page) -> None:
        """Let the stick do what ``page`` is about as its screen is left; nobody switched, so nothing is counted."""
        self.mode, self._left, self._looked = self._first_of(page), None, None

    def _first_of(self, page: Page) -> StickMode:
        return next((mode for mode in self.modes if _PAGE_OF.get(mode) == page), self.modes[0])

    def next(self, *, seen: bool) -> Switched:
        """Let the stick do what is proposed, else the next thing in its order.

        A proposal that was not meant costs one press: the next one goes on from where the stick was.

        Args:
            seen: What is proposed was shown for long enough to be meant.
        """
        if seen and self.advised is not None:
            return self.accept()
        at = self._left if self._left in self.modes else self.mode
        start = self.modes.index(at) if at in self.modes else -1
        others = [self.modes[(start + 1 + i) % len(self.modes)] for i in range(len(self.modes))]
        return self._go_to(next(mode for mode in others if mode != self.mode))

    def accept(self) -> Switched:
        """Let the stick do what is proposed; nothing changes where nothing is."""
        mode = self.advised
        if mode is None:
            return Switched(self.mode)
        left = self.mode
        switch = self._go_to(mode)
        self._left = left
        return switch

    @property
    def advised(self) -> StickMode | None:
        """What is proposed now."""
        shown = self.advisor.shown
        return next((mode for mode in self.modes if shown is not None and mode == shown.mode), None)

    def look(self, snapshot: Snapshot) -> StickMode | None:
        """Return what to propose where the hand is; the same as before while it stays there."""
        here = (self.mode, snapshot.holding, snapshot.tool[:3])
        if self._looked is None or self._looked[:2] != here[:2] or math.dist(self._looked[2], here[2]) > STIRRED:
            self._looked = here
            self.advisor.look(self.mode, self.modes, self._fitting(snapshot))
        return self.advised

    def _fitting(self, snapshot: Snapshot) -> tuple[StickMode, ...]:
        scene = snapshot.scene
        things = list(scene.objects.values()) if scene is not None else []
        aim = aim_of(snapshot.tool, things, snapshot.opening, snapshot.holding, self.mode == "grip")
        lifts: tuple[StickMode, ...] = ("move",) if aim in ("lower", "lift") and 3 <= self._axes < 6 else ()
        return (*_DOES[aim], *lifts)

    def _go_to(self, mode: StickMode) -> Switched:
        advised = self.advisor.switched(self.mode, mode)
        self.mode, self._left, self._looked = mode, None, None
        return Switched(mode, advised)
