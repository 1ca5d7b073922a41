"""Grbl's dialect on its emulated controller: streams, cancelled jogs, bad lines, set-up that differs."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import CommandRefusedError, HardwareError, IdentityError, LinkLostError, PlaceLostError
from drivers.gcode.grbl import NOT_HOMED
from tests.support.gcode import PERIOD, GcodeRig, changed, config

NAME = "grbl_arm"


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
