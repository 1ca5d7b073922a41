"""`DynamixelEmulator`: the servos of one arm on one bus, as bytes in and bytes out, with a plant behind them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from operator import and_
from typing import Final, NamedTuple

from armctl.clock import Clock
from armctl.config.arm import ArmConfig, ServoConfig
from armctl.errors import ConfigError
from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import BROADCAST, LARGEST_ID, RETURN_DELAY_UNIT, Instruction, Problem
from sim.emulators.dynamixel import instructions
from sim.emulators.dynamixel.joint import DrivenJoint
from sim.emulators.dynamixel.packets import Packet, PacketParser, answer, chain
from sim.emulators.dynamixel.servo import BOOT_TIME, Servo
from sim.emulators.motors import Measured
from sim.emulators.servo_line import ServoLine
from sim.plant import Plant


class _Asked(NamedTuple):
    """A range that one servo is to say."""

    id: int
    address: int
    length: int


class DynamixelEmulator(ServoLine[Servo, Packet]):
    """A device: the servos of ``config``, moving ``plant``.

    Attributes:
        servos: Joint by joint in the order of the configuration, each followed by its shadows, whatever ids they have.
        line: The way to the host.
        strangers: Further servos on the same line, which move nothing of the arm.
        chained: In a sync or bulk read, too, a servo waits for the one before it, so that those behind a missing one
            say nothing. Fast reads are so always; of the others the manual only tells the order.

    Args:
        plant: What the motors move.
        config: The arm; every joint needs a servo.
        clock: Time.
        paced: Bytes take as long as on a line of ``config.wire.baud``, return delays included.

    Raises:
        ConfigError: A joint has no servo, or one that cannot be emulated.
    """

    def __init__(self, plant: Plant, config: ArmConfig, clock: Clock, *, paced: bool = False) -> None:
        self._baud = config.wire.baud
        super().__init__(plant, clock, self._baud if paced else 0, PacketParser())
        self.chained = False
        self._joints = [
            DrivenJoint(tuple(_servos(joint.servo, measured, self._baud)))
            for joint, measured in zip(config.joints, self._motors.measured(), strict=True)
            if joint.servo is not None
        ]
        if len(self._joints) != len(config.joints):
            raise ConfigError(f"Not every joint of {config.name} has a servo.")
        self.servos = tuple(servo for joint in self._joints for servo in joint.servos)
        self._awake_at: dict[Servo, float] = {}

    def power_cycle(self, unit_id: int, boot_time: float = BOOT_TIME) -> None:
        """Take the supply from one servo and give it back: silent for ``boot_time`` [s], then RAM at its defaults."""
        servo = self.servo(unit_id)
        servo.power_up()
        self._awake_at[servo] = self._clock.now() + boot_time

    def _twin(self, unit_id: int) -> Servo:
        config = ServoConfig(id=unit_id, model=self.servo(unit_id).table.model.number)
        return Servo(config, Measured(0.0, 0.0, 0.0), self._baud)

    def _step(self, dt: float) -> None:
        drives = [joint.drive(dt) for joint in self._joints]
        for joint, measured in zip(self._joints, self._motors.drive(drives, dt), strict=True):
            joint.measure(measured, dt)

    def _obey(self, packet: Packet, time: float) -> None:
        awake = self._awake(time)
        if packet.intact:
            for servo in awake:
                servo.hear()
        code = packet.instruction
        if not packet.intact:
            self._complain(packet, awake, time)
        elif code == Instruction.STATUS:
            return
        elif packet.id == BROADCAST and code in _GROUPS:
            self._group(packet, awake, time)
        elif packet.id == BROADCAST:
            self._everyone(packet, awake, time)
        elif packet.id <= LARGEST_ID:
            self._one(packet, awake, time)

    def _complain(self, packet: Packet, awake: Iterable[Servo], time: float) -> None:
        """Answer an instruction whose CRC is wrong."""
        for servo in awake:
            if servo.id == packet.id and instructions.may_answer(servo, packet.instruction):
                self._send(servo, answer(servo.id, Problem.CRC | servo.alert), time)

    def _one(self, packet: Packet, awake: list[Servo], time: float) -> None:
        """Let the servo with this id do it and answer, and those that follow it do the same in silence."""
        followers = [servo for servo in awake if servo.id != packet.id == servo.secondary]
        called = [servo for servo in awake if servo.id == packet.id]
        answers = []
        for servo in called:
            # A change of the level or of the id takes effect after the answer.
            speaks = instructions.may_answer(servo, packet.instruction)
            problem, data = instructions.execute(servo, packet.instruction, packet.data)
            if speaks:
                answers.append((servo, answer(packet.id, problem | servo.alert, data)))
            self._rest(servo, packet, problem, time)
        if packet.instruction in instructions.BY_SECONDARY_ID:
            for servo in followers:
                instructions.follow(servo, packet.instruction, packet.data)
        self._send_all(answers, time)

    def _everyone(self, packet: Packet, awake: list[Servo], time: float) -> None:
        """Let all servos do it; only a ping is answered, in turn of the ids."""
        if packet.instruction == Instruction.FACTORY_RESET and packet.data == bytes((reg.RESET_ALL,)):
            return
        for servo in sorted(awake, key=lambda servo: servo.id):
            problem, data = instructions.execute(servo, packet.instruction, packet.data)
            if packet.instruction == Instruction.PING:
                self._send(servo, answer(servo.id, problem | servo.alert, data), time)
            self._rest(servo, packet, problem, time)

    def _rest(self, servo: Servo, packet: Packet, problem: Problem, time: float) -> None:
        """Be silent while it starts anew, where that is what it was told to do."""
        if not problem and instructions.restarts(packet.instruction, packet.data):
            self._awake_at[servo] = time + BOOT_TIME

    def _group(self, packet: Packet, awake: list[Servo], time: float) -> None:
        if packet.instruction in {Instruction.SYNC_WRITE, Instruction.BULK_WRITE}:
            for servo_id, address, data in _writes(packet):
                for servo in awake:
                    if servo.id == servo_id:
                        servo.write(address, data)
                    elif servo.secondary == servo_id:
                        servo.write(address, data, ram_only=True)
        elif packet.instruction in {Instruction.FAST_SYNC_READ, Instruction.FAST_BULK_READ}:
            self._say_together(packet, awake, time)
        else:
            self._say_in_turn(packet, awake, time)

    def _say_in_turn(self, packet: Packet, awake: list[Servo], time: float) -> None:
        for asked in _reads(packet):
            speakers = self._speakers(asked, packet, awake)
            if self.chained and not speakers:
                return
            answers = []
            for servo in speakers:
                problem, data = instructions.read(servo, asked.address, asked.length)
                answers.append((servo, answer(servo.id, problem | servo.alert, data)))
            self._send_all(answers, time)

    def _say_together(self, packet: Packet, awake: list[Servo], time: float) -> None:
        """One packet, to which each adds its part once it heard the one before it."""
        asked = list(_reads(packet))
        speaking: list[Servo] = []
        parts = []
        for each in asked:
            speakers = self._speakers(each, packet, awake)
            if not speakers:
                break
            problem, data = instructions.read(speakers[0], each.address, each.length)
            parts.append((each.id, problem | speakers[0].alert, data.ljust(each.length, b"\0")))
            speaking.append(speakers[0])
        for number, (servo, part) in enumerate(
            zip(speaking, chain(parts, [each.length for each in asked]), strict=True)
        ):
            self._send(servo, part, time, waits=not number)

    def _speakers(self, asked: _Asked, packet: Packet, awake: list[Servo]) -> list[Servo]:
        return [
            servo
            for servo in awake
            if servo.id == asked.id
            and servo.id not in self.faults.muted
            and instructions.may_answer(servo, packet.instruction)
        ]

    def _send_all(self, answers: list[tuple[Servo, bytes]], time: float) -> None:
        """Send the answers of the servos with one id: of one, as a rule."""
        if self.faults.collide and len(answers) > 1:
            # Two at the same moment: who pulls the line down wins, bit by bit.
            (servo, first), (_, second) = answers[:2]
            answers = [(servo, bytes(map(and_, first, second)))]
        for servo, data in answers:
            self._send(servo, data, time)

    def _send(self, servo: Servo, data: bytes, time: float, *, waits: bool = True) -> None:
        delay = RETURN_DELAY_UNIT * servo.table.get(reg.RETURN_DELAY) if waits and self.line.byte_time else 0.0
        self.line.answer(servo.id, data, delay, time)

    def _awake(self, time: float) -> list[Servo]:
        """Return the servos that hear what is on the line: started, and at its speed."""
        line = (*self.servos, *self.strangers)
        return [servo for servo in line if self._awake_at.get(servo, 0.0) <= time and servo.baud == self._baud]


_GROUPS: Final = frozenset(
    {
        Instruction.SYNC_READ,
        Instruction.SYNC_WRITE,
        Instruction.FAST_SYNC_READ,
        Instruction.BULK_READ,
        Instruction.BULK_WRITE,
        Instruction.FAST_BULK_READ,
    }
)


def _servos(config: ServoConfig, measured: Measured, baud: int) -> Iterator[Servo]:
    yield Servo(config, measured, baud)
    for shadow in config.shadows:
        alike = config.model_copy(update={"id": shadow.id, "reversed": shadow.reversed, "shadows": ()})
        yield Servo(alike, measured, baud, leader=config.id)


def _reads(packet: Packet) -> Iterator[_Asked]:
    """Yield what a sync or bulk read asks for; nothing where it has the wrong shape."""
    data = packet.data
    if packet.instruction in {Instruction.SYNC_READ, Instruction.FAST_SYNC_READ}:
        if len(data) > 4:
            address, length = struct.unpack_from("<HH", data)
            yield from (_Asked(servo_id, address, length) for servo_id in data[4:])
    elif len(data) % 5 == 0:
        yield from map(_Asked._make, struct.iter_unpack("<BHH", data))


def _writes(packet: Packet) -> Iterator[tuple[int, int, bytes]]:
    """Yield id, address and bytes of each row of a sync or bulk write, as far as it has the right shape."""
    data = packet.data
    if packet.instruction == Instruction.SYNC_WRITE:
        address, length = struct.unpack_from("<HH", data.ljust(4, b"\0"))
        rows = data[4:]
        if length and len(rows) % (length + 1) == 0:
            for at in range(0, len(rows), length + 1):
                yield rows[at], address, rows[at + 1 : at + 1 + length]
        return
    while len(data) > 5:
        servo_id, address, length = struct.unpack_from("<BHH", data)
        row, data = data[5 : 5 + length], data[5 + length :]
        if len(row) == length:
            yield servo_id, address, row
