"""`ServoLine`: servos on one line, as bytes in and bytes out, with a plant behind them; the protocol is left open."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, Generic, Protocol, TypeVar

from armctl.clock import Clock
from armctl.hal.scene import SceneState
from sim.emulators.faults import WireFaults
from sim.emulators.line import Line
from sim.emulators.motors import Motors
from sim.emulators.unit import Unit
from sim.plant import Plant

_SILENCE: Final = 0.005
"""A pause after which a servo forgets an unfinished instruction [s]; own estimate."""

ServoT = TypeVar("ServoT", bound=Unit)
FrameT = TypeVar("FrameT")
Frame_co = TypeVar("Frame_co", covariant=True)


class Parser(Protocol[Frame_co]):
    """Finds frames in what comes."""

    def feed(self, data: bytes) -> Sequence[Frame_co]:
        """Take ``data`` and return the frames that became complete."""
        ...

    def flush(self) -> Sequence[Frame_co]:
        """Give up waiting for the rest of an unfinished frame, and return those behind its header."""
        ...


class ServoLine(ABC, Generic[ServoT, FrameT]):
    """What emulated servos on one line are, whatever they speak.

    Attributes:
        servos: The arm's, whatever ids they have now; set by whoever speaks a protocol.
        line: The way to the host.
        strangers: Further servos on the same line, which move nothing of the arm.

    Args:
        plant: What the motors move.
        clock: Time.
        baud: Speed of the line [bit/s]; 0 where bytes take no time.
        parser: Finds instructions.
    """

    def __init__(self, plant: Plant, clock: Clock, baud: int, parser: Parser[FrameT]) -> None:
        self._clock = clock
        self._motors = Motors(plant, clock)
        self._parser = parser
        self._heard_at = clock.now()
        self.line = Line(clock, baud)
        self.servos: tuple[ServoT, ...] = ()
        self.strangers: tuple[ServoT, ...] = ()

    @property
    def faults(self) -> WireFaults:
        """What is wrong with the line."""
        return self.line.faults

    @property
    def units(self) -> tuple[ServoT, ...]:
        """The servos of the arm, for what is done to them on purpose."""
        return self.servos

    def servo(self, servo_id: int) -> ServoT:
        """Return the servo that answers to ``servo_id``.

        Raises:
            KeyError: There is none.
        """
        for servo in self.servos:
            if servo.id == servo_id:
                return servo
        raise KeyError(servo_id)

    def duplicate(self, unit_id: int, on: bool) -> None:
        """Put a second servo with ``unit_id`` on the line, or take it off again.

        Raises:
            KeyError: There is no servo of that id.
        """
        others = tuple(servo for servo in self.strangers if servo.id != unit_id)
        twin = self._twin(unit_id)
        self.strangers = (*others, twin) if on else others
        self.faults.collide = bool(self.strangers)

    def receive(self, data: bytes) -> None:
        """Take bytes from the host, and work out the answers to what has arrived."""
        self.line.receive(data)
        self._hear()

    def take(self) -> bytes:
        """Return the bytes to the host that are due by now."""
        self._hear()
        return self.line.take()

    def due(self) -> float | None:
        """Return when the next bytes in either direction are through [s], None when there are none on the way."""
        return self.line.due()

    def advance(self) -> None:
        """Move the plant on to the time now."""
        self._motors.advance(self._step)

    def scene(self) -> SceneState:
        """Return where the objects around the arm are."""
        return self._motors.scene()

    @abstractmethod
    def _twin(self, unit_id: int) -> ServoT:
        """Return a servo that moves nothing, of the kind and with the id of the one called ``unit_id``."""

    @abstractmethod
    def _step(self, dt: float) -> None:
        """Move the servos on by ``dt`` [s]."""

    @abstractmethod
    def _obey(self, frame: FrameT, time: float) -> None:
        """Do what ``frame``, which was through at ``time`` [s], says."""

    def _hear(self) -> None:
        for time, data in self.line.arrived():
            frames = self._parser.flush() if time - self._heard_at > _SILENCE else ()
            self._heard_at = time
            for frame in [*frames, *self._parser.feed(data)]:
                self._obey(frame, time)
