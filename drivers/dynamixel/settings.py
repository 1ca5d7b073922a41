"""The servos' own memory: settings the arm needs, written only where they differ and only to limp servos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from armctl.clock import Clock
from armctl.errors import HardwareError
from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.identity import HEAD, REST, Memory
from drivers.dynamixel.joints import Part
from drivers.dynamixel.messages import Register
from drivers.dynamixel.table import read_table

WINDOW: Final = 0.05
"""How long to wait for set-up answers [s]: well above the 50 ms for which a busy computer may stall a program."""


def read_heads(bus: DynamixelBus, clock: Clock, parts: Sequence[Part]) -> dict[int, dict[str, int]]:
    """Return who each servo says it is, by id; those that do not answer are left out.

    Raises:
        LinkLostError: The port is gone or blocked.
    """
    # Every model has these at the same place, whatever answers.
    return read_table(bus, clock, {part.id: reg.XM430_W350 for part in parts}, HEAD, WINDOW)


def read_memories(bus: DynamixelBus, clock: Clock, parts: Sequence[Part]) -> dict[int, dict[str, int]]:
    """Return what each servo keeps without power as far as the driver needs it, by id; silent ones are left out.

    Raises:
        LinkLostError: The port is gone or blocked.
    """
    return read_table(bus, clock, {part.id: part.model for part in parts}, (*HEAD, *REST), WINDOW)


def write_settings(
    bus: DynamixelBus, clock: Clock, parts: Sequence[Part], memories: Mapping[int, Memory]
) -> dict[int, dict[str, int]]:
    """Bring answer delay, drive mode and operating mode to what the arm needs; return what those written keep now.

    The memory takes some 100,000 writes, so nothing is written that is right already.

    Args:
        bus: The servos.
        clock: Time.
        parts: Those that have no torque now; with torque they would refuse.
        memories: What the servos keep now, by id.

    Raises:
        HardwareError: A servo did not keep what was written.
        LinkLostError: The port is gone or blocked.
    """
    wrong = [part for part in parts if differences(part, memories[part.id])]
    for part in wrong:
        for cell, value in differences(part, memories[part.id]):
            bus.write(part.id, cell.address, cell.packed(value), clock.now() + WINDOW)
    kept = read_memories(bus, clock, wrong)
    for part in wrong:
        if part.id not in kept or differences(part, kept[part.id]):
            raise HardwareError(
                f"{part.who} did not keep its settings (answer delay, drive mode, operating mode).",
                "Switch the arm's power off and on, and try again.",
            )
    return kept


def check_settings(parts: Sequence[Part], memories: Mapping[int, Memory]) -> None:
    """Refuse servos that hold with torque in a mode in which goals would mean something else.

    Args:
        parts: Those that have torque now.
        memories: What they keep, by id.

    Raises:
        HardwareError: Naming the servo.
    """
    for part in parts:
        for cell, value in differences(part, memories[part.id]):
            if cell is not reg.RETURN_DELAY:
                raise HardwareError(
                    f"{part.who} has {cell.name.replace('_', ' ')} {memories[part.id][cell.name]} in place of {value}, "
                    "and holds with torque: it cannot be changed now.",
                    "Support the arm, switch its power off and on, and try again.",
                )


def differences(part: Part, memory: Memory) -> list[tuple[Register, int]]:
    """Return each setting of a servo that is not as it should be, and what it should be."""
    # Profiles by speed, and a goal alone must not switch torque on; the direction is calibration, not a setting.
    drive_mode = memory["drive_mode"] & ~(reg.DRIVE_TIMED | reg.DRIVE_GOAL_TORQUE)
    wanted = (
        (reg.RETURN_DELAY, 0),
        (reg.DRIVE_MODE, drive_mode),
        (reg.OPERATING_MODE, part.joint.servo.operating_mode),
    )
    return [(cell, value) for cell, value in wanted if memory[cell.name] != value]
