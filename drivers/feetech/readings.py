"""One cyclic reading of a servo: which registers it asks for, and what the bytes mean.

Every reading ends at the same register and starts at one that names it: a *short* reading starts at 56 (feedback) or a
little before, a *long* one at 40 (torque, goal, limits too) or a little before. So the length of an answer says which
request it answers.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from drivers.feetech.messages import FAULTS_BY_STATUS, FEEDBACK_END, POSITION, TORQUE_ENABLE

GENERATIONS: Final = 16
"""Readings that can be told apart. At 100 Hz an answer would have to be 160 ms late to fit again."""

_FEEDBACK: Final = struct.Struct("<HHHBBBBBHH")
"""Position, speed, load, voltage, temperature, registered, status, moving, goal in force, current."""
_ORDERS: Final = struct.Struct("<BBHHHH")
"""Torque, acceleration, goal, time, speed, torque limit."""


class Span(NamedTuple):
    """A range of registers.

    Attributes:
        address: The first.
        length: How many bytes.
    """

    address: int
    length: int


def span(generation: int, *, long: bool) -> Span:
    """Return what to ask for in reading number ``generation``."""
    start = (TORQUE_ENABLE if long else POSITION).address - generation % GENERATIONS
    return Span(start, FEEDBACK_END - start)


class Feedback(NamedTuple):
    """What a servo measures.

    Attributes:
        position: [step].
        speed: [step/s].
        effort: Share of full drive, -1 to 1; not a measured torque.
        voltage: [V].
        temperature: [°C].
        status: Status byte.
    """

    position: int
    speed: int
    effort: float
    voltage: float
    temperature: float
    status: int


class Orders(NamedTuple):
    """What a servo was told.

    Attributes:
        torque: Torque register: 1 on, 0 off.
        acceleration: Acceleration register.
        goal: [step].
        speed: [step/s].
        torque_limit: [0.1 %].
    """

    torque: int
    acceleration: int
    goal: int
    speed: int
    torque_limit: int


def feedback(status: int, data: bytes) -> Feedback:
    """Return what the answer ``data`` to a short or long reading says; ``status`` is the status byte of its frame."""
    position, speed, load, voltage, temperature, _, state, _, _, _ = _FEEDBACK.unpack_from(
        data, len(data) - _FEEDBACK.size
    )
    return Feedback(
        _signed(position),
        _signed(speed),
        (-(load & 0x3FF) if load & 0x400 else load & 0x3FF) / 1000,
        voltage / 10,
        float(temperature),
        status | state,
    )


def orders(data: bytes) -> Orders:
    """Return what the answer ``data`` to a long reading says."""
    torque, acceleration, goal, _, speed, limit = _ORDERS.unpack_from(
        data, len(data) - (FEEDBACK_END - TORQUE_ENABLE.address)
    )
    return Orders(torque, acceleration, _signed(goal), _signed(speed), limit)


def is_long(data: bytes) -> bool:
    """Return True when ``data`` answers a long reading."""
    return len(data) >= FEEDBACK_END - TORQUE_ENABLE.address


def goal_row(acceleration: int, goal: int, speed: int) -> bytes:
    """Return the bytes from the acceleration register on that send a servo to ``goal``."""
    return struct.pack("<BHHH", acceleration, goal, 0, speed)


faults = FAULTS_BY_STATUS.__getitem__
"""Status byte to `JointFault`."""


def _signed(raw: int) -> int:
    """Return the value of a two-byte sign-magnitude register with its sign in bit 15."""
    return -(raw & 0x7FFF) if raw & 0x8000 else raw
