"""The supervisor as control sees it: arming, events, watching, approving."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.config.load import find, load
from armctl.config.scene import SceneConfig, ShapeConfig
from armctl.errors import SafetyError
from armctl.hal.command import ApprovedCommand
from armctl.hal.scene import Contact, Head, SceneState
from armctl.hal.state import JointFault
from armctl.kinematics.collision import Held
from armctl.kinematics.shapes import LinkShape
from armctl.safety.codes import Code
from armctl.safety.contact import ContactWatch
from armctl.safety.faults import Finding
from armctl.safety.gate import UNSEEN_DIP
from armctl.safety.limits import ESCAPE_SPEED, HEAD_STALE, SLEEP_GAP, START_UP_TIME
from armctl.safety.states import Event, Mode
from armctl.safety.supervisor import Refusal
from armctl.safety.zones import Zones
from tests.unit.safety.bench import DT, Bench, N, home, person, reading, robot, scene, table, vector


def overloaded() -> tuple[JointFault, ...]:
    return (JointFault.NONE, JointFault.OVERLOAD, *(JointFault.NONE,) * 4)


def fault_code(bench: Bench) -> str:
    fault = bench.supervisor.fault
    return "" if fault is None else fault.code


class TestArming:
    def test_it_begins_without_arm_torque_or_permission(self) -> None:
        bench = Bench()
        supervisor = bench.supervisor
        assert (supervisor.mode, supervisor.epoch, supervisor.fault) == (Mode.DISCONNECTED, 0, None)
        assert (supervisor.notice, supervisor.stop_latency) == ("", 0.0)
        assert isinstance(bench.ask(), Refusal)

    def test_a_stop_that_arrives_in_time_arms(self) -> None:
        bench = Bench().connect()
        assert bench.supervisor.begin_stop_test(bench.now) == ""
        assert bench.supervisor.mode is Mode.STOP_TEST
        pressed = bench.now + 0.02
        assert bench.supervisor.stop_pressed(pressed, pressed + 0.05) == ""
        assert bench.supervisor.mode is Mode.READY
        assert bench.supervisor.epoch == 1
        assert bench.supervisor.stop_latency == pytest.approx(0.05)

    def test_enable_as_an_event_begins_the_test_too_and_twice_is_once(self) -> None:
        bench = Bench().connect()
        begun = bench.now
        bench.supervisor.event(Event.ENABLE, begun)
        bench.look()
        assert bench.supervisor.begin_stop_test(bench.now) == ""
        assert bench.supervisor.stop_pressed(begun + 0.001, bench.now) == ""

    def test_a_slow_stop_leaves_the_arm_off_and_says_by_how_much(self) -> None:
        bench = Bench().connect()
        bench.supervisor.begin_stop_test(bench.now)
        reason = bench.supervisor.stop_pressed(bench.now, bench.now + 0.25)
        assert "250 ms" in reason
        assert bench.supervisor.mode is Mode.DISARMED
        assert bench.supervisor.notice == reason
        assert (bench.supervisor.epoch, bench.supervisor.stop_latency) == (0, 0.0)

    @pytest.mark.parametrize("offset", [-0.001, 10.0, math.nan])
    def test_a_press_from_another_time_changes_nothing(self, offset: float) -> None:
        bench = Bench().connect()
        bench.supervisor.begin_stop_test(bench.now)
        assert "did not count" in bench.supervisor.stop_pressed(bench.now + offset, bench.now + 0.05)
        assert bench.supervisor.mode is Mode.STOP_TEST
        assert bench.supervisor.stop_pressed(bench.now + 0.01, bench.now + 0.05) == ""

    def test_a_press_outside_a_test_changes_nothing(self) -> None:
        bench = Bench().connect()
        assert "no stop test" in bench.supervisor.stop_pressed(bench.now, bench.now)
        assert bench.supervisor.mode is Mode.DISARMED

    def test_the_test_ends_by_itself_after_half_a_minute(self) -> None:
        bench = Bench().connect()
        bench.supervisor.begin_stop_test(bench.now)
        for _ in range(3000):
            bench.look()
        assert bench.supervisor.mode is Mode.STOP_TEST
        bench.look()
        assert bench.supervisor.mode is Mode.DISARMED
        assert "30 s" in bench.supervisor.notice

    def test_a_press_after_the_window_comes_too_late_even_unobserved(self) -> None:
        bench = Bench().connect()
        bench.supervisor.begin_stop_test(bench.now)
        assert "30 s" in bench.supervisor.stop_pressed(bench.now + 30.01, bench.now + 30.02)
        assert bench.supervisor.mode is Mode.DISARMED

    def test_an_arm_that_was_never_read_is_not_armed(self) -> None:
        bench = Bench()
        bench.supervisor.event(Event.CONNECTED, bench.now)
        assert "has not been read" in bench.supervisor.begin_stop_test(bench.now)
        assert bench.supervisor.mode is Mode.DISARMED

    def test_an_arm_that_was_read_long_ago_is_not_armed(self) -> None:
        bench = Bench().connect()
        assert bench.supervisor.begin_stop_test(bench.now + SLEEP_GAP + 0.1) != ""
        assert bench.supervisor.mode is Mode.DISARMED

    def test_a_sick_arm_is_not_armed_and_the_reason_is_told(self) -> None:
        bench = Bench().connect()
        for _ in range(3):
            bench.look(voltages=np.full(N, 3.0))
        reason = bench.supervisor.begin_stop_test(bench.now)
        assert "has 3.0 V" in reason
        assert bench.supervisor.notice == reason
        assert bench.supervisor.mode is Mode.DISARMED
        bench.look()
        assert bench.supervisor.begin_stop_test(bench.now) == ""
        assert bench.supervisor.notice == ""

    def test_what_torque_cures_may_be_armed_but_must_be_cured_by_the_press(self) -> None:
        bench = Bench().connect()
        bench.look(faults=overloaded())
        assert bench.supervisor.begin_stop_test(bench.now) == ""
        bench.look(faults=overloaded())
        assert bench.supervisor.mode is Mode.STOP_TEST
        assert "more than it can carry" in bench.supervisor.stop_pressed(bench.now, bench.now + 0.01)
        assert bench.supervisor.mode is Mode.DISARMED

    def test_what_torque_does_not_cure_latches_during_the_test(self) -> None:
        bench = Bench().connect()
        bench.supervisor.begin_stop_test(bench.now)
        bench.look(faults=(JointFault.ENCODER,) * N)
        assert fault_code(bench) == "encoder_fault"

    @pytest.mark.parametrize("make", [Bench.ready, Bench.moving])
    def test_an_armed_arm_is_not_armed_again(self, make: object) -> None:
        bench = make(Bench())  # type: ignore[operator]
        mode = bench.supervisor.mode
        assert f"in the state {mode}" in bench.supervisor.begin_stop_test(bench.now)
        assert (bench.supervisor.mode, bench.supervisor.epoch) == (mode, 1)

    def test_nobody_else_decides_that_the_test_passed(self) -> None:
        bench = Bench().connect()
        bench.supervisor.begin_stop_test(bench.now)
        for event in (Event.STOP_TEST_PASSED, Event.STOP_TEST_FAILED):
            with pytest.raises(SafetyError):
                bench.supervisor.event(event, bench.now)
        assert bench.supervisor.mode is Mode.STOP_TEST

    def test_every_arming_has_its_own_epoch_and_old_intents_are_void(self) -> None:
        bench = Bench().ready()
        assert bench.supervisor.accept(1, 1, bench.now + 0.1, bench.now) == ""
        bench.supervisor.event(Event.DISABLE, bench.now)
        bench.supervisor.begin_stop_test(bench.now)
        bench.supervisor.stop_pressed(bench.now, bench.now + 0.01)
        assert bench.supervisor.epoch == 2
        assert "arming 1" in bench.supervisor.accept(2, 1, bench.now + 0.1, bench.now)
        assert bench.supervisor.accept(2, 2, bench.now + 0.1, bench.now) == ""


class TestEvents:
    def test_stop_slows_a_moving_arm_and_at_rest_makes_it_ready(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.STOP, bench.now)
        assert bench.supervisor.mode is Mode.STOPPING
        bench.supervisor.event(Event.AT_REST, bench.now)
        assert bench.supervisor.mode is Mode.READY

    def test_an_arm_that_stands_long_enough_is_ready_without_being_told(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.STOP, bench.now)
        for _ in range(10):
            bench.look()
            assert bench.supervisor.mode is Mode.STOPPING
        bench.look()
        assert bench.supervisor.mode is Mode.READY

    def test_an_arm_that_does_not_stop_is_a_fault(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.STOP, bench.now)
        for _ in range(300):
            bench.look(velocities=vector(0, 0.2))
        assert fault_code(bench) == "stop_overrun"

    def test_the_other_process_gone_means_hold_and_its_return_means_nothing(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.PEER_LOST, bench.now)
        assert bench.supervisor.mode is Mode.STOPPING
        assert bench.supervisor.notice == "The arm came to rest because the screen does not answer."
        bench.supervisor.event(Event.AT_REST, bench.now)
        assert bench.supervisor.mode is Mode.READY
        assert bench.supervisor.fault is None

    def test_a_peer_that_is_lost_at_rest_is_not_announced(self) -> None:
        bench = Bench().ready()
        bench.supervisor.event(Event.PEER_LOST, bench.now, "the guard")
        assert (bench.supervisor.mode, bench.supervisor.notice) == (Mode.READY, "")

    def test_a_new_screen_may_count_from_one(self) -> None:
        bench = Bench().ready()
        assert bench.supervisor.accept(900, 1, bench.now, bench.now) == ""
        assert bench.supervisor.accept(1, 1, bench.now, bench.now) != ""
        bench.supervisor.event(Event.PEER_LOST, bench.now)
        assert bench.supervisor.accept(1, 1, bench.now, bench.now) == ""

    def test_a_lost_arm_is_a_fault_when_it_was_armed(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.CONNECTION_LOST, bench.now, "The port is gone.")
        assert bench.supervisor.mode is Mode.FAULT
        assert bench.supervisor.fault is not None
        assert bench.supervisor.fault.message.endswith("was lost. The port is gone.")
        bench.supervisor.event(Event.CLEAR, bench.now)
        assert bench.supervisor.mode is Mode.DISCONNECTED

    def test_a_lost_arm_that_came_back_is_disarmed_after_clearing(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.CONNECTION_LOST, bench.now)
        bench.supervisor.event(Event.CONNECTED, bench.now)
        assert bench.supervisor.mode is Mode.FAULT
        bench.supervisor.event(Event.CLEAR, bench.now)
        assert (bench.supervisor.mode, bench.supervisor.fault) == (Mode.DISARMED, None)

    def test_a_lost_arm_that_was_disarmed_is_only_told(self) -> None:
        bench = Bench().connect()
        bench.supervisor.event(Event.CONNECTION_LOST, bench.now, "Unplugged.")
        assert (bench.supervisor.mode, bench.supervisor.fault) == (Mode.DISCONNECTED, None)
        assert "Unplugged." in bench.supervisor.notice
        bench.supervisor.event(Event.CONNECTION_LOST, bench.now, "Again.")
        assert "Again" not in bench.supervisor.notice

    def test_an_arm_that_lost_its_place_is_told_to_be_homed_and_is_gone_until_then(self) -> None:
        bench = Bench().moving()
        bench.supervisor.report(Finding(Code.PLACE_LOST, detail="A limit switch was hit."), bench.now)
        assert bench.supervisor.fault is not None
        assert bench.supervisor.fault.message.endswith("A limit switch was hit.")
        assert "armctl home" in bench.supervisor.fault.remedy
        bench.supervisor.event(Event.CLEAR, bench.now)
        assert bench.supervisor.mode is Mode.DISCONNECTED

    def test_an_error_in_control_is_latched_with_its_words(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.FAULT, bench.now, "KeyError: 'x'")
        assert fault_code(bench) == "control_exception"
        assert bench.supervisor.fault is not None
        assert "KeyError: 'x'" in bench.supervisor.fault.message

    def test_the_first_fault_stays(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.FAULT, bench.now, "first")
        bench.supervisor.event(Event.FAULT, bench.now, "second")
        bench.supervisor.event(Event.CONNECTION_LOST, bench.now, "third")
        assert bench.supervisor.fault is not None
        assert "first" in bench.supervisor.fault.message

    def test_clearing_without_a_fault_does_nothing(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.CLEAR, bench.now)
        assert bench.supervisor.mode is Mode.MOVING

    def test_disarming_ends_permission_at_once(self) -> None:
        bench = Bench().moving()
        bench.supervisor.event(Event.DISABLE, bench.now)
        assert bench.supervisor.mode is Mode.DISARMED
        assert isinstance(bench.ask(), Refusal)

    def test_reports_react_as_the_table_says(self) -> None:
        bench = Bench().moving()
        bench.supervisor.report(Finding(Code.WARM, "gripper", 60, 65), bench.now)
        assert bench.supervisor.mode is Mode.MOVING
        assert "60 °C" in bench.supervisor.notice
        bench.supervisor.report(Finding(Code.CONTROL_LATE, value=50, limit=30), bench.now)
        assert bench.supervisor.mode is Mode.STOPPING
        assert "50 ms" in bench.supervisor.notice
        bench.supervisor.report(Finding(Code.CONTACT, "head", 1.5), bench.now)
        assert fault_code(bench) == "contact"
        assert bench.supervisor.notice == ""

    def test_a_notice_ends_when_the_next_motion_begins(self) -> None:
        bench = Bench().moving()
        bench.supervisor.report(Finding(Code.CONTROL_LATE, value=50, limit=30), bench.now)
        bench.supervisor.event(Event.AT_REST, bench.now)
        assert bench.supervisor.notice != ""
        bench.supervisor.event(Event.MOTION_BEGUN, bench.now)
        assert bench.supervisor.notice == ""


class TestObserving:
    @pytest.mark.parametrize("joint", range(N))
    def test_three_silent_reads_of_a_joint_stop_the_arm_and_name_it(self, joint: int) -> None:
        bench = Bench().moving()
        fresh = np.ones(N, dtype=np.bool_)
        fresh[joint] = False
        for _ in range(2):
            bench.look(fresh=fresh)
            assert bench.supervisor.mode is Mode.MOVING
        bench.look(fresh=fresh)
        assert fault_code(bench) == "joint_mute"

    def test_a_disarmed_arm_latches_nothing(self) -> None:
        bench = Bench().connect()
        for _ in range(5):
            bench.look(fresh=np.zeros(N, dtype=np.bool_), faults=overloaded())
        assert (bench.supervisor.mode, bench.supervisor.fault) == (Mode.DISARMED, None)

    def test_a_jump_stops_the_arm_and_is_not_followed(self) -> None:
        bench = Bench().ready()
        bench.q = bench.q + vector(2, 0.09)
        bench.look()
        assert fault_code(bench) == "encoder_jump"
        assert isinstance(bench.ask(bench.q), Refusal)

    def test_a_jump_of_a_disarmed_arm_is_somebody_who_moves_it(self) -> None:
        bench = Bench().connect()
        bench.q = bench.q + vector(2, 0.3)
        bench.look()
        assert bench.supervisor.mode is Mode.DISARMED

    @pytest.mark.parametrize("speed", [-0.4, 0.4])
    @pytest.mark.parametrize("armed", [True, False])
    def test_an_arm_that_runs_away_while_it_is_to_stand_stops(self, armed: bool, speed: float) -> None:
        """A servo with swapped leads runs away from its goal as soon as it has torque, and holding goes along."""
        bench = Bench().ready() if armed else Bench().connect()
        assert armed or bench.supervisor.begin_stop_test(bench.now) == ""
        stood = bench.q.copy()
        for _ in range(60):
            bench.q = bench.q + vector(1, speed * DT)
            bench.look(velocities=vector(1, speed))
            if bench.supervisor.fault is not None:
                break
            bench.ask(bench.q, vector(1, speed))
        assert fault_code(bench) == "following_error"
        assert abs(bench.q - stood).max() < 0.12 + abs(speed) * DT + 1e-9

    def test_an_arm_that_only_sags_may_stand(self) -> None:
        bench = Bench().ready()
        bench.q = bench.q + vector(1, 0.12 - 1e-9) * 0.5
        bench.look()
        bench.q = bench.q + vector(1, 0.12 - 1e-9) * 0.5
        bench.look()
        assert bench.supervisor.mode is Mode.READY

    def test_where_a_motion_ended_is_where_it_stands(self) -> None:
        bench = Bench().moving()
        bench.q = bench.q + vector(1, 0.05)
        bench.look()
        bench.supervisor.event(Event.MOTION_ENDED, bench.now)
        for _ in range(4):
            bench.q = bench.q + vector(1, 0.029)
            bench.look()
        assert bench.supervisor.mode is Mode.READY

    def test_a_blocked_joint_stops_the_arm(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 30)
        stuck = bench.q.copy()
        for tick in range(60):
            bench.tick(np.zeros(N))
            bench.q = stuck + vector(0, 1e-4 * (tick % 2))
            if bench.supervisor.fault:
                break
        assert fault_code(bench) == "following_error"

    def test_lost_torque_stops_the_arm(self) -> None:
        bench = Bench().ready()
        for _ in range(3):
            bench.look(torque_on=False)
        assert fault_code(bench) == "torque_lost"

    def test_a_computer_that_slept_must_be_armed_again(self) -> None:
        bench = Bench().ready()
        bench.now += SLEEP_GAP + 0.1
        bench.look()
        assert fault_code(bench) == "clock_jump"

    def test_a_clock_that_runs_backwards_must_be_armed_again(self) -> None:
        bench = Bench().ready()
        bench.now -= 0.5
        bench.look()
        assert fault_code(bench) == "clock_jump"

    def test_a_disarmed_arm_does_not_mind_sleep(self) -> None:
        bench = Bench().connect()
        bench.now += 3600.0
        bench.look()
        assert bench.supervisor.mode is Mode.DISARMED

    @pytest.mark.parametrize(("missed", "mode"), [(0, Mode.MOVING), (2, Mode.MOVING), (3, Mode.STOPPING)])
    def test_three_missed_ticks_bring_a_moving_arm_to_rest(self, missed: int, mode: Mode) -> None:
        bench = Bench().moving()
        bench.look()
        bench.now += missed * DT
        bench.look()
        assert bench.supervisor.mode is mode
        assert ("control was late by 30 ms" in bench.supervisor.notice) == (mode is Mode.STOPPING)

    def test_a_standing_arm_does_not_mind_missed_ticks(self) -> None:
        bench = Bench().ready()
        bench.now += 5 * DT
        bench.look()
        assert bench.supervisor.mode is Mode.READY

    def test_a_touch_of_the_person_stops_the_arm(self) -> None:
        bench = Bench().moving()
        touch = SceneState(stamp=bench.now, objects={}, contacts=(Contact("gripper_link", "head", 0.4),))
        bench.supervisor.observe_scene(touch)
        assert fault_code(bench) == "contact"

    def test_a_touch_of_a_disarmed_arm_is_not_latched(self) -> None:
        bench = Bench().connect()
        touch = SceneState(stamp=bench.now, objects={}, contacts=(Contact("gripper_link", "head", 0.4),))
        bench.supervisor.observe_scene(touch)
        assert bench.supervisor.mode is Mode.DISARMED


class TestAdvising:
    def test_the_first_seconds_of_motion_are_slow_and_it_says_so(self) -> None:
        bench = Bench().moving()
        assert bench.supervisor.advise(bench.q) == pytest.approx(0.075)
        assert bench.supervisor.notice == "Slow: the arm has just been armed."
        for _ in range(math.ceil(START_UP_TIME / DT) + 1):
            bench.look()
        assert bench.supervisor.advise(bench.q) == pytest.approx(0.15)
        assert bench.supervisor.notice == ""

    def test_standing_does_not_count_as_having_moved(self) -> None:
        bench = Bench().ready()
        for _ in range(math.ceil(START_UP_TIME / DT) + 1):
            bench.look()
        assert bench.supervisor.advise(bench.q) == pytest.approx(0.075)

    def test_a_warm_joint_slows(self) -> None:
        bench = Bench().moving()
        bench.look(temperatures=np.full(N, 58.0))
        assert bench.supervisor.advise(bench.q) == pytest.approx(0.15 / 4)
        assert "58 °C" in bench.supervisor.notice

    def test_what_comes_closer_slows_and_what_goes_away_does_not(self) -> None:
        """The hand 2 cm above a table, turning down to it and up from it."""
        low = float(robot().link_poses(home())["jaw_link"][2, 3]) - 0.2
        top = ShapeConfig(kind="box", size=(0.5, 0.5, 0.1), xyz=(0.4, 0.0, low - 0.05))
        below = Zones(robot(), scene({"table": table(shape=top)})).model
        hand = [i for i, pair in enumerate(below.pairs) if (pair.a, pair.b) == ("jaw_link", "furniture.table")]
        gap = float(below.distances(home())[hand].min())
        near = top.model_copy(update={"xyz": (0.4, 0.0, low - 0.05 + gap - 0.02)})
        advice = {}
        for way in (1.0, -1.0):
            bench = Bench(scene({"table": table(shape=near)})).moving()
            for _ in range(math.ceil(START_UP_TIME / DT) + 1):
                bench.look()
            bench.run_up(1, way * 1.5, 15)
            advice[way] = bench.supervisor.advise(bench.command), bench.supervisor.notice
        assert advice[-1.0] == (pytest.approx(0.15), "")
        assert advice[1.0][0] < 0.14
        assert advice[1.0][1] == "Slow: the hand is close to the table."

    def test_advice_is_the_same_for_the_set_point_it_knows_and_for_any_other(self) -> None:
        bench = Bench(scene({}, person(slow_radius=0.4))).moving().run_up(0, -0.5, 20)
        known = bench.supervisor.advise(bench.command)
        other = bench.supervisor.advise(bench.command + vector(0, 1e-9))
        assert known == pytest.approx(other, abs=1e-6)
        assert known < 0.075


class TestSurroundings:
    """What is held and where the head is seen, and what comes of it."""

    kitchen = load(find("scenes", "kitchen_table"), SceneConfig)

    def seen(self, bench: Bench, age: float = 0.0) -> SceneState:
        return SceneState(stamp=bench.now, objects={}, head=Head(bench.now - age, (0.28, 0.42, 0.30)))

    def test_a_head_that_is_lost_slows_the_arm_and_then_brings_it_to_rest(self) -> None:
        bench = Bench(scene({}, person())).moving()
        for _ in range(math.ceil(START_UP_TIME / DT) + 1):
            bench.look()
            bench.supervisor.observe_scene(self.seen(bench))
        speeds = []
        while bench.supervisor.mode is Mode.MOVING:
            speeds.append(bench.supervisor.advise(bench.q))
            bench.look()
        assert speeds == sorted(speeds, reverse=True)
        assert speeds[-1] < 0.5 * speeds[0]
        assert len(speeds) * DT == pytest.approx(HEAD_STALE, abs=2 * DT)
        assert bench.supervisor.mode is Mode.STOPPING
        assert "the head was last seen" in bench.supervisor.notice

    def blind(self) -> tuple[Bench, float]:
        """A motion begun while the head beside the arm is not seen; and which way the shoulder leads off."""
        bench = Bench(scene({}, person(head_xyz=(0.28, 0.3, 0.30)))).moving()
        bench.supervisor.observe_scene(SceneState(bench.now, {}, head=Head(bench.now, (0.28, 0.3, 0.30))))
        for _ in range(math.ceil(HEAD_STALE / DT) + 60):
            bench.look()
        assert bench.supervisor.mode is Mode.READY
        bench.supervisor.event(Event.MOTION_BEGUN, bench.now)
        nearest = [bench.supervisor._zones.reach(bench.q + vector(0, turn)).head for turn in (0.01, -0.01)]
        return bench, 1.0 if nearest[0] > nearest[1] else -1.0

    def pushed(self, bench: Bench, way: float, ticks: int) -> list[str]:
        """Go on that ``way`` slowly; what was refused."""
        answers = [bench.tick(vector(0, way * 0.2 if tick < 10 else 0.0)) for tick in range(ticks)]
        return [answer.code for answer in answers if isinstance(answer, Refusal)]

    def test_from_a_head_that_is_not_seen_the_arm_can_be_led_away_slowly(self) -> None:
        bench, off = self.blind()
        assert self.pushed(bench, off, 200) == []
        assert bench.supervisor.mode is Mode.MOVING
        assert bench.supervisor.advise(bench.q) == ESCAPE_SPEED
        assert bench.supervisor.notice == "Slow, and only away from the head: it is not seen."

    def test_towards_a_head_that_is_not_seen_nothing_moves_a_millimetre(self) -> None:
        bench, off = self.blind()
        zones = bench.supervisor._zones
        before = zones.reach(bench.command).head
        assert set(self.pushed(bench, -off, 60)) == {"head_stale"}
        assert zones.reach(bench.command).head >= before - UNSEEN_DIP - 1e-9
        # Not by many small motions either, nor after leading it away and back.
        for _ in range(3):
            bench.supervisor.event(Event.STOP, bench.now)
            bench.velocity = np.zeros(N)
            bench.command = bench.q.copy()
            for _ in range(60):
                bench.tick(np.zeros(N))
            bench.supervisor.event(Event.MOTION_BEGUN, bench.now)
            self.pushed(bench, -off, 60)
        assert zones.reach(bench.command).head >= before - 2.0 * UNSEEN_DIP

    def test_what_is_held_comes_no_nearer_to_a_head_that_is_not_seen(self) -> None:
        bench, off = self.blind()
        bench.supervisor.holding(Held("cup", (LinkShape("gripper_link", "capsule", (0.03, 0.25), np.eye(4)),)))
        assert "head_stale" in self.pushed(bench, -off, 60)

    def test_a_head_that_is_seen_again_and_lost_again_stops_the_arm(self) -> None:
        bench, off = self.blind()
        assert self.pushed(bench, off, 20) == []
        bench.supervisor.observe_scene(SceneState(bench.now, {}, head=Head(bench.now, (0.28, 0.3, 0.30))))
        assert self.pushed(bench, 0.0, 10) == []
        assert bench.supervisor.mode is Mode.MOVING
        for _ in range(math.ceil(HEAD_STALE / DT) + 1):
            bench.look()
        assert bench.supervisor.mode is not Mode.MOVING
        assert "the head was last seen" in bench.supervisor.notice

    def test_a_head_that_nothing_tracks_never_gets_old(self) -> None:
        bench = Bench(scene({}, person())).moving()
        for _ in range(100):
            bench.look()
        assert bench.supervisor.mode is Mode.MOVING

    def test_what_the_gripper_feels_is_carried_and_may_not_touch_the_body(self) -> None:
        bench = Bench(self.kitchen).moving()
        free = len(bench.supervisor.barriers(home()))
        bench.supervisor.grip(True)
        assert bench.supervisor._zones.model.held is not None
        assert isinstance(bench.tick(np.zeros(N)), ApprovedCommand)
        bench.supervisor.grip(False)
        assert bench.supervisor._zones.model.held is None
        assert len(bench.supervisor.barriers(home())) == free

    def test_anything_may_be_said_to_be_held(self) -> None:
        bench = Bench().ready()
        held = Held("stick", (LinkShape("tool", "capsule", (0.01, 0.3), np.eye(4)),))
        bench.supervisor.holding(held)
        assert bench.supervisor._zones.model.held is held
        bench.supervisor.holding(None)
        assert bench.supervisor._zones.model.held is None

    def test_a_softer_contact_than_configured_is_left_to_the_person(self) -> None:
        bench = Bench().moving()
        bench.supervisor._contact = ContactWatch(robot().links, 1.0)
        for force, code in ((0.9, ""), (1.1, "contact")):
            touch = SceneState(stamp=bench.now, objects={}, contacts=(Contact("gripper_link", "head", force),))
            bench.supervisor.observe_scene(touch)
            assert fault_code(bench) == code


class TestApproving:
    def test_a_motion_from_arming_to_rest_is_approved_throughout(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 10)
        for _ in range(10):
            assert isinstance(bench.tick(vector(0, -1.5)), ApprovedCommand)
        bench.supervisor.event(Event.MOTION_ENDED, bench.now)
        answer = bench.tick(np.zeros(N))
        assert isinstance(answer, ApprovedCommand)
        assert (answer.sequence, answer.epoch) == (21, 1)
        assert answer.stamp == bench.now
        assert answer.deadline == pytest.approx(bench.now + 0.05)
        np.testing.assert_array_equal(answer.positions, bench.command)

    def test_nothing_moves_before_a_motion_has_begun(self) -> None:
        bench = Bench().ready()
        assert isinstance(bench.tick(np.zeros(N)), ApprovedCommand)
        refused = [bench.tick(vector(0, 1.9)) for _ in range(3)]
        assert isinstance(refused[-1], ApprovedCommand | Refusal)
        while isinstance(answer := bench.tick(vector(0, 1.9)), ApprovedCommand):
            assert np.abs(bench.velocity).max() <= 0.02
        assert answer.code == "not_begun"
        assert "in the state ready" in answer.reason

    @pytest.mark.parametrize("prepare", [Bench, lambda: Bench().connect()])
    def test_without_arming_everything_is_refused_with_the_state(self, prepare: object) -> None:
        bench = prepare()  # type: ignore[operator]
        answer = bench.ask()
        assert isinstance(answer, Refusal)
        assert answer.code == "not_armed"
        assert f"in the state {bench.supervisor.mode}" in answer.reason

    def test_during_the_stop_test_everything_is_refused(self) -> None:
        bench = Bench().connect()
        bench.supervisor.begin_stop_test(bench.now)
        assert isinstance(bench.ask(), Refusal)

    def test_a_stale_state_is_refused(self) -> None:
        bench = Bench().ready()
        answer = bench.supervisor.approve(bench.q, np.zeros(N), reading(bench.now, bench.q), bench.now + 0.06)
        assert isinstance(answer, Refusal)
        assert answer.code == "state_stale"

    def test_a_refusal_changes_nothing(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 10)
        twin = Bench().moving().run_up(0, 1.5, 10)
        for bad in (vector(0, math.nan), home() + 1.0, np.zeros(N - 1)):
            assert isinstance(bench.ask(bad, np.zeros(len(bad))), Refusal)
        for acceleration in (1.5, 0.0, -1.0):
            one, other = bench.tick(vector(0, acceleration)), twin.tick(vector(0, acceleration))
            assert isinstance(one, ApprovedCommand)
            assert isinstance(other, ApprovedCommand)
            np.testing.assert_array_equal(one.positions, other.positions)
            np.testing.assert_array_equal(one.speeds, other.speeds)
            assert one.sequence == other.sequence

    def test_stopping_is_approved_from_any_approved_motion(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 20)
        bench.supervisor.event(Event.STOP, bench.now)
        while bench.velocity[0] > 0.0:
            assert isinstance(bench.tick(vector(0, max(-2.0, -bench.velocity[0] / DT))), ApprovedCommand)
        assert bench.supervisor.mode is Mode.STOPPING

    def test_after_hold_the_command_begins_anew_where_the_arm_is(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 20)
        bench.supervisor.event(Event.STOP, bench.now)
        bench.command, bench.velocity = bench.q.copy(), np.zeros(N)
        assert isinstance(bench.tick(np.zeros(N)), ApprovedCommand)
        # And tracking does not hold the old command against the arm.
        for _ in range(30):
            bench.look()
        assert bench.supervisor.mode is Mode.READY

    def test_a_new_arming_forgets_the_set_point_of_the_last(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 20)
        bench.supervisor.event(Event.DISABLE, bench.now)
        bench.q = home() + vector(0, 1.0)
        bench.look()
        bench.look()
        assert bench.supervisor.begin_stop_test(bench.now) == ""
        bench.look()
        assert bench.supervisor.stop_pressed(bench.now, bench.now) == ""
        assert isinstance(bench.ask(bench.q), ApprovedCommand)

    def test_the_fast_way_into_the_slow_radius_is_closed_after_the_time_to_slow_down(self) -> None:
        """A generator that ignores the advice is refused."""
        bench = Bench(scene({}, person(slow_radius=0.4))).moving()
        answers = [bench.tick(vector(0, 0.9 if tick < 30 else 0.0)) for tick in range(120)]
        codes = {answer.code for answer in answers if isinstance(answer, Refusal)}
        assert "zone_speed" in codes
