"""The screen's process for `press_latency`: the real window, and a thread that presses while nobody looks.

The presses are SDL events posted at moments that have nothing to do with frames or ticks. When each was posted goes
into a JSON file. Started by the guard, never by hand.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pygame

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.config.user import DwellConfig, MotionConfig, ScanConfig, SwitchConfig, UserConfig
from armctl.control.link import ends_of, guard_end, ui_end
from armctl.kinematics.robot import RobotModel
from armctl.session import Session
from ui.app import App
from ui.speech import NullVoice
from ui.synthetic import post_key

CRUISE = 0.7
"""How long a direction is held before stop is pressed [s]: by then the arm goes at one speed."""
OFF_REST = 2.5
"""How long the hand is raised first [s]."""
CALM = 1.3
"""Time to the next press [s]: after a stop nothing can be chosen for a second."""
USER = UserConfig(
    name="bench",
    switch=SwitchConfig(debounce=0.0, acceptance=0.0, post_acceptance=0.0),
    scan=ScanConfig(method="direct"),
    dwell=DwellConfig(enabled=False),
    motion=MotionConfig(speed=0.5),
    tasks=(),
)
"""No filter that is there for a person's sake: what is measured is the way, not the waiting."""


class Presser(threading.Thread):
    """Arms the arm, goes to the move screen, and holds left and right in turn, each ended by the stop key."""

    def __init__(self, app: App, presses: int, out: Path) -> None:
        super().__init__(daemon=True)
        self._app = app
        self._out = out
        self._presses = presses
        self._dice = random.Random(1)
        self.pressed: list[tuple[str, float]] = []
        self.failed = ""

    def run(self) -> None:
        """Press, write what was pressed, then close the window: with it the guard ends everything."""
        try:
            self._arm()
            for number in range(self._presses):
                self._press_and_stop("left" if number % 2 else "right")
        except TimeoutError as error:
            self.failed = str(error)
        self._out.write_text(json.dumps({"pressed": self.pressed, "failed": self.failed}), encoding="utf-8")
        pygame.event.post(pygame.event.Event(pygame.QUIT))

    def _arm(self) -> None:
        self._click("enable")
        self._until(lambda: self._app.view.moving, "the stop test")
        time.sleep(0.2)
        self._key()
        time.sleep(CALM)
        self._click("move")
        time.sleep(CALM)
        # Off its rest: near the post the hand goes slowly, and a stop is to be measured from a cruise.
        self._click_down("up")
        time.sleep(OFF_REST)
        self._up()
        time.sleep(CALM)
        self._click_down("left")
        time.sleep(CRUISE / 2)  # the way there and back is then in the middle
        self._key()
        self._up()

    def _press_and_stop(self, tile: str) -> None:
        time.sleep(CALM + self._dice.random() * 0.02)
        self._click_down(tile)
        self.pressed.append(("press", time.monotonic()))
        time.sleep(CRUISE + self._dice.random() * 0.02)
        self.pressed.append(("stop", time.monotonic()))
        self._key()
        time.sleep(0.1)
        self._up()

    def _click(self, tile: str) -> None:
        self._click_down(tile)
        time.sleep(0.05)
        self._up()

    def _click_down(self, tile: str) -> None:
        self._until(lambda: tile in [item.id for item in self._app.view.items], f"tile {tile!r}")
        x, y, width, height = next(item.rect for item in self._app.view.items if item.id == tile)
        self._at = (int(x + width / 2), int(y + height / 2))
        pygame.event.post(
            pygame.event.Event(pygame.MOUSEMOTION, pos=self._at, rel=(0, 0), buttons=(0, 0, 0), touch=False)
        )
        time.sleep(0.05)
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=self._at, button=1, touch=False))

    def _up(self) -> None:
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=self._at, button=1, touch=False))

    @staticmethod
    def _key() -> None:
        post_key("escape", True)
        time.sleep(0.03)
        post_key("escape", False)

    @staticmethod
    def _until(met: Callable[[], bool], what: str) -> None:
        limit = time.monotonic() + 20.0
        while not met():
            if time.monotonic() > limit:
                raise TimeoutError(f"{what} never came")
            time.sleep(0.01)


def main() -> int:
    """Run the screen and write what was pressed when."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--presses", type=int, required=True)
    for name in ("link-fd", "alive-fd", "guard-fd", "guard-alive-fd"):
        parser.add_argument(f"--{name}", type=int, required=True)
    options = parser.parse_args()
    os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
    clock, config = SystemClock(), load(builtin("arms", "so101"), ArmConfig)
    scene = load(builtin("scenes", "kitchen_table"), SceneConfig)
    session = Session(
        ui_end(ends_of(options.link_fd, options.alive_fd)),
        clock,
        lambda kind, **data: None,
        guard_end(ends_of(options.guard_fd, options.guard_alive_fd)),
        scene=scene,
        arm=config,
        speed=USER.motion.speed,
    )
    app = App(session, USER, [], scene, RobotModel(config), clock, NullVoice(), (1280, 800))
    presser = Presser(app, options.presses, options.out)
    presser.start()
    app.run()
    return 1 if presser.failed else 0


if __name__ == "__main__":
    sys.exit(main())
