"""Questions to DYNAMIXEL servos, protocol 2.0: ping each id, read supply and temperature (registers 144 to 146).

Golden bytes of the maker's manual: ping 1 is ``FF FF FD 00 01 03 00 01 19 4E``, ping all ``FF FF FD 00 FE 03 00 01 31
42``; a servo of model 1030 with firmware 38 answers ``FF FF FD 00 01 07 00 55 00 06 04 26 65 5D``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from armctl.config.arm import ArmConfig
from drivers.probes.probe import Line, Measured, Probe, Unit, model_differences, servo_ids

_HEADER: Final = b"\xff\xff\xfd\x00"
_BROADCAST: Final = 0xFE
_LARGEST_ID: Final = 252
_PING: Final = 0x01
_READ: Final = 0x02
_SYNC_READ: Final = 0x82
_STATUS: Final = 0x55
_ROLL_CALL: Final = 0.25
"""How long everybody may take to answer a ping to all [s]: each waits for its turn, some 3 ms an id."""
_SUPPLY: Final = (144, 3)
"""Address and length: input voltage (2 bytes, 0.1 V) and temperature (°C)."""
_POSITION: Final = (132, 4)
"""Address and length: present position."""
_ERRORS: Final = (70, 1)
"""Address and length: hardware error status."""
_ERROR_WORDS: Final = {
    0x01: "a wrong supply voltage",
    0x04: "overheating",
    0x08: "a failed encoder",
    0x10: "an electrical fault",
    0x20: "an overload",
}
_STUFFED: Final = (b"\xff\xff\xfd\xfd", b"\xff\xff\xfd")
# Model numbers: e-Manual control tables of the X series.
MODELS: Final = {
    1020: "XM430-W350",
    1030: "XM430-W210",
    1060: "XL430-W250",
    1190: "XL330-M077",
    1200: "XL330-M288",
}
"""Model number to name, to say what answers."""


class Status(NamedTuple):
    """One answer: who gave it, its error byte, its data."""

    id: int
    error: int
    data: bytes


def crc(data: bytes) -> int:
    """Return the CRC-16 of ``data``: polynomial 0x8005, start 0, neither reflected nor inverted (BUYPASS)."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x8005 if value & 0x8000 else value << 1) & 0xFFFF
    return value


def request(servo: int, instruction: int, data: bytes = b"") -> bytes:
    """Return the frame of ``instruction`` to ``servo``; ``data`` that would need stuffing is never asked for here."""
    frame = _HEADER + bytes((servo,)) + (len(data) + 3).to_bytes(2, "little") + bytes((instruction,)) + data
    return frame + crc(frame).to_bytes(2, "little")


def answers(got: bytes) -> list[Status]:
    """Return the status frames in ``got`` whose length and CRC are right; the search moves on by one byte."""
    found, at = [], 0
    while (at := got.find(_HEADER, at)) >= 0:
        length = int.from_bytes(got[at + 5 : at + 7], "little")
        end = at + 7 + length
        frame = got[at:end]
        whole = length >= 4 and end <= len(got) and frame[7] == _STATUS
        if whole and crc(frame[:-2]) == int.from_bytes(frame[-2:], "little"):
            found.append(Status(frame[4], frame[8], frame[9:-2].replace(*_STUFFED)))
            at = end
        else:
            at += 1
    return found


def who(line: Line, config: ArmConfig | None) -> tuple[Unit, ...]:
    """Return the servos of ``config`` that answer; everybody on the line where there is none.

    Raises:
        LinkLostError: The port is gone.
    """
    if config is None:
        got = line.ask(request(_BROADCAST, _PING), lambda _got: False, _ROLL_CALL)
        said = {status.id: status for status in answers(got)}
    else:
        said = _each(line, servo_ids(config), _PING, b"")
    return tuple(
        _unit(servo, status) for servo, status in sorted(said.items()) if servo <= _LARGEST_ID and len(status.data) == 3
    )


def measure(line: Line, units: Sequence[Unit]) -> tuple[Measured, ...]:
    """Return supply and temperature of each of ``units`` that answers.

    Raises:
        LinkLostError: The port is gone.
    """
    where = _SUPPLY[0].to_bytes(2, "little") + _SUPPLY[1].to_bytes(2, "little")
    said = _each(line, [unit.id for unit in units], _READ, where)
    return tuple(
        Measured(servo, int.from_bytes(status.data[:2], "little") / 10, float(status.data[2]))
        for servo, status in said.items()
        if len(status.data) == _SUPPLY[1]
    )


def cycle(line: Line, units: Sequence[Unit]) -> bool:
    """Ask each of ``units`` for its position, once, and return True when all answered.

    Raises:
        LinkLostError: The port is gone.
    """
    ids = bytes(unit.id for unit in units)
    where = _POSITION[0].to_bytes(2, "little") + _POSITION[1].to_bytes(2, "little")
    wanted = set(ids)
    return wanted <= _ids(line.ask(request(_BROADCAST, _SYNC_READ, where + ids), lambda got: wanted <= _ids(got)))


def differs(line: Line, config: ArmConfig, units: Sequence[Unit]) -> tuple[str, ...]:
    """Return which servos of ``config`` are silent, of another model, or have switched themselves off.

    Raises:
        LinkLostError: The port is gone.
    """
    where = _ERRORS[0].to_bytes(2, "little") + _ERRORS[1].to_bytes(2, "little")
    said = _each(line, [unit.id for unit in units], _READ, where)
    alarms = {servo: status.data[0] for servo, status in said.items() if len(status.data) == _ERRORS[1]}
    return (
        *model_differences(config, units),
        *(f"Servo {servo} reports {_words(bits)}: restart it." for servo, bits in alarms.items() if bits),
    )


def _each(line: Line, servos: Sequence[int], instruction: int, data: bytes) -> dict[int, Status]:
    """Return the answers by servo. One at a time: in a sync read one silent servo keeps those behind it silent, too."""
    said = ((servo, _one(line, servo, request(servo, instruction, data))) for servo in servos)
    return {servo: status for servo, status in said if status is not None}


def _one(line: Line, servo: int, question: bytes) -> Status | None:
    got = line.ask(question, lambda got: servo in _ids(got))
    return next((status for status in answers(got) if status.id == servo), None)


def _ids(got: bytes) -> set[int]:
    return {status.id for status in answers(got)}


def _unit(servo: int, status: Status) -> Unit:
    number = int.from_bytes(status.data[:2], "little")
    return Unit(servo, f"{MODELS.get(number, 'unknown')} (model {number}, firmware {status.data[2]})", number)


def _words(bits: int) -> str:
    return " and ".join(words for bit, words in _ERROR_WORDS.items() if bits & bit) or f"error {bits}"


PROBE: Final = Probe(title="DYNAMIXEL servos", baud=1_000_000, who=who, measure=measure, cycle=cycle, differs=differs)
