"""The tick: real controller, supervisor, generator and ideal arm, on a stepped clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from armctl.control import messages as say
from armctl.control.link import connection, ui_end
from armctl.control.loop import Beat
from armctl.control.trace import HELD, SENT
from armctl.errors import CommandRefusedError, LinkLostError, PlaceLostError
from armctl.hal.state import FloatArray, JointState
from armctl.safety.states import Event
from armctl.safety.supervisor import Refusal
from sim.simulated_arm import SimulatedArm
from tests.support.control_bench import DT, Bench, arm_config

SLOW_DOWN = 0.6
"""Longest way from stop to rest [s], by the speeds and jerks of the configuration."""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    it = Bench(tmp_path)
    yield it
    it.close()


@pytest.fixture
def armed(bench: Bench) -> Bench:
    bench.arm_it()
    return bench


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


# -- motions ---------------------------------------------------------------------------------------------------------


def test_a_motion_is_followed_from_running_to_done(armed: Bench) -> None:
    number = armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.03), speed=1.0)
    before = armed.seen.tool
    running = armed.tick(10)
    assert (running.motion.sequence, running.motion.kind, running.motion.phase) == (number, "moveby", "running")
    assert running.mode == "moving"
    done = armed.until(lambda s: s.motion.phase != "running")
    assert done.motion.phase == "done"
    assert done.motion.progress == 1.0
    assert armed.tick(30).mode == "ready"
    assert armed.seen.tool[2] - before[2] == pytest.approx(0.03, abs=0.004)
    assert armed.seen.undo >= 1


def test_progress_grows_and_time_left_shrinks(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.04), speed=0.5)
    armed.tick()
    armed.until(lambda s: s.motion.phase != "running")
    shown = [s.motion for s in armed.snapshots if s.motion.kind == "moveby" and s.motion.phase == "running"]
    progress = [motion.progress for motion in shown]
    assert progress == sorted(progress)
    assert progress[-1] > 0.8


def test_an_undo_brings_the_tool_back(armed: Bench) -> None:
    before = np.array(armed.seen.tool[:3])
    armed.ask(say.MoveBy, translation=(0.0, 0.03, 0.0), speed=1.0)
    armed.tick()
    armed.until(lambda s: s.motion.phase == "done")
    armed.tick(10)
    armed.ask(say.Undo, speed=1.0)
    armed.tick()
    armed.until(lambda s: s.motion.phase == "done" and s.motion.kind == "undo")
    armed.tick(20)
    assert np.linalg.norm(np.array(armed.seen.tool[:3]) - before) < 0.004


def test_the_way_is_worked_out_and_its_time_told_before_anything_moves(armed: Bench) -> None:
    before = armed.seen.commanded
    armed.ask(say.MoveTool, position=(0.2, -0.2, 0.2), path="arc", speed=1.0)
    told = armed.until(lambda s: s.motion.estimate > 0.0)
    assert told.motion.remaining == told.motion.estimate > 1.0
    assert np.abs(np.subtract(told.commanded, before)).max() < 1e-4
    since = armed.now
    armed.until(lambda s: s.motion.phase == "done")
    # Slow for the first three seconds after arming, as the supervisor says while the way is looked at.
    assert told.motion.estimate == pytest.approx(armed.now - since, rel=0.5)


def test_a_way_that_takes_long_to_find_impossible_is_refused_and_the_arm_is_ready_again(armed: Bench) -> None:
    number = armed.ask(say.MoveTool, position=(0.5, 0.0, 0.1), path="joint", speed=1.0)
    snapshot = armed.until(lambda s: s.motion.phase == "refused")
    assert snapshot.motion.sequence == snapshot.refused.sequence == number
    assert "out of reach" in snapshot.refused.reason
    assert armed.tick(5).mode == "ready"
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.02))
    assert armed.tick(2).motion.phase == "running"


def stopped_jog(bench: Bench) -> None:
    jog(bench, 1.5)
    bench.ask(say.Stop)
    bench.until(lambda s: s.mode == "ready")


def back_out(bench: Bench, to: tuple[float, ...]) -> None:
    bench.ask(say.WayOut, speed=1.0)
    bench.tick(2)
    assert bench.seen.motion.kind == "wayout", bench.seen.refused
    bench.until(lambda s: s.motion.phase != "running")
    assert bench.seen.motion.phase == "done"
    bench.tick(20)
    assert np.linalg.norm(np.subtract(bench.seen.tool[:3], to)) < 0.004
    assert not bench.seen.stuck


def test_after_a_stop_the_arm_goes_back_the_way_it_came_and_any_stop_ends_that(armed: Bench) -> None:
    start = armed.seen.tool[:3]
    stopped_jog(armed)
    stopped_jog(armed)
    assert armed.seen.undo == 2
    assert not armed.seen.stuck, "the person stopped it: nothing was in the way"
    armed.ask(say.WayOut, speed=1.0)
    armed.tick(60)
    armed.ask(say.Stop)
    armed.until(lambda s: s.mode == "ready")
    assert armed.seen.motion.phase == "stopped"
    assert armed.seen.undo >= 1
    back_out(armed, start)


def test_after_a_fault_that_was_cleared_and_arming_again_the_way_out_is_still_known(armed: Bench) -> None:
    start = armed.seen.tool[:3]
    jog(armed, 1.5)
    fault_and_arm(armed)
    assert armed.seen.stuck
    assert armed.seen.undo == 1
    back_out(armed, start)


def test_after_a_fault_the_last_motion_can_still_be_undone(armed: Bench) -> None:
    start = np.array(armed.seen.tool[:3])
    armed.ask(say.MoveBy, translation=(0.0, 0.03, 0.0), speed=1.0)
    armed.tick()
    armed.until(lambda s: s.motion.phase == "done")
    fault_and_arm(armed)
    armed.ask(say.Undo, speed=1.0)
    armed.tick()
    armed.until(lambda s: s.motion.phase == "done" and s.motion.kind == "undo")
    armed.tick(20)
    assert np.linalg.norm(np.array(armed.seen.tool[:3]) - start) < 0.004


def test_an_arm_that_was_moved_far_since_says_why_it_knows_no_way_out(armed: Bench) -> None:
    stopped_jog(armed)
    positions = np.array(armed.seen.positions)
    positions[3] -= 0.8
    armed.generator.reset(positions)
    for kind in (say.WayOut, say.Undo):
        armed.ask(kind)
        assert "was moved since" in armed.tick().refused.reason


def test_pushed_against_a_limit_the_arm_is_stuck_and_backs_out(armed: Bench) -> None:
    start = armed.seen.tool[:3]
    for _ in range(900):
        armed.ask(say.Jog, linear=(1.0, 0.0, 0.0), speed=1.0)
        armed.tick()
    assert armed.seen.notice == "The arm cannot reach further this way."
    armed.ask(say.Stop)
    armed.until(lambda s: s.mode == "ready")
    assert armed.seen.stuck
    back_out(armed, start)


def test_a_jog_beside_furniture_goes_along_it_and_is_never_refused(armed: Bench) -> None:
    reasons: set[str] = set()
    notices: set[str] = set()
    start = armed.seen.tool
    for _ in range(900):
        armed.ask(say.Jog, linear=(-0.3, -1.0, 0.0), speed=1.0)
        armed.tick()
        reasons.add(armed.seen.motion.reason)
        notices.add(armed.seen.notice)
    assert reasons == {""}
    assert any("along it" in notice for notice in notices)
    assert armed.seen.tool[1] < start[1] - 0.3


def test_undo_with_nothing_to_undo_is_refused(bench: Bench) -> None:
    bench.arm_it()
    bench.ask(say.Undo)
    assert bench.tick().refused.reason == "There is nothing to undo."


def test_what_cannot_be_reached_is_refused_with_the_reason_and_nothing_moves(armed: Bench) -> None:
    number = armed.ask(say.MoveTool, position=(2.0, 0.0, 0.3))
    snapshot = armed.tick()
    assert snapshot.motion.sequence == number
    assert snapshot.motion.phase == "refused"
    assert len(snapshot.motion.reason) > 10
    since = armed.now
    armed.tick(20)
    assert max(speeds(armed, since)) < 0.01


def test_a_second_motion_does_not_disturb_the_first(armed: Bench) -> None:
    first = armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.04), speed=0.6)
    armed.tick(10)
    second = armed.ask(say.MoveBy, translation=(0.0, 0.04, 0.0))
    snapshot = armed.tick()
    assert snapshot.motion.sequence == first
    assert snapshot.motion.phase == "running"
    assert snapshot.refused.sequence == second
    assert snapshot.refused.reason == "The arm is moving. Stop it first."
    assert armed.until(lambda s: s.motion.phase != "running").motion.phase == "done"


def test_pause_and_resume(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.04), speed=0.6)
    armed.tick(30)
    armed.ask(say.Pause)
    paused = armed.until(lambda s: s.motion.phase == "paused", 2.0)
    assert paused.mode == "ready"
    since = armed.now
    armed.tick(50)
    assert max(speeds(armed, since)) < 0.01
    armed.ask(say.Resume)
    assert armed.tick(5).motion.phase == "running"
    assert armed.until(lambda s: s.motion.phase != "running").motion.phase == "done"


def test_resume_without_a_pause_is_refused(armed: Bench) -> None:
    armed.ask(say.Resume)
    assert armed.tick().refused.reason == "No motion is paused."


# -- jog -------------------------------------------------------------------------------------------------------------


def test_a_jog_moves_while_it_is_repeated_and_rests_when_it_is_not(armed: Bench) -> None:
    height = armed.seen.tool[2]
    jog(armed, 0.5)
    assert armed.seen.mode == "moving"
    assert armed.seen.tool[2] > height + 0.01
    last_deadline = armed.now - DT + 0.15
    rest = armed.until(lambda s: s.motion.phase == "stopped", 2.0)
    assert rest.motion.reason == "released"
    assert rest.stamp < last_deadline + SLOW_DOWN
    # It begins to slow down within a tick of the deadline.
    at = [row for row in armed.rows() if row.kind == SENT and row.stamp >= last_deadline + DT / 2]
    assert at
    measured = speeds(armed, last_deadline + 2 * DT)
    assert measured[-1] < 0.01
    assert measured[5] < measured[0]


def test_a_stop_ends_a_jog_and_the_next_one_begins_anew(armed: Bench) -> None:
    jog(armed, 0.3)
    armed.ask(say.Stop)
    armed.tick()
    assert armed.seen.mode == "stopping"
    armed.ask(say.Jog, linear=(0.0, 0.0, 1.0))
    assert armed.tick().refused.reason == "The arm is coming to rest."
    armed.until(lambda s: s.mode == "ready", 2.0)
    assert armed.seen.motion.phase == "stopped"
    assert armed.seen.motion.reason == "input"
    jog(armed, 0.1)
    assert armed.seen.mode == "moving"


# -- intents that do not count ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [{"sequence": 5}, {"epoch": 77}, {"deadline": 999.0}, {"deadline": float("nan")}, {"deadline": 1e9}],
    ids=["replayed", "other epoch", "late", "no deadline", "endless"],
)
def test_a_stale_replayed_or_endless_intent_is_refused_and_the_reason_told(
    armed: Bench, wrong: dict[str, object]
) -> None:
    since = armed.now
    armed.ask(say.MoveBy, **{"translation": (0.0, 0.0, 0.03), **wrong})
    snapshot = armed.tick()
    assert snapshot.mode == "ready"
    assert snapshot.refused.reason
    armed.tick(20)
    assert max(speeds(armed, since)) < 0.01


def test_a_stop_is_never_refused_whatever_its_numbers(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.04), speed=0.6)
    armed.tick(20)
    armed.ask(say.Stop, sequence=0, epoch=99, deadline=0.0)
    assert armed.tick().mode == "stopping"


def test_what_was_asked_for_before_a_stop_does_not_begin_after_it(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.04))
    armed.ask(say.Stop)
    snapshot = armed.tick()
    assert snapshot.mode == "ready"
    assert snapshot.refused.reason == "A stop came after it."
    armed.ask(say.Stop)
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.02))
    assert armed.tick().mode == "moving"


# -- coming to rest --------------------------------------------------------------------------------------------------


def test_a_stop_decelerates_from_the_very_next_set_point(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=1.0)
    armed.until(lambda s: s.motion.progress > 0.4)
    at = armed.now
    armed.ask(say.Stop, reason="input")
    armed.until(lambda s: s.motion.phase == "stopped", SLOW_DOWN)
    after = speeds(armed, at - DT)
    assert after[-1] < 0.01
    assert after[len(after) // 2] < after[0]
    assert armed.seen.motion.reason == "input"


def test_a_silent_screen_brings_the_arm_to_rest_after_the_timeout(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    armed.beating = False
    silent_from = armed.now - DT
    stopping = armed.until(lambda s: s.mode == "stopping", 1.0)
    assert stopping.stamp - silent_from == pytest.approx(0.1, abs=0.0101 + DT)
    rest = armed.until(lambda s: s.motion.phase == "stopped", 1.0)
    assert rest.motion.reason == "The screen does not answer."
    assert rest.mode == "ready"


def test_a_screen_that_comes_back_does_not_restart_the_motion(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    armed.beating = False
    armed.until(lambda s: s.motion.phase == "stopped", 1.0)
    armed.beating = True
    since = armed.now
    armed.tick(100)
    assert max(speeds(armed, since)) < 0.01
    armed.ask(say.MoveBy, translation=(0.0, 0.0, -0.02))
    assert armed.tick(3).mode == "moving"


def test_a_closed_link_brings_the_arm_to_rest_in_the_next_tick(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    armed.ui.close()
    assert armed.tick().mode == "stopping"
    assert armed.until(lambda s: s.mode == "ready", 1.0).motion.phase == "stopped"


def test_ticks_missed_in_a_row_bring_the_arm_to_rest(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    assert armed.tick(beat=Beat(0.02, missed=2, row=2)).mode == "moving"
    assert armed.tick(beat=Beat(0.03, missed=5, row=3)).mode == "stopping"
    assert armed.until(lambda s: s.motion.phase == "stopped", 1.0).motion.reason == "The computer was too slow."


def test_a_computer_that_slept_is_a_latched_fault(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    snapshot = armed.tick(beat=Beat(asleep=3600.0))
    assert snapshot.mode == "fault"
    assert snapshot.fault is not None
    assert snapshot.fault.code == "clock_jump"
    assert armed.rows()[-1].kind == HELD
    armed.tick(50)
    assert armed.rows()[-1].kind == HELD  # nothing is sent in a fault, and hold is said once


# -- faults ----------------------------------------------------------------------------------------------------------


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


# -- the gripper -----------------------------------------------------------------------------------------------------


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


def fault_and_arm(bench: Bench) -> None:
    bench.supervisor.event(Event.FAULT, bench.now, "overload")
    bench.tick(20)
    bench.ask(say.ClearFault)
    bench.tick()
    bench.arm_it()
    bench.tick(20)


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


def test_letting_go_ends_holding(holding: tuple[Bench, Blocked]) -> None:
    bench, _ = holding
    bench.ask(say.Grip, opening=1.0)
    bench.tick()
    bench.until(lambda s: s.motion.phase == "done")
    assert not bench.seen.holding


# -- other processes -------------------------------------------------------------------------------------------------


def test_a_screen_that_was_started_again_finds_a_disarmed_arm_and_must_arm_anew(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    for_ui, for_control = connection()
    armed.guard.send_link(for_control)
    screen = ui_end(for_ui)
    try:
        assert armed.tick().mode == "stopping"
        armed.until(lambda s: s.mode == "disarmed", 3.0)
        screen.receive()  # what piled up while this screen did not look
        armed.tick()
        (snapshot,) = screen.receive()
        assert snapshot.mode == "disarmed"
        number = 10**9
        screen.send(say.MoveBy(sequence=number, epoch=1, deadline=armed.now + 0.1, translation=(0, 0, 0.02)))
        assert armed.tick().refused.reason == "The arm is not switched on."
        screen.send(say.Enable(sequence=number + 1, epoch=1, deadline=armed.now + 0.1))
        armed.tick()
        screen.send(say.StopTest(sequence=number + 2, epoch=1, deadline=armed.now + 0.1, pressed_at=armed.now))
        assert armed.tick().epoch == 2
    finally:
        screen.close()


def test_the_end_of_the_guard_brings_the_arm_to_rest(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    armed.guard.close()
    assert armed.tick().mode == "stopping"
    rest = armed.until(lambda s: s.motion.phase == "stopped", 1.0)
    assert rest.motion.reason == "The program that watches over arm and screen does not answer."
    assert not armed.controller.orphaned
    armed.ask(say.MoveBy, translation=(0.0, 0.0, -0.03))
    assert armed.tick().refused.reason.endswith("does not answer.")
    armed.ui.close()
    assert armed.controller.orphaned


def test_a_silent_guard_brings_the_arm_to_rest(armed: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    monkeypatch.setattr(armed.guard, "send", lambda message: None)
    armed.until(lambda s: s.mode == "stopping", 0.15)


def test_the_guards_word_that_the_screen_is_gone_brings_the_arm_to_rest(armed: Bench) -> None:
    armed.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    armed.tick(20)
    armed.beating = False
    armed.guard.send(say.PeerGone(process="ui", message="The screen stopped."))
    assert armed.tick().mode == "stopping"


def test_shutdown_keeps_torque_and_ends_the_link(armed: Bench) -> None:
    armed.controller.shutdown()
    assert armed.ui.closed
    armed.arm.connect()
    assert armed.arm.read().torque_on


def test_a_stop_that_comes_while_the_arm_is_read_counts_in_the_same_tick(
    armed: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    jog(armed, 0.5)
    read = armed.arm.read

    def slow_read() -> JointState:
        armed.ask(say.Stop, reason="pressed")
        return read()

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(armed.arm, "read", slow_read)
        assert armed.tick().mode == "stopping"
