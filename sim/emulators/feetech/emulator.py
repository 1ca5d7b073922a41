"""`FeetechEmulator`: the servos of one arm on one bus, as bytes in and bytes out, with a plant behind them."""

from __future__ import annotations

from collections.abc import Callable
from operator import and_
from typing import Final

from armctl.clock import Clock
from armctl.config.arm import ArmConfig, ServoConfig
from armctl.errors import ConfigError
from armctl.hal.scene import SceneState
from drivers.feetech import codec
from drivers.feetech import messages as reg
from drivers.feetech.codec import Frame, FrameParser
from drivers.feetech.messages import BROADCAST, Instruction
from sim.emulators.faults import WireFaults
from sim.emulators.feetech.servo import BOOT_TIME, Servo
from sim.emulators.line import Line
from sim.emulators.motors import Measured, Motors
from sim.plant import Plant

_SILENCE: Final = 0.005
"""A pause after which a servo forgets an unfinished instruction [s]; own estimate."""


class FeetechEmulator:
    """A device: the servos of ``config``, moving ``plant``.

    Attributes:
        servos: One for each joint, in the order of the configuration, whatever id it has now.
        line: The way to the host.
        strangers: Further servos on the same line, which move nothing of the arm.

    Args:
        plant: What the motors move.
        config: The arm; every joint needs a servo.
        clock: Time.
        paced: Answers take as long as on a line of ``config.wire.baud``, return delays included.

    Raises:
        ConfigError: A joint has no servo.
    """

    def __init__(self, plant: Plant, config: ArmConfig, clock: Clock, *, paced: bool = False) -> None:
        self._clock = clock
        self._motors = Motors(plant, clock)
        self.line = Line(clock, config.wire.baud if paced else 0)
        self.strangers: tuple[Servo, ...] = ()
        self.servos = tuple(
            Servo(joint.servo, measured)
            for joint, measured in zip(config.joints, self._motors.measured(), strict=True)
            if joint.servo is not None
        )
        if len(self.servos) != len(config.joints):
            raise ConfigError(f"Not every joint of {config.name} has a servo.")
        self._heard_at = clock.now()
        self._parser = FrameParser()
        self._registered: dict[Servo, tuple[int, bytes]] = {}
        self._booted_at: dict[Servo, float] = {}
        self._instructions: dict[int, Callable[[Servo, bytes], bytes | None]] = {
            Instruction.PING: lambda servo, data: b"",
            Instruction.READ: self._read,
            Instruction.WRITE: self._write,
            Instruction.REG_WRITE: self._reg_write,
            Instruction.ACTION: self._action,
            Instruction.RECOVERY: self._recover,
            Instruction.RESET: lambda servo, data: b"",
            Instruction.CALIBRATE: self._calibrate,
        }

    @property
    def faults(self) -> WireFaults:
        """What is wrong with the line."""
        return self.line.faults

    @property
    def units(self) -> tuple[Servo, ...]:
        """The servos of the arm, for what is done to them on purpose."""
        return self.servos

    def servo(self, servo_id: int) -> Servo:
        """Return the servo that answers to ``servo_id``.

        Raises:
            KeyError: There is none.
        """
        for servo in self.servos:
            if servo.id == servo_id:
                return servo
        raise KeyError(servo_id)

    def power_cycle(self, servo_id: int, boot_time: float = BOOT_TIME) -> None:
        """Take the supply from one servo and give it back: silent for ``boot_time`` [s], then RAM at its defaults."""
        servo = self.servo(servo_id)
        servo.power_up()
        self._registered.pop(servo, None)
        self._booted_at[servo] = self._clock.now() + boot_time

    def duplicate(self, servo_id: int, on: bool) -> None:
        """Put a second servo with ``servo_id`` on the line, or take it off again."""
        others = tuple(servo for servo in self.strangers if servo.id != servo_id)
        twin = ServoConfig(id=servo_id, model=self.servo(servo_id).memory.get(reg.MODEL))
        self.strangers = (*others, Servo(twin, Measured(0.0, 0.0, 0.0))) if on else others
        self.faults.collide = bool(self.strangers)

    def receive(self, data: bytes) -> None:
        """Take bytes from the host and work out the answers."""
        now = self._clock.now()
        frames = self._parser.flush() if now - self._heard_at > _SILENCE else []
        self._heard_at = now
        self.line.heard(data)
        for frame in [*frames, *self._parser.feed(data)]:
            self._obey(frame, now)

    def take(self) -> bytes:
        """Return the bytes to the host that are due by now."""
        return self.line.take()

    def due(self) -> float | None:
        """Return when the next bytes to the host are due [s], None when there are none."""
        return self.line.due()

    def advance(self) -> None:
        """Move the plant on to the time now."""
        self._motors.advance(self._step)

    def scene(self) -> SceneState:
        """Return where the objects around the arm are."""
        return self._motors.scene()

    def _step(self, dt: float) -> None:
        drives = [servo.drive(dt) for servo in self.servos]
        for servo, measured in zip(self.servos, self._motors.drive(drives, dt), strict=True):
            servo.measure(measured, dt)

    def _obey(self, frame: Frame, now: float) -> None:
        if frame.code == Instruction.SYNC_READ and frame.id == BROADCAST and len(frame.data) > 2:
            for servo_id in frame.data[2:]:
                servos = self._listening(servo_id, now)
                self._answer_all(servos, frame.data[0], frame.data[1])
        elif frame.code == Instruction.SYNC_WRITE and frame.id == BROADCAST and len(frame.data) > 2:
            self._sync_write(frame.data, now)
        elif handler := self._instructions.get(frame.code):
            for servo in self._listening(frame.id, now):
                data = handler(servo, frame.data)
                answers = frame.id != BROADCAST or frame.code == Instruction.PING
                if data is not None and answers and self._may_answer(servo, frame.code):
                    self._send(servo, codec.encode(servo.id, servo.status, data))

    def _listening(self, servo_id: int, now: float) -> list[Servo]:
        """Return the servos that hear a frame to ``servo_id``, in turn of their ids."""
        line = (*self.servos, *self.strangers)
        awake = [servo for servo in line if self._booted_at.get(servo, 0.0) <= now]
        if servo_id == BROADCAST:
            return sorted(awake, key=lambda servo: servo.id)
        return [servo for servo in awake if servo.id == servo_id]

    def _may_answer(self, servo: Servo, instruction: int) -> bool:
        return servo.memory.get(reg.RESPONSE_LEVEL) == 1 or instruction in {Instruction.PING, Instruction.READ}

    def _answer_all(self, servos: list[Servo], address: int, length: int) -> None:
        answers = [codec.encode(servo.id, servo.status, servo.memory.read(address, length)) for servo in servos]
        if self.faults.collide and len(answers) > 1:
            # Two at the same moment: who pulls the line down wins, bit by bit.
            answers = [bytes(map(and_, *answers[:2]))]
        for servo, answer in zip(servos, answers, strict=False):
            self._send(servo, answer)

    def _send(self, servo: Servo, answer: bytes) -> None:
        delay = 2e-6 * servo.memory.get(reg.RETURN_DELAY) if self.line.byte_time else 0.0
        self.line.answer(servo.id, answer, delay)

    def _read(self, servo: Servo, data: bytes) -> bytes | None:
        return servo.memory.read(data[0], data[1]) if len(data) == 2 else None

    def _write(self, servo: Servo, data: bytes) -> bytes | None:
        if len(data) < 2:
            return None
        servo.write(data[0], data[1:])
        return b""

    def _reg_write(self, servo: Servo, data: bytes) -> bytes | None:
        if len(data) < 2:
            return None
        self._registered[servo] = (data[0], data[1:])
        servo.memory.put(reg.REGISTERED, 1)
        return b""

    def _action(self, servo: Servo, data: bytes) -> bytes:
        if servo in self._registered:
            servo.write(*self._registered.pop(servo))
            servo.memory.put(reg.REGISTERED, 0)
        return b""

    def _recover(self, servo: Servo, data: bytes) -> bytes:
        for cell in reg.REGISTERS:
            if cell.area is reg.Area.EEPROM and cell is not reg.ID:
                servo.memory.put(cell, cell.default)
        return b""

    def _calibrate(self, servo: Servo, data: bytes) -> bytes:
        servo.call_here(int.from_bytes(data, "little") if len(data) == 2 else reg.STEPS_PER_TURN // 2)
        return b""

    def _sync_write(self, data: bytes, now: float) -> None:
        address, size = data[0], data[1]
        rows = data[2:]
        if not size or len(rows) % (size + 1):
            return
        for start in range(0, len(rows), size + 1):
            for servo in self._listening(rows[start], now):
                servo.write(address, rows[start + 1 : start + 1 + size])
