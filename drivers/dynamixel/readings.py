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
    """

    id: int
    model: Model

    def span(self, generation: int) -> Span:
        """Return what to ask for in reading number ``generation``."""
        before = 2 * (generation % GENERATIONS)
        return Span(self.id, self.model.indirect[0].data - before, BLOCK_SIZE + before)

    def slots(self) -> tuple[int, bytes]:
        """Return the address of the slots' addresses, and what to write there."""
        return self.model.indirect[0].addresses, struct.pack(f"<{BLOCK_SIZE}H", *_ADDRESSES)


class Feedback(NamedTuple):
    """What a servo measures and what it was told, in one answer and in its own units.

    Attributes:
        position: [step].
        velocity: [0.229 rpm].
        effort: Current [of the model's unit], or drive where none is measured [0.1 %].
        volts: Supply [0.1 V].
        celsius: Temperature [°C].
        hardware: Hardware error status.
        torque: Torque is on.
        moving: It moves.
        watchdog: Bus watchdog register.
        mark: Status return level, `ANSWERS_ALL`.
    """

    position: int
    velocity: int
    effort: int
    volts: int
    celsius: int
    hardware: int
    torque: int
    moving: int
    watchdog: int
    mark: int

    @property
    def voltage(self) -> float:
        """Supply [V]."""
        return self.volts / 10


def feedback(data: bytes) -> Feedback | None:
    """Return what the answer ``data`` to a cyclic reading says; None when the servo lost its slots in a restart."""
    said = Feedback._make(_BLOCK.unpack_from(data, len(data) - BLOCK_SIZE))
    return said if said.mark == ANSWERS_ALL else None
