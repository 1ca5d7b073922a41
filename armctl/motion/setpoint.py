"""`SetPoint`: what the motion generator gives every tick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from armctl.hal.state import FloatArray

Phase: TypeAlias = Literal["idle", "running", "stopping", "paused", "done", "refused"]
"""idle: nothing was asked, or it was stopped. running: on the way, or working out the way at rest. stopping: coming to
rest. paused: resting on the way. done: arrived, until something else is asked. refused: the way cannot be gone, as the
notice says; the arm rests."""


@dataclass(frozen=True, slots=True, eq=False)
class SetPoint:
    """Where the joints should be at the next tick.

    Attributes:
        positions: Shape (n,), gripper last [rad].
        velocities: Shape (n,) [rad/s].
        accelerations: Shape (n,) [rad/s²].
        phase: Where the motion is in its life.
        progress: 0 to 1; 0 for a jog.
        remaining: Estimated time left [s]; 0 for a jog.
        notice: What the person should know, such as why the arm slows down; empty when nothing.
    """

    positions: FloatArray
    velocities: FloatArray
    accelerations: FloatArray
    phase: Phase
    progress: float = 0.0
    remaining: float = 0.0
    notice: str = ""
