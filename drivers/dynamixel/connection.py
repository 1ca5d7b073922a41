"""Connecting: who is there, how they are set up, what they hold. Nothing moves, and torque stays as it was found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import HardwareError
from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.identity import (
    Memory,
    check_identity,
    check_models,
    check_pairs,
    check_presence,
    check_same,
    check_single,
    check_voltage,
)
from drivers.dynamixel.joints import Part
from drivers.dynamixel.reader import CyclicReader
from drivers.dynamixel.readings import ANSWERS_ALL, Layout
from drivers.dynamixel.settings import WINDOW, check_settings, read_heads, read_memories, write_settings
from drivers.dynamixel.table import read_table
from drivers.holders import modem_manager_runs
from drivers.transport import MODEM_MANAGER_REMEDY

_READ_SHARE: Final = 0.8
"""Share of a control period that a reading with a lost answer may take."""
_SHORTEST_READ: Final = 0.004
"""Least time for a reading [s]: 2 ms on the wire and a turn-round of the adapter."""
_LONGEST_READ: Final = 0.02
"""Most time for a reading [s], so that calls that need several stay within their time."""
_LOOK_TIME: Final = 0.7
"""How long the first complete reading may take [s]."""


class Connection(NamedTuple):
    """An arm that was found to be the configured one.

    Attributes:
        bus: The servos.
        reader: Their cyclic reading, which read all of them.
        memories: What each keeps without power, by id.
        goals: Goals of the joints that hold already, by id of their first servo [step].
        effort_units: Share of full effort that one unit of each joint's first servo is, in the joint's direction. Full
            effort is its current limit, or all of its drive in 0.1 %.
    """

    bus: DynamixelBus
    reader: CyclicReader
    memories: Mapping[int, Memory]
    goals: Mapping[int, int]
    effort_units: tuple[float, ...]


def establish(
    bus: DynamixelBus, clock: Clock, config: ArmConfig, parts: Sequence[Part], known: Mapping[int, Memory]
) -> Connection:
    """Return the connection to the servos on ``bus``, everything checked that can be known without moving.

    Args:
        bus: The line, just opened.
        clock: Time.
        config: The arm.
        parts: Its servos.
        known: What they kept when they were connected before, by id; empty the first time.

    Raises:
        IdentityError: Not the configured arm.
        HardwareError: The supply is wrong, a setting cannot be made, or the line is too slow for the control rate.
        LinkLostError: The port went away meanwhile.
    """
    memories = _identified(bus, clock, parts)
    check_same(parts, known, memories)
    budget = min(_LONGEST_READ, max(_SHORTEST_READ, _READ_SHARE / config.rate_hz))
    reader = CyclicReader(bus, clock, [Layout(part.id, part.model) for part in parts], budget)
    reader.show([part.id for part in parts])
    read_complete(reader, clock, parts, _LOOK_TIME)
    said = reader.feedback
    check_voltage(parts, {servo: said[servo].voltage for servo in said}, memories, config.wire)
    holding = [part for part in parts if said[part.id].torque]
    check_settings(holding, memories)
    limp = [part for part in parts if not said[part.id].torque]
    memories |= write_settings(bus, clock, limp, memories)
    _check_line(reader, clock, config.rate_hz, len(parts), budget)
    check_pairs(parts, {servo: said[servo].position for servo in said})
    leading = {part.id: part.model for part in holding if part.leads}
    told = read_table(bus, clock, leading, (reg.GOAL_POSITION.name,), WINDOW)
    reader.restarted.clear()
    goals = {servo: orders[reg.GOAL_POSITION.name] for servo, orders in told.items()}
    units = tuple(_effort_unit(part, memories[part.id]) for part in parts if part.leads)
    return Connection(bus, reader, memories, goals, units)


def read_complete(reader: CyclicReader, clock: Clock, parts: Sequence[Part], time: float) -> None:
    """Read until all of ``parts`` answered, three times or for ``time`` [s] at most.

    Raises:
        HardwareError: Naming those that did not.
        LinkLostError: The port is gone or blocked.
    """
    deadline = clock.now() + time
    for _ in range(3):
        reader.update()
        silent = [part for part in parts if part.id not in reader.fresh]
        if not silent or clock.now() > deadline:
            break
    if silent:
        raise HardwareError(f"No answer from {names(silent)}; nothing was switched on.", "Check its plug.")


def names(parts: Iterable[Part]) -> str:
    """Return what to call ``parts``."""
    return ", ".join(part.who for part in parts)


def _identified(bus: DynamixelBus, clock: Clock, parts: Sequence[Part]) -> dict[int, dict[str, int]]:
    """Return what the servos keep without power, once it is clear that they are those of ``parts``."""
    ids = [part.id for part in parts]
    bus.drain(0.01, 0.2)
    bus.detect_echo(max(set(range(reg.LARGEST_ID + 1)) - set(ids)))
    # Another program may have told them to keep silent; it is RAM, and moves nothing.
    bus.sync_write(reg.STATUS_RETURN_LEVEL.address, [(servo, bytes((ANSWERS_ALL,))) for servo in ids])
    heads = read_heads(bus, clock, parts)
    if len(heads) < len(ids):
        check_presence(parts, heads, _hints(bus), bus.ping_all())
    check_single(parts, {servo: bus.count_answers(servo) for servo in ids})
    check_models(parts, heads)
    memories = read_memories(bus, clock, parts)
    check_presence(parts, memories, _hints(bus), ())
    check_identity(parts, memories)
    return memories


def _effort_unit(part: Part, memory: Memory) -> float:
    full = memory["current_limit"] if part.model.current_unit else 1000
    return math.copysign(1.0 / full, part.joint.way)


def _check_line(reader: CyclicReader, clock: Clock, rate_hz: float, count: int, budget: float) -> None:
    """Refuse a line on which no reading fits a control period. The best counts: a busy computer is late."""
    times = []
    for _ in range(5):
        started = clock.now()
        stamp = reader.update()
        times.append(stamp - started if len(reader.fresh) == count else math.inf)
    if min(times) > budget:
        raise HardwareError(
            f"The line is too slow: no complete reading within {budget * 1000:.0f} ms, "
            f"as {rate_hz:.0f} readings a second need.",
            "Set the adapter's latency timer to 1 ms (udev rule on usb-serial), or check the cable.",
        )


def _hints(bus: DynamixelBus) -> str:
    hints = []
    if bus.echoes:
        hints.append("The adapter returns what is sent to it: its receiving line may not be connected to the servos.")
    if bus.rejected:
        hints.append("Something answers, but garbled: the speed may be wrong, or two servos may have the same id.")
    if modem_manager_runs():
        hints.append(MODEM_MANAGER_REMEDY)
    return " ".join(hints)
