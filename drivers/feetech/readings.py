"""One cyclic reading of a servo: which registers it asks for, and what the bytes mean.

Every reading ends at the same register and starts at one that names it: a *short* reading starts at 56 (feedback) or a
little before, a *long* one at 40 (torque, goal, limits too) or a little before. So the length of an answer says which
request it answers.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from drivers.feetech.messages import FAULTS_BY_STATUS, FEEDBACK_END, LOCK, POSITION, TORQUE_ENABLE, TORQUE_LIMIT

GENERATIONS: Final = 16
"""Readings that can be told apart. At 100 Hz an answer would have to be 160 ms late to fit again."""
CURRENT_UNIT: Final = 0.0065
"""One step of the current register [A]."""

FEEDBACK: Final = struct.Struct("<HHHBBBBBHH")
"""Position, speed, load, voltage, temperature, registered, status, moving, goal in force, current: the end of every
answer. Words are sign and magnitude, the sign in bit 15, of the load in bit 10."""
_ORDERS: Final = struct.Struct("<BBHHH")
"""Torque, acceleration, goal, time, speed."""
_LONG: Final = FEEDBACK_END - TORQUE_ENABLE.address
"""Bytes from the torque register to the end of every reading."""
_LIMIT: Final = slice(TORQUE_LIMIT.address - FEEDBACK_END, TORQUE_LIMIT.end - FEEDBACK_END)
_LOCK: Final = LOCK.address - FEEDBACK_END


class Span(NamedTuple):
    """A range of registers.

    Attributes:
        address: The first.
        length: How many bytes.
    """

    address: int
    length: int


def _span(generation: int, *, long: bool) -> Span:
    start = (TORQUE_ENABLE if long else POSITION).address - generation
    return Span(start, FEEDBACK_END - start)


_SPANS: Final = {long: tuple(_span(number, long=long) for number in range(GENERATIONS)) for long in (False, True)}


def span(generation: int, *, long: bool) -> Span:
    """Return what to ask for in reading number ``generation``."""
    return _SPANS[long][generation % GENERATIONS]


class Feedback(NamedTuple):
    """What a servo measures.

    Attributes:
        position: [step].
        speed: [step/s].
        effort: Share of full drive, -1 to 1; not a measured torque.
        voltage: [V].
        temperature: [°C].
        status: Status byte.
        current: Of the motor's phases, not of the supply [A].
    """

    position: int
    speed: int
    effort: float
    voltage: float
    temperature: float
    status: int
    current: float


class Orders(NamedTuple):
    """What a servo was told.

    Attributes:
        torque: Torque register: 1 on, 0 off.
        acceleration: Acceleration register.
        goal: [step].
        speed: [step/s].
        locked: Writes to its EEPROM are without effect.
    """

    torque: int
    acceleration: int
    goal: int
    speed: int
    locked: bool


def feedback(status: int, data: bytes) -> Feedback:
    """Return what the answer ``data`` to a short or long reading says; ``status`` is the status byte of its frame."""
    position, speed, load, voltage, temperature, _, state, _, _, current = FEEDBACK.unpack_from(
        data, len(data) - FEEDBACK.size
    )
    return Feedback(
        position=_signed(position),
        speed=_signed(speed),
        effort=effort_of(load),
        voltage=voltage / 10,
        temperature=temperature,
        status=status | state,
        current=_signed(current) * CURRENT_UNIT,
    )


def effort_of(load: int) -> float:
    """Return the share of full drive, -1 to 1, that the ``load`` register tells."""
    return (-(load & 0x3FF) if load & 0x400 else load & 0x3FF) / 1000


def orders(data: bytes) -> Orders:
    """Return what the answer ``data`` to a long reading says."""
    torque, acceleration, goal, _, speed = _ORDERS.unpack_from(data, len(data) - _LONG)
    return Orders(torque, acceleration, _signed(goal), _signed(speed), data[_LOCK] == 1)


def obeys(data: bytes, switched: bytes, limit: bytes) -> bool:
    """Return True when the answer ``data`` to a long reading has these bytes in it.

    Args:
        data: The answer.
        switched: Torque register and acceleration register.
        limit: Torque limit register.
    """
    start = len(data) - _LONG
    return data[start : start + 2] == switched and data[_LIMIT] == limit


def is_on(data: bytes) -> bool:
    """Return True when the answer ``data`` to a long reading says that torque is on."""
    return data[len(data) - _LONG] == 1


def is_long(data: bytes) -> bool:
    """Return True when ``data`` answers a long reading."""
    return len(data) >= _LONG


def goal_row(acceleration: int, goal: int, speed: int) -> bytes:
    """Return the bytes from the acceleration register on that send a servo to ``goal``."""
    return struct.pack("<BHHH", acceleration, goal, 0, speed)


faults = FAULTS_BY_STATUS.__getitem__
"""Status byte to `JointFault`."""


def _signed(raw: int) -> int:
    """Return the value of a two-byte sign-magnitude register with its sign in bit 15."""
    return -(raw & 0x7FFF) if raw & 0x8000 else raw
