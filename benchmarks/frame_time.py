"""How long one frame of the user's screen takes without a graphics card, at rest and while the arm moves."""

from __future__ import annotations

import math
import os
import time
from typing import Final

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.control.controller import Controller
from armctl.control.link import local_pair
from armctl.hal.registry import ArmContext, create_arm
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.supervisor import Supervisor
from armctl.session import Session
from armctl.tasks.model import TaskConfig, load_task
from benchmarks.host import Steal, first_in_line
from benchmarks.row import Row

SIZE: Final = (1280, 800)
FRAMES: Final = 600
FRAME: Final = 1.0 / 60.0


def run() -> list[Row]:
    """Return median and 99th percentile of a frame, at rest (scanning) and while a task moves, and of the picture.

    Pygame's dummy driver draws into memory as every driver without a graphics card does.
    """
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    os.environ["SDL_AUDIODRIVER"] = "dummy"
    rows = []
    with first_in_line():
        for title, moving in (("at rest", False), ("while the arm moves", True)):
            with Steal() as steal:
                frames = _frames(moving=moving)
            middle, worst = _percentile(frames, 0.5), _percentile(frames, 0.99)
            rows.append(Row(f"frame at 1280x800 {title}, median", middle, "ms", "", None, 8.0, void=steal.void))
            rows.append(Row(f"frame at 1280x800 {title}, p99", worst, "ms", "", None, 16.0, void=steal.void))
        picture = _percentile(_pictures(), 0.5)
    rows.append(Row("live picture at 500x500, median", picture, "ms", "", None, 3.0))
    return rows


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _frames(moving: bool) -> list[float]:
    """Return how long each frame took [ms]; the control loop's own time between frames is not counted."""
    from ui.app import App
    from ui.speech import NullVoice

    clock = SteppedClock()
    config = load(builtin("arms", "so101"), ArmConfig)
    scene = load(builtin("scenes", "kitchen_table"), SceneConfig)
    robot, period = RobotModel(config), 1.0 / config.rate_hz
    ui_side, control_side = local_pair()
    arm = create_arm("ideal", ArmContext(config, clock, scene))
    supervisor, generator = Supervisor(robot, scene, period), MotionGenerator(robot, period)
    controller = Controller(arm, robot, supervisor, generator, clock, control_side)
    controller.start()
    session = Session(ui_side, clock, lambda kind, **data: None, scene=scene, arm=config)
    tasks = [load_task(name) for name in ("drink", "hand_over", "go_home")]
    app = App(session, UserConfig(name="guest"), tasks, scene, robot, clock, NullVoice(), SIZE)
    durations: list[float] = []
    next_tick = clock.now()
    for number in range(FRAMES + 240):
        begun = time.perf_counter()
        app.frame()
        durations.append(1e3 * (time.perf_counter() - begun))
        ends = clock.now() + FRAME
        while next_tick <= ends:
            clock.sleep_until(next_tick)
            controller.tick()
            next_tick += period
        clock.sleep_until(ends)
        _play(session, number, tasks[0] if moving else None, clock.now())
    return durations[-FRAMES:]


def _play(session: Session, number: int, task: TaskConfig | None, now: float) -> None:
    """Arm, pass the stop test, and start the task, at fixed frames."""
    if number == 30:
        session.enable()
    elif number == 120:
        session.stop_test(now)
    elif number == 180 and task is not None:
        session.start_task(task)


def _pictures() -> list[float]:
    """Return how long each picture of a swinging arm took [ms]."""
    from ui.arm_view import ArmView
    from ui.theme import DARK

    config = load(builtin("arms", "so101"), ArmConfig)
    scene = load(builtin("scenes", "kitchen_table"), SceneConfig)
    view = ArmView(RobotModel(config), scene, DARK, (500, 500))
    durations = []
    for number in range(240):
        positions = [0.6 * math.sin(number / 30), *config.poses["home"][1:], config.gripper.open]
        begun = time.perf_counter()
        view.update(positions, None)
        durations.append(1e3 * (time.perf_counter() - begun))
    return durations
