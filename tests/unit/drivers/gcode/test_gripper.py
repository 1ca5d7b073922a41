"""A gripper that is only on or off."""

import pytest

from drivers.gcode.gripper import Switch
from tests.support.gcode import config

GRIPPER = config("uarm_swift_pro").gripper


@pytest.fixture
def switch():
    it = Switch(GRIPPER, 2.0)
    it.begin(True)
    return it


def test_it_stands_where_it_was_found(switch):
    assert switch.at(0.0) == (GRIPPER.closed, 0.0)
    switch.begin(False)
    assert switch.at(100.0) == (GRIPPER.open, 0.0)


def test_it_is_switched_in_the_middle_and_only_once(switch):
    assert not switch.told(GRIPPER.open * 0.49, 10.0)
    assert switch.told(GRIPPER.open * 0.51, 10.0)
    assert not switch.told(GRIPPER.open, 10.1)
    assert not switch.closed
    assert switch.told(0.0, 10.2)
    assert switch.closed


def test_it_takes_its_time_from_end_to_end(switch):
    switch.told(GRIPPER.open, 10.0)
    assert switch.at(11.0) == pytest.approx((GRIPPER.open / 2, GRIPPER.open / 2))
    assert switch.at(12.0) == (GRIPPER.open, 0.0)
    assert switch.at(50.0) == (GRIPPER.open, 0.0)


def test_it_turns_back_from_where_it_is(switch):
    switch.told(GRIPPER.open, 10.0)
    switch.told(GRIPPER.closed, 10.5)
    place, speed = switch.at(10.75)
    assert place == pytest.approx(GRIPPER.open / 8)
    assert speed < 0
    assert switch.at(11.0) == (GRIPPER.closed, 0.0)


def test_a_gripper_that_closes_to_a_larger_figure_does_the_same():
    turned = GRIPPER.model_copy(update={"open": 0.0, "closed": 0.02})
    it = Switch(turned, 1.0)
    it.begin(False)
    assert it.told(0.02, 5.0)
    assert it.at(5.5) == pytest.approx((0.01, 0.02))
    assert it.at(6.0) == (0.02, 0.0)
