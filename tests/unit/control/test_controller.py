"""The tick: what counts as asked for, coming to rest, other processes.

Here and in the files beside it: real controller, supervisor, generator and ideal arm, on a stepped clock.
"""

from __future__ import annotations

import pytest

from armctl.control import messages as say
from armctl.control.link import connection, ui_end
from armctl.control.loop import Beat
from armctl.control.trace import HELD
from armctl.hal.state import JointState
from tests.support.control_bench import DT, SLOW_DOWN, Bench, jog, speeds

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
