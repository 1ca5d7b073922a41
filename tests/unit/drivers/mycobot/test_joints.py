"""Angles, openings and speeds to what the controller counts in, and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.errors import ConfigError
from drivers.mycobot import joints
from drivers.mycobot.messages import FULL_SPEED
from tests.support.arms import so101
from tests.unit.sim.emulators.mycobot.rig import mycobot280

WAYS = st.lists(st.floats(0.0, 3.0), min_size=6, max_size=6)
SPEEDS = st.lists(st.floats(0.03, 1.6), min_size=6, max_size=6)


def test_another_number_of_joints_is_refused_and_counted():
    joints.check_joints(mycobot280())
    with pytest.raises(ConfigError, match="so101 has 5 joints and a gripper; a myCobot 280 has 6"):
        joints.check_joints(so101())


@given(st.floats(-math.pi, math.pi))
def test_an_angle_comes_back_as_it_was_within_half_a_count(angle):
    assert joints.angle_of(joints.count(angle)) == pytest.approx(angle, abs=math.radians(0.005) + 1e-12)


def test_a_right_angle_is_nine_thousand():
    assert joints.count(math.pi / 2) == 9000


@given(st.integers(0, 100))
def test_a_gripper_value_comes_back_as_it_was(value):
    config = mycobot280()
    assert joints.grip_value(config, joints.grip_position(config, value)) == value


def test_the_gripper_is_closed_at_0_and_open_at_100_and_no_further():
    config = mycobot280()
    assert joints.grip_position(config, 0) == config.gripper.closed
    assert joints.grip_position(config, 100) == config.gripper.open
    assert joints.grip_value(config, config.gripper.open + 0.01) == 100
    assert joints.grip_value(config, config.gripper.closed - 0.01) == 0


def test_the_grippers_speed_is_a_share_of_two_strokes_a_second():
    config = mycobot280()
    assert joints.grip_percent(config, 0.0225) == 50
    assert joints.grip_percent(config, 1.0) == 100
    assert joints.grip_percent(config, 1e-6) == 1


@given(WAYS, SPEEDS)
def test_no_joint_that_has_far_to_go_is_faster_than_it_may_even_if_each_uses_all_of_the_speed(ways, speeds):
    share = joints.percent(ways, speeds) / 100
    for way, speed in zip(ways, speeds, strict=True):
        if way > joints.NEAR:
            assert share * FULL_SPEED <= speed * (1 + 1e-6) or share == 0.01


@given(WAYS, SPEEDS)
def test_no_joint_is_faster_than_it_may_if_all_arrive_together(ways, speeds):
    share, longest = joints.percent(ways, speeds) / 100, max(ways)
    for way, speed in zip(ways, speeds, strict=True):
        if longest > 1e-6:
            assert share * FULL_SPEED * way / longest <= speed * (1 + 1e-6) or share == 0.01


def test_one_joint_alone_gets_the_speed_it_was_given_rounded_down():
    assert joints.percent([1.0, 0, 0, 0, 0, 0], [0.55] * 6) == math.floor(55 / FULL_SPEED)


def test_who_stands_still_gets_a_slow_speed():
    assert joints.percent([0.0] * 6, [1.0] * 6) == math.floor(100 * joints.REST_SPEED / FULL_SPEED)


def test_the_speed_is_never_nothing_and_never_more_than_all():
    assert joints.percent([1.0] * 6, [1e-6] * 6) == 1
    assert joints.percent([1.0] * 6, [100.0] * 6) == 100
