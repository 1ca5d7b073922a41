"""coupling.py: motors that move several joints, from the forward kinematics to an answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.batch import solve_batch
from armctl.kinematics.chain import Chain, load_chain
from armctl.kinematics.coupling import Coupling, Drive
from armctl.kinematics.forward import forward
from armctl.kinematics.inverse import Goal, solve
from armctl.kinematics.jacobian import jacobian
from tests.unit.kinematics.arms import chain, seeds
from tests.unit.kinematics.sketches import joint, robot

QUARTER = math.pi / 2


def uarm() -> Chain:
    """The uArm Swift Pro as its firmware counts: r about the base (0 ahead), L of the lower arm above horizontal, R of
    the forearm below horizontal, and the hand's turn. Shoulder = 90° - L, elbow = L + R - 90°; a rod keeps the hand
    level, wrist_level = -R. Limits: the firmware's, in degrees."""
    drives = (
        Drive("r", "revolute", -QUARTER, QUARTER),
        Drive("L", "revolute", 0.0, math.radians(135.6)),
        Drive("R", "revolute", 0.0, math.radians(119.9)),
        Drive("hand", "revolute", -QUARTER, QUARTER),
    )
    matrix = np.array([[1, 0, 0, 0], [0, -1, 0, 0], [0, 1, 1, 0], [0, 0, -1, 0], [0, 0, 0, 1]], dtype=float)
    return chain("uarm_swift_pro").driven_by(Coupling(drives, matrix, np.array([0.0, QUARTER, -QUARTER, 0.0, 0.0])))


def closed_form(q: FloatArray) -> FloatArray:
    """The maker's own formula, with its lengths [m]."""
    r, left, right, _ = q
    s = 0.14207 * math.cos(left) + 0.15881 * math.cos(right) + 0.0132 + 0.05665
    z = 0.14207 * math.sin(left) - 0.15881 * math.sin(right) + 0.1066 - 0.07455
    return np.array([s * math.cos(r), s * math.sin(r), z])


def possible(arm: Chain, seed: int) -> FloatArray:
    """Angles (dof,) at which all motors and all joints are within their limits."""
    rng = np.random.default_rng(seed)
    q = rng.uniform(arm.lower, arm.upper, (200, arm.dof))
    found: FloatArray = q[arm.within(q)][0]
    return found


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_the_uarm_is_where_its_firmware_says_and_its_hand_is_level(seed: int) -> None:
    arm = uarm()
    q = possible(arm, seed)
    pose = forward(arm, q)
    np.testing.assert_allclose(pose[:3, 3], closed_form(q), atol=1e-6)
    np.testing.assert_allclose(pose[:3, 2], [0.0, 0.0, 1.0], atol=1e-6)


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_the_jacobian_is_the_slope_per_motor(seed: int) -> None:
    arm = uarm()
    q, step = possible(arm, seed), 1e-6
    J = jacobian(arm, q)
    for motor in range(arm.dof):
        there = q.copy()
        there[motor] += step
        slope = (forward(arm, there)[:3, 3] - forward(arm, q)[:3, 3]) / step
        np.testing.assert_allclose(J[:3, motor], slope, atol=1e-5)


def test_every_place_the_uarm_can_take_is_found_with_all_limits_kept() -> None:
    arm = uarm()
    for seed in range(60):
        place = forward(arm, possible(arm, seed))[:3, 3]
        for start in (None, possible(arm, seed + 1000)):
            q = solve(arm, Goal(place), seed=start)
            assert arm.within(q)
            np.testing.assert_allclose(closed_form(q), place, atol=2e-5)


def test_many_places_at_once_are_found_as_well() -> None:
    arm = uarm()
    q = np.array([possible(arm, seed) for seed in range(200)])
    batch = solve_batch(arm, arm.poses(q)[:, :3, 3])
    assert batch.solved.all()
    assert arm.within(batch.q).all()


def test_the_limits_of_a_joint_that_two_motors_move_hold_beside_theirs() -> None:
    """L = 0, R = 0 is within both motors' limits; the elbow would be at -90°, and ends at -61°."""
    arm = uarm()
    assert not arm.within(np.array([0.0, 0.0, 0.0, 0.0]))
    assert arm.within(np.array([0.0, 1.2, 0.5, 0.0]))


def test_a_whole_turn_is_one_only_where_all_joints_come_round() -> None:
    turn = 2 * math.pi
    np.testing.assert_allclose(uarm().periods, [turn] * 4)
    half = Coupling((Drive("m", "revolute", -9, 9),), np.array([[0.5], [0.25]]), np.zeros(2))
    assert math.isinf(half.period(0, ["revolute", "revolute"]))
    geared = Coupling((Drive("m", "revolute", -9, 9),), np.array([[0.5]]), np.zeros(1))
    assert geared.period(0, ["revolute"]) == pytest.approx(2 * turn)
    assert math.isinf(geared.period(0, ["prismatic"]))


MIMIC = robot(
    joint("j", "a", "b", '<axis xyz="0 1 0"/><limit lower="-1" upper="2"/>'),
    joint(
        "k",
        "b",
        "c",
        '<origin xyz="0.2 0 0"/><axis xyz="0 1 0"/><limit lower="-0.5" upper="0.5"/>'
        '<mimic joint="j" multiplier="-0.5" offset="0.1"/>',
    ),
    joint("t", "c", "d", '<origin xyz="0.1 0 0"/>', "fixed"),
    links="abcd",
)


@given(st.floats(-0.8, 1.2))
@settings(deadline=None)
def test_a_mimic_joint_follows_its_leader(angle: float) -> None:
    arm = load_chain(MIMIC, "a", "d")
    assert arm.names == ("j",)
    follower = -0.5 * angle + 0.1
    bend = angle + follower
    wanted = [0.2 * math.cos(angle) + 0.1 * math.cos(bend), 0.0, -0.2 * math.sin(angle) - 0.1 * math.sin(bend)]
    np.testing.assert_allclose(forward(arm, [angle])[:3, 3], wanted, atol=1e-9)
    np.testing.assert_allclose(arm.joint_values(np.array([angle])), [angle, follower])


def test_a_leader_goes_only_as_far_as_its_follower_can() -> None:
    arm = load_chain(MIMIC, "a", "d")
    np.testing.assert_allclose([arm.lower[0], arm.upper[0]], [-0.8, 1.2])


BAD = {
    "shapes": (np.eye(2), np.zeros(3), "has a matrix of"),
    "not finite": (np.array([[math.nan, 1], [1, 1]]), np.zeros(2), "not finite"),
    "an idle motor": (np.array([[1.0, 0.0], [1.0, 0.0]]), np.zeros(2), "without|moves no joint"),
    "a joint nobody moves": (np.array([[1.0, 1.0], [0.0, 0.0]]), np.zeros(2), "no motor moves"),
}


@pytest.mark.parametrize("case", BAD)
def test_couplings_that_make_no_sense_are_refused(case: str) -> None:
    matrix, offset, complaint = BAD[case]
    drives = (Drive("a", "revolute", -1, 1), Drive("b", "revolute", -1, 1))
    with pytest.raises(KinematicsError, match=complaint):
        Coupling(drives, matrix, offset)


def test_a_coupling_of_other_joints_is_refused() -> None:
    with pytest.raises(KinematicsError, match="for a chain of 5"):
        chain("so101").driven_by(Coupling.identity([Drive("a", "revolute", -1, 1)]))
