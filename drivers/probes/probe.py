"""What a probe is, and `Line`: a port that is asked one question at a time, within a time that was agreed before."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from drivers.transport import Transport

ANSWER_TIME: Final = 0.06
"""How long an answer may take [s]: two turn-rounds of an adapter with a 16 ms timer, and the servo's own delay."""
WRITE_TIME: Final = 0.1
"""How long the port may take to accept a question [s]."""
_CHUNK: Final = 4096
_SHORTEST_ECHO: Final = 5
"""A question of fewer bytes may stand in an answer by chance."""
_LARGEST_ANSWER: Final = 1 << 14
"""Bytes that one question gets to see at most: a device that babbles must not fill the memory."""


class Line:
    """A port that is being asked.

    Attributes:
        times: How long each answered question took [s].
        echoes: The adapter returned a question.
        garbled: Something came that was neither all that was asked for nor an echo.

    Args:
        transport: The open port.
        clock: Time.
        until: No question waits beyond this [s].
    """

    def __init__(self, transport: Transport, clock: Clock, until: float) -> None:
        self._transport = transport
        self._clock = clock
        self._until = until
        self.times: list[float] = []
        self.echoes = False
        self.garbled = False

    @property
    def round_trip(self) -> float:
        """Median time of the answered questions [s]; 0 when none was answered."""
        return statistics.median(self.times) if self.times else 0.0

    def ask(self, question: bytes, done: Callable[[bytes], bool], wait: float = ANSWER_TIME) -> bytes:
        """Send ``question`` and return what came until ``done`` with it said so, or the time was over.

        Args:
            question: Bytes to send.
            done: Tells whether all that is needed has come.
            wait: Longest wait [s].

        Raises:
            LinkLostError: The port is gone or takes no data.
        """
        self._transport.discard_input()
        started = self._clock.now()
        if started >= self._until:
            return b""
        self._transport.write(question, started + WRITE_TIME)
        got = self._gather(done, min(self._until, started + wait))
        if done(got):
            self.times.append(self._clock.now() - started)
        rest = got
        if len(question) >= _SHORTEST_ECHO and question in got:
            self.echoes = True
            rest = got.replace(question, b"", 1)
        self.garbled = self.garbled or (bool(rest) and not done(got))
        return got

    def listen(self, done: Callable[[bytes], bool], wait: float) -> bytes:
        """Return what comes unasked until ``done`` with it says so, for ``wait`` [s] at most.

        Raises:
            LinkLostError: The port is gone.
        """
        return self._gather(done, min(self._until, self._clock.now() + wait))

    def close(self) -> None:
        """Give the port up; may be called any number of times."""
        self._transport.close()

    def _gather(self, done: Callable[[bytes], bool], deadline: float) -> bytes:
        got = b""
        while not done(got) and len(got) < _LARGEST_ANSWER:
            more = self._transport.read(_CHUNK, deadline)
            got += more
            if not more or self._clock.now() >= deadline:
                break
        return got


CONTROLLER: Final = 0
"""Id of a controller that answers for the whole arm."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One servo, or one controller, that answered.

    Attributes:
        id: Its number on the line; `CONTROLLER` where it has none.
        what: What it says it is, in words.
        model: Its model number; 0 where it has none.
    """

    id: int
    what: str
    model: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a unit measures.

    Attributes:
        id: Its number on the line.
        volts: Its supply [V]; None where it does not tell.
        celsius: Its temperature [°C]; None where it does not tell.
    """

    id: int
    volts: float | None = None
    celsius: float | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """One protocol's questions; none of them changes anything.

    Attributes:
        title: What is asked for, in words.
        baud: Speed such devices usually have [bit/s]; a configuration's own goes first.
        who: Asks who is there: those of the configuration, everybody where there is none.
        measure: Asks the units that were found what they measure.
        cycle: Asks units for their positions, once, as a control cycle does; True when all answered.
        differs: Tells, in sentences, what a configuration says otherwise than the units that were found.
        slow: An answer that takes longer [s] waits for a timer somewhere, not for the device.
        greets: A controller that was restarted by opening its port says so when it is ready: listen before asking.
    """

    title: str
    baud: int
    who: Callable[[Line, ArmConfig | None], tuple[Unit, ...]]
    measure: Callable[[Line, Sequence[Unit]], tuple[Measured, ...]]
    cycle: Callable[[Line, Sequence[Unit]], bool]
    differs: Callable[[Line, ArmConfig, Sequence[Unit]], tuple[str, ...]]
    slow: float = 0.01
    greets: bool = False


def servo_ids(config: ArmConfig) -> tuple[int, ...]:
    """Return the id of every servo of ``config``, those that follow another one included."""
    servos = [joint.servo for joint in config.joints if joint.servo]
    return tuple(number for servo in servos for number in (servo.id, *(shadow.id for shadow in servo.shadows)))


def model_differences(config: ArmConfig, units: Sequence[Unit]) -> tuple[str, ...]:
    """Return, in sentences, which servos of ``config`` are silent or of another model.

    A controller that answers for all of its servos, and has no id, misses none.
    """
    there = {unit.id: unit for unit in units}
    if CONTROLLER in there:
        return ()
    said = []
    for joint in config.joints:
        servo = joint.servo
        if servo is None:
            continue
        if servo.id not in there:
            said.append(f"{joint.name} (servo {servo.id}) does not answer.")
        elif there[servo.id].model != servo.model:
            unit = there[servo.id]
            said.append(f"{joint.name} (servo {servo.id}) is {unit.what}; the configuration says model {servo.model}.")
        said += [
            f"{joint.name} (second servo {shadow.id}) does not answer."
            for shadow in servo.shadows
            if shadow.id not in there
        ]
    return tuple(said)
