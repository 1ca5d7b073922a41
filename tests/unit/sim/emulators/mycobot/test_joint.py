"""One joint: its profile, its torque, and what can be done to it."""

import math

import pytest

from sim.emulators.motors import Measured
from sim.emulators.mycobot.joint import STATUS_BITS, Joint

DT = 0.004
FULL, RATE, COUNT = 2.8, 3.5, math.radians(0.01)


class Shaft:
    """A joint whose motor does exactly what it is told."""

    def __init__(self, at=0.0, number=1):
        self.joint = Joint(number, Measured(at, 0.0, 0.0), FULL, RATE, COUNT)
        self.at = at

    def turn(self, seconds):
        """Let time pass and return the fastest speed."""
        fastest = 0.0
        for _ in range(round(seconds / DT)):
            drive = self.joint.drive(DT)
            reach = drive.speed * DT if drive.torque_on else 0.0
            moved = max(-reach, min(reach, drive.goal - self.at))
            self.at += moved
            fastest = max(fastest, abs(moved) / DT)
            self.joint.measure(Measured(self.at, moved / DT, 0.0))
        return fastest


@pytest.fixture
def shaft():
    return Shaft()


def test_it_goes_where_it_is_sent_at_the_speed_it_may_use(shaft):
    shaft.joint.go(1.0, 0.25)
    assert shaft.turn(1.0) == pytest.approx(0.25 * FULL, rel=0.02)
    shaft.turn(1.5)
    assert shaft.at == pytest.approx(1.0, abs=1e-6)
    assert shaft.joint.arrived


def test_it_never_goes_beyond_its_goal(shaft):
    shaft.joint.go(0.3, 1.0)
    for _ in range(300):
        shaft.turn(DT)
        assert shaft.at <= 0.3 + 1e-9
    assert shaft.at == pytest.approx(0.3)


def test_it_accelerates_no_faster_than_it_can(shaft):
    shaft.joint.go(2.0, 1.0)
    assert shaft.turn(0.1) <= RATE * 0.1 + 1e-6


def test_braking_ends_as_soon_as_it_can(shaft):
    shaft.joint.go(3.0, 0.2)
    shaft.turn(1.0)
    at, speed = shaft.at, 0.2 * FULL
    shaft.joint.brake()
    shaft.turn(speed / RATE + 0.05)
    assert shaft.joint.arrived
    assert shaft.at == pytest.approx(at + speed * speed / (2 * RATE), abs=0.005)


def test_a_limp_joint_stays_and_torque_by_itself_leads_to_the_old_goal(shaft):
    shaft.joint.go(0.5, 1.0)
    shaft.turn(1.5)
    shaft.joint.release()
    shaft.at = 0.2
    shaft.turn(0.1)
    assert shaft.at == 0.2
    shaft.joint.focus()
    shaft.turn(1.5)
    assert shaft.at == pytest.approx(0.5)


def test_a_goal_switches_torque_on(shaft):
    assert not shaft.joint.torque
    shaft.joint.go(0.1, 0.5)
    assert shaft.joint.torque


def test_a_blocked_joint_stays_and_does_not_leap_when_freed(shaft):
    shaft.joint.go(2.0, 0.2)
    shaft.turn(0.3)
    shaft.joint.faults.blocked = True
    stuck = shaft.at
    shaft.turn(3.0)
    assert shaft.at == pytest.approx(stuck, abs=0.01)
    assert shaft.joint.behind > 0.1
    shaft.joint.faults.blocked = False
    assert shaft.turn(0.5) <= 1.3 * 0.2 * FULL


def test_a_frozen_joint_says_the_same_while_it_moves(shaft):
    shaft.joint.faults.frozen = True
    shaft.joint.go(0.5, 0.5)
    shaft.turn(1.0)
    assert shaft.joint.reading == 0.0
    assert shaft.joint.speed == 0.0
    assert shaft.at > 0.3


def test_a_slipped_sensor_reads_too_much(shaft):
    shaft.joint.faults.slip = 100
    shaft.turn(0.01)
    assert shaft.joint.reading == pytest.approx(math.radians(1.0))


def test_a_reversed_joint_runs_away(shaft):
    shaft.joint.faults.reversed = True
    shaft.joint.go(0.2, 0.2)
    shaft.turn(0.4)
    assert shaft.at < -0.01


def test_a_hand_turns_it_whatever_its_motor_wants(shaft):
    shaft.joint.go(0.0, 0.1)
    shaft.joint.push(0.3)
    shaft.turn(0.25)
    assert shaft.at == pytest.approx(0.25, abs=0.05)


def test_here_is_zero_moves_nothing(shaft):
    shaft.joint.go(0.4, 1.0)
    shaft.turn(1.5)
    shaft.joint.call_here_zero()
    shaft.turn(0.5)
    assert shaft.at == pytest.approx(0.4)
    assert shaft.joint.reading == pytest.approx(0.0, abs=1e-9)


def test_what_it_is_like_is_told(shaft):
    shaft.joint.set_supply(11.5)
    shaft.joint.set_temperature(41.0)
    assert shaft.joint.describe() == "0.0°, torque off, 11.5 V, 41 °C"
    assert Shaft(0.01, number=7).joint.describe().startswith("10.0 mm")
    assert shaft.joint.status_bits == STATUS_BITS
    assert shaft.joint.id == 1
    assert "slip" in shaft.joint.heeded
    assert shaft.joint.effort == 0.0
