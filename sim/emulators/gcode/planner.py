"""`Planner`: a queue of straight moves with look-ahead, as Grbl and the firmware of the uArm plan them.

Speed along the way is a trapezoid: never faster than a move's speed, never so fast that the axes could not stop within
what is queued, and slower round corners (junction deviation). The last move in the queue always ends at rest.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.hal.state import FloatArray

JUNCTION_DEVIATION: Final = 0.01
"""Grbl's default ($11) [unit]."""
SIZE: Final = 15
"""Moves the queue holds: Grbl's planner has 16, of which 15 can be used."""
_NOTHING: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One move: unit vector, length [unit], speed [unit/s] and acceleration [unit/s²] along it."""

    direction: FloatArray
    length: float
    speed: float
    acceleration: float


class Planner:
    """The axes of one controller.

    Attributes:
        place: Shape (n,), where the axes are by count [unit].
        speed: Along the way now [unit/s].
        holding: Decelerates to rest, and stays there.

    Args:
        place: Where they are at first.
        rates: Shape (n,), largest speed of each [unit/s].
        accelerations: Shape (n,), of each [unit/s²].
    """

    def __init__(self, place: FloatArray, rates: FloatArray, accelerations: FloatArray) -> None:
        self.place = place.copy()
        self.speed = 0.0
        self.holding = False
        self.rates, self.accelerations = rates, accelerations
        self._end = place.copy()
        self._blocks: deque[Block] = deque()
        self._done = 0.0

    @property
    def free(self) -> int:
        """Moves that still fit in."""
        return SIZE - len(self._blocks)

    @property
    def idle(self) -> bool:
        """True when nothing is queued."""
        return not self._blocks

    @property
    def end(self) -> FloatArray:
        """Where the last queued move ends, shape (n,) [unit]."""
        return self._end.copy()

    def add(self, goal: FloatArray, speed: float) -> None:
        """Queue a move to ``goal`` (n,) [unit] with ``speed`` [unit/s]."""
        way = goal - self._end
        length = float(np.linalg.norm(way))
        if length < _NOTHING:
            return
        direction = way / length
        shares = np.maximum(np.abs(direction), 1e-9)
        top = min(speed, float(np.min(self.rates / shares)))
        self._blocks.append(Block(direction, length, top, float(np.min(self.accelerations / shares))))
        self._end = goal.copy()

    def flush(self) -> None:
        """Forget what is queued; at once at rest where the axes are."""
        self._blocks.clear()
        self.speed = self._done = 0.0
        self.holding = False
        self._end = self.place.copy()

    def set_place(self, place: FloatArray) -> None:
        """Count from ``place`` (n,) [unit] on."""
        self.place = place.copy()
        self.flush()

    def step(self, dt: float) -> None:
        """Move on by ``dt`` [s]."""
        while dt > 0.0 and self._blocks:
            block = self._blocks[0]
            rest = block.length - self._done
            wanted = 0.0 if self.holding else min(block.speed, self._braking(rest, dt))
            change = block.acceleration * dt
            self.speed = min(max(wanted, self.speed - change), self.speed + change)
            if self.holding and self.speed == 0.0:
                return
            way = max(self.speed, 0.0 if self.holding else block.acceleration * dt / 2.0) * dt
            if way < rest - _NOTHING:
                self._done += way
                self.place = self.place + block.direction * way
                return
            dt -= dt * rest / way
            self.place = self.place + block.direction * rest
            self._blocks.popleft()
            self._done = 0.0
        if not self._blocks:
            self.place = self._end.copy()
            self.speed = 0.0

    def _braking(self, rest: float, dt: float) -> float:
        """Return the speed for the next ``dt`` [s] from which everything queued can still be done.

        Args:
            rest: What is left of the first move [unit].
            dt: Time for which the speed is kept [s].
        """
        speed = 0.0
        blocks = list(self._blocks)
        for block, after in zip(reversed(blocks), [None, *reversed(blocks[1:])], strict=True):
            if after is not None:
                speed = min(speed, _corner(block, after), block.speed, after.speed)
            if block is blocks[0]:
                step = block.acceleration * dt
                return math.sqrt(speed * speed + 2.0 * block.acceleration * rest + step * step) - step
            speed = math.sqrt(speed * speed + 2.0 * block.acceleration * block.length)
        return speed


def _corner(before: Block, after: Block) -> float:
    """Return the speed at which the corner between two moves may be passed [unit/s]."""
    cosine = -float(before.direction @ after.direction)
    if cosine < -0.999999:
        return math.inf
    half = math.sqrt(max(0.0, (1.0 - cosine) / 2.0))
    acceleration = min(before.acceleration, after.acceleration)
    return math.sqrt(acceleration * JUNCTION_DEVIATION * half / max(1e-9, 1.0 - half))
