"""The arms of Feetech servos that come with armctl: geometry, poses and servo map."""

import numpy as np
import pytest

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.robot import RobotModel
from drivers.feetech.joints import scales

CONFIGS = {name: load(builtin("arms", name), ArmConfig) for name in builtin_names("arms")}
FEETECH = sorted(name for name, config in CONFIGS.items() if config.driver == "feetech")


def robot(name):
    return RobotModel(CONFIGS[name])


def test_both_arms_of_the_family_are_there():
    assert {"so100", "so101"} <= set(FEETECH)


@pytest.mark.parametrize("name", FEETECH)
def test_every_pose_is_clear_of_the_arm_itself_with_the_gripper_open_and_closed(name):
    config = CONFIGS[name]
    model = CollisionModel(robot(name))
    for angles in config.poses.values():
        for gripper in (config.gripper.closed, config.gripper.open):
            assert model.nearest(np.array([*angles, gripper])).distance > 0.01


@pytest.mark.parametrize("name", FEETECH)
def test_at_home_the_gripper_is_level_before_the_base_and_its_jaws_lie_flat(name):
    config = CONFIGS[name]
    pose = robot(name).tool_pose(np.array([*config.poses["home"], config.gripper.closed]))
    assert pose[:3, :3] @ config.tool.approach_axis == pytest.approx([1.0, 0.0, 0.0], abs=0.01)
    assert pose[:3, :3] @ config.tool.up_axis == pytest.approx([0.0, 0.0, 1.0], abs=0.01)
    assert pose[0, 3] > 0.2


@pytest.mark.parametrize("name", FEETECH)
def test_the_middle_of_each_joints_travel_is_near_the_middle_of_the_servos_turn(name):
    for scale in scales(CONFIGS[name])[:-1]:
        assert scale.middle == pytest.approx(2048, abs=60)


def test_the_so100_is_what_the_public_model_says():
    arm = robot("so100")
    poses = arm.link_poses(np.zeros(6))
    lift, elbow, wrist = (poses[link][:3, 3] for link in ("upper_arm_link", "lower_arm_link", "wrist_link"))
    pan = poses["shoulder_link"][:3, 3]
    assert lift[2] == pytest.approx(0.0165 + 0.1025, abs=1e-6)
    assert lift[0] - pan[0] == pytest.approx(0.0306, abs=1e-6)
    # The pins on the links, seen from the side; the middle of the lift's travel is 0.05 rad short of upright.
    side = [0, 2]
    assert np.linalg.norm((elbow - lift)[side]) == pytest.approx(np.hypot(0.11257, 0.028), abs=1e-6)
    assert np.linalg.norm((wrist - elbow)[side]) == pytest.approx(np.hypot(0.1349, 0.0052), abs=1e-6)
    leaning = np.arctan2((elbow - lift)[0], (elbow - lift)[2])
    assert leaning == pytest.approx(np.arctan2(0.028, 0.11257) - 0.05, abs=1e-6)


def test_hand_and_wrist_of_both_arms_are_as_long():
    lengths = []
    for name in ("so100", "so101"):
        arm = robot(name)
        wrist = arm.link_poses(np.zeros(6))["wrist_link"][:3, 3]
        lengths.append(np.linalg.norm((arm.tool_pose(np.zeros(6))[:3, 3] - wrist)[[0, 2]]))
    assert lengths[0] == pytest.approx(lengths[1], abs=0.0005)
