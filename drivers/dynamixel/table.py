"""Registers of several servos, read by name: what a setting or an order is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from armctl.clock import Clock
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.messages import Model, Register
from drivers.dynamixel.readings import Span

_ATTEMPTS: Final = 5


def read_table(
    bus: DynamixelBus,
    clock: Clock,
    servos: Mapping[int, Model],
    names: Sequence[str],
    window: float,
    attempts: int = _ATTEMPTS,
) -> dict[int, dict[str, int]]:
    """Return the registers ``names`` of those of ``servos`` that told them all; ones a model lacks are left out.

    Neighbours are read together. Nothing is read that the control table does not have: such a read is refused.

    Args:
        bus: The servos.
        clock: Time.
        servos: Models by id.
        names: Registers of any of the models.
        window: How long to wait for the answers to one request [s].
        attempts: Requests for the same registers before those that do not answer are given up.

    Raises:
        LinkLostError: The port is gone or blocked.
    """
    found: dict[int, dict[str, int]] = {servo: {} for servo in servos}
    runs = {servo: _runs(model, names) for servo, model in servos.items()}
    for number in range(max(map(len, runs.values()), default=0)):
        waiting = {servo: some[number] for servo, some in runs.items() if number < len(some) and servo in found}
        for _ in range(attempts if waiting else 0):
            spans = (Span(servo, run[0].address, run[-1].end - run[0].address) for servo, run in waiting.items())
            for servo, data in bus.read(tuple(spans), clock.now() + window).items():
                run = waiting.pop(servo)
                found[servo] |= {cell.name: cell.value(data, run[0].address) for cell in run}
            if not waiting:
                break
            bus.drain(window / 5, window)
        for servo in waiting:
            del found[servo]
    return found


def _runs(model: Model, names: Sequence[str]) -> list[list[Register]]:
    """Return the registers ``names`` that ``model`` has, neighbours together."""
    runs: list[list[Register]] = []
    for cell in model.registers:
        if cell.name not in names:
            continue
        if runs and runs[-1][-1].end == cell.address:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return runs
