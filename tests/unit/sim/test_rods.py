"""A rod keeps its joint at a multiple of another, and does no work while it does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from sim.bullet_world import BulletWorld
from sim.rods import DAMPING, STIFFNESS, Rod
from sim.witness import tilt
from tests.support.arms import EMPTY_SCENE

angles, speeds = st.floats(-3.0, 3.0), st.floats(-3.0, 3.0)


@given(angles, speeds, st.floats(-2.0, 2.0))
def test_a_joint_that_follows_is_left_alone(angle, speed, multiplier):
    rod = Rod(1, 7, multiplier)
    pull = rod.pull(np.array([9.0, angle]), np.array([9.0, speed]), multiplier * angle, multiplier * speed)
    assert pull == pytest.approx(0.0, abs=1e-9)


@given(st.floats(-0.5, 0.5), speeds)
def test_one_that_does_not_is_pulled_to_where_it_belongs_and_slowed_down(behind, slower):
    rod = Rod(0, 7, -1.0)
    pull = rod.pull(np.array([0.3]), np.array([0.2]), -0.3 - behind, -0.2 - slower)
    assert pull == pytest.approx(STIFFNESS * behind + DAMPING * slower, abs=1e-9)


def test_the_hand_on_rods_stays_level_in_physics():
    config = load(builtin("arms", "uarm_swift_pro"), ArmConfig)
    world = BulletWorld(config, EMPTY_SCENE)
    start, count = np.array([*config.poses["rest"], config.gripper.open]), len(config.joints)
    goal = np.array([*config.poses["home"], config.gripper.open])
    worst = 0.0
    for share in np.linspace(0.0, 1.0, 150):
        world.step(0.02, start + share * (goal - start), np.full(count, 0.5), np.ones(count, bool), np.ones(count))
        worst = max(worst, tilt(world.link_pose("gripper_base")))
    assert world.positions() == pytest.approx(goal, abs=0.02)
    assert worst < 0.03
    world.close()
