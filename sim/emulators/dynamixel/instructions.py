"""What one emulated servo does with each instruction that is for it alone."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final, TypeAlias

from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import BACKUP_KEY, CLEAR_TURNS, Instruction, Problem, Register
from sim.emulators.dynamixel.servo import Servo

Result: TypeAlias = tuple[Problem, bytes]
"""What goes into the answer: how it went, and data."""

READS: Final = frozenset(
    {
        Instruction.READ,
        Instruction.SYNC_READ,
        Instruction.FAST_SYNC_READ,
        Instruction.BULK_READ,
        Instruction.FAST_BULK_READ,
    }
)
RESTARTS: Final = frozenset({Instruction.REBOOT, Instruction.FACTORY_RESET})
"""Instructions after which a servo starts anew, when they succeed; a restored backup does so too."""
BY_SECONDARY_ID: Final = frozenset({Instruction.WRITE, Instruction.REG_WRITE, Instruction.ACTION})
"""What a servo also does when its secondary id is called, in silence."""
_STORE, _RESTORE = b"\x01", b"\x02"
_KEPT: Final[dict[bytes, tuple[Register, ...]]] = {
    bytes((reg.RESET_ALL,)): (),
    bytes((reg.RESET_BUT_ID,)): (reg.ID,),
    bytes((reg.RESET_BUT_ID_AND_BAUD,)): (reg.ID, reg.BAUD),
}


def restarts(instruction: int, data: bytes) -> bool:
    """Return True when a servo that did this starts anew."""
    return instruction in RESTARTS or (instruction == Instruction.BACKUP and data[:1] == _RESTORE)


def may_answer(servo: Servo, instruction: int) -> bool:
    """Return True when ``servo`` answers this instruction at its status return level."""
    needed = 0 if instruction == Instruction.PING else 1 if instruction in READS else 2
    return servo.table.get(reg.STATUS_RETURN_LEVEL) >= needed


def execute(servo: Servo, instruction: int, data: bytes) -> Result:
    """Let ``servo`` do what it is told, and return what it has to say."""
    handler = _HANDLERS.get(instruction)
    return handler(servo, data) if handler else (Problem.INSTRUCTION, b"")


def follow(servo: Servo, instruction: int, data: bytes) -> None:
    """Let ``servo`` do what its secondary id is told: nothing but RAM, and no answer."""
    if instruction == Instruction.ACTION:
        servo.act()
    elif len(data) > 2:
        address, row = _address(data), data[2:]
        (servo.write if instruction == Instruction.WRITE else servo.register)(address, row, ram_only=True)


def read(servo: Servo, address: int, length: int) -> Result:
    """Return what ``servo`` answers to a read."""
    found = servo.table.read(address, length)
    return (Problem.ACCESS, b"") if found is None else (Problem.NONE, found)


def _address(data: bytes) -> int:
    return int.from_bytes(data[:2], "little")


def _ping(servo: Servo, data: bytes) -> Result:
    return Problem.NONE, struct.pack("<HB", servo.table.get(reg.MODEL), servo.table.get(reg.FIRMWARE))


def _read(servo: Servo, data: bytes) -> Result:
    return read(servo, *struct.unpack("<HH", data)) if len(data) == 4 else (Problem.RESULT, b"")


def _write(servo: Servo, data: bytes) -> Result:
    return (servo.write(_address(data), data[2:]) if len(data) > 2 else Problem.LENGTH), b""


def _reg_write(servo: Servo, data: bytes) -> Result:
    return (servo.register(_address(data), data[2:]) if len(data) > 2 else Problem.LENGTH), b""


def _action(servo: Servo, data: bytes) -> Result:
    return servo.act(), b""


def _factory_reset(servo: Servo, data: bytes) -> Result:
    if data not in _KEPT:
        return Problem.RESULT, b""
    servo.factory_reset(*_KEPT[data])
    return Problem.NONE, b""


def _reboot(servo: Servo, data: bytes) -> Result:
    servo.power_up()
    return Problem.NONE, b""


def _clear(servo: Servo, data: bytes) -> Result:
    return (servo.clear_turns() if data == CLEAR_TURNS else Problem.RESULT), b""


def _backup(servo: Servo, data: bytes) -> Result:
    if data == _STORE + BACKUP_KEY:
        return servo.store(), b""
    return (servo.restore() if data == _RESTORE + BACKUP_KEY else Problem.RESULT), b""


_HANDLERS: Final[dict[int, Callable[[Servo, bytes], Result]]] = {
    Instruction.PING: _ping,
    Instruction.READ: _read,
    Instruction.WRITE: _write,
    Instruction.REG_WRITE: _reg_write,
    Instruction.ACTION: _action,
    Instruction.FACTORY_RESET: _factory_reset,
    Instruction.REBOOT: _reboot,
    Instruction.CLEAR: _clear,
    Instruction.BACKUP: _backup,
}
