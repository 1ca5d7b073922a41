import pytest

from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import Instruction, Problem
from sim.emulators.dynamixel.instructions import execute, follow, may_answer, restarts
from tests.unit.sim.emulators.dynamixel.bench import Shaft

CODES = [code for code in range(256) if code not in {1, 2, 3, 4, 5, 6, 8, 0x10, 0x20}]


def test_what_is_no_instruction_for_one_servo_is_refused_as_such():
    servo = Shaft().servo
    assert [execute(servo, code, b"\0\0\0\0") for code in CODES] == [(Problem.INSTRUCTION, b"")] * len(CODES)


@pytest.mark.parametrize(
    ("code", "data", "problem"),
    [
        (Instruction.READ, b"\x84\0\4", Problem.RESULT),
        (Instruction.READ, b"\x0e\0\1\0", Problem.ACCESS),
        (Instruction.WRITE, b"\x41\0", Problem.LENGTH),
        (Instruction.WRITE, b"\x74\0\1\2", Problem.LENGTH),
        (Instruction.WRITE, b"\x40\0\2", Problem.RANGE),
        (Instruction.WRITE, b"\x74\0\0\x10\0\0", Problem.LIMIT),
        (Instruction.WRITE, b"\x84\0\0\0\0\0", Problem.ACCESS),
        (Instruction.REG_WRITE, b"\x41\0", Problem.LENGTH),
        (Instruction.REG_WRITE, b"\x84\0\0\0\0\0", Problem.ACCESS),
        (Instruction.ACTION, b"", Problem.INSTRUCTION),
        (Instruction.FACTORY_RESET, b"\x03", Problem.RESULT),
        (Instruction.FACTORY_RESET, b"", Problem.RESULT),
        (Instruction.CLEAR, b"\x01\x44\x58\x4c\x23", Problem.RESULT),
        (Instruction.BACKUP, b"\x01\x43\x54\x52\x4d", Problem.RESULT),
        (Instruction.BACKUP, b"\x02\x43\x54\x52\x4c", Problem.RESULT),
    ],
)
def test_each_thing_that_is_wrong_has_its_number(code, data, problem):
    assert execute(Shaft().servo, code, data) == (problem, b"")


def test_an_eeprom_write_under_torque_is_an_access_problem():
    shaft = Shaft().on()
    assert execute(shaft.servo, Instruction.WRITE, b"\x09\0\1") == (Problem.ACCESS, b"")


@pytest.mark.parametrize(("option", "kept"), [(0xFF, (1, 1, 250)), (0x01, (9, 1, 250)), (0x02, (9, 3, 250))])
def test_a_factory_reset_keeps_what_its_option_says(option, kept):
    shaft = Shaft()
    shaft.set(id=9, return_delay=4)
    assert execute(shaft.servo, Instruction.FACTORY_RESET, bytes((option,))) == (Problem.NONE, b"")
    assert tuple(shaft.get(cell) for cell in (reg.ID, reg.BAUD, reg.RETURN_DELAY)) == kept


def test_what_starts_a_servo_anew_is_known():
    assert restarts(Instruction.REBOOT, b"")
    assert restarts(Instruction.FACTORY_RESET, b"\x01")
    assert restarts(Instruction.BACKUP, b"\x02CTRL")
    assert not restarts(Instruction.BACKUP, b"\x01CTRL")
    assert not restarts(Instruction.WRITE, b"\x40\0\0")


@pytest.mark.parametrize(
    ("level", "allowed"),
    [(0, {"PING"}), (1, {"PING", "READ", "SYNC_READ", "FAST_SYNC_READ", "BULK_READ", "FAST_BULK_READ"})],
)
def test_the_status_level_lets_few_answers_through(level, allowed):
    shaft = Shaft()
    shaft.set(status_return_level=level)
    assert {code.name for code in Instruction if may_answer(shaft.servo, code)} == allowed


def test_a_follower_does_what_touches_its_ram_and_nothing_else():
    shaft = Shaft()
    follow(shaft.servo, Instruction.WRITE, b"\x41\0\1")
    follow(shaft.servo, Instruction.WRITE, b"\x09\0\1")
    assert (shaft.get(reg.LED), shaft.get(reg.RETURN_DELAY)) == (1, 0)
    follow(shaft.servo, Instruction.REG_WRITE, b"\x41\0\0")
    assert shaft.get(reg.LED) == 1
    follow(shaft.servo, Instruction.ACTION, b"")
    assert shaft.get(reg.LED) == 0
    follow(shaft.servo, Instruction.WRITE, b"\x41")
