"""Every arm that comes with armctl, as its stand-ins: it can be built, moves, holds; its poses and kinematics fit."""

import os
from functools import cache

import numpy as np
import pytest

from armctl.cli.choice import choose_arm, has_physics, surroundings
from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from armctl.hal.registry import ArmContext, create_arm
from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal, solve
from armctl.kinematics.robot import RobotModel
from sim.bullet_world import BulletWorld
from tests.support.approving import approved
from tests.support.arms import EMPTY_SCENE

NAMES = builtin_names("arms")
SELF_CLEARANCE = 0.005
"""What the supervisor keeps between parts of the arm [m]: a pose nearer to itself could never be gone to."""
PERIOD = 0.01
LONG = 10.0
"""For how long somebody may take to switch the arm on [s]; what sinks has sunk by then."""
STEP = 0.1
"""How far the first joint is moved [rad]."""


@cache
def robot(name):
    return RobotModel(load(builtin("arms", name), ArmConfig))


class Bench:
    """An arm chosen as on the command line, on a stepped clock, nothing around it."""

    def __init__(self, name):
        self.clock = SteppedClock()
        chosen = choose_arm(name)
        self.config = chosen.config
        world = f"every-arm-{name}-{os.getpid()}"
        self.arm = create_arm(chosen.driver, ArmContext(chosen.config, self.clock, EMPTY_SCENE, world))
        self.sequence = 0

    def wait(self, seconds):
        for _ in range(round(seconds / PERIOD)):
            self.clock.advance(PERIOD)
            self.arm.read()

    def positions(self):
        return self.arm.read().positions

    def send(self, positions, speed):
        self.sequence += 1
        self.arm.send(approved(positions, speed, self.clock.now(), self.sequence))


@pytest.fixture(params=[f"{name}-{suffix}" for name in NAMES for suffix in ("ideal", "sim")])
def bench(request):
    it = Bench(request.param)
    yield it
    it.arm.close(keep_torque=False)


def test_it_can_be_built_moves_its_first_joint_and_only_that_holds_and_closes(bench):
    arm, joint = bench.arm, bench.config.joints[0]
    arm.connect()
    arm.enable()
    bench.wait(0.3)
    start = bench.positions().copy()
    # Away from the nearer end of its travel.
    goal = start.copy()
    goal[0] += STEP if start[0] < (joint.lower + joint.upper) / 2 else -STEP
    for share in np.linspace(0.0, 1.0, round(STEP / (0.4 * PERIOD))):
        bench.send(start + share * (goal - start), 0.5)
        bench.wait(PERIOD)
    bench.wait(0.3)
    there = bench.positions().copy()
    assert there[0] == pytest.approx(goal[0], abs=0.02)
    assert there[1:] == pytest.approx(start[1:], abs=0.03)
    arm.hold()
    bench.wait(0.3)
    assert bench.positions() == pytest.approx(there, abs=0.02)
    assert arm.read().torque_on
    arm.close()


@pytest.mark.parametrize("name", NAMES)
def test_joints_and_gripper_are_those_of_the_model(name):
    it = robot(name)
    assert it.chain.dof == it.config.dof
    assert [joint.name for joint in it.chain.moving][: it.config.dof] == list(it.config.joint_names[:-1])
    assert it.config.gripper.joint == it.config.joint_names[-1]
    assert it.config.gripper.joint in {joint.name for joint in it.tree.joints}


@pytest.mark.parametrize("name", NAMES)
def test_named_poses_are_clear_of_the_arm_itself_with_the_hand_open_and_closed(name):
    it = robot(name)
    model = CollisionModel(it)
    for pose, angles in it.config.poses.items():
        for finger in (it.config.gripper.closed, it.config.gripper.open):
            distances = model.distances([*angles, finger])
            nearest = int(np.argmin(distances))
            assert distances[nearest] >= SELF_CLEARANCE, (pose, model.pairs[nearest])


@pytest.mark.parametrize("name", NAMES)
def test_one_that_lay_limp_for_long_can_go_home_without_coming_closer_to_itself(name):
    it, limp = robot(name), sunk(name)
    model, start = CollisionModel(it), limp[: it.config.dof]
    least = np.minimum(model.distances(limp), SELF_CLEARANCE) - 0.001
    for share in np.linspace(0.0, 1.0, 21):
        there = start + share * (np.array(it.config.poses["home"]) - start)
        distances = model.distances([*there, limp[-1]])
        nearest = int(np.argmin(distances - least))
        assert distances[nearest] >= least[nearest], model.pairs[nearest]


def sunk(name):
    """Where the joints are after a while without torque, found at rest."""
    config = robot(name).config
    count = len(config.joints)
    world = BulletWorld(config, surroundings(config))
    for _ in range(round(LONG / PERIOD)):
        world.step(PERIOD, world.positions(), np.ones(count), np.zeros(count, dtype=bool), np.ones(count))
    positions = world.positions()
    world.close()
    return positions


@pytest.mark.parametrize("name", NAMES)
def test_the_place_of_home_is_found_again_from_rest_and_from_nowhere(name):
    it = robot(name)
    home = forward(it.chain, it.config.poses["home"])
    if it.chain.dof >= 6:
        goal = Goal(home[:3, 3], home[:3, :3])
    elif it.chain.dof == 5:
        up = np.array(it.config.tool.up_axis)
        goal = Goal(home[:3, 3], axis=(up, home[:3, :3] @ up))
    else:
        goal = Goal(home[:3, 3])
    for seed in (it.config.poses["rest"], None):
        found = forward(it.chain, solve(it.chain, goal, seed))
        assert np.linalg.norm(found[:3, 3] - home[:3, 3]) < 1e-4
        if goal.rotation is not None:
            assert found[:3, :3] == pytest.approx(home[:3, :3], abs=1e-3)


def test_physics_stood_trial_where_there_is_physics():
    assert (choose_arm(f"{NAMES[0]}-sim").driver == "bullet") == has_physics()
