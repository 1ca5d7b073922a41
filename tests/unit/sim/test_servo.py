"""Servos pull towards a set-point that keeps the speed limit, never harder than allowed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.servo import DAMPING, FITTED_GAIN, OVERRUN, STALL_TORQUE, STIFFNESS, ServoBank

angles = st.floats(-3.0, 3.0)
ON = np.ones(1, dtype=bool)


def bank(setpoint: float, gain: int = FITTED_GAIN) -> ServoBank:
    return ServoBank.at(np.array([setpoint]), gain)


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


def test_twice_the_gain_is_twice_as_stiff():
    soft, stiff = bank(0.02), bank(0.02, 2 * FITTED_GAIN)
    pulls = [servos.pull(np.zeros(1), np.zeros(1), ON, np.ones(1))[0] for servos in (soft, stiff)]
    assert pulls == pytest.approx([0.02 * STIFFNESS, 0.04 * STIFFNESS])
