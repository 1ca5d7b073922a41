"""The tick: motions from their beginning to their end, the way back, and jogs."""

from __future__ import annotations

import numpy as np
import pytest

from armctl.control import messages as say
from armctl.control.trace import SENT
from tests.support.control_bench import DT, SLOW_DOWN, Bench, fault_and_arm, jog, speeds

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
