"""Approved commands to goals in steps; refused is what is late, replayed, of the wrong size or not made of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from armctl.errors import CommandRefusedError
from armctl.hal.command import ApprovedCommand
from drivers.feetech.joints import JointScale


class CommandCheck:
    """Looks at commands, and remembers which was the last.

    Args:
        joints: The arm's joints.
    """

    def __init__(self, joints: Sequence[JointScale]) -> None:
        self._joints = tuple(joints)
        self._last = (-1, -1)

    def goals(self, command: ApprovedCommand, now: float) -> list[int]:
        """Return the goals of ``command`` [step].

        Raises:
            CommandRefusedError: It is not right.
        """
        count = len(self._joints)
        angles, speeds = command.positions.tolist(), command.speeds.tolist()
        if len(angles) != count or len(speeds) != count:
            raise CommandRefusedError(f"A command for {len(angles)} joints was refused: there are {count}.")
        # One value that is not finite makes the sum so.
        if not (math.isfinite(sum(angles) + sum(speeds)) and min(speeds) > 0.0):
            raise CommandRefusedError("A command with a value that is not a number, or without speed, was refused.")
        if now > command.deadline:
            raise CommandRefusedError(f"A command was refused: {(now - command.deadline) * 1000:.0f} ms too late.")
        if (command.epoch, command.sequence) <= self._last:
            raise CommandRefusedError(
                f"Command {command.sequence} of epoch {command.epoch} was refused: "
                f"number {self._last[1]} of epoch {self._last[0]} was already carried out."
            )
        goals = list(map(JointScale.step, self._joints, angles))
        if not all(map(JointScale.reaches, self._joints, goals)):
            raise self._out_of_reach(angles, goals)
        return goals

    def taken(self, command: ApprovedCommand) -> None:
        """Remember ``command`` as carried out."""
        self._last = (command.epoch, command.sequence)

    def _out_of_reach(self, angles: Sequence[float], goals: Sequence[int]) -> CommandRefusedError:
        first = next(
            f"{joint.name} cannot go to {angle:.3f} rad: step {goal} is outside of the servo's turn."
            for joint, angle, goal in zip(self._joints, angles, goals, strict=True)
            if not joint.reaches(goal)
        )
        return CommandRefusedError(first)
