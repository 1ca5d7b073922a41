import itertools

import pytest

from armctl.hal.state import JointFault
from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import FAULTS_BY_HARDWARE, MODELS, Area, Mode

CELLS = [(model, cell) for model in MODELS.values() for cell in model.registers]
SHARED = ["current_limit", "goal_current", "current", "load", "pwm_slope"]


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_registers_stand_in_order_and_do_not_overlap(model):
    for before, after in itertools.pairwise(model.registers):
        assert before.end <= after.address, f"{before.name} and {after.name}"
    assert len({cell.name for cell in model.registers}) == len(model.registers)
    assert model.registers[-1].end <= model.indirect[0].addresses


@pytest.mark.parametrize(("model", "cell"), CELLS, ids=[f"{model.name}-{cell.name}" for model, cell in CELLS])
def test_values_fit_their_register_and_defaults_their_range(model, cell):
    for value in (cell.lowest, cell.default, cell.highest):
        assert cell.value(cell.packed(value), cell.address) == value
    if cell.writable:
        assert cell.lowest <= cell.default <= cell.highest


@pytest.mark.parametrize(("model", "cell"), CELLS, ids=[f"{model.name}-{cell.name}" for model, cell in CELLS])
def test_areas_follow_the_control_table_of_the_maker(model, cell):
    if cell.area in {Area.FIXED, Area.EEPROM}:
        assert cell.end <= reg.EEPROM_END
    elif cell.area is Area.RAM:
        assert 64 <= cell.address < 120
    else:
        assert cell.address in {69, 70} or cell.address >= 120
    assert cell.writable == (cell.area in {Area.EEPROM, Area.RAM})


@pytest.mark.parametrize(
    ("number", "name", "address", "size", "signed", "default"),
    [
        (1200, "model", 0, 2, False, 1200),
        (1060, "model", 0, 2, False, 1060),
        (1020, "model", 0, 2, False, 1020),
        (1020, "homing_offset", 20, 4, True, 0),
        (1200, "temperature_limit", 31, 1, False, 70),
        (1060, "temperature_limit", 31, 1, False, 72),
        (1020, "temperature_limit", 31, 1, False, 80),
        (1200, "max_voltage", 32, 2, False, 70),
        (1060, "max_voltage", 32, 2, False, 140),
        (1020, "max_voltage", 32, 2, False, 160),
        (1200, "min_voltage", 34, 2, False, 35),
        (1060, "min_voltage", 34, 2, False, 60),
        (1020, "min_voltage", 34, 2, False, 95),
        (1200, "current_limit", 38, 2, False, 1750),
        (1020, "current_limit", 38, 2, False, 1193),
        (1200, "velocity_limit", 44, 4, False, 445),
        (1060, "velocity_limit", 44, 4, False, 265),
        (1020, "velocity_limit", 44, 4, False, 200),
        (1200, "shutdown", 63, 1, False, 53),
        (1060, "shutdown", 63, 1, False, 52),
        (1020, "torque_enable", 64, 1, False, 0),
        (1020, "hardware_error", 70, 1, False, 0),
        (1060, "position_d", 80, 2, False, 4000),
        (1060, "position_p", 84, 2, False, 640),
        (1200, "position_p", 84, 2, False, 400),
        (1020, "watchdog", 98, 1, False, 0),
        (1020, "goal_pwm", 100, 2, True, 885),
        (1200, "goal_current", 102, 2, True, 1750),
        (1020, "profile_acceleration", 108, 4, False, 0),
        (1020, "profile_velocity", 112, 4, False, 0),
        (1020, "goal_position", 116, 4, True, 0),
        (1020, "current", 126, 2, True, 0),
        (1060, "load", 126, 2, True, 0),
        (1020, "velocity", 128, 4, True, 0),
        (1020, "position", 132, 4, True, 0),
        (1020, "voltage", 144, 2, False, 120),
        (1020, "temperature", 146, 1, False, 30),
    ],
)
def test_registers_are_where_the_maker_says(number, name, address, size, signed, default):
    cell = MODELS[number].cell(name)
    assert (cell.address, cell.size, cell.signed, cell.default) == (address, size, signed, default)


@pytest.mark.parametrize(
    ("number", "missing"),
    [
        (1200, ["load"]),
        (1060, ["current_limit", "goal_current", "current", "pwm_slope"]),
        (1020, ["load", "pwm_slope"]),
    ],
)
def test_each_model_lacks_what_the_maker_left_out(number, missing):
    model = MODELS[number]
    assert [name for name in SHARED if not model.has(name)] == missing
    with pytest.raises(KeyError, match=f"{model.name} has no register {missing[0]}"):
        model.cell(missing[0])


def test_only_servos_that_measure_current_limit_it():
    for model in MODELS.values():
        assert model.has("goal_current") == (Mode.CURRENT_POSITION in model.modes) == (model.current_unit is not None)
        assert {Mode.POSITION, Mode.EXTENDED} <= model.modes


@pytest.mark.parametrize(("number", "rows"), [(1200, [(168, 208, 20)]), (1060, [(168, 224, 28), (578, 634, 28)])])
def test_indirect_slots_are_where_the_maker_says(number, rows):
    model = MODELS[number]
    assert [(row.addresses, row.data, row.slots) for row in model.indirect] == rows
    for row in model.indirect:
        assert row.addresses + 2 * row.slots == row.data


def test_values_are_two_s_complement_and_little_endian():
    assert reg.POSITION.value(b"\xff\xff\xff\xff", reg.POSITION.address) == -1
    assert reg.POSITION.value(b"\0\0" + b"\x00\x08\x00\x00", start=130) == 2048
    assert reg.GOAL_POSITION.packed(-2) == b"\xfe\xff\xff\xff"
    assert reg.VOLTAGE.value(b"\x78\x00", reg.VOLTAGE.address) == 120
    with pytest.raises(OverflowError):
        reg.WATCHDOG.packed(-1)


def test_units_are_the_makers():
    assert pytest.approx(15.633, abs=1e-3) == reg.VELOCITY_UNIT
    assert pytest.approx(244.14, abs=0.01) == reg.ACCELERATION_UNIT
    assert reg.BAUDS.index(1_000_000) == 3
    assert reg.BAUDS.index(57600) == reg.BAUD.default


def test_each_hardware_error_bit_means_its_fault_and_the_others_nothing():
    assert FAULTS_BY_HARDWARE[0] is JointFault.NONE
    assert FAULTS_BY_HARDWARE[0x01] == JointFault.VOLTAGE
    assert FAULTS_BY_HARDWARE[0x04] == JointFault.OVERHEAT
    assert FAULTS_BY_HARDWARE[0x08] == JointFault.ENCODER
    assert FAULTS_BY_HARDWARE[0x10] == JointFault.OVERCURRENT
    assert FAULTS_BY_HARDWARE[0x20] == JointFault.OVERLOAD
    assert FAULTS_BY_HARDWARE[0x02 | 0x40 | 0x80] == JointFault.NONE
    assert FAULTS_BY_HARDWARE[0x25] == JointFault.VOLTAGE | JointFault.OVERHEAT | JointFault.OVERLOAD
