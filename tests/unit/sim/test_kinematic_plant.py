"""Exact joints, and the main job by rules alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kinematic_plant import KinematicPlant
from tests.unit.sim.job import ARM, ROBOT, SCENE, TICK, Job, plant_inputs

REST = np.array([*ARM.poses["rest"], ARM.gripper.closed])
N = len(REST)


def test_the_main_job_succeeds_by_rules_as_it_does_by_physics():
    job = Job(KinematicPlant(ROBOT, SCENE))
    job.run()
    assert job.witness.verdict().passed, job.witness.verdict()
    assert job.worst_lag < 1e-9


@given(
    st.lists(st.floats(-7.0, 7.0), min_size=N, max_size=N),
    st.lists(st.floats(0.01, 2.0), min_size=N, max_size=N),
    st.lists(st.booleans(), min_size=N, max_size=N),
    st.floats(1e-4, 0.02),
)
def test_joints_keep_speed_and_limits_and_limp_ones_stay(goals, speeds, torque, dt):
    plant = KinematicPlant(ROBOT, SCENE)
    torque_on = np.array(torque)
    for _ in range(20):
        before = plant.positions()
        plant.step(dt, np.array(goals), np.array(speeds), torque_on, np.ones(N))
        moved = plant.positions() - before
        assert (np.abs(moved) <= np.array(speeds) * dt + 1e-12).all()
        assert (moved[~torque_on] == 0.0).all()
        assert plant.velocities() == pytest.approx(moved / dt)
        for value, joint in zip(plant.positions(), ARM.joints, strict=True):
            assert joint.lower - 1e-12 <= value <= joint.upper + 1e-12


def test_a_goal_is_reached_exactly_and_kept():
    plant = KinematicPlant(ROBOT, SCENE)
    goal = np.array([*ARM.poses["home"], 0.7])
    speeds, torque_on, efforts = plant_inputs()
    for _ in range(400):
        plant.step(TICK, goal, speeds, torque_on, efforts)
    assert np.array_equal(plant.positions(), goal)
    assert (plant.velocities() == 0.0).all()
    assert (plant.efforts() == 0.0).all()


def test_the_gripper_is_blocked_by_what_it_holds_and_presses_on_it():
    job = Job(KinematicPlant(ROBOT, SCENE))
    job.fetch()
    width = SCENE.objects["cup"].grasp_width
    assert job.plant.positions()[-1] == pytest.approx(ROBOT.gripper_angle(width / ARM.gripper.max_opening))
    assert job.plant.efforts()[-1] == -ARM.gripper.effort
    assert job.plant.scene(0.0).held == "cup"


def test_readings_are_copies():
    plant = KinematicPlant(ROBOT, SCENE)
    plant.positions()[:] = 9.0
    plant.velocities()[:] = 9.0
    plant.efforts()[:] = 9.0
    assert np.array_equal(plant.positions(), REST)
    assert (plant.velocities() == 0.0).all()
    assert (plant.efforts() == 0.0).all()
    plant.close()
    plant.close()
