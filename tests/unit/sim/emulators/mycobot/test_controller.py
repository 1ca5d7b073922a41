"""Moves, modes, limits and protection of the emulated controller."""

import math

import pytest

from tests.unit.sim.emulators.mycobot.rig import Device

FRESH = "FE FE 03 16 01 FA"
TO_ZERO = "FE FE 0F 22 00 00 00 00 00 00 00 00 00 00 00 00 64 FA"
J1_90 = "FE FE 06 21 01 23 28 14 FA"
J1_0 = "FE FE 06 21 01 00 00 64 FA"
STOP = "FE FE 02 29 FA"
ERROR = "FE FE 02 07 FA"


@pytest.fixture
def device():
    return Device()


def test_in_fresh_mode_the_newest_goal_wins(device):
    device.order(FRESH)
    device.order(J1_90)
    device.pass_time(0.5)
    device.order(J1_0)
    device.pass_time(1.0)
    assert device.degrees()[0] == pytest.approx(0.0, abs=0.02)
    assert not device.controller.moving


def test_without_it_goals_wait_for_their_turn(device):
    device.order(J1_90)
    device.order(J1_0)
    device.pass_time(1.0)
    assert device.degrees()[0] > 20
    device.pass_time(4.0)
    assert device.degrees()[0] == pytest.approx(0.0, abs=0.02)


def test_the_queue_can_be_cleared(device):
    device.order(J1_90)
    device.order(J1_0)
    device.order("FE FE 02 05 FA")
    device.pass_time(5.0)
    assert device.degrees()[0] == pytest.approx(90.0, abs=0.02)


def test_stop_ends_the_move_and_forgets_the_others(device):
    device.order(J1_90)
    device.order(J1_0)
    device.pass_time(1.0)
    device.order(STOP)
    device.pass_time(0.3)
    stood = device.degrees()[0]
    device.pass_time(2.0)
    assert device.degrees()[0] == stood
    assert 10 < stood < 80


def test_pause_keeps_the_move_and_resume_ends_it(device):
    device.order(J1_90)
    device.pass_time(0.7)
    device.order("FE FE 02 26 FA")
    device.order("FE FE 02 26 FA")
    device.pass_time(1.0)
    stood = device.degrees()[0]
    assert 5 < stood < 60
    assert device.say("FE FE 02 27 FA") == "FE FE 03 27 01 FA"
    device.order("FE FE 02 28 FA")
    device.pass_time(5.0)
    assert device.degrees()[0] == pytest.approx(90.0, abs=0.02)


@pytest.mark.parametrize(("joint", "degrees"), [(1, 168.1), (2, -140.1), (5, -155.1), (5, 160.1)])
def test_a_goal_beyond_a_limit_is_not_gone_to_and_is_an_error(device, joint, degrees):
    count = round(degrees * 100).to_bytes(2, "big", signed=True).hex()
    before = device.degrees()
    device.order(f"FE FE 06 21 0{joint} {count} 64 FA")
    device.pass_time(0.5)
    assert device.degrees() == pytest.approx(before)
    assert device.say(ERROR) == f"FE FE 03 07 0{joint} FA"
    device.order("FE FE 02 08 FA")
    assert device.say(ERROR) == "FE FE 03 07 00 FA"


def test_a_speed_there_is_not_moves_nothing(device):
    for percent in ("00", "65"):
        device.order(f"FE FE 06 21 01 23 28 {percent} FA")
    device.pass_time(0.5)
    assert device.degrees()[0] == 0.0


def test_all_joints_use_the_speed_they_are_given(device):
    device.order(FRESH)
    device.order(TO_ZERO.replace("64 FA", "32 FA"))
    device.pass_time(0.6)
    assert math.degrees(max(abs(device.plant.velocities()[:6]))) == pytest.approx(80, abs=5)


def test_a_goal_switches_torque_on_and_release_switches_it_off(device):
    device.order(J1_90)
    assert device.say("FE FE 03 50 01 FA") == "FE FE 04 50 01 01 FA"
    assert device.say("FE FE 03 50 02 FA") == "FE FE 04 50 02 00 FA"
    device.order("FE FE 02 13 FA")
    assert device.say("FE FE 03 50 01 FA") == "FE FE 04 50 01 00 FA"


def test_torque_by_itself_leads_to_the_old_goal(device):
    device.order(FRESH)
    device.order(J1_0)
    device.order("FE FE 02 13 FA")
    device.plant.push(0, 0.5)
    device.pass_time(0.1)
    assert device.degrees()[0] == pytest.approx(math.degrees(0.5))
    device.order("FE FE 03 57 00 FA")
    device.pass_time(1.0)
    assert device.degrees()[0] == pytest.approx(0.0, abs=0.02)


def test_in_free_mode_it_is_limp_and_takes_no_goal(device):
    device.order("FE FE 03 57 00 FA")
    device.order("FE FE 03 1A 01 FA")
    device.order(J1_90)
    device.pass_time(0.5)
    assert device.degrees()[0] == 0.0
    device.plant.push(0, 0.4)
    device.pass_time(0.1)
    device.order("FE FE 03 1A 00 FA")
    device.pass_time(0.5)
    assert device.degrees()[0] == pytest.approx(math.degrees(0.4), abs=0.05)
    assert device.say("FE FE 02 51 FA") == "FE FE 03 51 01 FA"


def test_a_joint_that_is_kept_from_moving_is_a_collision_and_stops_all(device):
    device.order(FRESH)
    device.emulator.joint(1).faults.blocked = True
    device.order("FE FE 0F 22 23 28 00 00 00 00 00 00 00 00 23 28 0A FA")
    device.pass_time(1.5)
    assert device.say(ERROR) == "FE FE 03 07 10 FA"
    stood = device.degrees()[5]
    device.emulator.joint(1).faults.blocked = False
    device.order(J1_0)
    device.pass_time(0.5)
    assert device.degrees()[5] == pytest.approx(stood)
    device.order("FE FE 02 08 FA")
    device.order(J1_0)
    device.pass_time(1.0)
    assert device.degrees()[0] == pytest.approx(0.0, abs=0.05)


def test_without_power_nothing_moves_and_no_torque_comes_on(device):
    device.order("FE FE 02 11 FA")
    device.order(J1_90)
    device.order("FE FE 03 57 00 FA")
    device.order("FE FE 04 67 64 50 FA")
    device.pass_time(0.5)
    assert device.degrees()[0] == 0.0
    assert not any(joint.torque for joint in (*device.controller.joints, device.controller.gripper))
