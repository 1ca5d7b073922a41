"""What is carried, what falls, and where it comes to stand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from armctl.kinematics.rotation import matrix_from_quaternion
from sim.kinematic_plant import KinematicPlant
from tests.unit.sim.job import ARM, ROBOT, SCENE, UP, Job

SHELF = SCENE.places["home_shelf"].xyz[2]
OPEN = ROBOT.gripper_angle(0.75)


def fetched() -> tuple[Job, np.ndarray, np.ndarray]:
    job = Job(KinematicPlant(ROBOT, SCENE))
    grip, out = job.fetch()
    return job, grip, out


def test_objects_stand_at_their_places_at_first():
    state = KinematicPlant(ROBOT, SCENE).scene(5.0)
    assert state.stamp == 5.0
    assert state.objects["cup"][:3] == pytest.approx(SCENE.places["home_shelf"].xyz)
    assert state.held == ""
    assert state.touched == {"head": 0.0, "torso": 0.0}


def test_what_is_held_follows_the_tool_rigidly():
    job, grip, out = fetched()
    before = job.tick()
    tool = ROBOT.tool_pose([*job.q, job.jaw])
    offset = tool[:3, :3].T @ (np.array(before.objects["cup"][:3]) - tool[:3, 3])
    job.tool(grip + 0.1 * UP - 0.06 * out, 0.1)
    tool = ROBOT.tool_pose([*job.q, job.jaw])
    cup = job.plant.scene(0.0).objects["cup"]
    assert tool[:3, :3].T @ (np.array(cup[:3]) - tool[:3, 3]) == pytest.approx(offset, abs=1e-9)
    assert matrix_from_quaternion(cup[3:])[2, 2] > 0.9999


def test_opened_jaws_let_it_fall_straight_down_onto_the_furniture():
    job, _, _ = fetched()
    over = job.tick().objects["cup"]
    assert over[2] == pytest.approx(SHELF + 0.05, abs=1e-3)
    job.jaws(OPEN)
    falling = [job.tick().objects["cup"][2] for _ in range(60)]
    assert all(later <= earlier for earlier, later in pairwise(falling))
    state = job.tick()
    assert state.held == ""
    assert state.objects["cup"][:2] == pytest.approx(over[:2], abs=1e-6)
    assert state.objects["cup"][2] == pytest.approx(SHELF, abs=1e-6)


def test_it_falls_to_the_table_where_there_is_no_shelf():
    job, grip, out = fetched()
    job.tool(grip + 0.05 * UP - 0.09 * out, 0.1)
    job.jaws(OPEN)
    assert job.wait(0.5).objects["cup"][2] == pytest.approx(-0.13)


def test_jaws_that_are_too_narrow_or_beside_it_take_nothing():
    job = Job(KinematicPlant(ROBOT, SCENE))
    grip, out = job.grip_at(np.array(SCENE.places["home_shelf"].xyz))
    side = np.cross(UP, out)
    for jaw, off in ((0.5, 0.0), (0.75, 0.06), (0.75, -0.06)):
        job.joints(ARM.poses["home"])
        job.jaws(ROBOT.gripper_angle(jaw))
        job.tool(grip - 0.09 * out + off * side, 0.1, arc=True)
        job.tool(grip + off * side, 0.06)
        job.jaws(ARM.gripper.closed)
        assert job.tick().held == "", f"opening {jaw}, {off} m beside"
        assert job.plant.positions()[-1] == pytest.approx(ARM.gripper.closed)
        job.tool(grip - 0.09 * out + off * side, 0.06)


def test_it_is_taken_a_little_off_the_middle_too():
    job = Job(KinematicPlant(ROBOT, SCENE))
    grip, out = job.grip_at(np.array(SCENE.places["home_shelf"].xyz))
    job.joints(ARM.poses["home"])
    job.jaws(OPEN)
    job.tool(grip - 0.09 * out, 0.1, arc=True)
    job.tool(grip + 0.01 * UP - 0.01 * out, 0.06)
    job.jaws(ARM.gripper.closed)
    assert job.tick().held == "cup"
