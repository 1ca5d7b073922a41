"""The uArm's dialect on its emulated device: numbers that match, events in between, power, and faults of the line."""

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import CommandRefusedError, HardwareError, IdentityError, LinkLostError
from armctl.hal.state import JointFault
from drivers.gcode import uarm
from sim.emulators.gcode.uarm_shape import angles
from tests.support.gcode import PERIOD, GcodeRig, changed

NAME = "uarm_swift_pro"


def test_the_place_of_the_tool_is_the_makers():
    """Lower arm upright, forearm level: 229 mm ahead, 174 up. The other way round is the device's own arithmetic."""
    assert uarm.place_of(90.0, 90.0, 0.0) == pytest.approx((228.66, 0.0, 174.12))
    assert uarm.place_of(180.0, 90.0, 0.0) == pytest.approx((0.0, 228.66, 174.12))
    assert uarm.place_of(*angles(150.0, 80.0, 60.0, 0)) == pytest.approx((150.0, 80.0, 60.0))


def test_connecting_asks_and_orders_nothing():
    rig = GcodeRig(NAME)
    rig.arm.connect()
    assert b"G" not in rig.sent
    assert rig.arm.info.identity == "D43639DB0CEE"
    told = {line.split()[1] for line in rig.sent.decode().splitlines()}
    assert told == {"P2201", "P2400", "P2205", "P2232", "P2206", "M2203", "P2200", "P2220", "P2234"}


def test_numbers_go_up_to_9999_and_begin_anew(rig):
    dialect = rig.arm._link.dialect
    dialect._number = 9998
    for wanted in (9999, 1, 2):
        rig.arm.read()
        assert dialect._number == wanted


@pytest.mark.parametrize("keeps", [True, False], ids=["firmware 4", "firmware 3"])
def test_a_stream_is_followed_smoothly_whenever_orders_are_answered(keeps):
    rig = GcodeRig(NAME)
    rig.device.keeps_answers = keeps
    rig.enabled()
    target, state = rig.stream(0, -0.3, 2.0)
    assert state.velocities[0] == pytest.approx(-0.3, abs=0.05)
    assert state.positions[0] == pytest.approx(target[0], abs=0.3 * 4 * PERIOD)
    state = rig.run(0.5, target)
    assert state.positions == pytest.approx(target, abs=2e-3)


def test_all_joints_go_together_and_end_where_told(rig):
    goal = rig.arm.read().positions + np.array([-0.4, 0.2, -0.4, 0.5, 0.0])
    state = rig.run(4.0, goal)
    assert state.positions == pytest.approx(goal, abs=2e-3)


def test_no_more_than_two_orders_wait_at_any_time(rig):
    goal = rig.arm.read().positions + np.array([-1.0, 0.3, -0.6, 0.8, 0.0])
    for _ in range(60):
        rig.run(PERIOD, goal, 0.4)
        assert rig.device.planner.free >= 15 - 3
        here, end = rig.device.planner.place, rig.device.planner.end
        # Two periods, and what the arm stays behind while it speeds up.
        assert np.radians(np.abs(end - here)).max() <= 0.4 * 3.3 * PERIOD


def test_when_this_program_hangs_the_arm_stops_within_two_periods(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    rig.run(1.0, goal)
    at = rig.plant.positions()[0]
    rig.pass_time(3.0)
    assert at - rig.plant.positions()[0] <= 0.3 * 3 * PERIOD


def test_events_come_at_any_time_also_between_question_and_answer(rig):
    for line in (
        b"@4 B0 V1\n",
        b"@6 N0 V1\n",
        b"@9 V0\n",
        b"@3 X1 Y2 Z3 R90\n",
        b"@11 N1 V5\n",
        b"ok\n",
        b"E23 buffer full\n",
    ):
        rig.device.faults.foreign_next(0, line + b"\n")
        state = rig.arm.read()
        assert state.complete
        assert state.torque_on
        assert not any(state.faults)


def test_a_late_answer_never_becomes_a_value(rig):
    """The answer to the question before comes just before that to this one: it tells where the arm was."""
    rig.device.faults.delay_next(0, 0.06)
    before = rig.arm.read()
    assert not before.complete
    rig.plant.push(0, rig.plant.positions()[0] + 0.05)
    rig.pass_time(0.04)
    state = rig.arm.read()
    assert state.complete
    assert state.positions[0] == pytest.approx(rig.plant.positions()[0], abs=1e-5)


def test_an_answer_with_another_number_is_passed_over(rig):
    here = rig.arm.read().positions
    number = rig.arm._link.dialect._number
    rig.device.faults.foreign_next(0, f"${number} ok B10.0 L10.0 R10.0\n${number + 5} ok B10.0 L10.0 R10.0\n".encode())
    assert rig.arm.read().positions == pytest.approx(here)


def test_an_answer_that_comes_twice_counts_once(rig):
    say, rig.device.say = rig.device.say, lambda text, delay=0.0: (say(text, delay), say(text, delay))
    before = rig.arm.read().positions
    rig.device.say = say
    rig.device.planner.set_place(rig.device.planner.place + np.array([1.0, 0, 0]))
    rig.pass_time(0.02)
    state = rig.arm.read()
    assert state.complete
    assert state.positions[0] == pytest.approx(before[0] + math.radians(1.0), abs=1e-4)


FAULTS = {
    "lost": lambda faults: faults.drop_next(0),
    "cut": lambda faults: faults.cut_next(0),
    "a wrong bit in its number": lambda faults: faults.corrupt_next(0, bit=9),
    "behind noise": lambda faults: faults.foreign_next(0, b"\xf0\x9f"),
    "late": lambda faults: faults.delay_next(0, 0.2),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_broken_answer_costs_one_reading_and_is_no_value(rig, fault):
    before = rig.arm.read()
    fault(rig.device.faults)
    started = rig.clock.now()
    state = rig.arm.read()
    assert rig.clock.now() - started < 0.05
    assert not state.fresh.any()
    assert state.positions == pytest.approx(before.positions)
    assert (state.stamps == before.stamps).all()
    rig.pass_time(0.25)
    assert rig.arm.read().complete


def test_a_digit_that_was_turned_over_is_not_believed_until_it_is_said_twice(rig):
    here = rig.arm.read()
    true, wrong = rig.device._table["P2200"], "B21.5700 L78.5400 R60.1600"
    rig.device._table["P2200"] = lambda words: wrong
    state = rig.arm.read()
    assert not state.complete
    assert state.positions == pytest.approx(here.positions)
    rig.device._table["P2200"] = true
    assert rig.arm.read().positions == pytest.approx(here.positions)
    rig.device._table["P2200"] = lambda words: wrong
    assert not rig.arm.read().complete
    state = rig.arm.read()
    assert state.complete
    assert state.positions[0] == pytest.approx(math.radians(21.57 - 90.0))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_on_a_line_of_any_badness_every_call_ends_and_what_is_told_is_true(seed):
    rig = GcodeRig(NAME).enabled()
    faults = rig.device.faults
    faults.loss, faults.corruption, faults.noise, faults.seed = 0.2, 0.1, 0.2, seed
    faults.__post_init__()
    goal = rig.plant.positions()
    for _ in range(40):
        goal[0] -= 0.01
        started = rig.clock.now()
        state = rig.arm.read()
        if state.complete:
            assert np.abs(state.positions[:3] - rig.plant.positions()[:3]).max() < 0.1
        with contextlib.suppress(CommandRefusedError):
            rig.arm.send(rig.command(goal))
        assert rig.clock.now() - started < 0.1
        rig.pass_time(0.01)


def test_a_place_the_firmware_refuses_is_told_in_plain_words_and_the_next_command_is_taken(rig):
    goal = rig.arm.read().positions.copy()
    rig.device.limit_switch = True
    goal[1] = -1.5
    with pytest.raises(CommandRefusedError, match=r"out of reach \(E22\)"):
        rig.run(8.0, goal, 0.4)
    here = rig.arm.read().positions
    state = rig.run(1.0, here)
    assert state.positions == pytest.approx(here, abs=0.02)


def test_without_power_it_says_so_and_holds_nothing(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 0.5
    rig.run(0.3, goal)
    rig.device.supply(False)
    state = rig.run(0.2)
    assert not state.torque_on
    assert all(fault is JointFault.RESTARTED for fault in state.faults)
    with pytest.raises(HardwareError, match=r"no power \(E24\)"):
        rig.arm.enable()
    rig.device.supply(True)
    assert not rig.run(0.2).torque_on
    at = rig.plant.positions()
    rig.arm.enable()
    state = rig.run(0.3)
    assert state.torque_on
    assert not any(state.faults)
    assert rig.plant.positions() == pytest.approx(at, abs=1e-3)


def test_power_that_went_without_a_word_is_noticed_within_a_second(rig):
    rig.device.faults.drop_next(0)
    rig.device.supply(False)
    assert not rig.run(1.2).torque_on


def test_a_board_that_starts_anew_is_noticed(rig):
    rig.device.restart()
    rig.pass_time(2.1)
    state = rig.run(0.2)
    assert JointFault.RESTARTED in state.faults[0]
    assert not state.torque_on
    rig.arm.enable()
    assert rig.run(0.2).torque_on


def test_a_board_that_is_reset_by_opening_its_port_is_waited_for():
    rig = GcodeRig(NAME, resets=True)
    started = rig.clock.now()
    rig.arm.connect()
    assert 2.0 < rig.clock.now() - started < 5.0
    assert rig.arm.read().complete


def test_pump_instead_of_gripper():
    switch = changed(NAME).gcode.gripper.model_copy(update={"open": "M2231 V0", "close": "M2231 V1"})
    rig = GcodeRig(NAME, changes=changed(NAME, gripper=switch)).enabled()
    assert b"P2231" in rig.sent
    goal = rig.arm.read().positions
    goal[-1] = 0.0
    rig.arm.send(rig.command(goal))
    rig.pass_time(0.1)
    assert rig.device._pump


def test_the_gripper_is_switched_once_and_takes_its_time(rig):
    goal = rig.arm.read().positions.copy()
    assert goal[-1] == 0.0
    goal[-1] = 0.021
    rig.run(0.5, goal)
    state = rig.run(0.05, goal)
    assert 0.005 < state.positions[-1] < 0.016
    assert state.velocities[-1] == pytest.approx(0.021)
    state = rig.run(0.7, goal)
    assert state.positions[-1] == 0.021
    assert rig.plant.positions()[-1] == pytest.approx(0.021)
    assert rig.sent.count(b"M2232 V0") == 1
    rig.run(1.2, goal * [1, 1, 1, 1, 0])
    assert rig.plant.positions()[-1] == pytest.approx(0.0)


def test_an_order_to_the_gripper_that_was_lost_is_given_once_more(rig):
    goal = rig.arm.read().positions.copy()
    goal[-1] = 0.021
    real, rig.device._table["M2232"] = rig.device._table["M2232"], lambda words: rig.device.faults.drop_next(0)
    rig.arm.send(rig.command(goal))
    rig.pass_time(0.02)
    rig.device._table["M2232"] = real
    rig.run(2.5, goal)
    assert rig.plant.positions()[-1] == pytest.approx(0.021)
    assert rig.sent.count(b"M2232 V0") == 2


def test_a_gripper_found_open_is_known_to_be_open():
    rig = GcodeRig(NAME)
    rig.device.body.gripping = False
    rig.pass_time(1.5)
    rig.arm.connect()
    assert rig.arm.read().positions[-1] == 0.021


STRANGERS = {
    "another device": ({"device": "SwiftMetal"}, "calls itself 'SwiftMetal'"),
    "another tool": ({"mode": 3}, "another tool"),
}


@pytest.mark.parametrize("what", STRANGERS)
def test_what_is_not_the_configured_arm_is_refused(what):
    values, said = STRANGERS[what]
    rig = GcodeRig(NAME)
    vars(rig.device).update(values)
    with pytest.raises(IdentityError, match=said) as refusal:
        rig.arm.connect()
    assert refusal.value.remedy
    with pytest.raises(CommandRefusedError):
        rig.arm.read()


def test_an_arm_that_counts_from_another_tool_is_refused():
    rig = GcodeRig(NAME)
    rig.device._set_mode({"S": 1.0})
    rig.device._table["P2400"] = lambda words: "V0"
    with pytest.raises(IdentityError, match="from where its angles put it"):
        rig.arm.connect()


def test_a_port_on_which_nobody_answers_is_refused_in_time():
    rig = GcodeRig(NAME)
    rig.device.faults.muted.add(0)
    started = rig.clock.now()
    with pytest.raises(IdentityError, match="No uArm answers"):
        rig.arm.connect()
    assert rig.clock.now() - started < 5.0


def test_one_that_falls_silent_while_connecting_is_refused_in_time():
    rig = GcodeRig(NAME)
    rig.device._table["P2205"] = lambda words: rig.device.faults.muted.add(0) or "V1"
    started = rig.clock.now()
    with pytest.raises(HardwareError, match="no answer to P2205"):
        rig.arm.connect()
    assert rig.clock.now() - started < 5.0


def test_one_that_does_not_know_a_command_it_needs_is_refused_by_name():
    rig = GcodeRig(NAME)
    del rig.device._table["P2400"]
    with pytest.raises(HardwareError, match=r"refused P2400: the command is not known \(E20\)"):
        rig.arm.connect()


def test_one_that_does_not_tell_the_hands_angle_has_it_in_the_middle():
    rig = GcodeRig(NAME)
    del rig.device._table["P2206"]
    rig.arm.connect()
    assert rig.arm.read().positions[3] == 0.0


def test_one_that_does_not_tell_where_it_is_is_refused():
    rig = GcodeRig(NAME)
    rig.device._table["P2200"] = lambda words: "B90 L45"
    with pytest.raises(HardwareError, match="does not tell where it is"):
        rig.arm.connect()


def test_motors_that_do_not_switch_are_told(rig):
    rig.device._table["M2019"] = lambda words: ""
    with pytest.raises(HardwareError, match="did not switch off"):
        rig.arm.release()


def test_releasing_while_the_answer_is_kept_back_ends_in_time_and_says_that_it_is_not_sure(rig):
    goal = rig.arm.read().positions.copy()
    goal[0] -= 1.0
    rig.run(0.5, goal)
    rig.device._turn_to(rig.device.planner.end - [40.0, 0, 0], 3.0)
    started = rig.clock.now()
    with pytest.raises(HardwareError, match="no answer to M2019"):
        rig.arm.release()
    assert rig.clock.now() - started < 0.1


def test_it_needs_no_homing(rig):
    with pytest.raises(CommandRefusedError, match="without homing"):
        rig.arm.home()


def test_a_blocked_joint_shows_and_nothing_more_is_queued(rig):
    goal = rig.arm.read().positions.copy()
    rig.device.units[0].faults.blocked = True
    goal[0] -= 1.0
    state = rig.run(2.0, goal)
    assert state.positions[0] == pytest.approx(rig.plant.positions()[0], abs=1e-4)
    assert math.radians(abs(rig.device.planner.end[0] - 90.0)) > 0.0
    assert np.abs(rig.arm._walk.given - state.positions[:-1]).max() < 0.3 * 7 * PERIOD


def test_an_unplugged_port_is_told(rig):
    rig.wires[-1].gone = True
    for call in (rig.arm.read, rig.arm.hold, rig.arm.release, rig.arm.enable):
        with pytest.raises(LinkLostError):
            call()
