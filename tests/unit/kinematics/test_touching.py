from __future__ import annotations

import numpy as np
import pytest

from armctl.kinematics.pairs import PairDistances
from armctl.kinematics.shapes import shapes_of
from armctl.kinematics.touching import FIT, POSTURES, _joined, hand_links, own_pairs, same_poses, spread
from armctl.kinematics.urdf import load_tree
from tests.unit.kinematics.arms import so101
from tests.unit.kinematics.whole_arms import GRIPPERS, whole

ROBOT = so101()
PAIRS = {frozenset((ROBOT.shapes[a].link, ROBOT.shapes[b].link)) for a, b in own_pairs(ROBOT).tolist()}


def test_what_a_joint_connects_and_the_hand_itself_is_left_out() -> None:
    for one, other in (
        ("base_link", "shoulder_link"), ("shoulder_link", "upper_arm_link"), ("upper_arm_link", "lower_arm_link"),
        ("lower_arm_link", "wrist_link"), ("wrist_link", "gripper_link"), ("gripper_link", "jaw_link"),
    ):  # fmt: skip
        assert frozenset((one, other)) not in PAIRS
    assert all(len(pair) == 2 for pair in PAIRS)


def test_what_can_meet_is_watched() -> None:
    for one, other in (
        ("base_link", "jaw_link"), ("base_link", "gripper_link"), ("base_link", "wrist_link"),
        ("shoulder_link", "lower_arm_link"), ("shoulder_link", "gripper_link"), ("upper_arm_link", "wrist_link"),
        ("upper_arm_link", "gripper_link"), ("upper_arm_link", "jaw_link"),
    ):  # fmt: skip
        assert frozenset((one, other)) in PAIRS


def test_what_the_makers_joint_limits_keep_apart_is_left_out() -> None:
    for one, other in (("base_link", "upper_arm_link"), ("lower_arm_link", "jaw_link"), ("wrist_link", "jaw_link")):
        assert frozenset((one, other)) not in PAIRS


def test_nothing_that_is_left_out_overlaps_deeply_in_postures_that_were_not_tried() -> None:
    """Of links not next to each other: another thousand postures, the fit of the shapes allowed for."""
    hand = hand_links(ROBOT)
    joined = {frozenset((joint.parent, joint.child)) for joint in ROBOT.tree.joints}
    left_out = [
        (a, b)
        for a, one in enumerate(ROBOT.shapes)
        for b, other in enumerate(ROBOT.shapes[:a])
        if one.link != other.link
        and not {one.link, other.link} <= hand
        and frozenset((one.link, other.link)) not in joined
        and frozenset((one.link, other.link)) not in PAIRS
    ]
    frames = [ROBOT.links.index(shape.link) for shape in ROBOT.shapes]
    engine = PairDistances(ROBOT.shapes, frames, np.array(left_out, dtype=np.intp))
    bounds = engine.bounds(ROBOT.link_arrays(spread(ROBOT, POSTURES + 1000)[POSTURES:]))
    apart = engine.measure(bounds, np.ones_like(bounds.least, dtype=np.bool_))
    assert len(left_out) > 5
    assert apart.min() > -FIT


def test_named_poses_are_tried_and_the_postures_are_the_same_at_every_start() -> None:
    postures = spread(ROBOT, 50)
    np.testing.assert_array_equal(postures[0, :-1], ROBOT.config.poses["home"])
    np.testing.assert_array_equal(postures, spread(ROBOT, 50))
    joints = ROBOT.config.joints
    assert (postures >= [joint.lower for joint in joints]).all()
    assert (postures <= [joint.upper for joint in joints]).all()


def test_the_hand_is_what_turns_with_the_tool_and_what_the_gripper_moves() -> None:
    assert hand_links(ROBOT) == {"gripper_link", "jaw_link", "tool"}


def test_poses_are_the_same_up_to_rounding() -> None:
    poses = np.stack((np.eye(4), np.eye(4)))
    other = poses.copy()
    other[1, 0, 3] += 1e-6
    assert same_poses(poses, other).tolist() == [True, False]


@pytest.mark.parametrize("name", GRIPPERS)
def test_links_without_a_shape_do_not_part_their_neighbours(name: str) -> None:
    """Every arm: no pair that a joint connects, and something that can meet."""
    robot = whole(name)
    pairs = {frozenset((robot.shapes[a].link, robot.shapes[b].link)) for a, b in own_pairs(robot).tolist()}
    assert pairs
    shaped = {shape.link for shape in robot.shapes}
    for joint in robot.tree.joints:
        assert frozenset((joint.parent, joint.child)) not in pairs
        for below in robot.tree.joints:
            if below.parent == joint.child and joint.child not in shaped:
                assert frozenset((joint.parent, below.child)) not in pairs


def chain_of_balls(shaped: str) -> str:
    """A URDF of links a, b, c, d, one turning on the other, of which those ``shaped`` have a ball."""
    ball = '<collision><geometry><sphere radius="0.01"/></geometry></collision>'
    links = "".join(f'<link name="{name}">{ball if name in shaped else ""}</link>' for name in "abcd")
    joints = "".join(
        f'<joint name="{one}{other}" type="continuous"><parent link="{one}"/><child link="{other}"/></joint>'
        for one, other in ("ab", "bc", "cd")
    )
    return f'<robot name="balls">{links}{joints}</robot>'


@pytest.mark.parametrize(
    ("shaped", "wanted"),
    [("abcd", {"ab", "bc", "cd"}), ("acd", {"ac", "cd"}), ("ad", {"ad"}), ("bd", {"bd"}), ("d", set())],
)
def test_the_next_link_with_a_shape_is_the_neighbour(shaped: str, wanted: set[str]) -> None:
    tree = load_tree(chain_of_balls(shaped))
    found = {"".join(sorted(pair)) for pair in _joined(tree, shapes_of(tree)) if len(pair) == 2}
    assert found == wanted
