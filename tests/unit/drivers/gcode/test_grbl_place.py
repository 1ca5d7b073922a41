"""Grbl's dialect on its emulated controller: who knows where the arm is, homing, sleep and alarms."""

import pytest

from armctl.errors import CommandRefusedError, HardwareError, IdentityError, PlaceLostError
from drivers.gcode.grbl import HOME_IT, NOT_HOMED
from tests.support.gcode import GcodeRig

NAME = "grbl_arm"


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
