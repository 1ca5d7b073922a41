"""The tick when something breaks: it holds, latches, and never restarts into motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from armctl.control import messages as say
from armctl.control.trace import HELD
from armctl.errors import CommandRefusedError, HardwareError, LinkLostError, PlaceLostError
from armctl.hal.state import JointState
from sim.simulated_arm import SimulatedArm
from tests.support.control_bench import Bench, arm_config, speeds


def test_an_unplugged_arm_is_a_fault_and_comes_back_disarmed(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    armed.arm.unplug()
    snapshot = armed.tick()
    assert snapshot.mode == "fault"
    assert snapshot.fault is not None
    assert snapshot.fault.code == "link_lost"
    assert snapshot.stale == arm_config().joint_names
    assert snapshot.motion.phase == "stopped"
    armed.tick(10)
    armed.arm.plug_in()
    armed.ask(say.ClearFault)
    back = until_really(armed, lambda s: s.mode == "disarmed")
    assert back.stale == ()
    since = armed.now
    armed.tick(20)
    assert speeds(armed, since) == []
    armed.arm_it()
    assert armed.seen.epoch == 2


def until_really(bench: Bench, what: Callable[[say.Snapshot], bool]) -> say.Snapshot:
    """Tick until ``what``; reconnecting happens in a thread, so a little real time passes as well."""
    import time

    for _ in range(2000):
        if what(bench.tick()):
            return bench.seen
        time.sleep(0.001)
    raise AssertionError(bench.seen)


class Raising:
    """An arm of which one call raises, when told to."""

    def __init__(self, arm: SimulatedArm) -> None:
        self.arm = arm
        self.raises: dict[str, Exception] = {}
        self.held = 0

    def __getattr__(self, name: str) -> object:
        if name in self.raises:
            raise self.raises[name]
        if name == "hold":
            self.held += 1
        return getattr(self.arm, name)


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[tuple[Bench, Raising]]:
    wrapped: list[Raising] = []

    def wrap(arm: SimulatedArm) -> Raising:
        wrapped.append(Raising(arm))
        return wrapped[0]

    bench = Bench(tmp_path, wrap)
    bench.arm_it()
    bench.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    bench.tick(20)
    yield bench, wrapped[0]
    wrapped[0].raises.clear()
    bench.close()


@pytest.mark.parametrize("call", ["read", "send"])
def test_a_lost_connection_in_any_call_holds_and_latches(broken: tuple[Bench, Raising], call: str) -> None:
    bench, arm = broken
    arm.raises[call] = LinkLostError("The cable is out.")
    snapshot = bench.tick()
    assert snapshot.fault is not None
    assert snapshot.fault.code == "link_lost"
    assert "The cable is out." in snapshot.fault.message
    assert arm.held == 1


def test_an_arm_that_lost_its_place_is_not_blamed_on_the_cable(broken: tuple[Bench, Raising]) -> None:
    bench, arm = broken
    arm.raises["read"] = PlaceLostError("A limit switch was hit.", "Home it.")
    fault = bench.tick().fault
    assert fault is not None
    assert fault.code == "place_lost"
    assert "A limit switch was hit." in fault.message
    assert "armctl home" in fault.remedy
    assert "cable" not in fault.remedy
    assert arm.held == 1


@pytest.mark.parametrize("call", ["read", "send", "scene"])
def test_an_exception_in_the_tick_holds_and_latches_and_never_restarts_into_motion(
    broken: tuple[Bench, Raising], call: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench, arm = broken
    if call == "scene":
        bench.controller._look_around = lambda: 1 / 0  # type: ignore[assignment,return-value]  # a defect on purpose
    else:
        arm.raises[call] = ZeroDivisionError("a defect")
    snapshot = bench.tick(2)
    assert snapshot.mode == "fault"
    assert snapshot.fault is not None
    assert snapshot.fault.code == "control_exception"
    assert "ZeroDivisionError" in snapshot.fault.message
    assert arm.held == 1
    assert snapshot.motion.phase == "stopped"
    bench.tick(5)
    arm.raises.clear()
    since = bench.now
    bench.tick(30)
    assert bench.seen.mode == "fault"
    assert speeds(bench, since) == []


def test_a_reading_that_took_long_is_not_taken_for_one_from_the_future(
    broken: tuple[Bench, Raising], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, arm = broken
    read = arm.arm.read

    def slow() -> JointState:
        bench.clock.advance(0.015)
        return read()

    monkeypatch.setattr(arm.arm, "read", slow)
    bench.tick(5)
    assert bench.seen.motion.phase == "running"
    assert bench.seen.mode == "moving"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("_supervisor", "observe"),
        ("_supervisor", "observe_scene"),
        ("_supervisor", "advise"),
        ("_supervisor", "approve"),
        ("_supervisor", "accept"),
        ("_drive._generator", "step"),
        ("_drive._generator", "begin"),
        ("_drive._grip", "observe"),
        ("_drive", "run"),
        ("_reporter", "measure"),
        ("_peers", "lost"),
        ("_peers", "hear"),
    ],
)
def test_a_defect_in_any_part_holds_and_latches(
    broken: tuple[Bench, Raising], owner: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, arm = broken
    part: object = bench.controller
    for attribute in owner.split("."):
        part = getattr(part, attribute)
    with monkeypatch.context() as defect:
        defect.setattr(type(part), name, lambda *_, **__: 1 / 0)
        bench.ask(say.MoveBy, translation=(0.0, 0.0, 0.01))
        if name in ("accept", "begin"):
            bench.ask(say.Stop, sequence=1)
            bench.tick(100)
            bench.ask(say.MoveBy, translation=(0.0, 0.0, 0.01))
        snapshot = bench.tick(2)
    assert snapshot.fault is not None
    assert snapshot.fault.code == "control_exception"
    assert arm.held == 1
    since = bench.now
    bench.tick(20)
    assert speeds(bench, since) == []
    assert bench.seen.mode == "fault"


def test_a_defect_that_stays_while_the_arm_is_told_to_hold_does_not_end_the_loop(
    broken: tuple[Bench, Raising], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, arm = broken
    generator = bench.controller._drive._generator
    with monkeypatch.context() as defect:
        defect.setattr(type(generator), "reset", lambda *_: 1 / 0)
        defect.setattr(type(generator), "step", lambda *_: 1 / 0)
        assert bench.tick(5).mode == "fault"
        arm.raises["read"] = LinkLostError("The cable is out.")
        assert bench.tick(5).mode == "fault"
    assert arm.held >= 1


def test_a_recorder_that_fails_is_left_out_and_the_arm_still_stops(
    armed: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    armed.controller._flight = Broken()  # type: ignore[assignment]  # a defect on purpose
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    assert armed.tick(20).mode == "moving"
    assert "Nothing is recorded any more" in caplog.text
    armed.ask(say.Stop)
    assert armed.tick(100).mode == "ready"


class Broken:
    """A flight recorder that hears, and fails when it is to write."""

    def heard(self, intents: object) -> None:
        """Do nothing."""

    def tick(self, *_: object) -> None:
        """Fail."""
        raise ValueError("a defect")


def test_an_arm_that_is_there_but_does_not_come_on_stays_off_and_says_why(tmp_path: Path) -> None:
    wrapped: list[Raising] = []
    bench = Bench(tmp_path, lambda arm: wrapped.append(Raising(arm)) or wrapped[0])
    bench.tick()
    wrapped[0].raises["enable"] = HardwareError("The elbow stands outside of its limits.", "Move it by hand.")
    bench.ask(say.Enable)
    snapshot = bench.tick()
    assert (snapshot.mode, snapshot.fault) == ("disarmed", None)
    assert snapshot.refused.reason == "The elbow stands outside of its limits. Move it by hand."
    del wrapped[0].raises["enable"]
    bench.ask(say.Enable)
    assert bench.tick().mode == "stop_test"
    bench.close()


def test_a_command_that_the_arm_does_not_take_stops_and_then_holds(broken: tuple[Bench, Raising]) -> None:
    bench, arm = broken
    arm.raises["send"] = CommandRefusedError("Too late.")
    assert bench.tick().mode == "stopping"
    snapshot = bench.tick()
    assert snapshot.mode == "ready"
    assert arm.held == 1
    assert snapshot.motion.phase == "stopped"
    assert snapshot.motion.reason == "Too late."


def test_what_the_supervisor_refuses_on_the_way_decelerates_and_then_holds(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    true_step = armed.generator.step

    def leaping(*given: Any) -> object:
        point = true_step(*given)
        return type(point)(
            positions=point.positions + 0.5,
            velocities=point.velocities,
            accelerations=point.accelerations,
            phase=point.phase,
            progress=point.progress,
            remaining=point.remaining,
            notice=point.notice,
        )

    armed.generator.step = leaping  # type: ignore[method-assign,assignment]  # a defect on purpose
    assert armed.tick().mode == "stopping"
    snapshot = armed.tick()
    assert snapshot.motion.phase == "stopped"
    assert snapshot.motion.reason
    assert armed.rows()[-1].kind == HELD


def test_not_a_number_from_a_motion_is_refused_and_never_sent(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    true_step = armed.generator.step

    def broken_step(*given: Any) -> object:
        point = true_step(*given)
        point.positions[2] = float("nan")
        return point

    armed.generator.step = broken_step  # type: ignore[method-assign,assignment]  # a defect on purpose
    armed.tick(3)
    assert armed.seen.motion.phase == "stopped"
    assert all(np.isfinite(row.positions).all() for row in armed.rows())
