"""Grbl's dialect on its emulated controller: states, marks, cancelled jogs, homing, and set-up that differs."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import CommandRefusedError, HardwareError, IdentityError, LinkLostError, PlaceLostError
from drivers.gcode.grbl import HOME_IT, NOT_HOMED
from tests.support.gcode import PERIOD, GcodeRig, changed, config

NAME = "grbl_arm"


@pytest.fixture
def rig():
    return GcodeRig(NAME).enabled()


def test_connecting_to_one_that_sleeps_only_asks_for_its_state():
    rig = GcodeRig(NAME)
    rig.arm.connect()
    assert rig.sent == b"?"
    state = rig.arm.read()
    assert not state.torque_on
    assert state.positions == pytest.approx([*config(NAME).poses["rest"], 0.0], abs=1e-4)


def test_one_that_is_awake_is_asked_for_everything_at_once(rig):
    rig.arm.close()
    rig.device.build_name = "left arm"
    rig.arm.connect()
    assert rig.sent == b"?$I\n$G\n$$\n"
    assert rig.arm.info.identity == "left arm"


def test_a_stream_is_followed_smoothly(rig):
    target, state = rig.stream(0, -0.4, 2.0)
    assert state.velocities[0] == pytest.approx(-0.4, abs=0.05)
    assert state.positions[0] == pytest.approx(target[0], abs=0.4 * 4 * PERIOD)
    assert rig.run(0.5, target).positions == pytest.approx(target, abs=1e-3)


def test_all_joints_go_together_and_end_where_told(rig):
    goal = rig.arm.read().positions + np.array([-0.4, -0.5, 0.4, -0.5, 0.7, 0.0])
    assert rig.run(4.0, goal).positions == pytest.approx(goal, abs=1e-3)


def test_the_queue_never_holds_more_than_two_periods_and_the_buffer_never_overflows(rig):
    goal = rig.arm.read().positions + np.array([-1.0, -0.6, 0.6, -0.8, 1.0, 0.0])
    for _ in range(60):
        rig.run(PERIOD, goal, 0.4)
        end, here = rig.device.planner.end, rig.device.planner.place
        assert np.radians(np.abs(end - here)).max() <= 0.4 * 3.3 * PERIOD
        assert rig.device.planner.free >= 15 - 3
        assert len(rig.arm._link.dialect._unanswered) <= 2


def test_when_this_program_hangs_the_arm_stops_within_two_periods(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    rig.run(1.0, goal)
    at = rig.plant.positions()[0]
    rig.pass_time(3.0)
    assert at - rig.plant.positions()[0] <= 0.3 * 3 * PERIOD
    assert rig.device.state == "Idle"


def test_hold_cancels_the_jog_at_once_and_the_arm_stays_where_it_stopped(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    rig.run(1.0, goal, 0.5)
    at = rig.plant.positions()[0]
    rig.arm.hold()
    assert rig.wires[-1].sent[-1] == b"\x85"
    rig.pass_time(0.1)
    # From 0.5 rad/s with 400 deg/s² the way is 0.018 rad.
    assert at - rig.plant.positions()[0] < 0.025
    assert rig.device.planner.idle
    stood = rig.plant.positions()
    rig.run(1.0)
    assert rig.plant.positions() == pytest.approx(stood, abs=1e-6)
    assert rig.run(0.5, stood, 0.3).positions == pytest.approx(stood, abs=1e-3)


def test_a_cancel_that_was_lost_is_sent_again(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    rig.run(0.5, goal, 0.5)
    rig.device.planner.add(rig.device.planner.end - [50.0, 0, 0, 0, 0], 20.0)
    cancel, rig.device._jog_cancel = rig.device._jog_cancel, lambda: None
    rig.arm.hold()
    rig.run(0.2)
    assert not rig.device.planner.idle
    rig.device._jog_cancel = cancel
    rig.run(0.3)
    assert rig.device.planner.idle


def test_a_command_that_comes_before_it_stopped_is_done_from_where_it_stops(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    rig.run(1.0, goal, 0.5)
    rig.arm.hold()
    back = rig.plant.positions() + np.array([0.1, 0, 0, 0, 0, 0])
    rig.arm.send(rig.command(back, 0.3))
    assert rig.run(1.0).positions == pytest.approx(back, abs=1e-3)


def test_late_reports_never_become_values(rig):
    """After a time-out everything that was asked before is let pass, however late it is."""
    here = rig.arm.read().positions
    rig.device.faults.delay_next(0, 0.12)
    assert not rig.arm.read().complete
    rig.device.planner.set_place(rig.device.planner.place - [1.0, 0, 0, 0, 0])
    readings = []
    for _ in range(6):
        state = rig.arm.read()
        readings.append((state.complete, state.positions[0]))
        rig.pass_time(0.02)
    told = [place for complete, place in readings if complete]
    assert told
    assert told == pytest.approx([here[0] - np.radians(1.0)] * len(told), abs=1e-3)


def test_a_report_that_comes_twice_counts_once(rig):
    once, rig.device._report = rig.device._report, lambda: (once(), once())
    here = rig.arm.read().positions
    rig.device._report = once
    rig.device.planner.set_place(rig.device.planner.place - [1.0, 0, 0, 0, 0])
    state = rig.arm.read()
    assert state.complete
    assert state.positions[0] == pytest.approx(here[0] - np.radians(1.0), abs=1e-4)


FAULTS = {
    "lost": lambda faults: faults.drop_next(0),
    "cut": lambda faults: faults.cut_next(0),
    "a wrong bit in its end": lambda faults: faults.corrupt_next(0, bit=8 * 60),
    "behind noise": lambda faults: faults.foreign_next(0, b"\xf0\x9f"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_broken_report_costs_one_reading_and_is_no_value(rig, fault):
    before = rig.arm.read()
    fault(rig.device.faults)
    started = rig.clock.now()
    state = rig.arm.read()
    assert rig.clock.now() - started < 0.05
    assert not state.fresh.any()
    assert state.positions == pytest.approx(before.positions)
    assert rig.arm.read().complete


def test_a_jog_or_its_answer_that_was_lost_delays_the_motion_and_no_more(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 0.5
    rig.run(0.3, goal)
    rig.arm._link.dialect._send(b"")
    assert not rig.arm._link.dialect.ready
    assert rig.run(3.0, goal).positions == pytest.approx(goal, abs=1e-3)


def test_an_order_to_the_gripper_that_was_lost_is_given_again(rig):
    goal = rig.arm.read().positions.copy()
    goal[-1] = 0.03
    real, rig.device._obey = rig.device._obey, lambda line: None
    rig.device.faults.drop_next(0)
    rig.arm.send(rig.command(goal))
    rig.device._obey = real
    rig.run(1.5, goal)
    assert rig.plant.positions()[-1] == pytest.approx(0.03)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_on_a_line_of_any_badness_every_call_ends_and_what_is_told_is_true(seed):
    rig = GcodeRig(NAME).enabled()
    faults = rig.device.faults
    faults.loss, faults.corruption, faults.noise, faults.seed = 0.15, 0.1, 0.15, seed
    faults.__post_init__()
    goal = rig.plant.positions()
    for _ in range(40):
        goal[0] -= 0.01
        started = rig.clock.now()
        state = rig.arm.read()
        if state.complete:
            assert np.abs(state.positions[:-1] - rig.plant.positions()[:-1]).max() < 0.1
        with contextlib.suppress(CommandRefusedError):
            rig.arm.send(rig.command(goal))
        assert rig.clock.now() - started < 0.1
        rig.pass_time(0.01)


def test_work_places_are_told_as_machine_places_once_their_offset_is_known(rig):
    here = rig.arm.read().positions
    rig.device.settings[10] = 2.0
    rig.device.work_offset = np.array([10.0, -20.0, 30.0, 0.0, 1.0])
    rig.device._until_offset = 3
    rig.arm._link.dialect._offset = ()
    told = [rig.arm.read() for _ in range(6)]
    assert not any(state.complete for state in told[:2])
    assert told[-1].complete
    assert told[-1].positions == pytest.approx(here, abs=1e-4)


def test_a_place_beyond_the_travel_is_refused_in_plain_words_and_nothing_moves(rig):
    here = rig.arm.read().positions
    goal = here.copy()
    goal[1] = 1.6
    with pytest.raises(CommandRefusedError, match=r"beyond the arm's travel \(error 15\)"):
        rig.run(2.0, goal)
    assert rig.device.state in {"Idle", "Jog"}
    assert rig.run(0.5, here).positions == pytest.approx(here, abs=1e-3)


def test_a_limit_switch_stops_everything_and_nobody_knows_where_it_is(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    rig.run(0.5, goal)
    rig.device.hit_limit()
    with pytest.raises(PlaceLostError, match=r"a limit switch was hit.*\(alarm 1\)") as lost:
        rig.run(0.2)
    assert lost.value.remedy == HOME_IT
    with pytest.raises(CommandRefusedError, match=r"a limit switch was hit"):
        rig.arm.send(rig.command(goal))
    rig.arm._walk = None
    with pytest.raises(PlaceLostError):
        rig.arm.enable()


def test_one_that_is_silent_since_it_lost_its_place_is_not_taken_for_a_missing_one(rig):
    rig.device.hit_limit()
    with pytest.raises(PlaceLostError):
        rig.run(0.2)
    with pytest.raises(PlaceLostError, match="a limit switch was hit") as lost:
        rig.arm.connect()
    assert lost.value.remedy == HOME_IT
    rig.arm.connect(to_home=True)


def test_one_that_was_never_heard_is_no_arm_that_lost_its_place():
    rig = GcodeRig("grbl_arm")
    rig.device.hit_limit()
    with pytest.raises(IdentityError, match="No Grbl controller answers"):
        rig.arm.connect()


def test_a_restart_is_noticed_and_refused_until_homed(rig):
    rig.device.restart()
    rig.pass_time(1.7)
    for call in (rig.arm.read, rig.arm.enable, rig.arm.connect):
        with pytest.raises(PlaceLostError, match=NOT_HOMED) as refusal:
            call()
        assert refusal.value.remedy == HOME_IT


def test_homing_finds_the_arm_again():
    rig = GcodeRig(NAME, resets=True)
    started = rig.clock.now()
    rig.arm.connect(to_home=True)
    assert 1.5 < rig.clock.now() - started < 5.0
    rig.resets = False
    with pytest.raises(PlaceLostError, match=NOT_HOMED):
        rig.arm.enable()
    rig.arm.home()
    assert not rig.run(0.5).complete
    assert rig.device.state == "Home"
    with pytest.raises(CommandRefusedError):
        rig.arm.send(rig.command(rig.plant.positions()))
    state = rig.run(20.0)
    assert state.complete
    assert state.positions == pytest.approx(rig.plant.positions(), abs=1e-4)
    rig.arm.enable()
    goal = state.positions.copy()
    goal[0] += 0.3
    assert rig.run(2.0, goal).positions == pytest.approx(goal, abs=1e-3)


def test_homing_that_is_refused_leaves_it_unknown():
    rig = GcodeRig(NAME, resets=True)
    rig.arm.connect(to_home=True)
    rig.device.settings[22] = 0.0
    rig.arm.home()
    assert rig.arm.homing()
    rig.pass_time(0.1)
    with pytest.raises(HardwareError, match=r"homing is switched off \(error 5\)"):
        rig.arm.homing()
    with pytest.raises(PlaceLostError, match=NOT_HOMED):
        rig.arm.enable()


def test_one_that_was_unlocked_without_homing_is_not_believed():
    rig = GcodeRig(NAME)
    rig.device.restart()
    rig.pass_time(1.7)
    rig.device.receive(b"$X\n")
    rig.device.take()
    with pytest.raises(PlaceLostError, match=NOT_HOMED):
        rig.arm.connect()


def test_motors_that_were_off_away_from_the_rest_pose_make_the_count_void(rig):
    goal = rig.arm.read().positions.copy()
    goal[1] -= 0.5
    rig.run(3.0, goal)
    rig.arm.release()
    assert not rig.run(0.2).torque_on
    with pytest.raises(PlaceLostError, match="away from the rest pose"):
        rig.arm.enable()
    assert rig.device.state == "Sleep"


def test_releasing_in_motion_first_brings_it_to_rest(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    rig.run(0.5, goal, 0.4)
    started = rig.clock.now()
    rig.arm.release()
    assert rig.clock.now() - started < 0.1
    assert rig.device.state == "Sleep"
    assert not rig.device.body.powered


def test_one_that_does_not_go_to_sleep_is_told(rig):
    rig.device._sleep = lambda: None
    started = rig.clock.now()
    with pytest.raises(HardwareError, match="may still be on"):
        rig.arm.release()
    assert rig.clock.now() - started < 0.1


def test_one_held_by_hand_is_woken_without_going_on_with_what_it_did(rig):
    rig.arm.close()
    rig.device.receive(b"G0 X-200\n")
    rig.pass_time(0.3)
    rig.device.receive(b"!")
    rig.pass_time(0.5)
    rig.arm.connect()
    at = rig.plant.positions()
    rig.arm.enable()
    rig.run(0.5)
    assert rig.plant.positions() == pytest.approx(at, abs=1e-4)
    assert rig.device.state == "Idle"


def test_one_in_check_mode_takes_no_motion(rig):
    rig.arm.close()
    rig.device.receive(b"$C\n")
    rig.arm.connect()
    with pytest.raises(HardwareError, match="state 'Check'"):
        rig.arm.enable()


def test_a_soft_limit_alarm_is_cleared_by_enabling_since_the_place_is_kept(rig):
    rig.device.receive(b"G0 X5\n")
    state = rig.run(0.1)
    assert not state.fresh.any()
    with pytest.raises(CommandRefusedError, match=r"left the arm's travel.*\(alarm 2\)"):
        rig.arm.send(rig.command(rig.plant.positions()))
    rig.arm._walk = None
    rig.arm.enable()
    assert rig.run(0.2).complete


def test_a_reset_that_is_not_followed_by_a_greeting_is_told():
    rig = GcodeRig(NAME)
    rig.arm.connect()
    rig.arm.read()
    rig.device._soft_reset = lambda: None
    with pytest.raises(HardwareError, match="did not start again"):
        rig.arm.enable()


def test_the_gripper_waits_until_the_arm_stands_and_then_motion_goes_on(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 0.4
    rig.run(0.3, goal)
    goal[-1] = 0.03
    rig.arm.send(rig.command(goal))
    assert b"M8" not in rig.sent
    state = rig.run(3.0, goal)
    assert rig.sent.count(b"M8\n") == 1
    assert state.positions == pytest.approx(goal, abs=1e-3)
    assert rig.plant.positions()[-1] == pytest.approx(0.03)


def test_a_gripper_found_open_is_known_to_be_open_and_a_reset_closes_it(rig):
    goal = rig.arm.read().positions.copy()
    goal[-1] = 0.03
    rig.run(1.0, goal)
    rig.arm.close()
    rig.arm.connect()
    assert rig.arm.read().positions[-1] == 0.03
    rig.arm.enable()
    rig.device.receive(b"\x18")
    with pytest.raises(PlaceLostError, match=NOT_HOMED):
        rig.run(0.1)
    assert rig.arm._link.dialect.gripping


STRANGERS = {
    "motors that go off": ({1: 25.0}, r"\$1 is 25, not 255"),
    "another gear": ({101: 80.0}, r"\$101 is 80, not 240"),
    "inches": ({13: 1.0}, r"\$13 is 1, not 0"),
    "no soft limits": ({20: 0.0}, r"\$20 is 0, not 1"),
    "too fast": ({112: 9000.0}, r"\$112 is 9000, not 2400"),
    "no homing": ({22: 0.0}, r"\$22 is 0, not 1"),
}


@pytest.mark.parametrize("what", STRANGERS)
def test_a_controller_set_up_otherwise_is_refused_before_it_moves(what):
    values, said = STRANGERS[what]
    asleep = GcodeRig(NAME)
    asleep.device.settings.update(values)
    asleep.arm.connect()
    with pytest.raises(IdentityError, match=said):
        asleep.arm.enable()
    awake = GcodeRig(NAME).enabled()
    awake.arm.close()
    awake.device.settings.update(values)
    with pytest.raises(IdentityError, match=said):
        awake.arm.connect()


def test_another_version_is_refused(rig):
    rig.arm.close()
    rig.device._tell_build = lambda: rig.device.say("[VER:0.9j.20160303:]")
    with pytest.raises(IdentityError, match="Grbl 0.9j"):
        rig.arm.connect()


def test_another_number_of_axes_is_refused():
    few = changed(NAME)
    rig = GcodeRig(NAME)
    rig.device.letters = "XYZ"
    rig.device.planner.place = rig.device.planner.place[:3]
    rig.device.work_offset = np.zeros(3)
    with pytest.raises(IdentityError, match="has 3 axes; 5 are configured"):
        rig.arm.connect()
    assert few.gcode == config(NAME).gcode


def test_settings_that_take_too_long_are_there_at_the_next_try():
    rig = GcodeRig(NAME)
    rig.arm.connect()
    tell, faults = rig.device._tell_settings, rig.device.faults
    rig.device._tell_settings = lambda: faults.delay_next(0, 0.2) or tell()
    with pytest.raises(HardwareError, match="did not tell its settings in time"):
        rig.arm.enable()
    rig.run(0.4)
    rig.arm.enable()
    assert rig.run(0.1).torque_on


def test_a_port_on_which_nobody_answers_is_refused_in_time():
    rig = GcodeRig(NAME)
    rig.device.faults.muted.add(0)
    started = rig.clock.now()
    with pytest.raises(IdentityError, match="No Grbl controller answers"):
        rig.arm.connect()
    assert rig.clock.now() - started < 5.0


def test_what_is_held_fast_is_not_noticed_by_the_controller(rig):
    """No encoders: the count goes on. The configuration says so; here it is shown."""
    rig.device.units[0].faults.blocked = True
    goal = rig.arm.read().positions.copy()
    goal[0] -= 0.3
    state = rig.run(2.0, goal)
    assert state.positions == pytest.approx(goal, abs=1e-3)
    assert rig.plant.positions()[0] == pytest.approx(goal[0] + 0.3)


def test_an_unplugged_port_is_told(rig):
    rig.wires[-1].gone = True
    for call in (rig.arm.read, rig.arm.hold, rig.arm.release, rig.arm.enable, rig.arm.home):
        with pytest.raises(LinkLostError):
            call()
