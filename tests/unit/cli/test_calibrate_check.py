"""Directions in words, and the arm in its old count."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from armctl.cli.calibrate_check import (
    EDGE,
    ROOM,
    SWING,
    TWIST,
    off_the_middle,
    positions_of,
    provisional,
    swing_of,
)
from armctl.cli.calibrate_ranges import middle_angle
from armctl.config.load import builtin_names
from armctl.errors import HardwareError
from armctl.kinematics.robot import RobotModel
from armctl.units import DEG
from drivers.feetech.bench import RULES
from drivers.feetech.joints import scales
from tests.support.arms import so101, with_servo
from tests.support.calibrating import MOUNTED, built

MIDDLE = np.array([middle_angle(joint) for joint in so101().joints])
WIDE = (-3.0, 3.0)


@pytest.mark.parametrize(
    ("joint", "direction"),
    # Signs of the tool's shift for +0.1 rad at zero are published for this arm: pan -y, lift, elbow, wrist -z.
    [(0, "towards you"), (1, "down"), (2, "down"), (3, "down"), (4, "anticlockwise")],
)
def test_words_are_those_of_the_published_model(joint, direction):
    assert swing_of(RobotModel(so101()), MIDDLE, joint, WIDE).direction == direction


def test_the_other_way_has_the_opposite_word():
    opposite = {"towards you": "away from you", "down": "up", "anticlockwise": "clockwise"}
    robot = RobotModel(so101())
    for joint in range(5):
        there = swing_of(robot, MIDDLE, joint, WIDE)
        back = swing_of(robot, MIDDLE, joint, (-3.0, EDGE))
        assert (back.angle, back.direction) == (-there.angle, opposite[there.direction])


def test_a_joint_that_only_turns_the_hand_turns_twice_as_far():
    robot = RobotModel(so101())
    assert [swing_of(robot, MIDDLE, joint, WIDE).angle for joint in range(5)] == [*[SWING] * 4, TWIST]


def test_no_room_is_told_and_no_swing_leaves_its_room():
    robot = RobotModel(so101())
    with pytest.raises(HardwareError, match="no room to move by 8°"):
        swing_of(robot, MIDDLE, 1, (-0.1, 0.1))
    swing = swing_of(robot, MIDDLE, 1, (-0.1, SWING + EDGE))
    assert swing.angle == SWING


@given(
    st.tuples(*[st.integers(0, 4095)] * 6),
    st.tuples(*[st.integers(-2047, 2047)] * 6),
    st.tuples(*[st.sampled_from([1, -1])] * 6),
)
def test_in_its_old_count_the_arm_is_where_it_is_and_may_move_a_little_without_crossing_the_wrap(actual, old, signs):
    config = so101()
    readings, olds = {}, {}
    for joint, magnet, offset, sign in zip(config.joints, actual, old, signs, strict=True):
        servo = joint.servo.id
        zero = 2047 - round(sign * middle_angle(joint) / (2 * np.pi / 4096))
        config = with_servo(config, joint.name, homing_offset=RULES.offset_for(magnet, 2047), zero_step=zero, sign=sign)
        olds[servo] = offset
        readings[servo] = RULES.reading(magnet, offset)
    assume(all(10 < reading < 4085 for reading in readings.values()))
    driven, positions = provisional(config, RULES, readings, olds)
    assert positions == pytest.approx(MIDDLE, abs=0.004)
    assert positions_of(config, RULES, readings, olds) == pytest.approx(positions)
    for joint, scale, angle in zip(driven.joints, scales(driven), positions, strict=True):
        assert scale.angle(readings[joint.servo.id]) == pytest.approx(angle, abs=0.001)
        assert joint.servo.homing_offset == olds[joint.servo.id]
        assert joint.upper - joint.lower <= 2 * ROOM + 1e-9
        assert all(0 <= scale.step(end) <= 4095 for end in (joint.lower, joint.upper))
    RobotModel(driven)


def test_an_arm_that_is_off_the_picture_names_the_joint_and_how_far():
    off = MIDDLE.copy()
    off[2] -= 0.6
    assert "elbow flex is 34° off" in off_the_middle(so101(), off, MIDDLE.tolist(), 20 * DEG).replace("_", " ")
    assert off_the_middle(so101(), off, MIDDLE.tolist(), 35 * DEG) == ""


def test_the_support_arm_is_mounted_across_the_wrap():
    """Without this the other tests would not show that a wrapped count is dealt with."""
    wrapped = [
        step + angle / (2 * np.pi / 4096)
        for joint, step in zip(built().joints, MOUNTED, strict=True)
        for angle in (joint.lower, joint.upper)
    ]
    assert min(wrapped) < 0
    assert max(wrapped) > 4095


def test_arms_are_there():
    assert {"so101", "so100", "koch_v11"} <= set(builtin_names("arms"))
