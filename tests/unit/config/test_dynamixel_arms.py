"""The three arms with DYNAMIXEL servos: poses, directions, fingers and servos are what their configurations say."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.cli.choice import choose_arm
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.robot import RobotModel
from armctl.safety.limits import SELF_CLEARANCE
from drivers.dynamixel.messages import MODELS, Mode
from sim.emulators.dynamixel.motor import Gearing

NAMES = ("koch_v11", "openmanipulator_x", "wx250s")
names = st.sampled_from(NAMES)
CAUTIOUS = 0.8
"""Largest joint speed of the arms that came first [rad/s]; grippers may be faster."""
POSES = [(name, pose) for name in NAMES for pose in ("home", "rest")]

# Tip of the moving finger, in its link, and the link it closes on: figures of the URDFs' boxes.
TIPS = {
    "koch_v11": ("jaw_link", (-0.0185, 0.0172, -0.061), "gripper_link", 1),
    "openmanipulator_x": ("gripper_left_link", (0.06, -0.0092, 0.0), "gripper_right_link", 0),
    "wx250s": ("left_finger_link", (0.04, -0.0108, 0.0), "right_finger_link", 0),
}

CLOSED = {"wx250s": 0.009}
"""Fingers that do not meet end this far apart [m]."""


@cache
def robot(name):
    return RobotModel(load(builtin("arms", name), ArmConfig))


@cache
def model(name):
    return CollisionModel(robot(name))


def gap(name, angle):
    """How far the tip of the moving finger is from the other one [m]; negative where they overlap."""
    arm = robot(name)
    link, tip, other, number = TIPS[name]
    poses = arm.link_poses([*arm.config.poses["home"], angle])
    box = [shape for shape in arm.shapes if shape.link == other][number]
    assert box.kind == "box"
    point = np.linalg.inv(poses[other] @ box.pose) @ poses[link] @ np.array([*tip, 1.0])
    outside = np.abs(point[:3]) - np.array(box.size) / 2
    return float(np.linalg.norm(np.maximum(outside, 0.0)) + min(outside.max(), 0.0))


def lowest(name, positions):
    """Height of the lowest point of everything that moves [m], by a box around each shape."""
    arm = robot(name)
    poses = arm.link_poses(positions)
    heights = []
    for shape in arm.shapes:
        if shape.link != arm.config.base_link:
            place = poses[shape.link] @ shape.pose
            reach = (
                np.abs(place[2, :3]) @ (np.array(shape.size) / 2)
                if shape.kind == "box"
                else shape.size[0] + abs(place[2, 2]) * (shape.size[1] / 2 if len(shape.size) > 1 else 0.0)
            )
            heights.append(place[2, 3] - reach)
    return min(heights)


@pytest.mark.parametrize(("name", "pose"), POSES)
def test_home_and_rest_are_clear_of_the_arm_itself_at_any_opening_and_of_the_table(name, pose):
    config = robot(name).config
    for opening in np.linspace(config.joints[-1].lower, config.joints[-1].upper, 9):
        positions = np.array([*config.poses[pose], opening])
        assert model(name).nearest(positions).distance > 2 * SELF_CLEARANCE
        assert lowest(name, positions) > 0.005


@pytest.mark.parametrize("name", NAMES)
def test_the_way_from_rest_to_home_is_clear_joint_by_joint(name):
    config = robot(name).config
    rest, home = (np.array([*config.poses[pose], config.gripper.closed]) for pose in ("rest", "home"))
    way = rest + np.linspace(0.0, 1.0, 60)[:, None] * (home - rest)
    assert model(name).clear_many(way, SELF_CLEARANCE).all()


@pytest.mark.parametrize("name", NAMES)
def test_at_home_the_hand_is_level_and_points_ahead(name):
    config = robot(name).config
    tool = robot(name).tool_pose([*config.poses["home"], config.gripper.open])
    assert tool[:3, :3] @ config.tool.up_axis == pytest.approx([0, 0, 1], abs=1e-4)
    assert tool[:3, :3] @ config.tool.approach_axis == pytest.approx([1, 0, 0], abs=1e-4)
    assert tool[0, 3] > 0.15
    assert tool[2, 3] > 0.1


@pytest.mark.parametrize("name", NAMES)
def test_at_rest_the_hand_is_lower_and_nearer_than_at_home(name):
    config = robot(name).config
    home, rest = (robot(name).tool_pose([*config.poses[pose], config.gripper.closed]) for pose in ("home", "rest"))
    assert rest[2, 3] < 0.6 * home[2, 3]
    assert rest[0, 3] < 0.75 * home[0, 3]


@pytest.mark.parametrize("name", NAMES)
def test_open_fingers_are_as_far_apart_as_max_opening_says_and_closed_ones_meet_or_nearly(name):
    gripper = robot(name).config.gripper
    assert gap(name, gripper.open) == pytest.approx(gripper.max_opening, abs=1e-3)
    assert gap(name, gripper.closed) == pytest.approx(CLOSED.get(name, 0.0), abs=0.004)


@given(names, st.floats(0.0, 1.0))
def test_between_them_the_opening_is_nearly_in_proportion(name, share):
    gripper = robot(name).config.gripper
    apart = gap(name, robot(name).gripper_angle(share))
    least = CLOSED.get(name, 0.0)
    assert apart == pytest.approx(least + share * (gripper.max_opening - least), abs=0.004)


@pytest.mark.parametrize("name", NAMES)
def test_fingers_open_away_from_where_an_object_is_pinched(name):
    """The middle of what is held lies between the fingers, at the tool point's height."""
    arm = robot(name)
    gripper = arm.config.gripper
    width = 0.8 * gripper.max_opening
    link, tip, _, _ = TIPS[name]
    poses = arm.link_poses([*arm.config.poses["home"], arm.gripper_angle(0.8)])
    finger = np.linalg.inv(poses["tool"]) @ poses[link] @ np.array([*tip, 1.0])
    centre = np.array(gripper.pinch_offset) * width - gripper.grasp_depth * np.array(arm.config.tool.approach_axis)
    sideways = np.cross(arm.config.tool.up_axis, arm.config.tool.approach_axis)
    off = float((finger[:3] - centre) @ sideways)
    assert abs(off) == pytest.approx(width / 2, abs=0.006)
    assert abs(finger[:3] @ arm.config.tool.approach_axis) < 0.03


@pytest.mark.parametrize("name", NAMES)
def test_speeds_are_cautious(name):
    config = robot(name).config
    assert all(joint.max_speed <= CAUTIOUS for joint in config.joints[:-1])
    assert config.tool.max_speed <= 0.15
    assert config.tool.max_turn_speed <= 0.6


@pytest.mark.parametrize("name", NAMES)
def test_every_joint_stays_within_one_turn_of_its_servo_and_within_its_modes(name):
    for joint in robot(name).config.joints:
        servo = joint.servo
        assert servo.operating_mode in MODELS[servo.model].modes
        gearing = Gearing(servo)
        ends = sorted(servo.zero_step + gearing.steps(limit) for limit in (joint.lower, joint.upper))
        assert 0 <= ends[0] < ends[1] <= 4095, joint.name


@pytest.mark.parametrize("name", NAMES)
def test_the_urdf_lets_every_joint_go_as_far_as_the_configuration(name):
    arm = robot(name)
    limits = {joint.name: (joint.lower, joint.upper) for joint in arm.tree.joints}
    for joint in arm.config.joints:
        lower, upper = limits[joint.name]
        assert lower - 1e-4 <= joint.lower < joint.upper <= upper + 1e-4


def test_the_grippers_that_can_limit_their_current_do():
    for name in ("koch_v11", "openmanipulator_x"):
        config = robot(name).config
        assert config.joints[-1].servo.operating_mode == Mode.CURRENT_POSITION
        assert 0 < config.gripper.current_limit < 0.5
    assert MODELS[robot("wx250s").config.joints[-1].servo.model].current_unit is None


@pytest.mark.parametrize("backend", ["ideal", "sim", "emulated"])
@pytest.mark.parametrize("name", NAMES)
def test_each_arm_can_be_chosen_with_every_stand_in(name, backend):
    choice = choose_arm(f"{name}-{backend}")
    assert choice.config.name == name
    assert choice.driver == {"ideal": "ideal", "sim": "bullet", "emulated": "dynamixel"}[backend]
