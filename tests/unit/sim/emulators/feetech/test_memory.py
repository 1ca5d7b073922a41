import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.feetech import messages as reg
from drivers.feetech.messages import REGISTERS, Area
from sim.emulators.feetech.memory import ServoMemory

CELLS = st.sampled_from(REGISTERS)


@pytest.fixture
def memory():
    return ServoMemory()


@pytest.mark.parametrize("cell", REGISTERS, ids=lambda cell: cell.name)
def test_a_new_servo_holds_its_defaults(memory, cell):
    assert memory.get(cell) == cell.default


def test_read_only_cells_cannot_be_written(memory):
    memory.put(reg.LOCK, 0)
    for cell in REGISTERS:
        if not cell.writable:
            assert memory.write(cell.address, b"\1" * cell.size) == ()
            assert memory.get(cell) == cell.default


def test_the_eeprom_takes_nothing_while_locked_and_everything_in_range_while_open(memory):
    assert memory.write(reg.GAIN_P.address, b"\x10\x20\x05") == ()
    assert memory.get(reg.GAIN_P) == 32
    memory.write(reg.LOCK.address, b"\0")
    assert memory.write(reg.GAIN_P.address, b"\x10\x20\x05") == (reg.GAIN_P, reg.GAIN_D, reg.GAIN_I)
    assert memory.get(reg.GAIN_P) == 16


@pytest.mark.parametrize(
    ("cell", "raw"),
    [(reg.TORQUE_LIMIT, 1001), (reg.TORQUE_ENABLE, 129), (reg.GOAL_TIME, 1001), (reg.LOCK, 2), (reg.ACCELERATION, 255)],
)
def test_values_out_of_range_are_without_effect(memory, cell, raw):
    before = memory.get(cell)
    assert memory.write(cell.address, raw.to_bytes(cell.size, "little")) == ()
    assert memory.get(cell) == before


def test_one_write_may_fill_several_registers_and_pass_over_holes(memory):
    taken = memory.write(reg.ACCELERATION.address, bytes((50, 0x34, 0x08, 0, 0, 0xE8, 0x03, 0x2C, 0x01)) + bytes(6))
    assert taken[:4] == (reg.ACCELERATION, reg.GOAL_POSITION, reg.GOAL_TIME, reg.GOAL_SPEED)
    assert memory.get(reg.GOAL_POSITION) == 2100
    assert memory.get(reg.TORQUE_LIMIT) == 300
    assert memory.get(reg.LOCK) == 0


def test_half_of_a_two_byte_register_is_not_written(memory):
    assert memory.write(reg.GOAL_POSITION.address, b"\x55") == ()
    assert memory.get(reg.GOAL_POSITION) == 0


@given(CELLS, st.integers(-70000, 70000))
def test_what_the_servo_puts_is_what_it_gets_as_far_as_the_cell_holds_it(cell, value):
    memory = ServoMemory()
    memory.put(cell, value)
    largest = (1 << 8 * cell.size) - 1 if cell.sign_bit is None else (1 << cell.sign_bit) - 1
    lowest = 0 if cell.sign_bit is None else -largest
    assert memory.get(cell) == min(max(value, lowest), largest)


@given(st.integers(0, 255), st.integers(0, 255))
def test_reading_anywhere_gives_as_many_bytes_as_asked_for(address, length):
    assert len(ServoMemory().read(address, length)) == length


@given(st.integers(0, 255), st.binary(max_size=60))
def test_writing_anything_anywhere_leaves_every_value_in_its_range(address, data):
    memory = ServoMemory()
    memory.put(reg.LOCK, 0)
    for cell in memory.write(address, data):
        assert cell.writable
        assert cell.lowest <= abs(memory.get(cell)) <= cell.highest


def test_power_loss_keeps_the_eeprom_and_nothing_else(memory):
    memory.put(reg.LOCK, 0)
    memory.write(reg.HOMING_OFFSET.address, b"\x64\x00")
    memory.write(reg.MAX_TORQUE.address, b"\xf4\x01")
    memory.write(reg.TORQUE_ENABLE.address, b"\1")
    memory.lose_power()
    assert memory.get(reg.HOMING_OFFSET) == 100
    assert memory.get(reg.TORQUE_LIMIT) == 500
    for cell in REGISTERS:
        if cell.area in {Area.RAM, Area.FEEDBACK} and cell is not reg.TORQUE_LIMIT:
            assert memory.get(cell) == cell.default
