"""The tick: what the gripper holds stays held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from armctl.control import messages as say
from armctl.hal.state import JointState
from armctl.safety.states import Event
from sim.simulated_arm import SimulatedArm
from tests.support.control_bench import Bench


def test_the_gripper_closes_on_nothing_and_holds_nothing(armed: Bench) -> None:
    armed.ask(say.Grip, opening=1.0)
    armed.tick()
    armed.until(lambda s: s.motion.phase == "done")
    assert armed.seen.opening > 0.95
    armed.tick(5)
    armed.ask(say.Grip, opening=0.0)
    armed.tick()
    armed.until(lambda s: s.motion.phase == "done")
    armed.tick(50)
    assert armed.seen.opening < 0.05
    assert not armed.seen.holding


class Blocked:
    """An arm whose gripper cannot close beyond an angle, because something is between its jaws."""

    def __init__(self, arm: SimulatedArm) -> None:
        self.arm = arm
        self.stop_at: float | None = 0.6

    def __getattr__(self, name: str) -> object:
        return getattr(self.arm, name)

    def read(self) -> JointState:
        state = self.arm.read()
        if self.stop_at is not None and state.positions[-1] < self.stop_at:
            state.positions[-1] = self.stop_at
            state.velocities[-1] = 0.0
        return state


@pytest.fixture
def holding(tmp_path: Path) -> Iterator[tuple[Bench, Blocked]]:
    """A bench that has just gripped something."""
    wrapped: list[Blocked] = []

    def wrap(arm: SimulatedArm) -> Blocked:
        wrapped.append(Blocked(arm))
        wrapped[0].stop_at = None
        return wrapped[0]

    bench = Bench(tmp_path, wrap)
    bench.arm_it()
    for opening in (1.0, 0.0):
        bench.ask(say.Grip, opening=opening)
        bench.tick()
        bench.until(lambda s: s.motion.phase != "running")
        assert bench.seen.motion.phase == "done", bench.seen.motion
        wrapped[0].stop_at = 0.6
    yield bench, wrapped[0]
    bench.close()


def squeeze(bench: Bench) -> float:
    """How far the gripper is told to close beyond where it is [rad]."""
    return bench.seen.positions[-1] - bench.seen.commanded[-1]


def test_closing_on_something_ends_well_holds_it_and_pushes_just_a_little(holding: tuple[Bench, Blocked]) -> None:
    bench, _ = holding
    assert bench.seen.holding
    assert bench.seen.fault is None
    bench.tick(100)
    assert bench.seen.holding
    assert bench.seen.mode == "ready"
    assert 0.02 < squeeze(bench) < 0.3


def test_what_is_held_stays_held_through_motions_and_stops(holding: tuple[Bench, Blocked]) -> None:
    bench, _ = holding
    bench.ask(say.MoveBy, translation=(0.0, 0.0, 0.04), speed=0.6)
    bench.tick(40)
    bench.ask(say.Stop)
    bench.tick(100)
    assert bench.seen.motion.phase == "stopped"
    assert bench.seen.holding
    assert squeeze(bench) > 0.02


def test_what_is_held_is_not_dropped_by_a_fault_and_arming_again(holding: tuple[Bench, Blocked]) -> None:
    bench, _ = holding
    bench.supervisor.event(Event.FAULT, bench.now, "overload")
    assert bench.tick(20).mode == "fault"
    bench.ask(say.ClearFault)
    bench.tick()
    bench.arm_it()
    bench.tick(50)
    assert bench.seen.mode == "ready"
    assert bench.seen.holding
    assert squeeze(bench) > 0.02


def test_letting_go_ends_holding(holding: tuple[Bench, Blocked]) -> None:
    bench, _ = holding
    bench.ask(say.Grip, opening=1.0)
    bench.tick()
    bench.until(lambda s: s.motion.phase == "done")
    assert not bench.seen.holding
