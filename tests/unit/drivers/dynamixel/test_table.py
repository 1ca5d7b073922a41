import pytest

from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.messages import XL330_M288, XL430_W250
from drivers.dynamixel.table import read_table
from tests.support.dynamixel import Rig

SERVOS = {1: XL430_W250, 3: XL330_M288}


@pytest.fixture
def rig():
    return Rig().wired(DynamixelBus)


def test_registers_come_by_name_as_far_as_a_model_has_them(rig):
    found = read_table(rig.bus, rig.clock, SERVOS, ("model", "max_voltage", "current_limit"), 0.02)
    assert found == {
        1: {"model": 1060, "max_voltage": 140},
        3: {"model": 1200, "max_voltage": 70, "current_limit": 1750},
    }


def test_neighbours_are_read_together_and_nothing_between_registers(rig):
    read_table(rig.bus, rig.clock, SERVOS, ("id", "firmware", "baud", "homing_offset"), 0.02)
    assert len(rig.loop.sent) == 2


def test_a_lost_answer_is_asked_for_again(rig):
    rig.emulator.faults.drop_next(3, 2)
    found = read_table(rig.bus, rig.clock, SERVOS, ("model", "min_voltage"), 0.02)
    assert found[3] == {"model": 1200, "min_voltage": 35}


def test_a_servo_that_does_not_answer_is_left_out(rig):
    rig.emulator.faults.muted = {3}
    found = read_table(rig.bus, rig.clock, SERVOS, ("model", "min_voltage"), 0.01, attempts=2)
    assert found == {1: {"model": 1060, "min_voltage": 60}}


def test_nobody_asked_nothing_told(rig):
    assert read_table(rig.bus, rig.clock, {}, ("model",), 0.01) == {}
    assert rig.loop.sent == []
