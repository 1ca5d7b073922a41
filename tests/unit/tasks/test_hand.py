"""Where a level hand points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.errors import TaskError
from armctl.kinematics.forward import forward
from armctl.kinematics.goal import Goal
from armctl.kinematics.inverse import solve
from armctl.kinematics.rotation import pose7
from armctl.tasks.hand import heading
from tests.unit.tasks.fake_arm import ARM, CHAIN, HAND, level_pose

reach = st.floats(0.30, 0.40)
angle = st.floats(-1.4, 1.4)
height = st.floats(0.10, 0.18)
small = st.floats(-0.05, 0.05)


def test_the_so101_turns_about_its_shoulder_and_its_hand_is_eight_millimetres_beside_it() -> None:
    assert HAND.axis == pytest.approx((0.0388, 0.0), abs=1e-4)
    assert HAND.lateral == pytest.approx(0.0077, abs=2e-4)


def test_the_other_finger_is_to_the_right() -> None:
    assert HAND.in_hand(ARM.gripper.pinch_offset)[1] < 0.0
    assert HAND.in_hand((0.0, 0.0, 1.0)) == (1.0, 0.0, 0.0)
    assert HAND.in_hand((0.0, 1.0, 0.0)) == (0.0, 0.0, 1.0)


@given(reach, angle, height)
def test_the_heading_is_the_one_inverse_kinematics_finds(r: float, a: float, z: float) -> None:
    point = (HAND.axis[0] + r * math.cos(a), HAND.axis[1] + r * math.sin(a), z)
    up = Goal(position=np.array(point), axis=(np.array(ARM.tool.up_axis), np.array([0.0, 0.0, 1.0])))
    seed = np.array(ARM.poses["home"])
    seed[0] = -a
    pose = forward(CHAIN, solve(CHAIN, up, seed=seed))
    assumed = level_pose(point)
    assert heading(pose[:3, 2]) == pytest.approx(heading(assumed[:3, 2]), abs=2e-3)


@given(reach, angle, height, small, small, small)
def test_what_is_held_at_an_offset_comes_to_the_point(
    r: float, a: float, z: float, ahead: float, side: float, up: float
) -> None:
    point = (HAND.axis[0] + r * math.cos(a), HAND.axis[1] + r * math.sin(a), z)
    tool = pose7(level_pose(HAND.place(point, (ahead, side, up))))
    assert HAND.tip(tool, (ahead, side, up)) == pytest.approx(point, abs=1e-9)
    assert HAND.offset(tool, point) == pytest.approx((ahead, side, up), abs=1e-9)


@given(reach, angle, height, st.floats(0.0, 0.1))
def test_back_is_straight_towards_the_base_at_the_same_heading(r: float, a: float, z: float, way: float) -> None:
    start = (HAND.axis[0] + r * math.cos(a), HAND.axis[1] + r * math.sin(a), z)
    end = HAND.back(start, way)
    assert math.dist(start, end) == pytest.approx(way, abs=1e-9)
    assert end[2] == start[2]
    assert level_pose(end)[:3, :3] == pytest.approx(level_pose(start)[:3, :3], abs=1e-9)


def test_a_point_at_the_base_axis_cannot_be_reached_and_the_error_says_so() -> None:
    with pytest.raises(TaskError, match=r"0\.000 m from the base axis"):
        HAND.place((HAND.axis[0], HAND.axis[1], 0.2))
