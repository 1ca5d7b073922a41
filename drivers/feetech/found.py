"""What is found at a port: looked at from every side before the arm may be used, and nothing moves meanwhile."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import HardwareError
from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.identity import Eeprom, check_identity, check_presence, check_same, check_single, check_voltage
from drivers.feetech.joints import JointScale
from drivers.feetech.reader import CyclicReader
from drivers.feetech.settings import read_memories
from drivers.holders import modem_manager_runs
from drivers.transport import MODEM_MANAGER_REMEDY

_LOOK_TIME: Final = 0.7
"""Time for a first complete reading [s]."""
_TRIES: Final = 3


def identify(
    bus: FeetechBus, clock: Clock, joints: Sequence[JointScale], known: Mapping[int, Eeprom]
) -> dict[int, Eeprom]:
    """Return what each servo keeps, once it is certain that these are the arm's servos.

    Args:
        bus: The servos.
        clock: Time.
        joints: The arm's joints.
        known: What they kept when they were connected before; empty the first time.

    Raises:
        IdentityError: Not the configured arm, or not the one there was.
        LinkLostError: The port is gone or blocked.
    """
    ids = [joint.servo.id for joint in joints]
    bus.drain(0.01, 0.2)
    bus.detect_echo(max(set(range(reg.LARGEST_ID + 1)) - set(ids)))
    memories = read_memories(bus, clock, ids)
    if len(memories) < len(ids):
        check_presence(joints, memories, _hints(bus), bus.ping_all())
    check_single(joints, {servo: bus.count_answers(servo) for servo in ids})
    check_identity(joints, memories)
    check_same(joints, known, memories)
    return memories


def look(bus: FeetechBus, clock: Clock, reader: CyclicReader, joints: Sequence[JointScale], config: ArmConfig) -> None:
    """Take a first complete reading, lock what was left open, and check the supply.

    Raises:
        HardwareError: A servo is silent, does not lock, or has the wrong supply.
        LinkLostError: The port is gone or blocked.
    """
    read_complete(reader, joints, clock, clock.now() + _LOOK_TIME, patient=True)
    _lock(bus, clock, reader, joints)
    volts = {servo: said.voltage for servo, said in reader.feedback.items()}
    check_voltage(joints, volts, config.wire)


def read_complete(
    reader: CyclicReader, joints: Sequence[JointScale], clock: Clock, deadline: float, *, patient: bool = False
) -> None:
    """Read until every servo has told all.

    Args:
        reader: The servos.
        joints: The arm's joints.
        clock: Time.
        deadline: Until then [s].
        patient: As often as it takes; otherwise three times at most.

    Raises:
        HardwareError: Naming those that are silent.
        LinkLostError: The port is gone or blocked.
    """
    tries = 0
    while patient or tries < _TRIES:
        tries += 1
        reader.update(long=True)
        if all(reader.sure(joint.servo.id) for joint in joints) or clock.now() > deadline:
            break
    silent = [joint for joint in joints if not reader.sure(joint.servo.id)]
    if silent:
        raise HardwareError(f"No answer from {names(silent)}; nothing was switched on.", "Check its plug.")


def check_line(reader: CyclicReader, clock: Clock, count: int, budget: float, rate_hz: float) -> None:
    """Refuse a line on which none of some readings of ``count`` servos fits ``budget`` [s].

    Raises:
        HardwareError: The line is too slow for ``rate_hz`` readings a second.
        LinkLostError: The port is gone or blocked.
    """
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


def names(joints: Sequence[JointScale]) -> str:
    """Return the joints and their servos as people are told of them."""
    return ", ".join(f"{joint.name} (servo {joint.servo.id})" for joint in joints)


def _lock(bus: FeetechBus, clock: Clock, reader: CyclicReader, joints: Sequence[JointScale]) -> None:
    """Lock the memory of servos that were found open: a calibration program that died leaves it so. Nothing moves."""
    for _ in range(_TRIES):
        told = reader.orders
        left = [joint for joint in joints if not told[joint.servo.id].locked]
        if not left:
            return
        bus.sync_write(reg.LOCK.address, [(joint.servo.id, b"\1") for joint in left])
        read_complete(reader, joints, clock, clock.now() + _LOOK_TIME, patient=True)
    raise HardwareError(
        f"The memory of {names(left)} stays open for writing.", "Switch the arm's power off and on, and try again."
    )


def _hints(bus: FeetechBus) -> str:
    hints = []
    if bus.echoes:
        hints.append("The adapter returns what is sent to it: its receiving line may not be connected to the servos.")
    if bus.garbled:
        hints.append("Something answers, but garbled: the speed may be wrong, or two servos may have the same id.")
    if bus.count_answers(reg.FACTORY_ID) > 1 or bus.garbled:
        hints.append(
            f"A servo that was never numbered has the id {reg.FACTORY_ID}: number a new one before it joins the others."
        )
    if modem_manager_runs():
        hints.append(MODEM_MANAGER_REMEDY)
    return " ".join(hints)
