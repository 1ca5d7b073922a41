"""The whole control stack on a stepped clock: screen and guard on real sockets, controller, supervisor, generator, the
Feetech driver, bytes, emulated servos and joints that lag; and the checker beside it."""

from __future__ import annotations

import dataclasses
import math
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.control.controller import Controller
from armctl.control.link import Ends, connection, control_end, guard_end, ui_end
from armctl.control.loop import Loop
from armctl.control.messages import Alive, AnyIntent, Heartbeat, Snapshot
from armctl.hal.registry import ArmContext
from armctl.hal.scene import SceneState
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.motion.setpoint import SetPoint
from armctl.safety.supervisor import Supervisor
from drivers.feetech.arm import FeetechArm
from sim.emulators.feetech.emulator import FeetechEmulator
from tests.soak.checker import Checker
from tests.soak.facts import Body, read_facts
from tests.soak.person import Person
from tests.soak.plant import LaggingPlant
from tests.soak.trouble import Trouble
from tests.soak.wire import Wire

ARM = Path(str(builtin("arms", "so101")))
TICK = 0.01
HOME = (0.0, -0.9, 1.1, -0.2, -1.522, 0.5)


class WatchedArm(FeetechArm):
    """The driver, with somebody beside it who sees contacts."""

    contacts: tuple[Any, ...] = ()

    def scene(self) -> SceneState:
        return SceneState(stamp=self._clock.now(), objects={}, contacts=self.contacts)


class SpoiledGenerator(MotionGenerator):
    """A generator that errs when told to.

    Attributes:
        spoil: How; empty for not at all.
        chance: For how much.
    """

    spoil = ""
    chance = random.Random(0)

    def step(self, *given: Any) -> SetPoint:
        point = super().step(*given)
        joint = self.chance.randrange(len(point.positions))
        wrong, speeds = point.positions.copy(), point.velocities.copy()
        if self.spoil == "raise":
            self.spoil = ""
            raise RuntimeError("planted")
        if self.spoil == "jump":
            wrong[joint] += self.chance.uniform(-0.3, 0.3)
        elif self.spoil == "fast":
            wrong += speeds * TICK * self.chance.uniform(1.0, 5.0)
        elif self.spoil == "beyond":
            wrong[joint] = self.chance.choice([-3.0, 3.0])
        elif self.spoil == "nan":
            wrong[joint] = self.chance.choice([np.nan, np.inf])
        elif self.spoil == "size":
            wrong = wrong[:-1]
        elif self.spoil == "creep":
            wrong[0] += self.chance.choice([0.002, 0.005])
        elif self.spoil == "back":
            wrong = wrong - 2.0 * speeds * TICK
        return dataclasses.replace(point, positions=wrong, velocities=speeds)


class Post:
    """Carries intents to control, more or less well.

    Attributes:
        bad: Share of the messages that something happens to.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.bad = 0.0
        self._under_way: list[tuple[float, AnyIntent]] = []

    def take(self, now: float, intents: list[AnyIntent]) -> None:
        for intent in intents:
            if self._chance.random() >= self.bad:
                self._under_way.append((now, intent))
                continue
            for _ in range(self._chance.choice([0, 1, 2])):
                self._under_way.append((now + self._chance.choice([0.0, 0.02, 0.1, 0.4]), intent))

    def due(self, now: float) -> list[AnyIntent]:
        ready = [intent for at, intent in self._under_way if at <= now]
        self._under_way = [row for row in self._under_way if row[0] > now]
        return ready

    def lose_all(self) -> None:
        self._under_way.clear()


class Rig:
    """One arm with everything around it. `run` it; then look at ``checker``.

    Args:
        seed: Everything that happens by chance follows from it.
        scene: File of the scene.
        trouble: Mean time between two troubles [s]; infinite for none.
    """

    def __init__(self, seed: int, scene: Path, *, trouble: float) -> None:
        self.chance = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()
        self.clock = SteppedClock(1000.0)
        config = load(ARM, ArmConfig)
        world = load(scene, SceneConfig)
        facts = read_facts(ARM, scene)
        self.checker = Checker(facts, Body(config.urdf_text(), config.joint_names))
        self.plant = LaggingPlant(np.array(HOME), seed)
        self.emulator = FeetechEmulator(self.plant, config, self.clock)
        self.emulator.faults.seed = seed
        self.wire = Wire(self.emulator, self.clock, self.checker)
        self.arm = WatchedArm(ArmContext(config, self.clock, world, "/dev/soak"), self.wire.open)
        robot = RobotModel(config)
        self.generator = SpoiledGenerator(robot, TICK)
        self.generator.chance = self.chance
        screen, control_screen = connection()
        guard, control_guard = connection()
        self.screen, self.guard = ui_end(screen), guard_end(guard)
        self.controller = Controller(
            self.arm,
            robot,
            Supervisor(robot, world, TICK),
            self.generator,
            self.clock,
            control_end(control_screen),
            guard=guard_end(control_guard),
        )
        self.asleep = 0.0
        self.loop = Loop(self.clock, 1.0 / TICK, self.controller.tick, suspended=lambda: self.asleep)
        self.person = Person(self.chance, facts, lambda what: self.counts.update([what]))
        self.post = Post(self.chance)
        self.trouble = Trouble(self.chance, lambda what: self.troubles.update([what]), trouble)
        self.screen_speaks = self.guard_speaks = True
        self.screen_every = TICK
        self._next_screen = 0.0
        self.seen: Snapshot | None = None
        self.begun = self.now
        self.controller.start()
        self.loop.restart()

    @property
    def now(self) -> float:
        return self.clock.now()

    def run(self, seconds: float, wall: float = math.inf) -> None:
        """Let ``seconds`` pass, or less: until the checker finds something, or a real clock says ``wall`` [s]."""
        ends = self.now + seconds
        while self.now < ends and not self.checker.violations and time.monotonic() < wall:
            self.turn()

    def turn(self) -> None:
        """One tick of everything."""
        self.trouble.act(self)
        if self.guard_speaks:
            self.guard.send(Alive(self.now))
            self.checker.licence.beat(self.now, "guard")
        self.guard.receive()
        if self.screen_speaks and self.now >= self._next_screen:
            self._next_screen = self.now + self.screen_every
            self.send(self.person.act(self.now, self.seen))
        self._deliver()
        self.loop.turn()
        # Connecting again is done beside the loop; on a stepped clock one after the other.
        self.controller._reconnect.wait(10.0)
        self._hear()
        self.wire.look()
        self.checker.passes(self.now)

    def send(self, intents: list[AnyIntent]) -> None:
        """Have the post carry ``intents``."""
        self.post.take(self.now, intents)

    def kill_screen(self) -> None:
        """End the screen's process: its pipe ends."""
        self.screen_speaks = False
        self.screen.close()
        self.post.lose_all()
        self.checker.licence.link_ended(self.now, "screen")

    def new_screen(self) -> None:
        """Have the guard start a new one."""
        new, theirs = connection()
        self.screen = ui_end(new)
        self.guard.send_link(Ends(theirs.link, theirs.alive))
        self.person.begin_again()
        self.screen_speaks = True
        self.seen = None

    def close(self) -> None:
        self.trouble.end()
        self.wire.plugged, self.wire.stalled = True, False
        self.controller.shutdown()
        self.screen.close()
        self.guard.close()

    def _deliver(self) -> None:
        if self.screen.closed:
            return
        for intent in self.post.due(self.now):
            self.screen.send(intent)
            self.checker.licence.beat(self.now, "screen")
            if not isinstance(intent, Heartbeat):
                self.counts["commands"] += 1
                self.checker.asked(self.now, {"kind": type(intent).__name__, **msgspec.structs.asdict(intent)})

    def _hear(self) -> None:
        for snapshot in self.screen.receive() if not self.screen.closed else ():
            if self.seen is None or snapshot.mode != self.seen.mode:
                self.counts[f"mode {snapshot.mode}"] += 1
            self.seen = snapshot
            self.checker.told(self.now, told(snapshot))


def told(snapshot: Snapshot) -> dict[str, Any]:
    """Return what the checker wants to know of a snapshot."""
    return {
        "mode": snapshot.mode,
        "epoch": snapshot.epoch,
        "fault": snapshot.fault.code if snapshot.fault else "",
        "sequence": snapshot.motion.sequence,
        "phase": snapshot.motion.phase,
    }
