"""chain.py: what is between two links, with limits; what is no chain is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.errors import KinematicsError
from armctl.kinematics.chain import as_angles, load_chain
from armctl.kinematics.forward import forward
from tests.unit.kinematics.arms import ARMS, chain, random_angles, urdf
from tests.unit.kinematics.sketches import LIMIT, joint, robot

DOF = dict(zip(ARMS, (6, 5, 6, 4, 7, 5, 5, 6, 6), strict=True))


@pytest.mark.parametrize("name", ARMS)
def test_every_arm_has_its_joints_and_limits(name: str) -> None:
    loaded = chain(name)
    assert loaded.dof == DOF[name] == len(loaded.names) == len(loaded.lower) == len(loaded.upper)
    assert (loaded.lower < loaded.upper).all()
    assert loaded.joints[-1].child == "tool"


def test_the_so101_is_read_as_it_is_written() -> None:
    loaded = load_chain(urdf("so101"), "base_link", "tool")
    assert loaded.names == ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll")
    assert loaded.lower[0] == pytest.approx(-1.9199, abs=1e-4)
    assert loaded.joints[0].origin[:3, 3].tolist() == pytest.approx([0.038835, 0.0, 0.0624], abs=1e-6)
    assert [found.kind for found in loaded.joints] == ["revolute"] * 5 + ["fixed"]


def test_continuous_joints_have_no_limits() -> None:
    loaded = chain("kinova_j2n6s300")
    assert [math.isinf(limit) for limit in loaded.upper] == [True, False, False, True, True, True]


@pytest.mark.parametrize("name", ARMS)
def test_no_pose_is_farther_away_than_the_length_of_the_chain(name: str) -> None:
    loaded, rng = chain(name), np.random.default_rng(3)
    assert all(np.linalg.norm(forward(loaded, random_angles(loaded, rng))[:3, 3]) <= loaded.length for _ in range(100))


def test_sliding_joints_add_their_stroke_to_the_length() -> None:
    slide = '<origin xyz="0 0 0.1"/><limit lower="-0.3" upper="0.2"/>'
    assert load_chain(robot(joint("j", "a", "b", slide, "prismatic"), links="ab"), "a", "b").length == pytest.approx(
        0.4
    )


REFUSED = {
    "no such base": (robot(joint("j", "a", "b"), links="ab"), "x", "b", "no link 'x'"),
    "no such tip": (robot(joint("j", "a", "b"), links="ab"), "a", "x", "no link 'x'"),
    "tip before base": (robot(joint("j", "a", "b"), links="ab"), "b", "a", "'a' does not hang on link 'b'"),
    "another branch": (robot(joint("j", "a", "b"), joint("k", "a", "c")), "b", "c", "'c' does not hang on link 'b'"),
    "nothing moves": (robot(joint("j", "a", "b", kind="fixed"), links="ab"), "a", "b", "No joint between 'a' and 'b'"),
    "base is tip": (robot(joint("j", "a", "b"), links="ab"), "a", "a", "No joint between 'a' and 'a'"),
    "a mimic of what is not on the way": (
        robot(joint("j", "a", "b"), joint("k", "b", "c", LIMIT + '<mimic joint="j"/>')),
        "b",
        "c",
        "Joint 'k' between 'b' and 'c' mimics 'j', elsewhere",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_chain_is_refused(case: str) -> None:
    text, base, tip, complaint = REFUSED[case]
    with pytest.raises(KinematicsError) as caught:
        load_chain(text, base, tip)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("q", [[], [0.0] * 4, [0.0] * 6, [0.0, 0.0, math.nan, 0.0, 0.0], [math.inf, 0, 0, 0, 0]])
def test_angles_that_do_not_fit_are_refused(q: list[float]) -> None:
    with pytest.raises(KinematicsError):
        as_angles(chain("so101"), q)


def test_other_limits_change_nothing_else() -> None:
    loaded = chain("so101")
    narrow = loaded.with_limits([-0.1] * 5, [0.2] * 5)
    assert narrow.lower.tolist() == [-0.1] * 5
    assert narrow.upper.tolist() == [0.2] * 5
    np.testing.assert_array_equal(forward(narrow, [0.1] * 5), forward(loaded, [0.1] * 5))
