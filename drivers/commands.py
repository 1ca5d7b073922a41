"""Whether an approved command may be carried out: the same for every protocol."""

from __future__ import annotations

import math

from armctl.errors import CommandRefusedError
from armctl.hal.command import ApprovedCommand


class CommandCheck:
    """Refuses a command that is late, replayed or malformed.

    Args:
        count: How many joints the arm has, the gripper included.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._last = (-1, -1)

    def admit(self, command: ApprovedCommand, now: float, *, torque: bool) -> tuple[list[float], list[float]]:
        """Return positions [rad or m] and speeds [rad/s or m/s] of ``command``, which may be carried out.

        It counts as carried out only after `taken`.

        Args:
            command: What is asked.
            now: Time [s, monotonic].
            torque: The arm was enabled.

        Raises:
            CommandRefusedError: Late, replayed, of another size, without a number or speed, or torque is off.
        """
        positions, speeds = command.positions.tolist(), command.speeds.tolist()
        if len(positions) != self._count or len(speeds) != self._count:
            raise CommandRefusedError(f"A command for {len(positions)} joints was refused: there are {self._count}.")
        # A sum is finite only when everything in it is.
        if not (math.isfinite(sum(positions) + sum(speeds)) and min(speeds) > 0.0):
            raise CommandRefusedError("A command with a value that is not a number, or without speed, was refused.")
        if now > command.deadline:
            raise CommandRefusedError(f"A command was refused: {(now - command.deadline) * 1000:.0f} ms too late.")
        if (command.epoch, command.sequence) <= self._last:
            raise CommandRefusedError(
                f"Command {command.sequence} of epoch {command.epoch} was refused: "
                f"number {self._last[1]} of epoch {self._last[0]} was already carried out."
            )
        if not torque:
            raise CommandRefusedError("A command was refused: torque is off.", "Enable the arm first.")
        return positions, speeds

    def taken(self, command: ApprovedCommand) -> None:
        """Note that ``command`` was carried out: neither it nor an older one will be again."""
        self._last = (command.epoch, command.sequence)
