"""One script for two arms on stepped clocks: the simulated one, and the driver with emulated servos on a wire.

Everything above the arm is the same and real: controller, supervisor, motion. What is compared is what a person would
see: modes, set-points, positions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.control import messages as say
from armctl.control.controller import Controller
from armctl.control.link import local_pair
from armctl.control.messages import AnyIntent, Snapshot
from armctl.hal.arm import Arm
from armctl.hal.registry import ArmContext
from armctl.hal.state import FloatArray
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.supervisor import Supervisor
from drivers.feetech.arm import FeetechArm
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.kinematic_plant import KinematicPlant
from sim.simulated_arm import SimulatedArm
from tests.support.wires import LoopTransport

DT = 0.01
COMMANDED = 0.006
"""Set-points may differ by this much [rad]: they begin where the arm is, which a servo tells in steps of 0.0015."""
MEASURED = 0.003
TRAIL = 0.03
"""Positions may differ by this much [rad], and by the way of this time at full speed [s]: a servo trails its goal."""
BUSY = ("moving", "stopping")


@cache
def config() -> ArmConfig:
    """Return an SO-101 that is found in its home pose."""
    found = load(builtin("arms", "so101"), ArmConfig)
    return found.model_copy(update={"poses": {**found.poses, "rest": found.poses["home"]}})


@cache
def scene() -> SceneConfig:
    return load(builtin("scenes", "kitchen_table"), SceneConfig)


@cache
def robot() -> RobotModel:
    return RobotModel(config())


def misbuilt(changes: dict[str, int]) -> ArmConfig:
    """Return the arm with the base servo built otherwise than configured."""
    first, *others = config().joints
    assert first.servo
    servo = first.servo.model_copy(update=changes)
    return config().model_copy(update={"joints": (first.model_copy(update={"servo": servo}), *others)})


@dataclass(frozen=True)
class Seen:
    """What one tick showed, and where the joints really were, n values [rad]."""

    snapshot: Snapshot
    truth: FloatArray


class Script:
    """Plays the script on one arm, whose motors move ``plant``."""

    def __init__(self, arm: Arm, plant: KinematicPlant, clock: SteppedClock) -> None:
        self._clock = clock
        self._plant = plant
        self._screen, link = local_pair()
        supervisor, generator = Supervisor(robot(), scene(), DT), MotionGenerator(robot(), DT)
        self._controller = Controller(arm, robot(), supervisor, generator, clock, link)
        self._sequence, self._epoch = 100, 0
        self._next = clock.now()
        self._seen: list[Seen] = []

    @classmethod
    def simulated(cls) -> Script:
        clock = SteppedClock(1000.0)
        plant = KinematicPlant(robot(), scene())
        return cls(SimulatedArm(ArmContext(config(), clock, scene()), lambda: plant), plant, clock)

    @classmethod
    def wired(cls, built: dict[str, int] | None = None) -> Script:
        """Return the script for the driver and its wire; ``built`` is in what the base servo is not as configured."""
        clock = SteppedClock(1000.0)
        plant = KinematicPlant(robot(), scene())
        emulator = FeetechEmulator(plant, misbuilt(built or {}), clock)
        context = ArmContext(config(), clock, scene(), "/dev/loop")
        wire = LoopTransport(emulator, clock)  # type: ignore[no-untyped-call]
        return cls(FeetechArm(context, lambda path, baud, time: wire), plant, clock)

    def run(self, parts: int | None = None) -> list[Seen]:
        """Play it, or its first ``parts``, and return what every tick showed from the moment the arm is armed."""
        self._controller.start()
        self._next = self._clock.now()
        self._tick(5)
        self._ask(5, say.Enable)
        self._ask(20, say.StopTest, pressed_at=self._clock.now())
        self._seen.clear()
        home = config().poses["home"]
        script: tuple[tuple[int, Callable[..., AnyIntent], dict[str, Any]], ...] = (
            (110, say.MoveJoints, {"positions": (0.15, *home[1:])}),
            (70, say.MoveBy, {"translation": (0.0, 0.0, 0.015)}),
            (50, say.Grip, {"opening": 0.2}),
            (40, say.MoveJoints, {"positions": home}),
            (40, say.Stop, {}),
        )
        for ticks, kind, fields in script[:parts]:
            self._ask(ticks, kind, **fields)
        return self._seen

    def _ask(self, ticks: int, kind: Callable[..., AnyIntent], **fields: Any) -> None:
        """Ask for something, and let so many ticks pass."""
        self._sequence += 1
        deadline = self._clock.now() + 0.15
        self._screen.send(kind(sequence=self._sequence, epoch=self._epoch, deadline=deadline, **fields))
        self._tick(ticks)

    def _tick(self, count: int) -> None:
        for _ in range(count):
            self._screen.send(say.Heartbeat(sequence=0, epoch=0, deadline=0.0))
            snapshot = self._controller.tick()
            self._seen.append(Seen(snapshot, self._plant.positions()))
            self._epoch = snapshot.epoch
            self._next += DT
            self._clock.sleep_until(self._next)


def differences(first: list[Seen], second: list[Seen]) -> list[str]:
    """Return in what two runs of the script differ, in words; nothing when they are alike."""
    found: list[str] = []
    fastest = np.array([joint.max_speed for joint in config().joints])
    measured = MEASURED + TRAIL * fastest
    for mine, theirs in zip(first, second, strict=True):
        one, other = mine.snapshot, theirs.snapshot
        busy = (one.mode in BUSY, other.mode in BUSY)
        if one.mode != other.mode and busy[0] == busy[1]:
            found.append(f"tick {one.tick}: mode {one.mode} and {other.mode}")
        if one.motion.phase != other.motion.phase and not any(busy):
            found.append(f"tick {one.tick}: motion {one.motion.phase} and {other.motion.phase}")
        for words, a, b, allowed in (
            ("set-points", np.array(one.commanded), np.array(other.commanded), np.full(6, COMMANDED)),
            ("reported positions", np.array(one.positions), np.array(other.positions), measured),
            ("real positions", mine.truth, theirs.truth, measured),
        ):
            if (np.abs(a - b) > allowed).any():
                found.append(f"tick {one.tick}: {words} are {np.abs(a - b).max():.4f} rad apart")
    return found
