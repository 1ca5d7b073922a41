"""Works a real `App` through real SDL events, a frame at a time on a stepped clock."""

from __future__ import annotations

from functools import cache

import pygame

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.config.user import ScanConfig, UserConfig
from armctl.kinematics.robot import RobotModel
from armctl.tasks.model import TaskConfig, load_task
from tests.support.ui_session import SmallSession
from ui.app import App
from ui.speech import NullVoice

FRAME = 1.0 / 60.0
STEP = ScanConfig(method="step")


@cache
def arm_config() -> ArmConfig:
    return load(builtin("arms", "so101"), ArmConfig)


@cache
def robot() -> RobotModel:
    return RobotModel(arm_config())


@cache
def kitchen() -> SceneConfig:
    return load(builtin("scenes", "kitchen_table"), SceneConfig)


@cache
def all_tasks() -> tuple[TaskConfig, ...]:
    return tuple(load_task(name) for name in ("drink", "hand_over", "go_home"))


class Person:
    """One person before one screen."""

    def __init__(self, user: UserConfig, size=(800, 480), mode="ready", tasks=None, session=None, clock=None) -> None:
        self.clock = clock or SteppedClock()
        self.session = session or SmallSession(arm_config(), self.clock, mode=mode)
        self.voice = NullVoice()
        tasks = all_tasks() if tasks is None else tasks
        self.app = App(self.session, user, tasks, kitchen(), robot(), self.clock, self.voice, size=size)
        pygame.event.clear()
        self.frames(3)

    @property
    def view(self):
        return self.app.view

    @property
    def ids(self):
        return [item.id for item in self.view.items]

    def frames(self, count: int) -> bool:
        going_on = True
        for _ in range(count):
            going_on = self.app.frame()
            self.clock.advance(FRAME)
        return going_on

    def wait(self, seconds: float) -> None:
        self.frames(round(seconds / FRAME))

    def until(self, wanted, most: float = 30.0) -> None:
        for _ in range(round(most / FRAME)):
            if wanted():
                return
            self.frames(1)
        raise AssertionError(f"not within {most} s; the screen is {self.view}")

    def key(self, pressed: bool, code=pygame.K_SPACE) -> None:
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN if pressed else pygame.KEYUP, key=code))
        self.frames(1)

    def press(self, hold: float = 0.1, code=pygame.K_SPACE) -> None:
        self.key(True, code)
        self.wait(hold)
        self.key(False, code)

    def choose(self, item: str, hold: float = 0.1) -> None:
        """Wait until ``item`` is lit, then press the switch."""
        self.until(lambda: self.view.lit == item)
        self.wait(0.3)
        assert self.view.lit == item
        self.press(hold)
        self.wait(0.1)

    def point(self, item_or_place) -> None:
        place = item_or_place
        if isinstance(item_or_place, str):
            x, y, w, h = next(item.rect for item in self.view.items if item.id == item_or_place)
            place = (x + w // 2, y + h // 2)
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))
        self.frames(1)

    def click(self, pressed: bool, place) -> None:
        kind = pygame.MOUSEBUTTONDOWN if pressed else pygame.MOUSEBUTTONUP
        pygame.event.post(pygame.event.Event(kind, pos=place, button=1))
        self.frames(1)

    def stick(self, right: float, ahead: float, number: int = 7) -> None:
        for axis, value in enumerate((right, -ahead)):
            pygame.event.post(pygame.event.Event(pygame.JOYAXISMOTION, instance_id=number, axis=axis, value=value))
        self.frames(1 if right or ahead else 8)  # a stick counts as let go after a moment in its middle

    def button(self, button: int = 0, number: int = 7) -> None:
        for kind in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
            pygame.event.post(pygame.event.Event(kind, instance_id=number, button=button))
            self.wait(0.1)


def user(**settings):
    """Settings of a guest, with these changed."""
    return UserConfig(name="guest", **settings)
