"""Questions to Feetech STS servos: sync reads only, whose echo, from an adapter that echoes, is no answer.

A servo with id 1 and model 777 answers ``FF FF FE 05 82 03 02 01 74`` (sync read of two bytes at 3 from 1) with
``FF FF 01 04 00 09 03 EE``; both are golden bytes of the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from armctl.config.arm import ArmConfig
from armctl.errors import ArmctlError, IdentityError
from drivers.feetech import codec
from drivers.feetech.codec import Frame, FrameParser
from drivers.feetech.identity import Eeprom, check_identity
from drivers.feetech.joints import scales
from drivers.feetech.messages import BROADCAST, EEPROM_SIZE, FEEDBACK_END, LARGEST_ID, MODEL, MODELS, POSITION
from drivers.feetech.readings import feedback
from drivers.probes.probe import Line, Measured, Probe, Unit, servo_ids

_ROLL_CALL: Final = 0.12
"""How long everybody may take to answer a ping to all [s]: they answer in turn."""


def who(line: Line, config: ArmConfig | None) -> tuple[Unit, ...]:
    """Return the servos of ``config`` that answer; everybody on the line where there is none.

    Raises:
        LinkLostError: The port is gone.
    """
    ids = servo_ids(config) if config else _everybody(line)
    found = _read(line, ids, MODEL.address, MODEL.size)
    numbers = {servo: int.from_bytes(frame.data, "little") for servo, frame in found.items()}
    return tuple(
        Unit(servo, f"{MODELS.get(number, 'unknown')} (model {number})", number)
        for servo, number in sorted(numbers.items())
    )


def measure(line: Line, units: Sequence[Unit]) -> tuple[Measured, ...]:
    """Return supply and temperature of each of ``units`` that answers.

    Raises:
        LinkLostError: The port is gone.
    """
    found = _read(line, [unit.id for unit in units], POSITION.address, FEEDBACK_END - POSITION.address)
    said = {servo: feedback(frame.code, frame.data) for servo, frame in sorted(found.items())}
    return tuple(Measured(servo, values.voltage, values.temperature) for servo, values in said.items())


def cycle(line: Line, units: Sequence[Unit]) -> bool:
    """Ask each of ``units`` for its position, once, and return True when all answered.

    Raises:
        LinkLostError: The port is gone.
    """
    ids = [unit.id for unit in units]
    return len(_read_once(line, ids, POSITION.address, FEEDBACK_END - POSITION.address)) == len(ids)


def differs(line: Line, config: ArmConfig, units: Sequence[Unit]) -> tuple[str, ...]:
    """Return what ``config`` says otherwise than the servos' memory: model, firmware, mode, calibration, limits.

    Raises:
        LinkLostError: The port is gone.
    """
    there = [unit.id for unit in units]
    memories = {servo: Eeprom.of(frame.data) for servo, frame in _read(line, there, 0, EEPROM_SIZE).items()}
    said = []
    try:
        joints = scales(config)
    except ArmctlError as error:
        return (str(error),)
    for joint in joints:
        if joint.servo.id not in memories:
            said.append(f"{joint.name} (servo {joint.servo.id}) does not answer.")
            continue
        try:
            check_identity([joint], memories)
        except IdentityError as error:
            said.append(str(error))
    return tuple(said)


def _everybody(line: Line) -> tuple[int, ...]:
    heard = line.ask(codec.ping(BROADCAST), lambda _got: False, _ROLL_CALL)
    frames = FrameParser(lambda servo, length: servo <= LARGEST_ID and length == 2).feed(heard)
    return tuple(sorted({frame.id for frame in frames}))


def _read(line: Line, servos: Sequence[int], address: int, length: int) -> dict[int, Frame]:
    """Return the answers by servo; those that were silent are asked once more."""
    found = _read_once(line, servos, address, length)
    missing = [servo for servo in servos if servo not in found]
    return found | _read_once(line, missing, address, length)


def _read_once(line: Line, servos: Sequence[int], address: int, length: int) -> dict[int, Frame]:
    if not servos:
        return {}
    wanted = _wanted(servos, length)
    question = codec.sync_read(tuple(servos), address, length)
    return wanted(line.ask(question, lambda got: len(wanted(got)) == len(servos)))


def _wanted(servos: Sequence[int], length: int) -> Callable[[bytes], dict[int, Frame]]:
    """Return what finds, in what came, the answers of ``servos`` with ``length`` bytes."""

    def find(got: bytes) -> dict[int, Frame]:
        parser = FrameParser(lambda servo, size: servo in servos and size - 2 == length)
        return {frame.id: frame for frame in parser.feed(got) + parser.flush()}

    return find


PROBE: Final = Probe(title="Feetech STS servos", baud=1_000_000, who=who, measure=measure, cycle=cycle, differs=differs)
