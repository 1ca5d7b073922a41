"""The user's screen: from events of the windowing library to requests, and from snapshots to pixels.

One frame: events and time go through the access pipeline, its actions become requests, the session takes one step,
and what changed is drawn. Nothing here decides anything about motion; whatever happens to this process, the control
process brings the arm to rest by itself.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

import pygame

from armctl.access.events import InputEvent
from armctl.clock import Clock, SystemClock
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.errors import SetupError
from armctl.kinematics.robot import RobotModel
from armctl.session import Session
from armctl.tasks.model import TaskConfig
from ui.controls import Controls
from ui.desk import Desk
from ui.flow import MEASURES
from ui.keeper import Keeper
from ui.kept import Kept
from ui.page import ScreenView
from ui.show import Show
from ui.speech import Speaker
from ui.text import use_language

_LOG = logging.getLogger(__name__)
FRAME: Final = 1.0 / 60.0
"""Time from one frame to the next [s]."""
REST: Final = 0.004
"""Left to the rest of the computer between two frames, however long one takes [s]."""
LOOK: Final = 0.001
"""At least this long between two looks at the devices while something is drawn [s]; one takes 0.1 ms."""
LEAST_SIZE: Final = (800, 480)
"""Smallest screen [px]: below it tiles of 96 px do not fit."""
_DISPLAYS: Final = (("x11", "DISPLAY"), ("wayland", "WAYLAND_DISPLAY"))
"""SDL's name of each kind of display, in SDL's order, and the variable that tells it is there."""
_IDLE_EVENTS: Final = (pygame.MOUSEMOTION, pygame.JOYAXISMOTION, pygame.ACTIVEEVENT)
"""Events that come in floods: they wait for the next frame. All others start one at once."""


class App:
    """The user's screen.

    Args:
        session: The arm.
        user: The person's settings.
        tasks: Tasks that may be started, if the person's settings allow them too.
        scene: What stands around the arm.
        robot: Geometry of the arm.
        clock: Time.
        voice: What speaks.
        size: Width and height of the window [px], or None for the whole screen.
        kept: What of the person's inputs outlives the session; None: nothing.
        levels: Level the person reached in each game of practice; None where nothing is known.

    Raises:
        SetupError: There is no display, or it is smaller than 800 by 480.
    """

    def __init__(
        self,
        session: Session,
        user: UserConfig,
        tasks: Sequence[TaskConfig],
        scene: SceneConfig,
        robot: RobotModel,
        clock: Clock,
        voice: Speaker,
        size: tuple[int, int] | None = (1280, 800),
        kept: Kept | None = None,
        levels: Mapping[str, int] | None = None,
    ) -> None:
        use_language(user.language)
        surface = open_window(size)
        self._session = session
        self._clock = clock
        self._desk = Desk(session, user, tasks, robot, clock, voice, levels)
        self._show = Show(self._desk, scene, surface)
        self._show.make_ready()
        self._controls = Controls(self._desk, self._show, kept)
        self._early: list[pygame.event.Event] = []
        self._closing = self._measures = False
        self._look_at = 0.0
        self._show.between = self._look_in

    @property
    def view(self) -> ScreenView:
        """What is on the screen now, for tests and simulated people."""
        return self._show.view

    def frame(self) -> bool:
        """Do one frame; return False when the window was closed (the arm was told to stop) or the guard ended all."""
        events, self._early = [*self._early, *pygame.event.get()], []
        for event in events:
            if event.type == pygame.QUIT:
                self.close()
            else:
                self._controls.take(event)
        self._controls.tick()
        if trouble := self._desk.voice.trouble():
            self._controls.warn(trouble)
        self._session.update()
        self._desk.follow_task()
        self._desk.follow_stop_tests()
        self._desk.follow_fit(self._show.screen, self._show.items)
        if self._measures and self._desk.chosen not in MEASURES:
            self.close()
        self._desk.follow_practice(self._show.screen)
        self._show.update(self._controls.status())
        return not (self._closing or self._session.ended)

    def hear(self, event: InputEvent) -> None:
        """Take what an input device says that no event of the windowing library tells, as simulated people do."""
        self._controls.hear(event)

    def _look_in(self) -> None:
        """While a press means stop, it does not wait until the picture is drawn."""
        now = self._clock.now()
        if now < self._look_at or not self._controls.stops:
            return
        self._look_at = now + LOOK
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                self._early.append(event)
            else:
                self._controls.take(event)

    def keep_with(self, keeper: Keeper) -> None:
        """Keep what the person changes with ``keeper``."""
        self._desk.keep_with(keeper)

    def measure(self) -> None:
        """Only measure the person, and end afterwards."""
        self._desk.fitting.begin()
        self._desk.go_to(MEASURES[0])
        self._measures = True

    def close(self) -> None:
        """Stop the arm and end with this frame."""
        if not self._closing:
            self._closing = True
            self._desk.halt(self._clock.now(), "closing")

    def run(self) -> None:
        """Show frames, sixty a second and one more at once for each press, until the window is closed.

        Ctrl-C and SIGTERM close it too. However it ends, the arm is told to stop.
        """
        former = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            begun = self._clock.now()
            while self.frame():
                self._wait(max(begun + FRAME, self._clock.now() + REST))
                begun = self._clock.now()
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
            self._controls.close()
            self._session.shutdown()

    def screenshot(self, path: Path | str) -> None:
        """Write what is on the screen to ``path`` (PNG)."""
        pygame.image.save(self._show.surface, os.fspath(path))

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        _LOG.info("Signal %s: closing.", signal.Signals(number).name)
        self.close()

    def _wait(self, deadline: float) -> None:
        """Wait for the next frame; a press ends the waiting, so that stopping does not wait for a frame."""
        if not isinstance(self._clock, SystemClock):
            self._clock.sleep_until(deadline)
            return
        while not self._closing and (left := deadline - self._clock.now()) > 0.001:
            event = pygame.event.wait(int(left * 1000))
            if event.type == pygame.NOEVENT:
                return
            self._early.append(event)
            if event.type not in _IDLE_EVENTS or self._controls.lets_go(event):
                return


def open_window(size: tuple[int, int] | None) -> pygame.Surface:
    """Return the surface of a window of ``size`` [px], or of the whole screen.

    Raises:
        SetupError: There is no display, or it is too small.
    """
    _name_driver()
    try:
        pygame.display.init()
        pygame.font.init()
        pygame.joystick.init()
        flags = pygame.FULLSCREEN if size is None else 0
        surface = pygame.display.set_mode(size or (0, 0), flags)
    except pygame.error as error:
        raise SetupError(f"No window can be opened ({error}).", "Start armctl on a computer with a display.") from error
    width, height = surface.get_size()
    if width < LEAST_SIZE[0] or height < LEAST_SIZE[1]:
        raise SetupError(f"The screen has {width} by {height} pixels; at least 800 by 480 are needed.")
    pygame.display.set_caption("armctl")
    pygame.key.set_repeat()  # Without arguments: a key that is held counts once.
    return surface


def _name_driver() -> None:
    """Have SDL use the display that is there, or fail: by itself it would go on where nobody sees anything."""
    if sys.platform != "linux" or os.environ.get("SDL_VIDEODRIVER") or os.environ.get("SDL_VIDEO_DRIVER"):
        return
    there = [name for name, variable in _DISPLAYS if os.environ.get(variable)]
    if there:
        os.environ["SDL_VIDEODRIVER"] = ",".join(there)
