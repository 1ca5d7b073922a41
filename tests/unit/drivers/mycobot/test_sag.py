"""An arm that carries something stands below its goals; whatever is done to it, it must not creep down."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.errors import HardwareError
from drivers.mycobot.messages import Command
from tests.support.plants import LoadedPlant
from tests.unit.drivers.mycobot.rig import Rig
from tests.unit.sim.emulators.mycobot.rig import HOME

SAG = 0.03
"""What the shoulder carries turns it by so much [rad]; 8 mm at the hand."""
SHOULDER = 1
FINE = 0.002


def carrying(sag=SAG):
    """An arm that was armed, told where to be, and has settled below that."""
    rig = Rig(plant=LoadedPlant(HOME, [0.0, sag, *[0.0] * 5])).enabled()
    for _ in range(8):
        rig.send(HOME)
        rig.wait(0.1)
    return rig


def shoulder(rig):
    return float(rig.plant.positions()[SHOULDER])


def reconnect(rig):
    rig.arm.close()
    rig.arm.connect()


def hold_unheard(rig):
    """Hold on a line so busy that no acknowledgement comes in time."""
    rig.faults.drop_next(0, 2)
    rig.arm.hold()


def arm_badly(rig):
    """Arm on a line that loses answers; whether that succeeds is not the question here."""
    rig.faults.loss = 0.3
    try:
        rig.arm.enable()
    except HardwareError as error:
        assert error.remedy
    finally:
        rig.faults.loss = 0.0


ON_THE_WAY = {
    "holding": lambda rig: rig.arm.hold(),
    "holding unheard": hold_unheard,
    "reading": lambda rig: rig.arm.read(),
    "connecting anew": reconnect,
    "a silent while": lambda rig: rig.faults.drop_next(0, 4),
    "arming on a bad line": arm_badly,
    "nothing": lambda rig: None,
}


@pytest.mark.parametrize("between", ON_THE_WAY.values(), ids=ON_THE_WAY)
def test_arming_again_and_again_does_not_lower_it(between):
    rig = carrying()
    stood = shoulder(rig)
    for _ in range(6):
        between(rig)
        rig.wait(0.3)
        rig.arm.enable()
        rig.wait(0.3)
    assert shoulder(rig) == pytest.approx(stood, abs=FINE)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["enable", *ON_THE_WAY]), min_size=4, max_size=10))
def test_it_never_creeps_down_whatever_comes_in_which_order(calls):
    rig = carrying()
    stood = shoulder(rig)
    for call in calls:
        try:
            rig.arm.enable() if call == "enable" else ON_THE_WAY[call](rig)
        except HardwareError as error:
            assert error.remedy
        rig.wait(0.2)
    assert shoulder(rig) >= stood - FINE


def test_an_arm_stopped_far_from_its_goal_stays_where_it_came_to_rest():
    rig = carrying()
    goal = np.array(HOME)
    goal[SHOULDER] += 1.2
    rig.send(goal)
    rig.wait(0.6)
    rig.arm.hold()
    rig.wait(0.6)
    rested = shoulder(rig)
    assert 0.1 < rested < 0.5
    for _ in range(4):
        rig.arm.enable()
        rig.wait(0.3)
        rig.arm.hold()
        rig.wait(0.3)
    assert shoulder(rig) == pytest.approx(rested, abs=FINE)


def test_one_that_sags_further_than_a_goal_is_kept_is_told_nothing_new_either():
    rig = carrying(sag=0.08)
    rig.arm.hold()
    rig.wait(0.5)
    stood = shoulder(rig)
    rig.commands_sent()
    for _ in range(4):
        rig.arm.enable()
        rig.wait(0.3)
    assert shoulder(rig) == pytest.approx(stood, abs=FINE)
    assert Command.SEND_ANGLES not in rig.commands_sent()


def test_one_that_moves_although_it_was_told_to_stay_is_stopped_once_more():
    rig = carrying()
    rig.arm.hold()
    rig.wait(0.3)
    rig.controller.joints[0].go(1.5, 0.2)
    rig.wait(0.3)
    rig.commands_sent()
    rig.arm.hold()
    assert Command.STOP in rig.commands_sent()
    rig.wait(0.4)
    stood = rig.plant.positions()[0]
    assert rig.wait(0.4).positions[0] == pytest.approx(stood, abs=FINE)
