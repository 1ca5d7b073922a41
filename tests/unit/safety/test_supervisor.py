"""The supervisor as control sees it: arming and events."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.errors import SafetyError
from armctl.hal.state import JointFault
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.limits import SLEEP_GAP
from armctl.safety.states import Event, Mode
from armctl.safety.supervisor import Refusal
from tests.unit.safety.bench import Bench, N, fault_code, overloaded, vector


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
