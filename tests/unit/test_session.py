"""The session: requests become intents, what happens is written down, faults and stops leave a task standing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from armctl.clock import SteppedClock
from armctl.control import messages as say
from armctl.control.detours import Detours
from armctl.control.link import GuardLink, connection, control_end, guard_end, local_pair
from armctl.control.messages import FaultReport, MotionReport, Snapshot
from armctl.control.orders import SETS_MOVING
from armctl.control.pathfinding import InlinePathfinder
from armctl.control.trace import SENT
from armctl.control.wayfinder import Answer
from armctl.errors import TaskError
from armctl.hal.scene import SceneState
from armctl.safety.zones import Zones
from armctl.session import VALID, Session
from armctl.tasks.model import load_task
from armctl.tasks.view import TaskStatus
from tests.support.control_bench import DT, Bench, arm_config, robot_model, scene_config
from tests.support.lamp import beside, kitchen_with_lamp
from tests.support.notebook import Notebook

NOTHING = SceneState(0.0, {})


def snapshot(**changes: Any) -> Snapshot:
    plain = Snapshot(
        tick=1,
        stamp=1000.0,
        epoch=3,
        mode="ready",
        fault=None,
        arm="so101",
        real=False,
        joints=arm_config().joint_names,
        positions=(0.0,) * 6,
        commanded=(0.0,) * 6,
        tool=(0.3, 0.0, 0.2, 0.0, 0.0, 0.0, 1.0),
    )
    return replace(plain, **changes)


class Desk:
    """A session with control's end of its link in the test's hand."""

    def __init__(self, guard: GuardLink | None = None) -> None:
        self.clock = SteppedClock(1000.0)
        self.written: list[tuple[str, dict[str, Any]]] = []
        self.spoken: list[str] = []
        ui, self.control = local_pair()
        self.session = Session(
            ui,
            self.clock,
            lambda kind, **data: self.written.append((kind, data)),
            guard,
            scene=scene_config(),
            arm=arm_config(),
            speak=self.spoken.append,
        )

    def show(self, **changes: Any) -> None:
        """Let the session see a snapshot."""
        self.control.send(snapshot(**{"stamp": self.clock.now(), **changes}))
        self.session.update()

    def asked(self, kind: type | None = None) -> list[say.AnyIntent]:
        """Return what came since the last call, heartbeats left out."""
        heard = [intent for intent in self.control.receive() if not isinstance(intent, say.Heartbeat)]
        return [intent for intent in heard if kind is None or isinstance(intent, kind)]

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.written]


@pytest.fixture
def desk() -> Desk:
    return Desk()


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


@pytest.fixture
def guarded() -> Iterator[tuple[Desk, GuardLink]]:
    mine, theirs = connection()
    guard, desk = guard_end(mine), Desk(guard_end(theirs))
    yield desk, guard
    guard.close()
    desk.session._guard.close()  # type: ignore[union-attr]  # the fixture gave it one


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


# -- tasks -----------------------------------------------------------------------------------------------------------


def begin(desk: Desk) -> say.AnyIntent:
    """Start a task and return its first motion."""
    desk.show()
    desk.asked()
    desk.session.start_task(load_task("go_home"))
    desk.show()
    motions = [intent for intent in desk.asked() if isinstance(intent, say.MoveJoints | say.MoveTool | say.Grip)]
    assert len(motions) == 1
    return motions[0]


def test_a_task_asks_for_motions_and_goes_on_when_they_are_done(desk: Desk) -> None:
    motion = begin(desk)
    assert desk.session.task is not None
    assert desk.session.task.phase == "running"
    for _ in range(60):
        desk.clock.advance(0.02)
        kind = type(motion).__name__.lower()
        desk.show(motion=MotionReport(motion.sequence, kind, "done", progress=1.0))
        motion = next((i for i in desk.asked() if isinstance(i, say.MoveJoints | say.MoveTool | say.Grip)), motion)
        if desk.session.task.phase == "done":
            break
    assert desk.session.task.phase == "done"
    assert [data["phase"] for kind, data in desk.written if kind == "task"][-1] == "done"
    assert desk.spoken


def test_a_stop_by_the_person_leaves_the_task_standing_and_resume_asks_again(desk: Desk) -> None:
    motion = begin(desk)
    desk.show(mode="moving", motion=MotionReport(motion.sequence, "movejoints", "running"))
    desk.session.stop(desk.clock.now())
    assert isinstance(desk.asked()[0], say.Stop)
    assert desk.session.task is not None
    assert desk.session.task.phase == "paused"
    desk.clock.advance(1.0)
    desk.show(motion=MotionReport(motion.sequence, "movejoints", "stopped", "input"))
    assert not desk.asked(say.MoveJoints)
    desk.session.resume_task()
    desk.clock.advance(0.02)
    desk.show(motion=MotionReport(motion.sequence, "movejoints", "stopped", "input"))
    assert len(desk.asked(say.MoveJoints)) == 1


def test_a_task_that_goes_back_leaves_the_jaws_as_they_are(desk: Desk) -> None:
    motion = begin(desk)
    desk.session.stop(desk.clock.now())
    desk.show(motion=MotionReport(motion.sequence, "movejoints", "stopped", "input"))
    desk.asked()
    desk.session.undo()
    for _ in range(5):
        desk.clock.advance(0.02)
        desk.show(motion=MotionReport(motion.sequence, "movejoints", "stopped", "input"))
    assert [intent.hand for intent in desk.asked(say.Undo) if isinstance(intent, say.Undo)] == [False]


@pytest.mark.parametrize(
    "event",
    [
        {"mode": "fault", "fault": FaultReport("overload", "Blocked", "The elbow is blocked.", "Free it.", "user")},
        {"motion": "stopped"},
        {"motion": "refused"},
    ],
    ids=["fault", "stopped", "refused"],
)
def test_a_fault_a_stop_or_a_refusal_leaves_the_task_standing(desk: Desk, event: dict[str, Any]) -> None:
    motion = begin(desk)
    if "motion" in event:
        event = {"motion": MotionReport(motion.sequence, "movejoints", event["motion"], "Something in the way.")}
    desk.clock.advance(0.02)
    desk.show(**event)
    desk.asked()
    for _ in range(50):
        desk.clock.advance(0.02)
        desk.show(**event)
    assert desk.session.task is not None
    assert desk.session.task.phase in ("paused", "failed")
    assert not desk.asked(say.MoveJoints)


def test_a_refusal_while_another_report_is_newest_reaches_the_task(desk: Desk) -> None:
    motion = begin(desk)
    desk.clock.advance(0.02)
    desk.show(
        motion=MotionReport(motion.sequence - 5, "jog", "done"),
        refused=MotionReport(motion.sequence, "movejoints", "refused", "Too late."),
    )
    assert desk.session.task is not None
    assert desk.session.task.phase == "failed"
    assert "Too late." in desk.session.task.reason


def test_a_process_that_is_gone_pauses_the_task(guarded: tuple[Desk, GuardLink]) -> None:
    desk, guard = guarded
    begin(desk)
    guard.send(say.PeerGone(process="control", message="The arm's control stopped."))
    desk.session.update()
    assert desk.session.task is not None
    assert desk.session.task.phase == "paused"
    assert desk.session.task.reason == "The arm's control stopped."


def test_cancel_ends_the_task_and_stops_the_arm_at_once(desk: Desk) -> None:
    begin(desk)
    desk.session.cancel_task()
    assert any(isinstance(intent, say.Stop) for intent in desk.asked())
    assert desk.session.task is not None
    assert desk.session.task.phase == "cancelled"


def test_without_a_scene_tasks_are_refused_in_words() -> None:
    session = Session(local_pair()[0], SteppedClock(), lambda kind, **data: None)
    with pytest.raises(TaskError, match="around the arm"):
        session.start_task(load_task("go_home"))
    assert session.task is None


def test_the_scene_of_an_emulated_arm_is_added_to_the_snapshot() -> None:
    clock = SteppedClock()
    ui, control = local_pair()
    session = Session(ui, clock, lambda kind, **data: None, surroundings=lambda: NOTHING)
    control.send(snapshot())
    session.update()
    assert session.snapshot is not None
    assert session.snapshot.scene == NOTHING


def carried_out(bench: Bench, session: Session, task: str) -> TaskStatus:
    """Arm, carry out a task on real control, and return how it ended."""
    bench.beating = False  # the session beats
    for _ in range(400):
        session.update()
        bench.tick()
        now = session.snapshot
        if now is None or now.mode == "ready":
            continue
        if now.mode == "disarmed":
            session.enable()
        else:
            session.stop_test(bench.now)
    assert session.snapshot is not None
    assert session.snapshot.mode == "ready"
    session.start_task(load_task(task))
    for _ in range(round(60.0 / DT)):
        session.update()
        bench.tick()
        if session.task is None or session.task.phase != "running":
            break
    assert session.task is not None
    return session.task


def test_a_session_drives_real_control_through_a_task(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    session = Session(bench.ui, bench.clock, lambda kind, **data: None, scene=scene_config(), arm=arm_config())
    try:
        task = carried_out(bench, session, "go_home")
        assert task.phase == "done", task
    finally:
        bench.close()


@pytest.mark.parametrize("looks", [True, False])
def test_a_task_goes_around_a_lamp_in_its_way_and_only_when_somebody_looks_for_one(tmp_path: Path, looks: bool) -> None:
    scene = kitchen_with_lamp(0.25, -0.17)
    bench = Bench(tmp_path, scene=scene, start=beside(1.1)[:5])
    spoken: list[str] = []
    session = Session(
        bench.ui,
        bench.clock,
        lambda kind, **data: None,
        scene=scene,
        arm=arm_config(),
        speak=spoken.append,
        pathfinder=InlinePathfinder(arm_config(), scene) if looks else None,
    )
    try:
        task = carried_out(bench, session, "go_home")
        assert ("Going around the lamp." in spoken) is looks
        assert (task.phase == "done") is looks, task
        assert bench.supervisor.fault is None
        # With or without: the supervisor let nothing touch the lamp.
        zones = Zones(robot_model(), scene)
        went = np.array([row.positions for row in bench.rows() if row.kind == SENT])[::5]
        assert (zones.model.distances_many(went) - zones.limits).min() > -1e-3
    finally:
        bench.close()


def test_a_goal_no_way_leads_to_is_told_and_the_arm_stays(tmp_path: Path) -> None:
    scene = kitchen_with_lamp(0.28, 0.0)  # where the hand is at home
    bench = Bench(tmp_path, scene=scene, start=beside(1.1)[:5])
    session = Session(
        bench.ui,
        bench.clock,
        lambda kind, **data: None,
        scene=scene,
        arm=arm_config(),
        pathfinder=InlinePathfinder(arm_config(), scene),
    )
    try:
        before = bench.arm.read().positions
        task = carried_out(bench, session, "go_home")
        assert task.phase == "failed"
        assert "way" in task.reason or "room" in task.reason, task.reason
        assert np.allclose(bench.arm.read().positions, before, atol=1e-2)
    finally:
        bench.close()


def test_a_stop_while_a_way_is_looked_for_keeps_the_arm_where_it_is(desk: Desk) -> None:
    book = Notebook()
    desk.session._detours = Detours(book, ())
    desk.show()
    desk.session.start_task(load_task("go_home"))
    desk.show()
    assert book.asked
    desk.session.stop()
    book.answer = Answer(book.asked[-1].number)
    for _ in range(5):
        desk.show()
    assert not any(isinstance(intent, SETS_MOVING) for intent in desk.asked())
    assert desk.session.task is not None
    assert desk.session.task.phase == "paused"
