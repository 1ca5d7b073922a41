"""The control loop under measurement, kept alive between measurements: real controller, ideal arm, a task's load.

Reads lines ``SECONDS`` from standard input; for each runs the loop that long and answers with a JSON line: lateness of
each tick [µs], ticks missed, and whether FIFO was granted.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sys
from functools import partial

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.control.controller import Controller
from armctl.control.link import local_pair
from armctl.control.loop import Beat, Loop
from armctl.control.realtime import go_realtime
from armctl.hal.registry import ArmContext, create_arm
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.supervisor import Supervisor
from armctl.session import Session

RATE = 100.0


class Load:
    """Controller and session in one process: each tick moves the arm to and fro as a held direction does."""

    def __init__(self) -> None:
        clock, config = SystemClock(), load(builtin("arms", "so101"), ArmConfig)
        scene, robot = load(builtin("scenes", "kitchen_table"), SceneConfig), RobotModel(config)
        ui_side, control_side = local_pair()
        arm = create_arm("ideal", ArmContext(config, clock, scene))
        self.clock = clock
        self.session = Session(ui_side, clock, lambda kind, **data: None, scene=scene, arm=config)
        supervisor, generator = Supervisor(robot, scene, 1.0 / RATE), MotionGenerator(robot, 1.0 / RATE)
        self.controller = Controller(arm, robot, supervisor, generator, clock, control_side)
        self.controller.start()
        self.beats: list[Beat] = []

    def has_beaten(self, ticks: int) -> bool:
        """Return True after more than ``ticks``."""
        return len(self.beats) > ticks

    def tick(self, beat: Beat) -> None:
        """One tick of control, and what the screen would ask for next."""
        self.beats.append(beat)
        mode = self.controller.tick(beat).mode
        self.session.update()
        if mode == "disarmed":
            self.session.enable()
        elif mode == "stop_test":
            self.session.stop_test(self.clock.now())
        elif mode == "fault":  # the pauses between slices look like a computer that slept
            self.session.clear_fault()
        elif mode in ("ready", "moving"):
            self.session.jog((0.0, math.copysign(1.0, math.sin(self.clock.now())), 0.0), speed=0.5)


def main() -> None:
    """Serve measurements until standard input ends."""
    logging.disable(logging.ERROR)  # between slices control is not called, and says so
    core, priority = int(sys.argv[1]), int(sys.argv[2])
    work = Load()
    realtime = go_realtime(priority)
    os.sched_setaffinity(0, {core})
    loop = Loop(work.clock, RATE, work.tick)
    for line in sys.stdin:
        ticks = int(float(line) * RATE)
        work.beats.clear()
        loop.run(partial(work.has_beaten, ticks))
        missed = work.beats[-1].missed - work.beats[0].missed
        late = [round(beat.lateness * 1e6, 1) for beat in work.beats[1:]]
        print(json.dumps({"late": late, "missed": missed, "fifo": realtime.fifo}), flush=True)


if __name__ == "__main__":
    main()
