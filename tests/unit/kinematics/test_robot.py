"""robot.py: one arm, configuration and URDF in agreement, jaws and all."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config.arm import ArmConfig, JointConfig
from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, load_chain
from armctl.kinematics.forward import forward
from armctl.kinematics.robot import RobotModel
from tests.unit.kinematics.arms import so101, urdf


def config(**changes: object) -> ArmConfig:
    return so101().config.model_copy(update=changes)


def renamed(name: str, index: int = 0) -> tuple[JointConfig, ...]:
    joints = list(so101().config.joints)
    joints[index] = joints[index].model_copy(update={"name": name})
    return tuple(joints)


@cache
def chain_to(link: str) -> Chain:
    return load_chain(urdf("so101"), "base_link", link)


def any_positions(seed: int) -> FloatArray:
    joints = so101().config.joints
    return np.random.default_rng(seed).uniform([j.lower for j in joints], [j.upper for j in joints])


def test_the_chain_has_the_soft_limits_of_the_configuration() -> None:
    joints = tuple(joint.model_copy(update={"lower": -0.5, "upper": 0.5}) for joint in so101().config.joints)
    robot = RobotModel(config(joints=joints))
    assert robot.chain.lower.tolist() == [-0.5] * 5
    assert robot.chain.upper.tolist() == [0.5] * 5


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_many_postures_at_once_have_the_poses_of_each(seed: int) -> None:
    many = np.array([any_positions(seed + index) for index in range(4)])
    np.testing.assert_allclose(so101().link_arrays(many), [so101().link_array(q) for q in many], atol=1e-12)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_link_is_where_a_chain_to_it_ends(seed: int) -> None:
    robot, positions = so101(), any_positions(seed)
    poses = robot.link_poses(positions)
    assert set(poses) == set(robot.links)
    for link, dof in (("gripper_link", 5), ("tool", 5), ("jaw_link", 6), ("upper_arm_link", 2)):
        wanted = forward(chain_to(link), positions[:dof])
        np.testing.assert_allclose(poses[link], wanted, atol=1e-9)
    np.testing.assert_allclose(robot.tool_pose(positions), poses["tool"], atol=1e-9)
    np.testing.assert_array_equal(poses["base_link"], np.eye(4))


def test_the_gripper_moves_the_jaw_and_nothing_else() -> None:
    closed, opened = any_positions(1), any_positions(1)
    opened[-1] += 0.3
    before, after = so101().link_poses(closed), so101().link_poses(opened)
    assert {link for link in before if not np.allclose(before[link], after[link])} == {"jaw_link"}


GRIPPER_URDF = """<robot name="g"><link name="base_link"/><link name="arm"/><link name="tool"/>
<link name="left"/><link name="right"/><link name="cover"/>
<joint name="turn" type="revolute"><parent link="base_link"/><child link="arm"/><axis xyz="0 0 1"/>
  <limit lower="-2" upper="2"/></joint>
<joint name="fixed" type="fixed"><parent link="arm"/><child link="tool"/><origin xyz="0.2 0 0"/></joint>
<joint name="finger" type="prismatic"><parent link="arm"/><child link="left"/><axis xyz="0 1 0"/>
  <limit lower="0" upper="0.04"/></joint>
<joint name="other" type="prismatic"><parent link="arm"/><child link="right"/><axis xyz="0 1 0"/>
  <limit lower="-0.1" upper="0.1"/><mimic joint="finger" multiplier="-2" offset="0.01"/></joint>
<joint name="lid" type="revolute"><parent link="arm"/><child link="cover"/><axis xyz="0 0 1"/>
  <limit lower="0.5" upper="1"/></joint></robot>"""


def test_mimic_joints_follow_and_unnamed_joints_stay_as_near_to_zero_as_they_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joints = (renamed("turn")[0], renamed("finger", 5)[5].model_copy(update={"lower": 0.0, "upper": 0.04}))
    gripper = so101().config.gripper.model_copy(update={"joint": "finger", "closed": 0.0, "open": 0.04})
    monkeypatch.setattr(ArmConfig, "urdf_text", lambda _: GRIPPER_URDF)
    poses = RobotModel(config(joints=joints, gripper=gripper)).link_poses([0.0, 0.03])
    assert poses["left"][1, 3] == pytest.approx(0.03)
    assert poses["right"][1, 3] == pytest.approx(-2 * 0.03 + 0.01)
    assert math.atan2(poses["cover"][1, 0], poses["cover"][0, 0]) == pytest.approx(0.5)


@settings(deadline=None)
@given(st.floats(0.0, 1.0))
def test_opening_and_angle_are_inverse(opening: float) -> None:
    assert so101().gripper_opening(so101().gripper_angle(opening)) == pytest.approx(opening)


def test_openings_and_angles_beyond_the_ends_are_kept_at_the_ends() -> None:
    gripper = so101().config.gripper
    assert (so101().gripper_angle(-1.0), so101().gripper_angle(2.0)) == (gripper.closed, gripper.open)
    assert (so101().gripper_opening(-9.0), so101().gripper_opening(9.0)) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"joints": renamed("elbow")}, "is configured for elbow"),
        ({"joints": renamed("claw", 5)}, "has no joint 'claw'"),
        ({"base_link": "pedestal"}, "no link 'pedestal'"),
        ({"base_link": "shoulder_link"}, "moves shoulder_lift"),
    ],
)
def test_a_configuration_that_does_not_fit_the_urdf_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(KinematicsError) as caught:
        RobotModel(config(**changes))
    assert complaint in str(caught.value)


def test_soft_limits_outside_the_mechanical_ones_are_refused_with_both() -> None:
    joints = (so101().config.joints[0].model_copy(update={"upper": 2.5}), *so101().config.joints[1:])
    with pytest.raises(KinematicsError, match=r"'shoulder_pan' is configured for -1\.9\d+ to 2\.5, but .* 1\.9"):
        RobotModel(config(joints=joints))


@pytest.mark.parametrize("positions", [[0.0] * 5, [0.0] * 7, [0.0] * 5 + [math.nan]])
def test_positions_that_do_not_fit_are_refused(positions: list[float]) -> None:
    for ask in (so101().link_poses, so101().tool_pose):
        with pytest.raises(KinematicsError, match="6 finite numbers"):
            ask(positions)
