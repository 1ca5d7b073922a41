import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import MODELS, Area, Problem
from sim.emulators.dynamixel.memory import ControlTable
from tests.unit.sim.emulators.dynamixel.bench import MODELS as NUMBERS

XL330, XL430, XM430 = (MODELS[number] for number in NUMBERS)
models = st.sampled_from((XL330, XL430, XM430))
EVERY_CELL = [(model, cell) for model in (XL330, XL430, XM430) for cell in model.registers]


@pytest.fixture(params=(XL330, XL430, XM430), ids=lambda model: model.name)
def table(request):
    return ControlTable(request.param)


def put(table, cell, value):
    own = next(one for one in table.model.registers if one.name == cell.name)
    return table.write(own.address, own.packed(value))[0]


# The maker's figures, from the pages of the three models: XL330-M288, XL430-W250, XM430-W350.
FACTORY = [
    (reg.MODEL, 1200, 1060, 1020),
    (reg.ID, 1, 1, 1),
    (reg.BAUD, 1, 1, 1),
    (reg.RETURN_DELAY, 250, 250, 250),
    (reg.OPERATING_MODE, 3, 3, 3),
    (reg.SECONDARY_ID, 255, 255, 255),
    (reg.TEMPERATURE_LIMIT, 70, 72, 80),
    (reg.MAX_VOLTAGE, 70, 140, 160),
    (reg.MIN_VOLTAGE, 35, 60, 95),
    (reg.PWM_LIMIT, 885, 885, 885),
    (reg.VELOCITY_LIMIT, 445, 265, 200),
    (reg.MAX_POSITION, 4095, 4095, 4095),
    (reg.SHUTDOWN, 53, 52, 52),
    (reg.STATUS_RETURN_LEVEL, 2, 2, 2),
    (reg.VELOCITY_I, 1600, 1000, 1920),
    (reg.VELOCITY_P, 180, 100, 100),
    (reg.POSITION_D, 0, 4000, 0),
    (reg.POSITION_P, 400, 640, 800),
]


@pytest.mark.parametrize(
    ("cell", "values"), [(row[0], row[1:]) for row in FACTORY], ids=lambda x: getattr(x, "name", "")
)
def test_a_new_servo_is_as_the_factory_made_it(cell, values):
    assert tuple(ControlTable(model).get(cell) for model in (XL330, XL430, XM430)) == values


def test_only_servos_that_measure_current_have_registers_for_it():
    for cell in (reg.CURRENT_LIMIT, reg.GOAL_CURRENT):
        assert [ControlTable(model).has(cell) for model in (XL330, XL430, XM430)] == [True, False, True]
    assert ControlTable(XL430).read(38, 2) is None
    assert ControlTable(XL430).write(102, b"\1\0")[0] is Problem.ACCESS


@pytest.mark.parametrize("cell", {cell.name: cell for _, cell in EVERY_CELL}.values(), ids=lambda cell: cell.name)
def test_what_may_not_be_written_is_refused_and_stays(cell):
    for model, own in EVERY_CELL:
        if own.name == cell.name:
            table = ControlTable(model)
            problem, written = table.write(own.address, bytes(own.size))
            if own.writable:
                assert problem in {Problem.NONE, Problem.RANGE}
            else:
                assert (problem, written) == (Problem.ACCESS, ())
                assert table.get(own) == own.default


def test_a_part_of_a_register_is_too_short_and_its_middle_no_address():
    wide = [(model, cell) for model, cell in EVERY_CELL if cell.size > 1 and cell.writable]
    assert len(wide) > 50
    for model, cell in wide:
        table = ControlTable(model)
        assert table.write(cell.address, bytes(cell.size - 1))[0] is Problem.LENGTH
        assert table.write(cell.address + 1, bytes(cell.size - 1))[0] is Problem.ACCESS
        assert table.backup() == ControlTable(model).backup()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (reg.ID, 253),
        (reg.BAUD, 8),
        (reg.RETURN_DELAY, 255),
        (reg.DRIVE_MODE, 2),
        (reg.OPERATING_MODE, 2),
        (reg.TEMPERATURE_LIMIT, 101),
        (reg.PWM_LIMIT, 886),
        (reg.MAX_POSITION, 4096),
        (reg.HOMING_OFFSET, 1_044_480),
        (reg.TORQUE_ENABLE, 2),
        (reg.WATCHDOG, 128),
        (reg.PROFILE_VELOCITY, 32768),
        (reg.POSITION_P, 16384),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_values_outside_of_a_registers_range_are_refused(table, cell, value):
    before = table.get(cell)
    assert put(table, cell, value) is Problem.RANGE
    assert table.get(cell) == before


def test_each_model_takes_the_modes_it_has():
    for model, modes in ((XL330, {0, 1, 3, 4, 5, 16}), (XL430, {1, 3, 4, 16}), (XM430, {0, 1, 3, 4, 5, 16})):
        taken = {mode for mode in range(20) if put(ControlTable(model), reg.OPERATING_MODE, mode) is Problem.NONE}
        assert taken == modes


def test_the_xl330_cannot_be_set_to_stand_more_than_seven_volts_nor_to_the_fastest_line():
    table = ControlTable(XL330)
    assert put(table, reg.MAX_VOLTAGE, 71) is Problem.RANGE
    assert put(table, reg.BAUD, 7) is Problem.RANGE


def test_goals_beyond_a_limit_register_are_refused_with_a_problem_of_their_own(table):
    put(table, reg.PWM_LIMIT, 300)
    assert [put(table, reg.GOAL_PWM, value) for value in (300, -300, 301, -301)] == [0, 0, Problem.LIMIT, Problem.LIMIT]
    put(table, reg.VELOCITY_LIMIT, 50)
    assert [put(table, reg.GOAL_VELOCITY, value) for value in (-50, 51)] == [0, Problem.LIMIT]
    put(table, reg.MIN_POSITION, 100)
    put(table, reg.MAX_POSITION, 200)
    goals = [put(table, reg.GOAL_POSITION, value) for value in (99, 100, 200, 201)]
    assert goals == [Problem.LIMIT, 0, 0, Problem.LIMIT]


def test_over_several_turns_the_position_limits_mean_nothing(table):
    put(table, reg.OPERATING_MODE, 4)
    assert [put(table, reg.GOAL_POSITION, value) for value in (-1_048_575, 1_048_575)] == [0, 0]
    assert put(table, reg.GOAL_POSITION, 1_048_576) is Problem.RANGE


def test_the_eeprom_is_locked_while_torque_is_on(table):
    put(table, reg.TORQUE_ENABLE, 1)
    for cell in table.model.registers:
        if cell.area is Area.EEPROM:
            assert put(table, cell, table.get(cell)) is Problem.ACCESS
    assert put(table, reg.LED, 1) is Problem.NONE
    put(table, reg.TORQUE_ENABLE, 0)
    assert put(table, reg.RETURN_DELAY, 5) is Problem.NONE


def test_the_secondary_id_reaches_the_ram_only(table):
    assert table.write(reg.LED.address, b"\1", ram_only=True)[0] is Problem.NONE
    assert table.write(reg.RETURN_DELAY.address, b"\1", ram_only=True)[0] is Problem.ACCESS


def test_goals_are_refused_while_the_watchdog_has_tripped_and_only_zero_ends_that(table):
    table.put(reg.WATCHDOG, reg.WATCHDOG_TRIPPED)
    for cell in (reg.GOAL_PWM, reg.GOAL_VELOCITY, reg.GOAL_POSITION):
        assert put(table, cell, 0) is Problem.RANGE
    assert put(table, reg.PROFILE_VELOCITY, 10) is Problem.NONE
    assert put(table, reg.WATCHDOG, 5) is Problem.RANGE
    assert put(table, reg.WATCHDOG, 0) is Problem.NONE
    assert put(table, reg.GOAL_POSITION, 100) is Problem.NONE


def test_one_write_may_fill_registers_that_follow_each_other_all_or_none(table):
    data = (5).to_bytes(4, "little") + (50).to_bytes(4, "little") + (700).to_bytes(4, "little")
    problem, written = table.write(108, data)
    assert (problem, [cell.address for cell in written]) == (Problem.NONE, [108, 112, 116])
    assert table.get(reg.GOAL_POSITION) == 700
    wrong = data[:8] + (5000).to_bytes(4, "little")
    assert table.write(108, wrong) == (Problem.LIMIT, ())
    assert table.get(reg.GOAL_POSITION) == 700


def test_a_write_over_a_hole_is_refused(table):
    assert table.write(64, bytes(5))[0] is Problem.ACCESS
    assert table.write(9, bytes((0, 0, 3, 255, 2, 0)))[0] is Problem.ACCESS
    assert table.get(reg.RETURN_DELAY) == 250


def test_reading_begins_at_a_register_and_ends_within_the_table(table):
    size = 228 if table.model is XL330 else 662
    assert table.read(132, 4) == bytes(4)
    assert table.read(133, 2) == bytes(2)
    assert table.read(14, 1) is None
    assert table.read(size - 1, 1) is not None
    assert table.read(size - 1, 2) is None
    assert table.read(size, 1) is None
    assert table.read(132, 0) is None


def test_bytes_between_registers_cannot_be_read_but_by_a_forgiving_servo(table):
    assert table.read(0, 64) is None
    assert len(table.read(0, 14)) == 14
    table.forgiving = True
    assert table.read(0, 64)[14:20] == bytes(6)
    assert table.read(14, 2) is None


SLOTS = [
    (XL330, 168, 208, 20),
    (XL430, 168, 224, 28),
    (XL430, 578, 634, 28),
    (XM430, 168, 224, 28),
    (XM430, 578, 634, 28),
]


@pytest.mark.parametrize(("model", "addresses", "data", "count"), SLOTS)
def test_each_model_has_its_indirect_slots_and_each_points_at_itself_first(model, addresses, data, count):
    table = ControlTable(model)
    for k in range(count):
        assert int.from_bytes(table.read(addresses + 2 * k, 2), "little") == data + k
        assert table.write(data + k, bytes((k + 1,)))[0] is Problem.NONE
    assert table.read(data, count) == bytes(range(1, count + 1))


@pytest.mark.parametrize(("model", "addresses", "data", "count"), SLOTS)
def test_indirect_slots_read_and_write_what_they_point_at(model, addresses, data, count):
    table = ControlTable(model)
    for k, address in enumerate((65, 116, 117, 118, 119, 146)):
        assert table.write(addresses + 2 * k, address.to_bytes(2, "little"))[0] is Problem.NONE
    table.put(reg.TEMPERATURE, 41)
    assert table.write(data, b"\1" + (1000).to_bytes(4, "little"))[0] is Problem.NONE
    assert (table.get(reg.LED), table.get(reg.GOAL_POSITION)) == (1, 1000)
    assert table.read(data, 6) == b"\1" + (1000).to_bytes(4, "little") + b"\x29"
    assert table.write(data + 1, b"\1\2")[0] is Problem.LENGTH
    assert table.write(data + 1, (5000).to_bytes(4, "little"))[0] is Problem.LIMIT
    assert table.write(data + 5, b"\1")[0] is Problem.ACCESS


def test_the_eeprom_cannot_be_reached_through_a_slot(table):
    assert table.write(168, (63).to_bytes(2, "little"))[0] is Problem.RANGE
    assert table.write(168, (64).to_bytes(2, "little"))[0] is Problem.NONE
    last = 227 if table.model is XL330 else 661
    assert table.write(168, (last + 1).to_bytes(2, "little"))[0] is Problem.RANGE


def test_power_loss_keeps_the_eeprom_and_nothing_else(table):
    put(table, reg.RETURN_DELAY, 3)
    put(table, reg.PWM_LIMIT, 400)
    table.write(168, (65).to_bytes(2, "little"))
    for cell, value in ((reg.LED, 1), (reg.POSITION_P, 1), (reg.PROFILE_VELOCITY, 9), (reg.TORQUE_ENABLE, 1)):
        put(table, cell, value)
    table.lose_power()
    assert table.get(reg.RETURN_DELAY) == 3
    assert table.get(reg.GOAL_PWM) == 400
    fresh = ControlTable(table.model)
    for cell in table.model.registers:
        if cell.area in {Area.RAM, Area.FEEDBACK} and cell.name != reg.GOAL_PWM.name:
            assert table.get(cell) == fresh.get(cell), cell.name
    assert table.read(168, 2) == fresh.read(168, 2)


def test_a_backup_brings_back_what_it_held(table):
    put(table, reg.RETURN_DELAY, 3)
    put(table, reg.POSITION_P, 77)
    table.write(168, (65).to_bytes(2, "little"))
    store = table.backup()
    table.factory_reset(())
    table.lose_power()
    table.restore(store, Area.EEPROM)
    assert (table.get(reg.RETURN_DELAY), table.get(reg.POSITION_P)) == (
        3,
        ControlTable(table.model).get(reg.POSITION_P),
    )
    table.restore(store, Area.RAM)
    assert table.get(reg.POSITION_P) == 77
    assert table.read(168, 2) == (65).to_bytes(2, "little")


@given(models, st.integers(0, 700), st.binary(max_size=40))
def test_writing_anything_anywhere_leaves_every_value_in_its_range(model, address, data):
    table = ControlTable(model)
    before = table.backup()
    problem, written = table.write(address, data)
    assert bool(written) != bool(problem)
    for cell in written:
        assert cell.writable
        assert cell.lowest <= table.get(cell) <= cell.highest
    if problem:
        assert table.backup() == before


@given(models, st.integers(0, 700), st.integers(0, 700))
def test_reading_anywhere_gives_as_many_bytes_as_asked_for_or_none(model, address, length):
    got = ControlTable(model).read(address, length)
    assert got is None or len(got) == length


@given(models, st.data(), st.integers(-(2**40), 2**40))
def test_what_the_servo_puts_it_gets_as_far_as_the_register_holds_it(model, data, value):
    cell = data.draw(st.sampled_from(model.registers))
    table = ControlTable(model)
    table.put(cell, value)
    bits = 8 * cell.size
    lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if cell.signed else (0, (1 << bits) - 1)
    assert table.get(cell) == min(max(value, lowest), highest)
