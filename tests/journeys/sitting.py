"""A person before the whole program on a stepped clock: screen, session, control and an exact arm; all is counted."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

import pygame

from armctl.config.load import builtin, load
from armctl.config.user import UserConfig
from armctl.control.loop import Beat
from armctl.control.pathfinding import InlinePathfinder
from tests.support.live import LivePerson
from tests.support.ui_person import arm_config, kitchen
from ui.text import use_language

RATE = 30.0
"""Frames of the screen and ticks of control in a second: what a person does takes no more, and the computer a third."""


class Sitting(LivePerson):
    """One person, one profile, one afternoon.

    Args:
        profile: Name of a shipped profile.
        picture: Draw the live picture as well, which takes most of the time.
        changes: Settings that differ from the profile's.

    Attributes:
        presses: What the person did: presses, breaths, pushes and ways of a pointer.
        needed: Time in which the arm moved, or a choice could be taken back: nobody can be quicker [s].
        asleep: How long the computer sleeps before the next tick [s].
        press_does: What the lower strip says that the next press does.
    """

    def __init__(self, profile: str, *, picture: bool = False, **changes: Any) -> None:
        given = load(builtin("users", profile), UserConfig).model_dump()
        pygame.display.init()
        use_language(changes.get("language", "en"))
        self.presses = 0
        self.needed = 0.0
        self.asleep = 0.0
        self.press_does = ""
        super().__init__(UserConfig.model_validate({**given, **changes}), rate=RATE)
        if not picture:
            self.app._show._picture = lambda: None  # type: ignore[method-assign]
        tick = self.controller.tick

        def tick_or_sleep() -> Any:
            slept, self.asleep = self.asleep, 0.0
            return tick(Beat(asleep=slept))

        self.controller.tick = tick_or_sleep  # type: ignore[method-assign]
        self.session._detours._pathfinder = InlinePathfinder(arm_config(), kitchen())
        self._follow_strip()
        self.began = self.clock.now()

    def frames(self, count: int) -> bool:
        """Let ``count`` sixtieths of a second pass, two at a time."""
        going_on = True
        for _ in range((count + 1) // 2):
            going_on = self.app.frame()
            self.clock.advance(1.0 / RATE)
            self.controller.tick()
            mode = self.snapshot.mode if self.snapshot is not None else ""
            self.needed += (mode in ("moving", "stopping") or self.app.view.preview is not None) / RATE
        return going_on

    @property
    def seconds(self) -> float:
        """Time since the person sat down [s]."""
        return self.clock.now() - self.began

    def _follow_strip(self) -> None:
        """Keep what the lower strip says that the next press does in ``press_does``."""
        show, make = self.app._show, self.app._show._strip_for

        def made(status: Any) -> Any:
            strip = make(status)
            self.press_does = strip.press
            return strip

        show._strip_for = made  # type: ignore[method-assign]
        self.frames(1)

    def armed(self) -> Sitting:
        """Have the arm switched on and its stop tested already; the count begins now."""
        self.until(lambda: self.snapshot is not None and self.snapshot.mode == "disarmed")
        self.session.enable()
        self.until(lambda: self.snapshot.mode == "stop_test")
        self.session.stop_test(self.clock.now())
        self.until(lambda: self.snapshot.mode == "ready")
        self.wait(0.3)
        self.presses, self.needed, self.began = 0, 0.0, self.clock.now()
        return self

    def brought(self, task: str, until: Callable[[], bool]) -> Sitting:
        """Have ``task`` at work until ``until`` holds; the count begins then."""
        self.session.start_task(next(one for one in self.app._desk.tasks if one.name == task))
        self.until(until, 120.0)
        self.presses, self.needed, self.began = 0, 0.0, self.clock.now()
        return self

    def at_the_face(self) -> Sitting:
        """Have the cup on its last, slow way to the mouth."""
        return self.brought("drink", lambda: self.session.task.at_face and self.snapshot.mode == "moving")

    def distance(self) -> float:
        """Return how far the hand is from the mouth [m]."""
        return float(
            sum((a - b) ** 2 for a, b in zip(self.snapshot.tool[:3], kitchen().person.mouth_xyz, strict=True)) ** 0.5
        )
