"""`FeetechEmulator`: the servos of one arm on one bus, as bytes in and bytes out, with a plant behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import and_
from typing import Final, NamedTuple, TypeAlias

from armctl.clock import Clock
from armctl.config.arm import ArmConfig, ServoConfig
from armctl.errors import ConfigError
from drivers.feetech import codec
from drivers.feetech import messages as reg
from drivers.feetech.codec import Frame, FrameParser
from drivers.feetech.messages import BROADCAST, Instruction
from sim.emulators.feetech.servo import BOOT_TIME, BROWN_OUT, Servo
from sim.emulators.motors import Measured
from sim.emulators.servo_line import ServoLine
from sim.plant import Plant

REBOOT_TIME: Final = 0.8
"""How long a servo is silent after the order to start anew [s] (bench report)."""
EEPROM_TIME: Final = 0.003
"""How long it takes to keep something for good [s]: "some milliseconds"; the servo neither hears nor answers."""


class Done(NamedTuple):
    """What a servo did with an instruction.

    Attributes:
        answer: Data of its answer.
        kept: Something was written that is kept without power.
    """

    answer: bytes = b""
    kept: bool = False


class Said(NamedTuple):
    """What a servo answers: who it is, the id it was called by, and what it did."""

    servo: Servo
    servo_id: int
    done: Done


Handler: TypeAlias = Callable[[Servo, bytes], Done | None]
"""Does what an instruction with such parameters says; None for parameters that make no sense."""


class FeetechEmulator(ServoLine[Servo, Frame]):
    """A device: the servos of ``config``, moving ``plant``.

    Attributes:
        servos: One for each joint, in the order of the configuration, whatever id it has now.
        line: The way to the host.
        strangers: Further servos on the same line, which move nothing of the arm.
        supply_resistance: Of the supply and its cable [Ω]: all servos get less while they draw much.

    Args:
        plant: What the motors move.
        config: The arm; every joint needs a servo.
        clock: Time.
        paced: Answers take as long as on a line of ``config.wire.baud``, return delays included.

    Raises:
        ConfigError: A joint has no servo.
    """

    def __init__(self, plant: Plant, config: ArmConfig, clock: Clock, *, paced: bool = False) -> None:
        super().__init__(plant, clock, config.wire.baud if paced else 0, FrameParser())
        self.supply_resistance = 0.0
        self.servos = tuple(
            Servo(joint.servo, measured)
            for joint, measured in zip(config.joints, self._motors.measured(), strict=True)
            if joint.servo is not None
        )
        if len(self.servos) != len(config.joints):
            raise ConfigError(f"Not every joint of {config.name} has a servo.")
        self._registered: dict[Servo, tuple[int, bytes]] = {}
        self._deaf_until: dict[Servo, float] = {}
        self._instructions: dict[int, Handler] = {
            Instruction.PING: _ping,
            Instruction.READ: self._read,
            Instruction.WRITE: self._write,
            Instruction.REG_WRITE: self._reg_write,
            Instruction.ACTION: self._action,
            Instruction.RECOVERY: _recover,
            Instruction.BACKUP: _back_up,
            Instruction.RESET: _reset,
            Instruction.CALIBRATE: _calibrate,
        }

    def power_cycle(self, unit_id: int, boot_time: float = BOOT_TIME) -> None:
        """Take the supply from one servo and give it back: silent for ``boot_time`` [s], then RAM at its defaults."""
        self._restart(self.servo(unit_id), boot_time)

    def _twin(self, unit_id: int) -> Servo:
        config = ServoConfig(id=unit_id, model=self.servo(unit_id).memory.get(reg.MODEL))
        return Servo(config, Measured(0.0, 0.0, 0.0))

    def _step(self, dt: float) -> None:
        drives = [servo.drive(dt) for servo in self.servos]
        for servo, measured in zip(self.servos, self._motors.drive(drives, dt), strict=True):
            servo.measure(measured, dt)
        self._feed()

    def _feed(self) -> None:
        """Let the supply sag under what all draw; who has too little starts anew, the hardest working first.

        A supply that is low without that is only told, so that it can be seen what the host makes of the bit.
        """
        sag = self.supply_resistance * sum(servo.draws for servo in self.servos)
        for servo in self.servos:
            servo.sag = sag
        starved = [servo for servo in self.servos if sag > 0.0 and servo.supply < BROWN_OUT]
        if starved:
            self._restart(max(starved, key=lambda servo: servo.draws), BOOT_TIME)

    def _restart(self, servo: Servo, boot_time: float, now: float | None = None) -> None:
        servo.power_up()
        self._registered.pop(servo, None)
        self._deaf_until[servo] = (self._clock.now() if now is None else now) + boot_time

    def _obey(self, frame: Frame, now: float) -> None:
        if frame.code == Instruction.SYNC_READ and frame.id == BROADCAST and len(frame.data) > 2:
            for servo_id in frame.data[2:]:
                servos = self._listening(servo_id, now)
                read = [Said(servo, servo_id, Done(servo.memory.read(*frame.data[:2]))) for servo in servos]
                self._send(read, now)
        elif frame.code == Instruction.SYNC_WRITE and frame.id == BROADCAST and len(frame.data) > 2:
            self._sync_write(frame.data, now)
        elif frame.code == Instruction.REBOOT:
            for servo in self._listening(frame.id, now):
                self._restart(servo, REBOOT_TIME, now)
        elif handler := self._instructions.get(frame.code):
            self._obey_one(frame, handler, now)

    def _obey_one(self, frame: Frame, handler: Handler, now: float) -> None:
        said: list[Said] = []
        for servo in self._listening(frame.id, now):
            # A servo that is given another id confirms that with the one it was called by.
            servo_id = servo.id
            done = handler(servo, frame.data)
            if done and done.kept:
                self._deaf_until[servo] = now + EEPROM_TIME
            if done and self._may_answer(servo, frame.code):
                said.append(Said(servo, servo_id, done))
        if frame.id != BROADCAST:
            self._send(said, now)
        elif frame.code == Instruction.PING:
            for one in said:
                self._send([one], now)

    def _listening(self, servo_id: int, now: float) -> list[Servo]:
        """Return the servos that hear a frame to ``servo_id``, in turn of their ids."""
        line = (*self.servos, *self.strangers)
        awake = [servo for servo in line if self._deaf_until.get(servo, 0.0) <= now]
        if servo_id == BROADCAST:
            return sorted(awake, key=lambda servo: servo.id)
        return [servo for servo in awake if servo.id == servo_id]

    def _may_answer(self, servo: Servo, instruction: int) -> bool:
        return servo.memory.get(reg.RESPONSE_LEVEL) == 1 or instruction in {Instruction.PING, Instruction.READ}

    def _send(self, said: Sequence[Said], now: float) -> None:
        """Send what servos with the same id answer, each after its return delay."""
        answers = [codec.encode(one.servo_id, one.servo.status, one.done.answer) for one in said]
        if self.faults.collide and len(answers) > 1:
            # Two at the same moment: who pulls the line down wins, bit by bit.
            answers = [bytes(map(and_, *answers[:2]))]
        for one, answer in zip(said, answers, strict=False):
            delay = 2e-6 * one.servo.memory.get(reg.RETURN_DELAY) if self.line.byte_time else 0.0
            # Who keeps something says so when it is kept.
            self.line.answer(one.servo_id, answer, delay + (EEPROM_TIME if one.done.kept else 0.0), now)

    def _read(self, servo: Servo, data: bytes) -> Done | None:
        return Done(servo.memory.read(data[0], data[1])) if len(data) == 2 else None

    def _write(self, servo: Servo, data: bytes) -> Done | None:
        return Done(kept=servo.write(data[0], data[1:])) if len(data) >= 2 else None

    def _reg_write(self, servo: Servo, data: bytes) -> Done | None:
        if len(data) < 2:
            return None
        self._registered[servo] = (data[0], data[1:])
        servo.memory.put(reg.REGISTERED, 1)
        return Done()

    def _action(self, servo: Servo, data: bytes) -> Done:
        if servo not in self._registered:
            return Done()
        servo.memory.put(reg.REGISTERED, 0)
        return Done(kept=servo.write(*self._registered.pop(servo)))

    def _sync_write(self, data: bytes, now: float) -> None:
        address, size = data[0], data[1]
        rows = data[2:]
        if not size or len(rows) % (size + 1):
            return
        for start in range(0, len(rows), size + 1):
            for servo in self._listening(rows[start], now):
                if servo.write(address, rows[start + 1 : start + 1 + size]):
                    self._deaf_until[servo] = now + EEPROM_TIME


def _ping(servo: Servo, data: bytes) -> Done:
    return Done()


def _recover(servo: Servo, data: bytes) -> Done:
    servo.memory.recover()
    return Done(kept=True)


def _back_up(servo: Servo, data: bytes) -> Done:
    servo.memory.back_up()
    return Done(kept=True)


def _reset(servo: Servo, data: bytes) -> Done:
    servo.reset()
    return Done()


def _calibrate(servo: Servo, data: bytes) -> Done:
    servo.call_here(int.from_bytes(data, "little") if len(data) == 2 else reg.STEPS_PER_TURN // 2)
    return Done(kept=True)
