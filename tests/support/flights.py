"""Flights for tests: the real controller over the ideal arm on a stepped clock, recorded, faults and all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from armctl.control import messages as say
from armctl.control.controller import Controller
from armctl.control.flight import FlightRecorder, Order, ring_for
from armctl.control.flight_mcap import write_mcap
from armctl.control.flight_recording import Recording, facts_of, from_ring
from armctl.control.flight_ring import Ring, read_ring
from armctl.control.flight_supervisor import RecordedSupervisor
from armctl.errors import LinkLostError
from armctl.hal.scene import Contact, SceneState
from armctl.hal.state import JointState
from sim.simulated_arm import SimulatedArm
from tests.support.control_bench import DT, Bench, arm_config, robot_model, scene_config

WALL = 1_790_000_000.0


class Orders:
    """Stands for the process that writes files: keeps what was ordered, and what the ring held at that moment."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self.orders: list[Order] = []
        self.recordings: list[Recording] = []
        self.troubles: list[str] = []
        self.closed = False

    def order(self, order: Order) -> bool:
        self.orders.append(order)
        self.recordings.append(from_ring(*read_ring(self._ring.fileno), order.reason, order.title))
        return True

    def news(self) -> Iterable[str]:
        told, self.troubles = self.troubles, []
        return told

    def close(self) -> None:
        self.closed = True


class FlightBench(Bench):
    """A `Bench` whose controller is recorded: takes the place of the one without."""

    def __init__(
        self,
        folder: Path,
        wrap: Callable[[SimulatedArm], object] | None = None,
        ring: Ring | None = None,
    ) -> None:
        super().__init__(folder)
        self.arm.close()
        self.facts = facts_of(arm_config(), scene_config(), None, DT)
        self.ring = ring or ring_for(self.facts)
        self.writer = Orders(self.ring)
        self.supervisor = RecordedSupervisor(robot_model(), scene_config(), DT)
        self.flight = FlightRecorder(self.supervisor, self.ring, self.writer, DT)
        self.controller = Controller(
            wrap(self.arm) if wrap else self.arm,  # type: ignore[arg-type]  # a wrapped arm is still an arm
            robot_model(),
            self.supervisor,
            self.generator,
            self.clock,
            self.control_side,
            guard=self.controller._peers._guard,
            trace=self.trace,
            flight=self.flight,
        )
        self.controller.start()

    def recording(self, reason: str = "asked", title: str = "test") -> Recording:
        """Return what the ring holds now."""
        return from_ring(*read_ring(self.ring.fileno), reason, title)

    def close(self) -> None:
        super().close()
        self.flight.close()


def as_file(recording: Recording, path: Path) -> Path:
    """Write ``recording`` to ``path`` and return it."""
    stream = io.BytesIO()
    write_mcap(stream, recording, WALL)
    path.write_bytes(stream.getvalue())
    return path


class Spoiled:
    """An arm whose answers can be spoiled: ``spoil`` changes readings, ``gone`` cuts the line, ``touch`` is a scene."""

    def __init__(self, arm: SimulatedArm) -> None:
        self._arm = arm
        self.spoil: Callable[[JointState], JointState] | None = None
        self.gone = False
        self.touch: SceneState | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self._arm, name)

    def read(self) -> JointState:
        if self.gone:
            raise LinkLostError("The line was cut.")
        state = self._arm.read()
        return self.spoil(state) if self.spoil else state

    def scene(self) -> SceneState:
        return self.touch or self._arm.scene()


def spoiled_bench(folder: Path) -> tuple[FlightBench, Spoiled]:
    """Return a recorded bench and its arm, to be spoiled."""
    arms: list[Spoiled] = []

    def wrap(arm: SimulatedArm) -> Spoiled:
        arms.append(Spoiled(arm))
        return arms[0]

    return FlightBench(folder, wrap), arms[0]


class Frozen:
    """Readings whose first joint always says what it said first."""

    def __init__(self) -> None:
        self._angle: float | None = None

    def __call__(self, state: JointState) -> JointState:
        self._angle = float(state.positions[0]) if self._angle is None else self._angle
        return replace(state, positions=np.array([self._angle, *state.positions[1:]]))


def hot(state: JointState) -> JointState:
    """A reading of a joint that is too hot."""
    return replace(state, temperatures=np.array([90.0, *state.temperatures[1:]]))


def jumped(state: JointState) -> JointState:
    """A reading whose second joint is 20° off."""
    return replace(state, positions=state.positions + np.array([0.0, 0.35, 0.0, 0.0, 0.0, 0.0]))


def broken(state: JointState) -> JointState:
    """A reading that is not a number."""
    return replace(state, positions=np.array([np.nan, *state.positions[1:]]))


TOUCH = SceneState(0.0, {"cup": (0.3, 0.0, 0.1, 0.0, 0.0, 0.0, 1.0)}, "", (Contact("gripper_link", "head", 3.0),))

FAULTS: dict[str, Callable[[Spoiled], None]] = {
    "following_error": lambda arm: setattr(arm, "spoil", Frozen()),
    "over_temperature": lambda arm: setattr(arm, "spoil", hot),
    "encoder_jump": lambda arm: setattr(arm, "spoil", jumped),
    "link_lost": lambda arm: setattr(arm, "gone", True),
    "contact": lambda arm: setattr(arm, "touch", TOUCH),
}
"""Code of a fault to what makes it, in the arm and not in the supervisor."""


def mend(arm: Spoiled) -> None:
    """Undo whatever was spoiled."""
    arm.spoil, arm.gone, arm.touch = None, False, None


def swing(bench: Bench, ticks: int) -> None:
    """Swing the base joint for so many ticks; after a fault nothing moves."""
    bench.ask(say.MoveJoints, positions=(0.8, -0.9, 1.1, -0.2, -1.522), speed=0.6)
    bench.tick(ticks)


def fly(folder: Path, code: str, after: int = 560) -> tuple[FlightBench, Spoiled]:
    """Arm, swing, meet the fault ``code``, and go on for ``after`` ticks."""
    bench, arm = spoiled_bench(folder)
    bench.arm_it()
    swing(bench, 60)
    FAULTS[code](arm)
    bench.until(lambda seen: seen.fault is not None, 1.0)
    mend(arm)
    bench.tick(after)
    return bench, arm
