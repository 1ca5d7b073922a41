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


# Address, size, sign bit, unit: the maker's memory table of the STS3215, row by row.
TABLE = """
0 1 - -, 1 1 - -, 2 1 - -, 3 2 - -, 5 1 - -, 6 1 - -, 7 1 - 2 µs, 8 1 - -, 9 2 - step, 11 2 - step, 13 1 - °C,
14 1 - 0.1 V, 15 1 - 0.1 V, 16 2 - 0.1 %, 18 1 - -, 19 1 - -, 20 1 - -, 21 1 - -, 22 1 - -, 23 1 - -, 24 1 - 0.1 %,
25 1 - -, 26 1 - step, 27 1 - step, 28 2 - 6.5 mA, 30 1 - -, 31 2 11 step, 33 1 - -, 34 1 - %, 35 1 - 10 ms, 36 1 - %,
37 1 - -, 38 1 - 10 ms, 39 1 - -, 40 1 - -, 41 1 - 100 steps/s², 42 2 15 step, 44 2 10 ms or 0.1 %, 46 2 15 step/s,
48 2 - 0.1 %, 55 1 - -, 56 2 15 step, 58 2 15 step/s, 60 2 10 0.1 %, 62 1 - 0.1 V, 63 1 - °C, 64 1 - -, 65 1 - -,
66 1 - -, 67 2 15 step, 69 2 15 6.5 mA, 80 1 - step/s, 84 1 - 50 step/s, 85 1 - 100 steps/s², 86 1 - -
"""


def test_the_registers_are_those_of_the_makers_table_with_their_signs_and_units():
    told = [row.strip().split(" ", 3) for row in TABLE.replace("\n", " ").split(",")]
    assert [
        [str(cell.address), str(cell.size), "-" if cell.sign_bit is None else str(cell.sign_bit), cell.unit or "-"]
        for cell in REGISTERS
    ] == told


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
