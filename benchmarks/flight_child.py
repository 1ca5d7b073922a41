"""A recorded control loop in a process of its own, for `benchmarks.flight_recorder`.

``cost`` prints what recording one tick took, for each of many ticks [µs]. Else it reads lines ``quiet SECONDS`` or
``writing SECONDS`` and answers each with a line of JSON: lateness of each tick [µs], and how many files were written.
"""

from __future__ import annotations

import gc
import json
import logging
import math
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.control.controller import Controller
from armctl.control.flight import FlightRecorder, Order, ring_for
from armctl.control.flight_process import WriterProcess
from armctl.control.flight_recording import facts_of
from armctl.control.flight_supervisor import RecordedSupervisor
from armctl.control.link import local_pair
from armctl.control.loop import Beat, Loop
from armctl.control.messages import AnyIntent, Heartbeat, Jog, Snapshot
from armctl.control.realtime import PRIORITY_CONTROL, go_realtime
from armctl.hal.registry import ArmContext, create_arm
from armctl.hal.scene import SceneState
from armctl.hal.state import JointFault, JointState
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.supervisor import Refusal, Supervisor
from armctl.session import Session

RATE: Final = 100.0
COSTED: Final = 14_000
"""Ticks whose cost is taken: more than the ring holds, so that it comes round."""
EMPTY: Final = 700
"""Turns of a loop that take about as long as recording a tick."""
SETTLED: Final = 0.5
"""Nothing being written for so long [s] means that nothing more is ordered."""


class Load:
    """Controller and session in one process, recorded: each tick moves the arm to and fro."""

    def __init__(self, folder: Path) -> None:
        clock, config = SystemClock(), load(builtin("arms", "so101"), ArmConfig)
        scene, robot = load(builtin("scenes", "kitchen_table"), SceneConfig), RobotModel(config)
        ui_side, control_side = local_pair()
        dt = 1.0 / RATE
        self.clock = clock
        self.folder = folder
        self.session = Session(ui_side, clock, lambda kind, **data: None, scene=scene, arm=config)
        supervisor = RecordedSupervisor(robot, scene, dt)
        facts = facts_of(config, scene, None, dt)
        ring = ring_for(facts)
        self.flight = FlightRecorder(supervisor, ring, WriterProcess(ring, folder), dt)
        arm = create_arm("ideal", ArmContext(config, clock, scene))
        self.controller = Controller(
            arm, robot, supervisor, MotionGenerator(robot, dt), clock, control_side, flight=self.flight
        )
        self.controller.start()
        self.beats: list[Beat] = []
        self.writing = False
        self._fill()

    def _fill(self) -> None:
        """Fill the ring, so that each file is as long as files get."""
        snapshot = self.controller.tick()
        for _ in range(COSTED):
            self.flight.tick(Beat(), snapshot)

    def tick(self, beat: Beat) -> None:
        """One tick of control, what the screen would ask for next, and when it is time the order of another file."""
        self.beats.append(beat)
        mode = self.controller.tick(beat).mode
        self.session.update()
        if self.writing and len(self.beats) % 10 == 0:
            self.flight.ask("benchmark")
        if mode == "disarmed":
            self.session.enable()
        elif mode == "stop_test":
            self.session.stop_test(self.clock.now())
        elif mode == "fault":  # the pauses between slices look like a computer that slept
            self.session.clear_fault()
        elif mode in ("ready", "moving"):
            self.session.jog((0.0, math.copysign(1.0, math.sin(self.clock.now())), 0.0), speed=0.5)

    def has_beaten(self, ticks: int) -> bool:
        """Return True after more than ``ticks``."""
        return len(self.beats) > ticks

    def settle(self) -> None:
        """Wait until nothing is being written any more: the next slice is not to be disturbed by this one."""
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < SETTLED:
            if any(self.folder.glob(".*.part")):
                quiet_since = time.monotonic()
            time.sleep(0.02)


def main() -> None:
    """Do what the command line says."""
    logging.disable(logging.ERROR)
    if sys.argv[1] == "cost":
        print(json.dumps(cost()))
        return
    with tempfile.TemporaryDirectory() as folder:
        serve(Load(Path(folder)), int(sys.argv[1]))


def serve(work: Load, core: int) -> None:
    """Serve measurements until standard input ends."""
    realtime = go_realtime(PRIORITY_CONTROL)
    os.sched_setaffinity(0, {core})
    loop = Loop(work.clock, RATE, work.tick)
    for line in sys.stdin:
        what, seconds = line.split()
        work.writing = what == "writing"
        work.beats.clear()
        before = set(work.folder.iterdir())
        ticks = int(float(seconds) * RATE)
        loop.run(partial(work.has_beaten, ticks))
        late = [round(beat.lateness * 1e6, 1) for beat in work.beats[1:]]
        work.settle()
        files = len(set(work.folder.glob("*.mcap")) - before)
        print(json.dumps({"late": late, "files": files, "fifo": realtime.fifo}), flush=True)
    work.flight.close()


class Nothing:
    """Writes no files."""

    def order(self, order: Order) -> bool:
        return True

    def news(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass


def cost() -> tuple[list[float], list[float]]:
    """Return what recording took in each tick [µs], and beside it a loop that does nothing for about as long.

    Notes of all calls and the frame count; the supervisor itself is made to do nothing. The empty loop shows how much
    of the longest times belongs to the computer.
    """
    config, scene = load(builtin("arms", "so101"), ArmConfig), load(builtin("scenes", "kitchen_table"), SceneConfig)
    robot, dt = RobotModel(config), 1.0 / RATE
    supervisor = RecordedSupervisor(robot, scene, dt)
    ring = ring_for(facts_of(config, scene, None, dt))
    flight = FlightRecorder(supervisor, ring, Nothing(), dt)
    snapshot, state, looked = one_snapshot(robot, scene)
    Supervisor.observe = lambda self, state, now: None  # type: ignore[method-assign]
    Supervisor.observe_scene = lambda self, scene: None  # type: ignore[method-assign]
    Supervisor.advise = lambda self, positions: 0.1  # type: ignore[method-assign]
    Supervisor.grip = lambda self, holding: None  # type: ignore[method-assign]
    refusal = Refusal("Too fast.", "tool_speed")
    Supervisor.approve = lambda self, positions, velocities, state, now: refusal  # type: ignore[method-assign]
    heard: list[AnyIntent] = [Heartbeat(sequence=0, epoch=0, deadline=0.0), Jog(sequence=1, epoch=1, deadline=1.0)]
    taken: list[float] = []
    empty: list[float] = []
    gc.collect()
    gc.freeze()  # as control does
    for number in range(COSTED):
        begun = time.thread_time_ns()
        flight.heard(heard)
        supervisor.observe(state, 1.0)
        if number % 2:
            supervisor.observe_scene(looked)
        supervisor.advise(state.positions)
        supervisor.approve(state.positions, state.velocities, state, 1.0)
        supervisor.grip(False)
        flight.tick(Beat(), snapshot)
        between = time.thread_time_ns()
        for _ in range(EMPTY):
            pass
        taken.append((between - begun) / 1e3)
        empty.append((time.thread_time_ns() - between) / 1e3)
    return taken, empty


def one_snapshot(robot: RobotModel, scene: SceneConfig) -> tuple[Snapshot, JointState, SceneState]:
    """Return what a tick of a real controller looks like."""
    clock = SystemClock()
    _, control_side = local_pair()
    arm = create_arm("ideal", ArmContext(robot.config, clock, scene))
    dt = 1.0 / RATE
    controller = Controller(arm, robot, Supervisor(robot, scene, dt), MotionGenerator(robot, dt), clock, control_side)
    controller.start()
    snapshot = controller.tick()
    n = len(robot.config.joints)
    rng = np.random.default_rng(1)
    q, dq, efforts, celsius, volts, stamps = (rng.random(n) for _ in range(6))
    fresh, sound = np.ones(n, dtype=np.bool_), (JointFault.NONE,) * n
    state = JointState(1.0, q, dq, efforts, celsius, volts, stamps, fresh, sound, True)
    objects = dict.fromkeys(scene.objects, (0.1, 0.2, 0.3, 0.0, 0.0, 0.0, 1.0))
    return snapshot, state, SceneState(1.0, objects, "", (), {"head": 0.0, "torso": 0.0})


if __name__ == "__main__":
    main()
