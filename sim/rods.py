"""Rods that keep links at an angle to the ground, as springs: the joints they hold follow others, and push back.

A physics engine knows a serial chain. On an arm with parallel rods some of its joints have no motor: a rod makes them
do ``multiplier`` times what another joint does (``mimic`` in the URDF). The spring pulls on both such that a motion
that keeps this does no work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from armctl.hal.state import FloatArray

STIFFNESS: Final = 60.0
"""Torque per error between the two [N·m/rad]: a hand of 0.1 kg on 5 cm tilts by a thousandth of a radian."""
DAMPING: Final = 0.8
"""Torque per difference of their speeds [N·m·s/rad], about what lets the spring come to rest without swinging."""
INERTIA: Final = 0.005
"""Inertia of a link on a rod that steps of 2 ms need [kg·m²]; what a rod keeps level never turns, nor feels it."""


@dataclass(frozen=True, slots=True)
class Rod:
    """One rod.

    Attributes:
        leader: Index of the joint that leads, among the arm's joints.
        follower: The engine's number of the joint that follows.
        multiplier: The follower turns so many times as far as the leader.
    """

    leader: int
    follower: int
    multiplier: float

    def pull(self, positions: FloatArray, velocities: FloatArray, angle: float, speed: float) -> float:
        """Return the torque on the follower [N·m]; on the leader it is ``-multiplier`` times that.

        Args:
            positions: Shape (n,), of the arm's joints [rad].
            velocities: Shape (n,), of the arm's joints [rad/s].
            angle: Of the follower [rad].
            speed: Of the follower [rad/s].
        """
        behind = self.multiplier * float(positions[self.leader]) - angle
        slower = self.multiplier * float(velocities[self.leader]) - speed
        return STIFFNESS * behind + DAMPING * slower
