"""What a step plans with."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from armctl.errors import TaskError
from armctl.kinematics.rotation import matrix_from_pose7, pose7, pose_matrix
from armctl.tasks.requests import GripTo
from tests.unit.tasks.fake_arm import ARM, SCENE, moved, world


def test_an_object_is_where_it_is_seen() -> None:
    w = world()
    seen = pose7(pose_matrix((0.3, 0.1, 0.02)))
    w.look(replace(w.view, objects={"cup": seen}))
    assert w.grip_point("cup") == pytest.approx((0.3, 0.1, 0.08))


def test_an_object_nobody_sees_is_on_its_place() -> None:
    assert world(seen=False).grip_point("cup") == pytest.approx((0.32, -0.22, 0.06))


def test_an_object_nobody_sees_moves_with_the_hand_that_gripped_it() -> None:
    w = world(seen=False)
    grip = w.hand.place(w.grip_point("cup"), w.grip_offset("cup"))
    w.look(moved(w.view, grip))
    w.near = "cup"
    w.grip()
    w.look(moved(w.view, (grip[0], grip[1], grip[2] + 0.1)))
    assert w.pose("cup")[:3, 3] == pytest.approx((0.32, -0.22, 0.1), abs=1e-9)
    assert w.held_offset((0.0, 0.0, 0.06)) == pytest.approx(w.grip_offset("cup"), abs=1e-9)


def test_a_fallen_object_is_not_gripped() -> None:
    w = world()
    fallen = pose7(pose_matrix((0.3, 0.1, 0.03), (math.pi / 2, 0.0, 0.0)))
    w.look(replace(w.view, objects={"cup": fallen}))
    with pytest.raises(TaskError, match="The cup has fallen over"):
        w.grip_point("cup")


def test_the_grip_leaves_room_beside_the_fixed_finger() -> None:
    ahead, side, up = world().grip_offset("cup")
    assert ahead == -ARM.gripper.grasp_depth
    assert side == pytest.approx(ARM.gripper.pinch_offset[0] * 0.055)
    assert side < -0.0275
    assert up == 0.0


def test_the_jaws_open_a_margin_wider_than_the_object_and_never_more_than_they_can() -> None:
    assert world().open_for("cup", 0.02) == GripTo(pytest.approx(0.75))
    assert world().open_for("cup", 0.05) == GripTo(1.0)


@pytest.mark.parametrize("ask", ["place", "object"])
def test_what_is_not_in_the_scene_is_an_error_that_names_it(ask: str) -> None:
    with pytest.raises(TaskError, match="moon"):
        getattr(world(), ask)("moon")


def test_an_empty_gripper_holds_nothing_and_has_no_drinking_point() -> None:
    with pytest.raises(TaskError, match="holds nothing"):
        world().held()
    with pytest.raises(TaskError, match="holds nothing"):
        world().drink_point()


def test_names_are_words() -> None:
    w = world()
    assert (w.names("cup"), w.names("stand"), w.names("left_side"), w.names("")) == (
        "the cup",
        "the stand",
        "left side",
        "it",
    )
    w.near = "cup"
    assert w.names("") == "the cup"


def test_in_front_of_the_mouth_is_along_its_direction() -> None:
    w = world()
    person = SCENE.person
    assert person is not None
    away = np.array(w.before_mouth(0.1)) - person.mouth_xyz
    assert np.linalg.norm(away) == pytest.approx(0.1, abs=1e-6)
    assert away @ np.array(person.mouth_direction) == pytest.approx(0.1, abs=1e-6)


def test_the_tool_is_where_the_view_says() -> None:
    w = world((0.3, 0.05, 0.2))
    assert w.tool == pytest.approx((0.3, 0.05, 0.2))
    assert matrix_from_pose7(w.view.tool)[:3, 1] == pytest.approx((0.0, 0.0, 1.0))
