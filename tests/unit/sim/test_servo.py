"""Servos pull towards a set-point that keeps the speed limit, never harder than allowed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.motors import STS3215, MotorFigures, motors_of
from sim.servo import OVERRUN, SLIDE_OVERRUN, ServoBank
from tests.support.arms import so101

DAMPING, STALL_TORQUE = STS3215.damping, STS3215.stall

angles = st.floats(-3.0, 3.0)
ON = np.ones(1, dtype=bool)


def figures(*, slides: bool = False) -> MotorFigures:
    """One joint with the motor of an SO-101."""
    all_joints = motors_of(so101())
    parts = (getattr(all_joints, name)[:1] for name in ("stall", "stiffness", "damping", "friction", "armature"))
    return MotorFigures(*parts, np.array([slides]))


def bank(setpoint: float, *, slides: bool = False) -> ServoBank:
    return ServoBank.at(np.array([setpoint]), figures(slides=slides))


@given(angles, angles, st.floats(0.01, 5.0), st.floats(1e-4, 0.02))
def test_a_setpoint_moves_towards_its_goal_at_most_at_its_speed(start, goal, speed, dt):
    servos = bank(start)
    servos.advance(dt, np.array([goal]), np.array([speed]), np.array([start]), ON)
    moved = float(servos.setpoints[0]) - start
    assert abs(moved) <= min(speed * dt, OVERRUN) + 1e-12
    assert moved * (goal - start) >= 0.0
    assert abs(moved) <= abs(goal - start) + 1e-12


@given(angles, angles, st.floats(-5.0, 5.0), st.floats(0.0, 1.0))
def test_no_servo_pulls_harder_than_its_share_of_the_stall_torque(setpoint, position, velocity, effort):
    servos = bank(setpoint)
    torque = float(servos.pull(np.array([position]), np.array([velocity]), ON, np.array([effort]))[0])
    assert abs(torque + DAMPING * velocity) <= STALL_TORQUE * effort + 1e-9
    assert abs(float(servos.shares()[0])) <= effort + 1e-9


@given(angles, angles, st.floats(-5.0, 5.0))
def test_a_limp_servo_only_brakes_and_its_setpoint_follows_the_joint(setpoint, position, velocity):
    servos = bank(setpoint)
    servos.advance(0.01, np.array([setpoint]), np.array([1.0]), np.array([position]), ~ON)
    torque = servos.pull(np.array([position]), np.array([velocity]), ~ON, np.ones(1))
    assert servos.setpoints[0] == position
    assert torque[0] == pytest.approx(-DAMPING * velocity)
    assert servos.shares()[0] == 0.0


def test_the_setpoint_waits_for_a_blocked_joint():
    servos = bank(0.0)
    for _ in range(500):
        servos.advance(0.01, np.array([2.0]), np.array([1.0]), np.zeros(1), ON)
    assert servos.setpoints[0] == pytest.approx(OVERRUN)


def test_the_setpoint_of_a_finger_waits_sooner():
    servos = bank(0.0, slides=True)
    for _ in range(50):
        servos.advance(0.01, np.array([0.2]), np.array([1.0]), np.zeros(1), ON)
    assert servos.setpoints[0] == pytest.approx(SLIDE_OVERRUN)


def test_a_soft_servo_may_lag_as_far_as_it_takes_to_pull_as_hard_as_it_can():
    soft = replace(figures(), stiffness=figures().stall / 0.4)
    servos = ServoBank.at(np.zeros(1), soft)
    for _ in range(500):
        servos.advance(0.01, np.array([2.0]), np.array([1.0]), np.zeros(1), ON)
    servos.pull(np.zeros(1), np.zeros(1), ON, np.ones(1))
    assert servos.shares()[0] == pytest.approx(1.0)
