"""One cyclic reading of a servo: which registers it brings, and what the bytes mean.

The registers lie scattered, so the first indirect slots of each servo are pointed at them; one read of the slots' data
then brings all. It begins up to 30 bytes before the data, among the slots' addresses; how far before is the reading's
*generation*: the length of an answer says which request it answers.

The last slot shows the status return level, which is always 2 here. After a restart the slots point at themselves and
read 0: such an answer has no 2 at its end, and none of its zeros is taken for a position. (Slots can show RAM only, so
neither model nor id.)
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from drivers.dynamixel.messages import (
    CURRENT,
    HARDWARE_ERROR,
    MOVING,
    POSITION,
    STATUS_RETURN_LEVEL,
    TEMPERATURE,
    TORQUE_ENABLE,
    VELOCITY,
    VOLTAGE,
    WATCHDOG,
    Model,
)

GENERATIONS: Final = 16
"""Readings that can be told apart. At 100 Hz an answer would have to be 160 ms late to fit again."""

_SHOWN: Final = (
    *(POSITION, VELOCITY, CURRENT, VOLTAGE),
    *(TEMPERATURE, HARDWARE_ERROR, TORQUE_ENABLE, MOVING, WATCHDOG, STATUS_RETURN_LEVEL),
)
"""What the slots show, in their order; the XL430 has its load in the place of the current."""
_ADDRESSES: Final = tuple(cell.address + byte for cell in _SHOWN for byte in range(cell.size))
_BLOCK: Final = struct.Struct("<iihHBBBBBB")
BLOCK_SIZE: Final = _BLOCK.size
"""Slots in use: 18 of the 20 that the XL330 has."""
ANSWERS_ALL: Final = 2
"""Status return level at which a servo answers every instruction."""


class Span(NamedTuple):
    """A range of addresses of one servo.

    Attributes:
        id: The servo.
        address: The first.
        length: How many bytes.
    """

    id: int
    address: int
    length: int


class Layout(NamedTuple):
    """Where one servo's slots are.

    Attributes:
        id: The servo.
        model: Its model.
        full_effort: What its current or load register says at full effort.
    """

    id: int
    model: Model
    full_effort: float

    def span(self, generation: int) -> Span:
        """Return what to ask for in reading number ``generation``."""
        before = 2 * (generation % GENERATIONS)
        return Span(self.id, self.model.indirect[0].data - before, BLOCK_SIZE + before)

    def slots(self) -> tuple[int, bytes]:
        """Return the address of the slots' addresses, and what to write there."""
        return self.model.indirect[0].addresses, struct.pack(f"<{BLOCK_SIZE}H", *_ADDRESSES)


class Feedback(NamedTuple):
    """What a servo measures and what it was told, in one answer.

    Attributes:
        position: [step].
        velocity: [0.229 rpm].
        effort: Share of full effort, -1 to 1: of the largest current, or of full drive where none is measured.
        voltage: [V].
        temperature: [°C].
        hardware: Hardware error status.
        torque: Torque is on.
        moving: It moves.
        watchdog: Bus watchdog register.
    """

    position: int
    velocity: int
    effort: float
    voltage: float
    temperature: float
    hardware: int
    torque: bool
    moving: bool
    watchdog: int


def feedback(layout: Layout, data: bytes) -> Feedback | None:
    """Return what the answer ``data`` to a cyclic reading says; None when the servo lost its slots in a restart."""
    position, velocity, effort, volts, celsius, hardware, torque, moving, watchdog, mark = _BLOCK.unpack_from(
        data, len(data) - BLOCK_SIZE
    )
    if mark != ANSWERS_ALL:
        return None
    share = effort / layout.full_effort
    return Feedback(
        position,
        velocity,
        -1.0 if share < -1.0 else 1.0 if share > 1.0 else share,
        volts / 10,
        float(celsius),
        hardware,
        torque == 1,
        moving == 1,
        watchdog,
    )
