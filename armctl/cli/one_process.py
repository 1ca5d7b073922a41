"""The whole program in one process on a stepped clock: for ``demo --fast`` and tests.

Same controller, supervisor, motion, session, screen and person; only the links are queues and time moves when told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rich.console import Console

from armctl import __version__
from armctl.cli.choice import choose_scene, choose_user
from armctl.cli.player import Player
from armctl.cli.run import Request
from armctl.clock import SteppedClock
from armctl.config.zones import with_zones
from armctl.control.controller import Controller
from armctl.control.link import local_pair
from armctl.control.pathfinding import InlinePathfinder
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.hal.registry import ArmContext, create_arm
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.supervisor import Supervisor
from armctl.session import Session
from armctl.tasks.model import load_task
from ui.app import App
from ui.speech import NullVoice

OUT = Console(highlight=False)
TICKS_A_FRAME: Final = 2
"""At 100 Hz, 50 frames a second: often enough for a person's press."""


def play(request: Request, folder: Path, store: Path, size: tuple[int, int], seed: int) -> int:
    """Play the job as fast as it goes; return 0 when it was done, else 1.

    Raises:
        ArmctlError: Something is missing.
    """
    clock = SteppedClock()
    user, place = choose_user(request.user), choose_scene(request.scene)
    scene = with_zones(place, user.zones)
    recorder = Recorder(store, SessionFacts(user.name, request.arm.name, scene.name, __version__), clock)
    config = request.arm.config
    robot = RobotModel(config)
    dt = 1.0 / config.rate_hz
    screen_end, control_end = local_pair()
    arm = create_arm(request.arm.driver, ArmContext(config, clock, place))
    controller = Controller(arm, robot, Supervisor(robot, scene, dt), MotionGenerator(robot, dt), clock, control_end)
    session = Session(
        screen_end,
        clock,
        recorder.record,
        scene=scene,
        arm=config,
        speed=user.motion.speed,
        pathfinder=InlinePathfinder(config, scene),
    )
    try:
        controller.start()
        app = App(session, user, [load_task(name) for name in user.tasks], scene, robot, clock, NullVoice(), size)
        player = Player(app, session, user, scene, folder, seed, lambda line: OUT.print(line, markup=False))
        _run(controller, app, player, clock, dt)
        return 0 if player.finish().passed else 1
    finally:
        controller.shutdown()
        recorder.close()


def _run(controller: Controller, app: App, player: Player, clock: SteppedClock, dt: float) -> None:
    while True:
        for _ in range(TICKS_A_FRAME):
            clock.advance(dt)
            controller.tick()
        if not app.frame() or player.after_frame(clock.now()):
            return
