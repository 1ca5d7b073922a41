"""The tick: arming, and where an arm stands that was armed again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from armctl.control import messages as say
from armctl.hal.state import FloatArray, JointState
from armctl.safety.states import Event
from armctl.safety.supervisor import Refusal
from sim.simulated_arm import SimulatedArm
from tests.support.control_bench import Bench, arm_config, fault_and_arm, speeds

# -- arming ----------------------------------------------------------------------------------------------------------


def test_nothing_is_sent_before_arming_and_torque_stays_as_it_was(bench: Bench) -> None:
    bench.ask(say.MoveJoints, positions=arm_config().poses["home"])
    snapshot = bench.tick(20)
    assert snapshot.mode == "disarmed"
    assert bench.rows() == []
    assert not bench.arm.read().torque_on
    assert snapshot.refused.phase == "refused"
    assert snapshot.refused.reason == "The arm is not switched on."
    assert snapshot.motion.phase == "refused"


def test_arming_takes_the_stop_test(bench: Bench) -> None:
    bench.tick()
    bench.ask(say.Enable)
    assert bench.tick(3).mode == "stop_test"
    assert bench.arm.read().torque_on
    bench.ask(say.StopTest, pressed_at=bench.now - 0.02)
    snapshot = bench.tick()
    assert snapshot.mode == "ready"
    assert snapshot.epoch == 1
    assert snapshot.stop_latency == pytest.approx(0.02)


def test_an_armed_arm_at_rest_stays_where_it_is(bench: Bench) -> None:
    before = bench.arm_it().positions
    after = bench.tick(200)
    assert after.mode == "ready"
    assert np.abs(np.subtract(after.positions, before)).max() < 0.01
    assert max(speeds(bench, 0.0), default=0.0) < 0.01


def test_a_stop_test_press_that_took_too_long_does_not_arm(bench: Bench) -> None:
    bench.tick()
    bench.ask(say.Enable)
    bench.tick(60)
    bench.ask(say.StopTest, pressed_at=bench.now - 0.4)
    snapshot = bench.tick()
    assert snapshot.mode == "disarmed"
    assert snapshot.refused.kind == "stoptest"


# -- the gripper -----------------------------------------------------------------------------------------------------


class Sagging:
    """An arm whose shoulder stands a little below what it is told, as servos under load do."""

    def __init__(self, arm: SimulatedArm) -> None:
        self.arm = arm
        self.sag = 0.03

    def __getattr__(self, name: str) -> object:
        return getattr(self.arm, name)

    def read(self) -> JointState:
        state = self.arm.read()
        if state.torque_on:
            state.positions[1] += self.sag
        return state


@pytest.fixture
def sagging(tmp_path: Path) -> Iterator[tuple[Bench, Sagging]]:
    wrapped: list[Sagging] = []

    def wrap(arm: SimulatedArm) -> Sagging:
        wrapped.append(Sagging(arm))
        return wrapped[0]

    bench = Bench(tmp_path, wrap)
    bench.arm_it()
    yield bench, wrapped[0]
    bench.close()


def test_an_arm_that_sags_under_its_load_does_not_sink_with_every_arming(sagging: tuple[Bench, Sagging]) -> None:
    bench, _ = sagging
    before = bench.tick(20).commanded
    for _ in range(3):
        fault_and_arm(bench)
    assert bench.seen.mode == "ready"
    assert bench.seen.commanded == pytest.approx(before, abs=1e-6)


def test_an_arm_that_was_moved_meanwhile_is_not_pulled_back_by_arming(sagging: tuple[Bench, Sagging]) -> None:
    bench, arm = sagging
    bench.tick(20)
    arm.sag = 0.1
    bench.supervisor.event(Event.FAULT, bench.now, "overload")
    bench.tick()
    where = bench.seen.positions
    fault_and_arm(bench)
    assert bench.seen.commanded[1] == pytest.approx(where[1], abs=0.01)


def test_an_arm_without_torque_is_taken_where_it_stands(sagging: tuple[Bench, Sagging]) -> None:
    bench, arm = sagging
    told = bench.tick(20).commanded
    bench.supervisor.event(Event.FAULT, bench.now, "torque")
    bench.tick()
    arm.arm.release()
    read = arm.arm.read
    arm.sag = 0.0

    def fallen() -> JointState:
        state = read()
        state.positions[1] += 0.02
        return state

    arm.arm.read = fallen  # type: ignore[method-assign]  # it fell a little while nobody held it
    bench.tick()
    fault_and_arm(bench)
    assert bench.seen.commanded[1] == pytest.approx(told[1] + 0.02, abs=1e-3)


def test_an_arm_that_may_not_stand_where_it_was_told_stands_where_it_is(
    sagging: tuple[Bench, Sagging], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, _ = sagging
    bench.tick(20)
    approve = bench.supervisor.approve

    def strict(positions: FloatArray, velocities: FloatArray, state: JointState, now: float) -> object:
        if abs(positions[1] - state.positions[1]) > 0.01:
            return Refusal("Too close to the head.")
        return approve(positions, velocities, state, now)

    monkeypatch.setattr(bench.supervisor, "approve", strict)
    fault_and_arm(bench)
    assert bench.seen.mode == "ready"
    assert bench.seen.commanded[1] == pytest.approx(bench.seen.positions[1], abs=0.01)
