"""Where the shaft of an emulated servo is, as the servo counts it: turns, direction, homing offset."""

from __future__ import annotations

import math
from typing import Final

from armctl.config.arm import ServoConfig
from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import STEPS_PER_TURN, Mode
from sim.emulators.dynamixel.memory import ControlTable
from sim.emulators.dynamixel.motor import Gearing

LARGEST_JOINT_OFFSET: Final = 1024
"""In position mode a homing offset beyond this is not heeded [step]."""


class Encoder:
    """The position sensor of one servo: ``reading = ±count - whole turns + homing offset``.

    The count goes on over turns; what is subtracted is a matter of when it was last folded into one turn.

    Attributes:
        slip: Steps by which it reads too much, as after a magnet came loose.

    Args:
        config: The servo's place in the arm, and the direction and offset it was set to when the arm was built.
        table: Its registers, which may say otherwise by now.
    """

    def __init__(self, config: ServoConfig, table: ControlTable) -> None:
        self._config = config
        self._table = table
        self.gearing = Gearing(config)
        self.slip = 0
        self._turns = 0
        # Where the shaft is does not depend on what is written to the registers later on.
        self._built_offset = _heeded(config.homing_offset or 0, config.operating_mode)

    @property
    def direction(self) -> int:
        """-1 where it counts the other way round than the arm was built for, 1 otherwise."""
        reverse = bool(self._table.get(reg.DRIVE_MODE) & reg.DRIVE_REVERSED)
        return 1 if reverse == self._config.reversed else -1

    def reading(self, joint: float) -> float:
        """Return what it reads [step] with the joint at ``joint`` [rad], or [m]."""
        offset = _heeded(self._table.get(reg.HOMING_OFFSET), self._table.get(reg.OPERATING_MODE))
        return self._count(joint) - self._turns * STEPS_PER_TURN + offset

    def fold(self, joint: float) -> None:
        """Count from within one turn on, with the joint at ``joint`` [rad], or [m]."""
        self._turns = math.floor(self._count(joint) / STEPS_PER_TURN)

    def ahead(self, joint: float, steps: float) -> float:
        """Return where the joint, now at ``joint``, is once the reading has changed by ``steps`` [rad], or [m]."""
        return self.gearing.joint(self.gearing.steps(joint) + steps * self.direction)

    def per_joint(self, joint: float) -> float:
        """Return how fast the reading changes with the joint at ``joint`` [step/rad], or [step/m]."""
        return self.direction / self.gearing.travel(joint)

    def _count(self, joint: float) -> float:
        built = self._config.zero_step + self.gearing.steps(joint) - self._built_offset
        return self.direction * built + self.slip


def _heeded(offset: int, mode: int) -> int:
    """Return what becomes of a homing offset in ``mode``."""
    return 0 if mode == Mode.POSITION and abs(offset) > LARGEST_JOINT_OFFSET else offset
