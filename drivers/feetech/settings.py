"""The servos' own memory: settings the arm needs, written only where they differ and only to limp servos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import HardwareError
from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.codec import Frame
from drivers.feetech.identity import Eeprom
from drivers.feetech.joints import JointScale

_ATTEMPTS: Final = 5
_WINDOW: Final = 0.05
"""How long to wait for set-up answers [s]: well above the 50 ms for which a busy computer may stall a program."""


def read_memories(bus: FeetechBus, clock: Clock, servos: Sequence[int]) -> dict[int, Eeprom]:
    """Return what each of ``servos`` keeps without power, those that do not answer left out.

    Raises:
        LinkLostError: The port is gone or blocked.
    """
    found: dict[int, Frame] = {}
    for _ in range(_ATTEMPTS):
        missing = [servo for servo in servos if servo not in found]
        if not missing:
            break
        found |= bus.sync_read(missing, 0, reg.EEPROM_SIZE, clock.now() + _WINDOW)
        if len(found) < len(servos):
            bus.drain(_WINDOW / 5, _WINDOW)
    return {servo: Eeprom.of(frame.data) for servo, frame in found.items()}


def write_settings(
    bus: FeetechBus, clock: Clock, joints: Sequence[JointScale], memories: Mapping[int, Eeprom], config: ArmConfig
) -> None:
    """Bring answer delay, answer level, gains and overload threshold of the servos of ``joints`` to what the arm needs.

    The memory takes some 100,000 writes, so nothing is written that is right already; it is locked again in any case.

    Args:
        bus: The servos.
        clock: Time.
        joints: Those whose servo has no torque now: new gains do not move them.
        memories: What the servos keep now, by id.
        config: The arm: its gains, and how hard its gripper may grip.

    Raises:
        HardwareError: A servo did not keep what was written.
        LinkLostError: The port is gone or blocked.
    """
    wanted = {joint.servo.id: partial(_differences, config=config, grips=_grips(joint, config)) for joint in joints}
    wrong = [joint for joint in joints if wanted[joint.servo.id](memories[joint.servo.id])]
    if not wrong:
        return
    ids = [joint.servo.id for joint in wrong]
    bus.sync_write(reg.LOCK.address, [(servo, b"\0") for servo in ids])
    try:
        for servo in ids:
            for address, data in wanted[servo](memories[servo]):
                bus.write(servo, address, data, clock.now() + _WINDOW)
    finally:
        bus.sync_write(reg.LOCK.address, [(servo, b"\1") for servo in ids])
    kept = read_memories(bus, clock, ids)
    for joint in wrong:
        memory = kept.get(joint.servo.id)
        if memory is None or wanted[joint.servo.id](memory):
            raise HardwareError(
                f"{joint.name} (servo {joint.servo.id}) did not keep its settings (answer delay, gains).",
                "Switch the arm's power off and on, and try again.",
            )


def _grips(joint: JointScale, config: ArmConfig) -> bool:
    return joint.name == config.gripper.joint


def _differences(memory: Eeprom, config: ArmConfig, *, grips: bool) -> list[tuple[int, bytes]]:
    """Return address and bytes of each setting that is not as it should be."""
    p, i, d = config.wire.gains
    wanted = [
        (reg.RETURN_DELAY, (memory.return_delay, memory.response_level), (0, 1)),
        (reg.GAIN_P, (memory.gain_p, memory.gain_d, memory.gain_i), (p, d, i)),
    ]
    if grips and memory.overload_torque <= config.gripper.effort * 100 < reg.OVERLOAD_TORQUE.default:
        # A gripper that holds something strains for minutes; that alone must not make it let go.
        wanted.append((reg.OVERLOAD_TORQUE, (memory.overload_torque,), (reg.OVERLOAD_TORQUE.default,)))
    return [(cell.address, bytes(want)) for cell, have, want in wanted if have != want]
