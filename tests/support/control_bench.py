"""Control in one process on a stepped clock: the real controller, supervisor, generator and ideal arm, and a screen
that beats and asks. For tests that look at every tick. The arm is found in its home pose, with room all round."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from pathlib import Path

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.control import messages as say
from armctl.control.controller import Controller
from armctl.control.link import connection, guard_end, local_pair
from armctl.control.loop import Beat
from armctl.control.messages import Alive, AnyIntent, Snapshot
from armctl.control.trace import SENT, Row, Trace, read_trace
from armctl.hal.registry import ArmContext
from armctl.kinematics.robot import RobotModel
from armctl.motion.generator import MotionGenerator
from armctl.safety.states import Event
from armctl.safety.supervisor import Supervisor
from sim.ideal_arm import create
from sim.simulated_arm import SimulatedArm

DT = 0.01
SLOW_DOWN = 0.6
"""Longest way from stop to rest [s], by the speeds and jerks of the configuration."""


@cache
def arm_config() -> ArmConfig:
    return load(builtin("arms", "so101"), ArmConfig)


@cache
def scene_config() -> SceneConfig:
    return load(builtin("scenes", "kitchen_table"), SceneConfig)


@cache
def robot_model() -> RobotModel:
    return RobotModel(arm_config())


class Bench:
    """Attributes: ``clock``, ``arm``, ``ui`` (the screen's end of the link), ``seen`` (the newest snapshot)."""

    def __init__(
        self,
        folder: Path,
        wrap: Callable[[SimulatedArm], object] | None = None,
        scene: SceneConfig | None = None,
        start: tuple[float, ...] | None = None,
    ) -> None:
        self.clock = SteppedClock(1000.0)
        config = arm_config()
        scene = scene or scene_config()
        there = config.model_copy(update={"poses": {**config.poses, "rest": start or config.poses["home"]}})
        self.arm = create(ArmContext(there, self.clock, scene))
        self.ui, self.control_side = local_pair()
        self.trace = Trace(folder / "trace", 6, self.clock)
        self._trace_path = folder / "trace"
        self.supervisor = Supervisor(robot_model(), scene, DT)
        self.generator = MotionGenerator(robot_model(), DT)
        own_ends, guard_ends = connection()
        self.guard = guard_end(own_ends)
        arm = wrap(self.arm) if wrap else self.arm
        self.controller = Controller(
            arm,  # type: ignore[arg-type]  # a wrapped arm is still an arm
            robot_model(),
            self.supervisor,
            self.generator,
            self.clock,
            self.control_side,
            guard=guard_end(guard_ends),
            trace=self.trace,
        )
        self.sequence = 100
        self.beating = True
        self.snapshots: list[Snapshot] = []
        self.controller.start()

    @property
    def seen(self) -> Snapshot:
        return self.snapshots[-1]

    @property
    def now(self) -> float:
        return self.clock.now()

    def close(self) -> None:
        self.controller.shutdown()
        self.trace.close()
        self.guard.close()

    def rows(self) -> list[Row]:
        return read_trace(self._trace_path)

    def envelope(self, **changes: object) -> dict[str, object]:
        self.sequence += 1
        epoch = self.seen.epoch if self.snapshots else 0
        return {"sequence": self.sequence, "epoch": epoch, "deadline": self.now + 0.15, **changes}

    def ask(self, kind: Callable[..., AnyIntent], **fields: object) -> int:
        """Send an intent, with a proper envelope unless ``fields`` say otherwise; return its number."""
        intent = kind(**{**self.envelope(), **fields})
        self.ui.send(intent)
        return intent.sequence

    def tick(self, ticks: int = 1, beat: Beat | None = None) -> Snapshot:
        for _ in range(ticks):
            if self.beating:
                self.ui.send(say.Heartbeat(sequence=0, epoch=0, deadline=0.0))
            if not self.guard.closed:
                self.guard.send(Alive(self.now))
            self.snapshots.append(self.controller.tick(beat or Beat()))
            self.clock.advance(DT)
        return self.seen

    def until(self, what: Callable[[Snapshot], bool], seconds: float = 20.0) -> Snapshot:
        for _ in range(round(seconds / DT)):
            if what(self.tick()):
                return self.seen
        raise AssertionError(f"not within {seconds} s: {self.seen}")

    def arm_it(self) -> Snapshot:
        """Enable and pass the stop test."""
        self.tick()
        self.ask(say.Enable)
        self.tick(5)
        self.ask(say.StopTest, pressed_at=self.now - 0.005)
        self.tick(2)
        assert self.seen.mode == "ready", self.seen
        return self.seen


def speeds(bench: Bench, since: float) -> list[float]:
    """Largest joint speed between set-points sent after ``since``."""
    rows = [row for row in bench.rows() if row.kind == SENT and row.stamp >= since]
    return [
        max(abs(b - a) for a, b in zip(first.positions, second.positions, strict=True)) / (second.stamp - first.stamp)
        for first, second in itertools.pairwise(rows)
    ]


def jog(bench: Bench, seconds: float, **fields: object) -> None:
    """Hold a jog for some time."""
    for _ in range(round(seconds / DT)):
        bench.ask(say.Jog, **{"linear": (0.0, 0.0, 1.0), "speed": 1.0, **fields})
        bench.tick()


def fault_and_arm(bench: Bench) -> None:
    """Let a fault come, clear it, and arm anew."""
    bench.supervisor.event(Event.FAULT, bench.now, "overload")
    bench.tick(20)
    bench.ask(say.ClearFault)
    bench.tick()
    bench.arm_it()
    bench.tick(20)
