"""Every command beside bytes written by hand."""

import pytest

from tests.unit.sim.emulators.mycobot.rig import Device

TOLD = {
    "version": ("FE FE 02 02 FA", "FE FE 03 02 48 FA"),
    "basic version": ("FE FE 02 C1 FA", "FE FE 03 C1 17 FA"),
    "hand's version": ("FE FE 02 09 FA", "FE FE 03 09 48 FA"),
    "modified version": ("FE FE 02 01 FA", "FE FE 03 01 00 FA"),
    "answers at once": ("FE FE 02 06 FA", "FE FE 03 06 00 FA"),
    "no error": ("FE FE 02 07 FA", "FE FE 03 07 00 FA"),
    "power is on": ("FE FE 02 12 FA", "FE FE 03 12 01 FA"),
    "connected": ("FE FE 02 14 FA", "FE FE 03 14 01 FA"),
    "no servo errors": ("FE FE 02 15 FA", "FE FE 09 15 00 00 00 00 00 00 00 FA"),
    "queues at first": ("FE FE 02 17 FA", "FE FE 03 17 00 FA"),
    "not free": ("FE FE 02 1B FA", "FE FE 03 1B 00 FA"),
    "not paused": ("FE FE 02 27 FA", "FE FE 03 27 00 FA"),
    "stands": ("FE FE 02 2B FA", "FE FE 03 2B 00 FA"),
    "not all on": ("FE FE 02 51 FA", "FE FE 03 51 00 FA"),
    "encoders": ("FE FE 02 3D FA", "FE FE 0E 3D 08 00 08 00 03 6B 0C 95 08 00 08 00 FA"),
    "one encoder": ("FE FE 03 3B 03 FA", "FE FE 04 3B 03 6B FA"),
    "lower limit": ("FE FE 03 4A 05 FA", "FE FE 05 4A 05 F9 F2 FA"),
    "upper limit": ("FE FE 03 4B 05 FA", "FE FE 05 4B 05 06 40 FA"),
    "speeds": ("FE FE 02 E1 FA", "FE FE 0E E1" + " 00" * 12 + " FA"),
    "currents": ("FE FE 02 E2 FA", "FE FE 0E E2" + " 00" * 12 + " FA"),
    "voltages": ("FE FE 02 E3 FA", "FE FE 08 E3" + " 78" * 6 + " FA"),
    "status": ("FE FE 02 E4 FA", "FE FE 08 E4" + " 00" * 6 + " FA"),
    "temperatures": ("FE FE 02 E5 FA", "FE FE 08 E5" + " 20" * 6 + " FA"),
    "gripper": ("FE FE 02 65 FA", "FE FE 03 65 2C FA"),
    "gripper of a kind": ("FE FE 03 65 01 FA", "FE FE 03 65 2C FA"),
    "gripper stands": ("FE FE 02 69 FA", "FE FE 03 69 00 FA"),
    "temperature register": ("FE FE 04 53 02 3F FA", "FE FE 03 53 20 FA"),
    "position register": ("FE FE 05 53 03 38 01 FA", "FE FE 04 53 03 6B FA"),
}

REFUSED = {
    "joint 0": "FE FE 06 21 00 00 00 32 FA",
    "joint 7": "FE FE 06 21 07 00 00 32 FA",
    "axis 7": "FE FE 06 24 07 00 00 32 FA",
    "jog of joint 9": "FE FE 05 30 09 01 32 FA",
    "jog in direction 2": "FE FE 05 30 01 02 32 FA",
    "jog of axis 0": "FE FE 05 32 00 01 32 FA",
    "increment of joint 8": "FE FE 06 33 08 00 64 32 FA",
    "increment of axis 0": "FE FE 06 34 00 00 64 32 FA",
    "encoder beyond a turn": "FE FE 06 3A 01 10 00 32 FA",
    "encoders beyond a turn": "FE FE 0F 3C 10 00" + " 08 00" * 5 + " 32 FA",
    "encoder of joint 8": "FE FE 03 3B 08 FA",
    "limit of joint 0": "FE FE 03 4A 00 FA",
    "limit of joint 7 set": "FE FE 05 4C 07 00 64 FA",
    "torque of joint 7": "FE FE 03 57 07 FA",
    "state of joint 8": "FE FE 03 50 08 FA",
    "gripper state 3": "FE FE 04 66 03 32 FA",
    "gripper value 101": "FE FE 04 67 65 32 FA",
    "place of kind 2": "FE FE 0F 2A" + " 00" * 12 + " 02 FA",
}


@pytest.fixture
def device():
    return Device()


@pytest.mark.parametrize(("asked", "told"), TOLD.values(), ids=TOLD)
def test_it_tells(device, asked, told):
    assert device.say(asked) == told


@pytest.mark.parametrize("asked", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_not_answered(device, asked):
    assert device.say(asked) == ""


def test_a_register_keeps_what_was_written(device):
    device.order("FE FE 05 52 02 15 20 FA")
    assert device.say("FE FE 04 53 02 15 FA") == "FE FE 03 53 20 FA"
    device.order("FE FE 07 52 02 15 01 20 01 FA")
    assert device.say("FE FE 05 53 02 15 01 FA") == "FE FE 04 53 01 20 FA"


def test_a_limit_that_is_set_counts(device):
    device.order("FE FE 05 4C 01 FF 9C FA")
    device.order("FE FE 05 4D 01 00 64 FA")
    assert device.say("FE FE 03 4A 01 FA") == "FE FE 05 4A 01 FF 9C FA"
    assert device.say("FE FE 03 4B 01 FA") == "FE FE 05 4B 01 00 64 FA"
    device.order("FE FE 06 21 01 07 D0 64 FA")
    assert device.say("FE FE 02 07 FA") == "FE FE 03 07 01 FA"


def test_here_is_zero(device):
    device.order("FE FE 03 54 03 FA")
    device.pass_time(0.01)
    assert device.say("FE FE 02 20 FA") == "FE FE 0E 20 00 00 00 00 00 00 28 49 00 00 00 00 FA"


def test_a_joint_can_be_braked_by_itself(device):
    device.order("FE FE 06 21 01 23 28 32 FA")
    device.pass_time(0.4)
    device.order("FE FE 03 55 01 FA")
    device.pass_time(1.0)
    assert 5 < device.degrees()[0] < 60


def test_whether_it_is_somewhere_is_told_for_angles_and_coordinates(device):
    home = "00 00 00 00 D7 B7 28 49 00 00 00 00"
    assert device.say(f"FE FE 0F 2A {home} 00 FA") == "FE FE 03 2A 01 FA"
    assert device.say("FE FE 0F 2A" + " 00" * 12 + " 00 FA") == "FE FE 03 2A 00 FA"
    here = device.say("FE FE 02 23 FA").split()[4:-1]
    assert device.say(f"FE FE 0F 2A {' '.join(here)} 01 FA") == "FE FE 03 2A 01 FA"
    assert device.say("FE FE 0F 2A" + " 00" * 12 + " 01 FA") == "FE FE 03 2A 00 FA"


def test_a_pose_out_of_reach_is_error_32_and_a_line_out_of_reach_33(device):
    far = "27 10 00 00 07 D0 00 00 00 00 00 00"
    device.order(f"FE FE 0F 25 {far} 32 FA")
    assert device.say("FE FE 02 07 FA") == "FE FE 03 07 20 FA"
    device.order(f"FE FE 10 25 {far} 32 01 FA")
    assert device.say("FE FE 02 07 FA") == "FE FE 03 07 21 FA"


def test_a_straight_line_is_followed_in_turn(device):
    device.say("FE FE 02 23 FA")
    before = device.say("FE FE 02 23 FA").split()[4:-1]
    x = int("".join(before[:2]), 16) - 300
    target = [f"{x >> 8:02X}", f"{x & 255:02X}", *before[2:]]
    device.order(f"FE FE 10 25 {' '.join(target)} 64 01 FA")
    device.pass_time(4.0)
    assert device.say(f"FE FE 0F 2A {' '.join(target)} 01 FA") == "FE FE 03 2A 01 FA"


def test_in_fresh_mode_only_the_end_of_a_line_counts(device):
    device.order("FE FE 03 16 01 FA")
    device.order("FE FE 10 25 03 E8 FD 7A 0B 75 DC D8 00 00 DC D8 64 01 FA")
    assert not device.controller._queue
    assert device.controller.moving


def test_a_jog_along_an_axis_keeps_the_others(device):
    before = device.say("FE FE 02 23 FA").split()[4:-1]
    device.order("FE FE 05 32 03 01 0A FA")
    device.pass_time(0.5)
    device.order("FE FE 02 29 FA")
    device.pass_time(0.3)
    after = device.say("FE FE 02 23 FA").split()[4:-1]
    assert int("".join(after[4:6]), 16) > int("".join(before[4:6]), 16) + 20
    for axis in (0, 1):
        at = slice(2 * axis, 2 * axis + 2)
        assert int("".join(after[at]), 16) == pytest.approx(int("".join(before[at]), 16), abs=10)


def test_an_increment_of_an_axis_is_made(device):
    before = device.say("FE FE 02 23 FA").split()[4:-1]
    device.order("FE FE 06 34 03 FF CE 64 FA")
    device.pass_time(1.0)
    after = device.say("FE FE 02 23 FA").split()[4:-1]
    assert int("".join(after[4:6]), 16) == pytest.approx(int("".join(before[4:6]), 16) - 50, abs=3)


def test_encoders_can_be_sent(device):
    device.order("FE FE 0F 3C" + " 08 00" * 6 + " 64 FA")
    device.pass_time(2.0)
    assert device.degrees() == pytest.approx([0.0] * 6, abs=0.05)
    device.order("FE FE 06 3A 01 08 64 64 FA")
    device.pass_time(1.0)
    assert device.degrees()[0] == pytest.approx(100 * 360 / 4096, abs=0.05)


def test_the_gripper_closes_opens_and_goes_limp(device):
    device.order("FE FE 04 66 01 64 FA")
    device.pass_time(1.0)
    assert device.say("FE FE 02 65 FA") == "FE FE 03 65 00 FA"
    device.order("FE FE 05 67 64 64 01 FA")
    device.pass_time(1.0)
    assert device.say("FE FE 02 65 FA") == "FE FE 03 65 64 FA"
    device.order("FE FE 04 66 FE 01 FA")
    assert not device.controller.gripper.torque


def test_the_light_has_a_colour(device):
    device.order("FE FE 05 6A 01 02 FF FA")
    assert device.controller.colour == (1, 2, 255)
