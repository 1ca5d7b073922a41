import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.errors import SetupError
from sim.emulators.unit import HEEDED_BY_SERVOS, Hand, UnitFaults, lacking

DT = 0.004


def turn(hand, here, seconds, holds=False, gives=True):
    """Follow the hand for some time; return where the joint is then, and whether the hand still has it."""
    drive = None
    for _ in range(round(seconds / DT)):
        drive = hand.drive(here, DT, holds=holds)
        if drive is not None and gives:
            reach = drive.speed * DT
            here += max(-reach, min(reach, drive.goal - here))
    return here, drive is not None


def test_every_fault_has_a_name_that_a_servo_heeds():
    assert set(vars(UnitFaults())) == HEEDED_BY_SERVOS


def test_a_fresh_unit_has_no_faults():
    assert not any(vars(UnitFaults()).values())


def test_no_hand_moves_nothing():
    assert Hand().drive(0.3, DT, holds=False) is None


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_push_ends_where_it_was_meant_to_and_lets_go(here, angle):
    hand = Hand()
    hand.push(here, angle)
    end, held = turn(hand, here, 3.0)
    assert end == pytest.approx(here + angle, abs=0.006)
    assert not held
    assert not hand.turns


def test_a_hand_that_cannot_turn_the_joint_gives_up():
    hand = Hand()
    hand.push(0.0, 1.0)
    assert turn(hand, 0.0, 1.0, gives=False)[1]
    assert not turn(hand, 0.0, 2.0, gives=False)[1]


def test_a_held_joint_stays_where_it_was_when_it_was_taken_hold_of():
    hand = Hand()
    assert hand.drive(0.5, DT, holds=True).goal == 0.5
    assert hand.drive(0.7, DT, holds=True).goal == 0.5
    assert hand.drive(0.7, DT, holds=False) is None
    assert hand.drive(0.7, DT, holds=True).goal == 0.7


def test_holding_ends_a_push():
    hand = Hand()
    hand.push(0.0, 1.0)
    hand.drive(0.0, DT, holds=True)
    assert not hand.turns


def test_what_a_device_has_not_is_said_with_what_to_do():
    error = lacking("thermometer")
    assert isinstance(error, SetupError)
    assert str(error) == "This device has no thermometer. Type help for what there is."
