"""One joint and the servos on its shaft: one, or a first one and the shadows that do what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.emulators.dynamixel.servo import Servo
from sim.emulators.motors import Drive, Measured

_GIVE: Final = 30
"""Servos on one shaft may want to be this far apart before they work against each other [step]; own estimate."""


class DrivenJoint:
    """A joint.

    Args:
        servos: On its shaft, all as strong as each other.
    """

    def __init__(self, servos: Sequence[Servo]) -> None:
        self.servos = tuple(servos)

    def drive(self, dt: float) -> Drive:
        """Move the servos on by ``dt`` [s] and return what all of them together do to the joint."""
        drives = [servo.drive(dt) for servo in self.servos]
        hands = [hand for servo in self.servos if (hand := servo.by_hand(dt))]
        pulling = [drive for drive in drives if drive.torque_on]
        goals = [drive.goal for drive in pulling]
        apart = max(goals) - min(goals) if goals else 0.0
        for servo, drive in zip(self.servos, drives, strict=True):
            servo.fights = drive.torque_on and apart > _GIVE * servo.step
        if hands:
            return hands[0]
        if not pulling:
            return drives[0]
        force = sum(drive.effort for drive in pulling)
        goal = sum(drive.goal * drive.effort for drive in pulling) / force
        return Drive(goal, min(drive.speed for drive in pulling), True, force / len(self.servos))

    def measure(self, measured: Measured, dt: float) -> None:
        """Tell the servos what the joint does; ``dt`` [s] since the last time."""
        for servo in self.servos:
            servo.measure(measured, dt)
