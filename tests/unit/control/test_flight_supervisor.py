"""Recording changes no answer, and every public question to the supervisor is recorded."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pytest

from armctl.control import flight_records as note
from armctl.control.flight_supervisor import MOST_CALLS, RecordedSupervisor
from armctl.errors import SafetyError
from armctl.hal.scene import SceneState
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.states import Event
from armctl.safety.supervisor import Supervisor
from tests.support.control_bench import DT, Bench, robot_model, scene_config


@pytest.fixture
def supervisor() -> RecordedSupervisor:
    return RecordedSupervisor(robot_model(), scene_config(), DT)


def test_every_public_method_is_recorded() -> None:
    asked = {name for name, _ in inspect.getmembers(Supervisor, inspect.isfunction) if not name.startswith("_")}
    recorded = {name for name in vars(RecordedSupervisor) if not name.startswith("_")}
    assert asked == recorded - {"calls"}
    # One kind of record for each, by the same name.
    assert asked == {kind.__struct_config__.tag for kind in note.CALLS}


def test_answers_are_those_of_the_supervisor_and_are_noted(tmp_path: Path, supervisor: RecordedSupervisor) -> None:
    bench, plain = Bench(tmp_path), Supervisor(robot_model(), scene_config(), DT)
    state = bench.arm.read()
    answers = []
    for it in (plain, supervisor):
        it.event(Event.CONNECTED, 1000.0)
        it.observe(state, 1000.0)
        it.observe_scene(SceneState(0.0, {}))
        got = [it.begin_stop_test(1000.0), it.stop_pressed(1000.0, 1000.01), it.accept(1, 1, 1000.1, 1000.0)]
        got.append(it.accept(1, 1, 1000.1, 1000.0))
        got.append(it.advise(state.positions))
        verdict = it.approve(state.positions, np.zeros(6), state, 1000.01)
        refusal = it.approve(state.positions + 1.0, np.zeros(6), state, 1000.01)
        it.report(Finding(Code.WARM, "jaw", 1.0, 2.0), 1000.0)
        it.grip(True)
        it.holding(None)
        got.append([(barrier.gradient.tolist(), barrier.speed) for barrier in it.barriers(state.positions)])
        answers.append((got, verdict.speeds.tolist(), refusal))
    assert answers[0] == answers[1]
    calls = supervisor.calls.take()
    assert [type(call) for call in calls] == [
        note.Event,
        note.Observe,
        note.ObserveScene,
        note.BeginStopTest,
        note.StopPressed,
        note.Accept,
        note.Accept,
        note.Advise,
        note.Approve,
        note.Approve,
        note.Report,
        note.Grip,
        note.Holding,
        note.Barriers,
    ]
    assert [call.after for call in calls][2:5] == ["disarmed", "stop_test", "ready"]
    approved, refused = calls[8], calls[9]
    assert approved.approved
    assert (refused.approved, refused.code) == (False, answers[0][2].code)
    assert approved.reading is None  # the state that was observed
    assert calls[6].answer
    assert supervisor.calls.take() == []
    bench.close()


def test_a_state_that_was_not_observed_is_noted_with_the_set_point(
    tmp_path: Path, supervisor: RecordedSupervisor
) -> None:
    bench = Bench(tmp_path)
    state = bench.arm.read()
    supervisor.approve(state.positions, state.velocities, state, 1000.0)
    (call,) = supervisor.calls.take()
    assert call.reading == note.Reading.of(state)
    bench.close()


def test_a_question_within_a_question_is_noted_once(supervisor: RecordedSupervisor) -> None:
    supervisor.event(Event.CONNECTED, 0.0)
    supervisor.event(Event.ENABLE, 0.0)  # which begins the stop test
    assert [type(call) for call in supervisor.calls.take()] == [note.Event, note.Event]


def test_a_question_that_fails_is_noted_and_fails_all_the_same(supervisor: RecordedSupervisor) -> None:
    with pytest.raises(SafetyError):
        supervisor.event(Event.STOP_TEST_PASSED, 0.0)
    (call,) = supervisor.calls.take()
    assert call.raised == "SafetyError"
    assert supervisor.calls.depth == 0


def test_calls_that_nobody_takes_do_not_pile_up(supervisor: RecordedSupervisor) -> None:
    for _ in range(MOST_CALLS + 5):
        supervisor.event(Event.STOP, 0.0)
    assert supervisor.calls.lost == 5
    assert len(supervisor.calls.take()) == MOST_CALLS
