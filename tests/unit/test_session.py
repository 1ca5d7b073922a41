"""The session: requests become intents, what happens is written down, the guard hears and is heard."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from armctl.clock import SteppedClock
from armctl.control import messages as say
from armctl.control.link import GuardLink, connection, control_end, local_pair
from armctl.control.messages import FaultReport, MotionReport
from armctl.hal.scene import SceneState
from armctl.session import VALID, Session
from armctl.tasks.model import load_task
from tests.support.control_bench import scene_config
from tests.support.session_desk import Desk, snapshot

NOTHING = SceneState(0.0, {})


# -- requests --------------------------------------------------------------------------------------------------------


REQUESTS: list[tuple[Callable[[Session], int], type]] = [
    (lambda s: s.enable(), say.Enable),
    (lambda s: s.stop_test(999.9), say.StopTest),
    (lambda s: s.clear_fault(), say.ClearFault),
    (lambda s: s.stop(999.9), say.Stop),
    (lambda s: s.jog((1.0, 0.0, 0.0)), say.Jog),
    (lambda s: s.move_by((0.0, 0.0, 0.01)), say.MoveBy),
    (lambda s: s.move_joints((0.0,) * 5), say.MoveJoints),
    (lambda s: s.move_tool((0.3, 0.0, 0.2)), say.MoveTool),
    (lambda s: s.grip(0.5), say.Grip),
    (lambda s: s.pause(), say.Pause),
    (lambda s: s.resume(), say.Resume),
    (lambda s: s.undo(), say.Undo),
    (lambda s: s.way_out(), say.WayOut),
]


@pytest.mark.parametrize(("ask", "kind"), REQUESTS, ids=[kind.__name__ for _, kind in REQUESTS])
def test_each_request_is_one_intent_of_this_epoch_with_a_short_deadline(
    desk: Desk, ask: Callable[[Session], int], kind: type
) -> None:
    desk.show()
    desk.asked()
    number = ask(desk.session)
    (intent,) = desk.asked()
    assert type(intent) is kind
    assert intent.sequence == number
    assert intent.epoch == 3
    assert intent.deadline == pytest.approx(desk.clock.now() + VALID)


def test_numbers_only_grow_also_when_the_screen_was_started_again() -> None:
    first = Desk()
    numbers = [first.session.stop() for _ in range(500)]
    assert numbers == sorted(set(numbers))
    again = Desk()
    again.clock.advance(0.5)
    later = Session(local_pair()[0], again.clock, lambda kind, **data: None)
    assert later.stop() > numbers[-1]


def test_directions_of_the_person_go_out_in_the_arm_s_frame(desk: Desk) -> None:
    desk.session.looks(None)
    face = scene_config().person.mouth_direction  # type: ignore[union-attr]  # the kitchen has a person
    desk.session.jog((1.0, 0.0, 0.0), frame="user")
    desk.session.move_by((0.03, 0.0, 0.0), frame="user")
    desk.session.jog((1.0, 0.0, 0.0), frame="tool")
    desk.session.looks(math.pi / 2)
    desk.session.jog((0.0, 1.0, 0.0), (0.0, 0.0, 0.5), frame="user")
    jog, step, of_the_hand, told = desk.asked()
    assert isinstance(jog, say.Jog)
    assert (jog.linear, jog.frame) == (pytest.approx(face, abs=1e-6), "base")
    assert isinstance(step, say.MoveBy)
    assert step.translation == pytest.approx([0.03 * part for part in face], abs=1e-6)
    assert isinstance(of_the_hand, say.Jog)
    assert (of_the_hand.linear, of_the_hand.frame) == ((1.0, 0.0, 0.0), "tool")
    assert isinstance(told, say.Jog)
    assert (told.linear, told.angular) == (pytest.approx((-1.0, 0.0, 0.0)), pytest.approx((0.0, 0.0, 0.5)))


def test_waypoints_and_leave_to_tilt_go_out_with_the_motion(desk: Desk) -> None:
    desk.session.move_tool((0.3, 0.0, 0.2), via=((0.2, 0.1, 0.2),), may_tilt=True)
    (motion,) = desk.asked(say.MoveTool)
    assert isinstance(motion, say.MoveTool)
    assert (motion.via, motion.may_tilt) == (((0.2, 0.1, 0.2),), True)


def test_backing_out_leaves_the_task_standing(desk: Desk) -> None:
    desk.session.start_task(load_task("drink"))
    desk.show()
    desk.asked()
    desk.session.way_out()
    assert desk.asked(say.WayOut)
    assert desk.session.task is not None
    assert desk.session.task.phase == "paused"
    assert desk.session.asking


def test_a_press_travels_with_its_time_and_the_delay_is_written_down(desk: Desk) -> None:
    desk.show()
    desk.asked()
    desk.session.stop(pressed_at=999.98)
    (stop,) = desk.asked()
    assert stop.pressed_at == 999.98
    kind, data = desk.written[-1]
    assert kind == "request"
    assert data["after_press"] == pytest.approx(0.02)


def test_a_motion_counts_as_under_way_until_it_is_known_what_became_of_it(desk: Desk) -> None:
    desk.show()
    assert not desk.session.asking
    number = desk.session.move_by((0.02, 0.0, 0.0))
    assert desk.session.asking
    desk.show()
    assert desk.session.asking
    desk.show(motion=MotionReport(number, "moveby", "running"))
    assert not desk.session.asking
    number = desk.session.undo()
    assert desk.session.asking
    desk.show(refused=MotionReport(number, "undo", "refused", "There is nothing to undo."))
    assert not desk.session.asking
    desk.session.grip(0.5)
    desk.clock.advance(2 * VALID + 0.01)
    assert not desk.session.asking
    desk.session.stop()
    desk.session.clear_fault()
    assert not desk.session.asking


def test_heartbeats_come_at_least_every_20_ms_of_updates(desk: Desk) -> None:
    stamps = []
    for _ in range(200):
        desk.clock.advance(0.005)
        desk.session.update()
        if any(isinstance(intent, say.Heartbeat) for intent in desk.control.receive()):
            stamps.append(desk.clock.now())
    gaps = [after - before for before, after in itertools.pairwise(stamps)]
    assert max(gaps) <= 0.02 + 1e-9
    assert len(stamps) > 40


# -- what is written down --------------------------------------------------------------------------------------------


def test_every_selection_is_written_down_with_its_screen_and_how_long_after_the_press(desk: Desk) -> None:
    desk.session.selected("home", "task:drink", pressed_at=desk.clock.now() - 0.03)
    ((kind, data),) = desk.written
    assert kind == "selection"
    assert (data["screen"], data["item"]) == ("home", "task:drink")
    assert data["after_press"] == pytest.approx(0.03)


def test_changes_of_mode_motion_and_faults_are_written_down_once(desk: Desk) -> None:
    motion = MotionReport(7, "movetool", "running")
    for _ in range(3):
        desk.show(mode="moving", motion=motion)
    desk.show(mode="moving", motion=replace(motion, progress=0.5))
    for _ in range(3):
        desk.show(mode="ready", motion=replace(motion, phase="done"))
    fault = FaultReport("link_lost", "No arm", "The cable is out.", "Plug it in.", "carer")
    for _ in range(2):
        desk.show(mode="fault", fault=fault, motion=replace(motion, phase="done"))
    assert desk.kinds() == ["mode", "motion", "mode", "motion", "mode", "fault"]
    assert desk.written[-1][1]["code"] == "link_lost"


def test_a_stop_is_written_down_with_its_reason_but_a_release_is_no_stop(desk: Desk) -> None:
    desk.show(motion=MotionReport(5, "moveby", "running"))
    desk.show(motion=MotionReport(5, "moveby", "stopped", "input"))
    assert desk.written[-1][0] == "stop"
    assert desk.written[-1][1]["reason"] == "input"
    desk.show(motion=MotionReport(6, "jog", "running"))
    desk.show(motion=MotionReport(9, "jog", "running"))
    desk.show(motion=MotionReport(9, "jog", "stopped", "released"))
    assert [data["phase"] for kind, data in desk.written if kind == "motion"] == ["running", "running", "stopped"]


def test_a_refusal_is_written_down_with_the_reason(desk: Desk) -> None:
    desk.show(refused=MotionReport(8, "movetool", "refused", "Out of reach."))
    desk.show(refused=MotionReport(8, "movetool", "refused", "Out of reach."))
    assert [data for kind, data in desk.written if kind == "refused"] == [
        {"what": "movetool", "reason": "Out of reach."}
    ]


# -- the guard -------------------------------------------------------------------------------------------------------


def test_the_guard_hears_that_the_screen_lives_and_what_it_asks_for(guarded: tuple[Desk, GuardLink]) -> None:
    desk, guard = guarded
    desk.session.update()
    assert [type(message) for message in guard.receive()] == [say.Alive]
    desk.session.restart("control")
    desk.session.shutdown()
    assert guard.receive() == [say.Restart("control"), say.Shutdown("closed by the user")]
    assert [type(intent) for intent in desk.asked()] == [say.Stop]


def test_a_notice_stays_until_control_is_heard_again(guarded: tuple[Desk, GuardLink]) -> None:
    desk, guard = guarded
    desk.show()
    desk.control.send(snapshot(stamp=desk.clock.now()))  # still under way when control died
    desk.clock.advance(0.01)
    guard.send(say.PeerGone(process="control", message="The arm's control stopped."))
    desk.session.update()
    assert [notice.message for notice in desk.session.notices] == ["The arm's control stopped."]
    desk.session.update()
    assert desk.session.notices
    desk.clock.advance(0.5)
    desk.show()
    assert desk.session.notices == []


def test_control_that_was_started_again_is_talked_to_over_the_new_link(guarded: tuple[Desk, GuardLink]) -> None:
    desk, guard = guarded
    for_control, for_ui = connection()
    guard.send_link(for_ui)
    desk.session.update()
    control = control_end(for_control)
    control.receive()
    desk.session.stop()
    assert [type(intent) for intent in control.receive() if not isinstance(intent, say.Heartbeat)] == [say.Stop]
    assert desk.asked() == []
    control.close()
    desk.session._link.close()


def test_the_session_ends_when_the_guard_says_so(guarded: tuple[Desk, GuardLink]) -> None:
    desk, guard = guarded
    desk.session.update()
    assert not desk.session.ended
    guard.send(say.Shutdown("closing"))
    desk.session.update()
    assert desk.session.ended


def test_the_session_ends_when_the_guard_is_gone(guarded: tuple[Desk, GuardLink]) -> None:
    desk, guard = guarded
    guard.close()
    desk.session.update()
    assert desk.session.ended


# -- the snapshot ----------------------------------------------------------------------------------------------------


def test_the_scene_of_an_emulated_arm_is_added_to_the_snapshot() -> None:
    clock = SteppedClock()
    ui, control = local_pair()
    session = Session(ui, clock, lambda kind, **data: None, surroundings=lambda: NOTHING)
    control.send(snapshot())
    session.update()
    assert session.snapshot is not None
    assert session.snapshot.scene == NOTHING
