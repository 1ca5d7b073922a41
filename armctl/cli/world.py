"""Arm, control and user screen in one process on a stepped clock: for ``demo --fast``, rehearsals and tests.

Same controller, supervisor, motion, session and screen as in three processes; only the links are queues and time moves
when told.
"""

from __future__ import annotations

from typing import Final

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.config.zones import with_zones
from armctl.control.chronicle import Record
from armctl.control.controller import Controller
from armctl.control.link import local_pair
from armctl.control.pathfinding import InlinePathfinder
from armctl.hal.registry import ArmContext, create_arm
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.supervisor import Supervisor
from armctl.session import Session
from armctl.tasks.model import load_task
from ui.app import App
from ui.speech import NullVoice

TICKS_A_FRAME: Final = 2
"""At 100 Hz, 50 frames a second: often enough for a person's press."""


class World:
    """One person's screen and arm.

    Args:
        config: The arm.
        driver: What stands in for it: "sim" or "ideal".
        place: What stands around it.
        user: The person's settings.
        size: Width and height of the screen [px].
        clock: Time; it moves with `frame`.
        note: Writes down what happens.

    Attributes:
        app: The screen.
        session: What the screen works with.
        scene: ``place`` with the person's own zones.
    """

    def __init__(
        self,
        config: ArmConfig,
        driver: str,
        place: SceneConfig,
        user: UserConfig,
        size: tuple[int, int],
        clock: SteppedClock,
        note: Record,
    ) -> None:
        self.scene = with_zones(place, user.zones)
        self._clock = clock
        self._dt = 1.0 / config.rate_hz
        robot = RobotModel(config)
        screen_end, control_end = local_pair()
        arm = create_arm(driver, ArmContext(config, clock, place))
        supervisor, generator = Supervisor(robot, self.scene, self._dt), MotionGenerator(robot, self._dt)
        self._controller = Controller(arm, robot, supervisor, generator, clock, control_end)
        self.session = Session(
            screen_end,
            clock,
            note,
            scene=self.scene,
            arm=config,
            speed=user.motion.speed,
            pathfinder=InlinePathfinder(config, self.scene),
        )
        self._controller.start()
        tasks = [load_task(name) for name in user.tasks]
        self.app = App(self.session, user, tasks, self.scene, robot, clock, NullVoice(), size)

    def frame(self) -> bool:
        """Let control and screen go on for one frame; return False when the screen was closed."""
        for _ in range(TICKS_A_FRAME):
            self._clock.advance(self._dt)
            self._controller.tick()
        return self.app.frame()

    def close(self) -> None:
        """Give the arm up."""
        self._controller.shutdown()
