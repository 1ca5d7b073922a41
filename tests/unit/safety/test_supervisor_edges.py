"""The supervisor at its edges: exactly at a limit, exactly one mode, exactly these words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from armctl.config.load import find, load
from armctl.config.scene import SceneConfig
from armctl.errors import SafetyError
from armctl.hal.command import ApprovedCommand
from armctl.hal.scene import SceneState
from armctl.hal.state import JointFault
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import LATE_TICKS, SLEEP_GAP, START_UP_TIME
from armctl.safety.states import Event, Mode
from armctl.safety.supervisor import Refusal, Supervisor
from tests.unit.safety.bench import DT, START, Bench, N, home, person, reading, robot, scene, vector

TORQUE_CURES = (JointFault.OVERLOAD, JointFault.OVERCURRENT, JointFault.RESTARTED)
NO_CURE = (JointFault.ENCODER, JointFault.OVERHEAT, JointFault.VOLTAGE)


def complaint(fault: JointFault) -> tuple[JointFault, ...]:
    return (fault, *(JointFault.NONE,) * (N - 1))


def code(bench: Bench) -> str:
    return "" if bench.supervisor.fault is None else bench.supervisor.fault.code


def looks_at(bench: Bench, now: float) -> None:
    """Show the arm's reading at exactly ``now``."""
    bench.now = now
    bench.supervisor.observe(reading(now, bench.q), now)


# -- what a servo complains about ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", TORQUE_CURES)
def test_what_torque_cures_does_not_forbid_to_begin_arming(fault: JointFault) -> None:
    bench = Bench().connect()
    bench.look(faults=complaint(fault))
    assert bench.supervisor.begin_stop_test(bench.now) == ""
    bench.look(faults=complaint(fault))
    assert bench.supervisor.mode is Mode.STOP_TEST


@pytest.mark.parametrize("fault", NO_CURE)
def test_what_torque_does_not_cure_forbids_arming(fault: JointFault) -> None:
    bench = Bench().connect()
    bench.look(faults=complaint(fault))
    reason = bench.supervisor.begin_stop_test(bench.now)
    assert reason.startswith("The arm stays off: The shoulder pan joint ")
    assert bench.supervisor.notice == reason
    assert bench.supervisor.mode is Mode.DISARMED


@pytest.mark.parametrize("fault", TORQUE_CURES + NO_CURE)
@pytest.mark.parametrize("make", [Bench.ready, Bench.moving])
def test_every_complaint_of_an_armed_arm_is_latched(make: Callable[[Bench], Bench], fault: JointFault) -> None:
    bench = make(Bench())
    bench.look(faults=complaint(fault))
    assert bench.supervisor.mode is Mode.FAULT


def test_a_complaint_at_the_press_keeps_the_arm_off_and_is_told_in_its_own_words() -> None:
    bench = Bench().connect()
    bench.supervisor.begin_stop_test(bench.now)
    bench.look(faults=complaint(JointFault.OVERLOAD))
    reason = bench.supervisor.stop_pressed(bench.now, bench.now)
    assert reason == "The arm stays off: The shoulder pan joint works against more than it can carry."


# -- words -----------------------------------------------------------------------------------------------------------


def test_presses_and_wishes_at_the_wrong_time_are_told_why() -> None:
    bench = Bench()
    supervisor = bench.supervisor
    assert supervisor.begin_stop_test(bench.now) == "The arm stays off: it is in the state disconnected."
    supervisor.event(Event.CONNECTED, bench.now)
    assert supervisor.begin_stop_test(bench.now) == "The arm stays off: the arm has not been read yet."
    no_test = "That press did not count for the stop test: no stop test is under way."
    assert supervisor.stop_pressed(bench.now, bench.now) == no_test
    with pytest.raises(SafetyError, match=r"^Only the supervisor decides whether the stop test passed\.$"):
        supervisor.event(Event.STOP_TEST_PASSED, bench.now)


@pytest.mark.parametrize(("who", "told"), [("", "the screen"), ("the guard", "the guard")])
def test_it_is_told_who_does_not_answer(who: str, told: str) -> None:
    bench = Bench().moving()
    bench.supervisor.event(Event.PEER_LOST, bench.now, who)
    assert bench.supervisor.notice == f"The arm came to rest because {told} does not answer."


def test_a_refusal_needs_no_code() -> None:
    assert Refusal("Because.").code == ""


# -- who asks --------------------------------------------------------------------------------------------------------


def test_intents_without_a_sender_are_the_screens() -> None:
    bench = Bench().ready()
    assert bench.supervisor.accept(5, 1, bench.now, bench.now) == ""
    assert bench.supervisor.accept(5, 1, bench.now, bench.now, "ui") != ""
    assert bench.supervisor.accept(5, 1, bench.now, bench.now, "guard") == ""


# -- modes and what is forgotten with them ---------------------------------------------------------------------------


def test_a_fault_before_the_first_connection_leads_back_to_no_arm() -> None:
    bench = Bench()
    bench.supervisor.event(Event.FAULT, bench.now)
    bench.supervisor.event(Event.CLEAR, bench.now)
    assert bench.supervisor.mode is Mode.DISCONNECTED


def test_what_was_said_during_a_fault_is_gone_with_it() -> None:
    bench = Bench().moving()
    bench.supervisor.event(Event.FAULT, bench.now)
    bench.supervisor.report(Finding(Code.WARM, "gripper", 60, 65), bench.now)
    assert bench.supervisor.notice != ""
    bench.supervisor.event(Event.CLEAR, bench.now)
    assert bench.supervisor.notice == ""


def test_a_screen_that_is_lost_ends_the_stop_test() -> None:
    bench = Bench().connect()
    bench.supervisor.begin_stop_test(bench.now)
    bench.supervisor.event(Event.PEER_LOST, bench.now)
    assert bench.supervisor.mode is Mode.DISARMED


def test_an_arm_that_came_back_must_be_read_before_it_is_armed() -> None:
    bench = Bench().connect()
    bench.supervisor.event(Event.CONNECTION_LOST, bench.now)
    bench.supervisor.event(Event.CONNECTED, bench.now)
    assert "has not been read" in bench.supervisor.begin_stop_test(bench.now)
    bench.look()
    assert bench.supervisor.begin_stop_test(bench.now) == ""


def test_an_arm_that_came_back_begins_its_counts_anew() -> None:
    bench = Bench().connect()
    mute = np.array([False, *(True,) * (N - 1)])
    for _ in range(2):
        bench.look(fresh=mute)
    bench.supervisor.event(Event.CONNECTION_LOST, bench.now)
    bench.supervisor.event(Event.CONNECTED, bench.now)
    bench.look(fresh=mute)
    assert bench.supervisor.begin_stop_test(bench.now) == ""


def test_readings_without_torque_are_counted_anew_with_each_arming() -> None:
    bench = Bench().ready()
    for _ in range(2):
        bench.look(torque_on=False)
    bench.supervisor.event(Event.DISABLE, bench.now)
    assert bench.supervisor.begin_stop_test(bench.now) == ""
    assert bench.supervisor.stop_pressed(bench.now, bench.now) == ""
    bench.look(torque_on=False)
    assert bench.supervisor.mode is Mode.READY


def test_every_arming_begins_slowly_for_the_whole_time() -> None:
    bench = Bench().moving()
    for _ in range(math.ceil(START_UP_TIME / DT) + 1):
        bench.look()
    assert bench.supervisor.advise(bench.q) == pytest.approx(0.15)
    bench.supervisor.event(Event.DISABLE, bench.now)
    bench.supervisor.begin_stop_test(bench.now)
    bench.supervisor.stop_pressed(bench.now, bench.now)
    bench.supervisor.event(Event.MOTION_BEGUN, bench.now)
    for _ in range(math.floor(START_UP_TIME / DT) - 1):
        bench.look()
        assert bench.supervisor.advise(bench.q) == pytest.approx(0.075)


def test_a_new_arming_goes_on_from_where_the_arm_is_now() -> None:
    bench = Bench().moving().run_up(0, 1.5, 20)
    bench.supervisor.event(Event.DISABLE, bench.now)
    bench.q = bench.command = home() + vector(0, 1.0)
    bench.velocity = np.zeros(N)
    for _ in range(2):
        bench.look()
    bench.supervisor.begin_stop_test(bench.now)
    bench.supervisor.stop_pressed(bench.now, bench.now)
    bench.supervisor.event(Event.MOTION_BEGUN, bench.now)
    # Faster than what counts as standing from the first tick on: nothing but going on from there lets it pass.
    assert isinstance(bench.tick(vector(0, 2.5)), ApprovedCommand)
    bench.run_up(0, 1.5, 20)


# -- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "fault"),
    [(0.0, ""), (SLEEP_GAP, ""), (math.nextafter(SLEEP_GAP, 2.0) + 1e-9, "clock_jump"), (-1e-9, "clock_jump")],
)
def test_the_clock_may_stand_still_and_jump_by_the_gap_exactly(gap: float, fault: str) -> None:
    bench = Bench().ready()
    looks_at(bench, START + 1.0)
    looks_at(bench, START + 1.0 + gap)
    assert code(bench) == fault


def test_a_reading_as_old_as_the_gap_still_lets_arm() -> None:
    bench = Bench().connect()
    looks_at(bench, START + 1.0)
    assert bench.supervisor.begin_stop_test(START + 1.0 + SLEEP_GAP) == ""


@pytest.mark.parametrize(("ticks", "held"), [(LATE_TICKS - 0.5, False), (LATE_TICKS - 0.49, True)])
def test_half_a_tick_less_than_three_late_is_not_three(ticks: float, held: bool) -> None:
    # A tick whose multiples are exact, so that the boundary is one.
    bench = Bench()
    bench.now = 1023.9
    bench.supervisor.limits = replace(bench.supervisor.limits, dt=2.0**-7)  # type: ignore[misc]
    bench.moving()
    looks_at(bench, 1024.0)
    bench.supervisor.event(Event.AT_REST, bench.now)
    bench.supervisor.event(Event.MOTION_BEGUN, bench.now)
    looks_at(bench, 1024.0 + (1.0 + ticks) * 2.0**-7)
    assert (bench.supervisor.mode is Mode.STOPPING) == held


def test_lateness_is_told_with_both_figures_and_only_of_a_moving_arm() -> None:
    for make, notice in (
        (Bench.moving, "The arm came to rest because control was late by 40 ms; 30 ms is the limit."),
        (Bench.ready, ""),
    ):
        bench = make(Bench())
        bench.now += 4 * DT
        bench.look()
        assert bench.supervisor.notice == notice


def test_a_slower_arm_has_more_time_for_its_commands() -> None:
    slow = 0.05
    supervisor = Supervisor(robot(), scene(), slow)
    now = START
    supervisor.event(Event.CONNECTED, now)
    supervisor.observe(reading(now, home()), now)
    supervisor.begin_stop_test(now)
    assert supervisor.stop_pressed(now, now) == ""
    answer = supervisor.approve(home(), np.zeros(N), reading(now, home()), now)
    assert isinstance(answer, ApprovedCommand)
    assert answer.deadline == now + 2.0 * slow


# -- what follows from an approval -----------------------------------------------------------------------------------


def test_an_arm_that_is_told_to_slow_down_is_not_at_rest_though_its_readings_stand() -> None:
    bench = Bench().moving().run_up(0, 1.0, 30)
    bench.supervisor.event(Event.STOP, bench.now)
    for _ in range(14):
        bench.now += DT
        bench.supervisor.observe(reading(bench.now, bench.q), bench.now)
        bench.velocity = bench.velocity - vector(0, 0.01)
        bench.command = bench.command + bench.velocity * DT
        bench.q = bench.command.copy()
        assert isinstance(bench.ask(bench.command, bench.velocity), ApprovedCommand)
        assert bench.supervisor.mode is Mode.STOPPING


def test_a_command_that_comes_back_to_the_arm_is_no_motion_that_it_missed() -> None:
    """An arm that sags stands still by the step, for long; holding puts its command 2.5° elsewhere at once."""
    bench = Bench().ready()
    far = home() + vector(1, 0.044)
    for _ in range(20):
        bench.look()
        assert isinstance(bench.ask(home()), ApprovedCommand)
    bench.q = far
    for _ in range(20):
        bench.look()
    assert isinstance(bench.ask(far), ApprovedCommand)
    for _ in range(3):
        bench.look()
    assert code(bench) == ""


def test_a_frozen_reading_is_found_while_set_points_go_on() -> None:
    bench = Bench().moving()
    stuck = bench.q.copy()
    while bench.supervisor.fault is None:
        bench.look()
        if bench.supervisor.fault is not None:
            break
        bench.velocity = bench.velocity + vector(0, 0.015)
        bench.command = bench.command + bench.velocity * DT
        assert isinstance(bench.ask(bench.command, bench.velocity), ApprovedCommand)
    assert code(bench) == "frozen_position"
    assert bench.command[0] - stuck[0] < 0.05


def test_advice_is_for_the_place_that_is_asked_about_whatever_was_approved() -> None:
    told, fresh = (Bench(scene({}, person(slow_radius=0.25))).moving() for _ in range(2))
    for bench in (told, fresh):
        for _ in range(math.ceil(START_UP_TIME / DT) + 1):
            bench.look()
    assert isinstance(told.ask(), ApprovedCommand)
    places = [home() + vector(0, angle) for angle in (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)]
    advice = [told.supervisor.advise(place) for place in places]
    assert advice == [fresh.supervisor.advise(place) for place in places]
    assert len(set(advice)) > 1


def test_what_is_seen_to_be_held_needs_a_reading_of_the_arm() -> None:
    kitchen = load(find("scenes", "kitchen_table"), SceneConfig)
    seen = SceneState(stamp=START, objects={"cup": (0.3, 0.0, 0.2, 0.0, 0.0, 0.0, 1.0)}, held="cup")
    bench = Bench(kitchen)
    bench.supervisor.observe_scene(seen)
    assert bench.supervisor._zones.model.held is None
    bench.connect()
    bench.supervisor.observe_scene(seen)
    assert bench.supervisor._zones.model.held is not None
