import itertools

import pytest

from armctl.hal.state import JointFault
from drivers.feetech import messages as reg
from drivers.feetech.messages import FAULTS_BY_STATUS, REGISTERS, Area


def test_registers_stand_in_order_and_do_not_overlap():
    for before, after in itertools.pairwise(REGISTERS):
        assert before.end <= after.address, f"{before.name} and {after.name}"
    assert REGISTERS[-1].end <= reg.MEMORY_SIZE


def test_register_names_are_unique():
    assert len({cell.name for cell in REGISTERS}) == len(REGISTERS)


@pytest.mark.parametrize("cell", REGISTERS, ids=lambda cell: cell.name)
def test_defaults_lie_in_their_range_and_values_below_the_sign_bit(cell):
    assert cell.default <= cell.highest or not cell.writable
    assert cell.highest < 1 << (8 * cell.size if cell.sign_bit is None else cell.sign_bit)


@pytest.mark.parametrize("cell", REGISTERS, ids=lambda cell: cell.name)
def test_areas_follow_the_memory_map_of_the_maker(cell):
    if cell.area is Area.EEPROM:
        assert 5 <= cell.address < 40 or cell.address == 85
    elif cell.area is Area.RAM:
        assert 40 <= cell.address < 56
    elif cell.area is Area.FEEDBACK:
        assert 56 <= cell.address < reg.FEEDBACK_END
    assert cell.writable == (cell.area in {Area.EEPROM, Area.RAM})


@pytest.mark.parametrize(
    ("cell", "address", "size", "sign_bit"),
    [
        (reg.MODEL, 3, 2, None),
        (reg.HOMING_OFFSET, 31, 2, 11),
        (reg.TORQUE_ENABLE, 40, 1, None),
        (reg.GOAL_POSITION, 42, 2, 15),
        (reg.TORQUE_LIMIT, 48, 2, None),
        (reg.LOCK, 55, 1, None),
        (reg.POSITION, 56, 2, 15),
        (reg.LOAD, 60, 2, 10),
        (reg.CURRENT, 69, 2, 15),
    ],
)
def test_the_registers_the_driver_lives_on_are_where_the_maker_says(cell, address, size, sign_bit):
    assert (cell.address, cell.size, cell.sign_bit) == (address, size, sign_bit)


def test_each_status_bit_means_its_fault_and_the_disputed_bits_mean_nothing():
    assert FAULTS_BY_STATUS[0] is JointFault.NONE
    assert FAULTS_BY_STATUS[0x01] == JointFault.VOLTAGE
    assert FAULTS_BY_STATUS[0x02] == JointFault.ENCODER
    assert FAULTS_BY_STATUS[0x04] == JointFault.OVERHEAT
    assert FAULTS_BY_STATUS[0x08] == JointFault.OVERCURRENT
    assert FAULTS_BY_STATUS[0x20] == JointFault.OVERLOAD
    assert FAULTS_BY_STATUS[0x10 | 0x40 | 0x80] == JointFault.NONE


def test_every_status_byte_is_the_sum_of_its_bits():
    for status in range(256):
        bits = [FAULTS_BY_STATUS[1 << bit] for bit in range(8) if status >> bit & 1]
        assert FAULTS_BY_STATUS[status] == JointFault(sum(bits))
        assert JointFault.RESTARTED not in FAULTS_BY_STATUS[status]
