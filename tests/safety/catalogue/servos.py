"""The emulated servos as a process of their own: they obey tests between two bytes, and note every byte with its time.

``python -m tests.safety.catalogue.servos FD ARM LINK``: orders and answers go over the socket ``FD``, each order a name
and arguments for `Bench`, each answer what it returned and when it was done [s, monotonic].
"""

from __future__ import annotations

import json
import sys
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.control.realtime import PRIORITY_GUARD, go_realtime
from armctl.kinematics.robot import RobotModel
from drivers.feetech import codec
from drivers.feetech import messages as reg
from drivers.feetech.codec import Frame, FrameParser
from drivers.feetech.messages import Instruction
from drivers.feetech.readings import feedback
from sim.emulators.faults import WireFaults
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.feetech.servo import Servo
from sim.emulators.motors import STEP, Measured
from sim.emulators.pty import PtyServer
from sim.emulators.unit import UnitFaults
from sim.kinematic_plant import KinematicPlant

SERIAL_NUMBER = "ARM-1"
"""What the adapter calls itself."""
KEPT = 100_000
"""Frames remembered."""


@dataclass(frozen=True)
class Goals:
    """Goals that arrived: servo to (goal [step], speed [step/s])."""

    stamp: float
    goals: dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Written:
    """Anything else that was written to servos."""

    stamp: float
    address: int
    servos: tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """A request for a reading."""

    stamp: float
    address: int
    servos: tuple[int, ...]


@dataclass(frozen=True)
class Answered:
    """What a servo answered: ``good`` when it left as it was; ``position`` [step] is what it should have said."""

    stamp: float
    servo: int
    good: bool
    position: int
    long: bool


@dataclass
class Tapped:
    """What went over the wire, each list oldest first."""

    goals: deque[Goals] = field(default_factory=lambda: deque(maxlen=KEPT))
    written: deque[Written] = field(default_factory=lambda: deque(maxlen=KEPT))
    asked: deque[Asked] = field(default_factory=lambda: deque(maxlen=KEPT))
    answered: deque[Answered] = field(default_factory=lambda: deque(maxlen=KEPT))

    def since(self, moment: float) -> Tapped:
        """Return what came after ``moment`` [s]."""
        everything = (self.goals, self.written, self.asked, self.answered)
        return Tapped(*(deque(_after(items, moment)) for items in everything))


def _after(items: deque[Any], moment: float) -> list[Any]:
    found = []
    for item in reversed(items):
        if item.stamp < moment:
            break
        found.append(item)
    return found[::-1]


class TappedFaults(WireFaults):
    """Faults of the line that note every answer they touch, or let pass. One can lie: late, and with a wrong value."""

    def __init__(self, tap: Tapped, clock: SystemClock) -> None:
        super().__init__()
        self._tap = tap
        self._clock = clock
        self.lies: dict[int, int] = {}

    def apply(self, servo: int, answer: bytes) -> bytes:
        whole = FrameParser().feed(answer)
        if not whole:  # two servos spoke at once
            return super().apply(servo, answer)
        (true,) = whole
        if servo in self.lies and len(true.data) >= reg.FEEDBACK_END - reg.POSITION.address:
            answer = _lie(true, self.lies.pop(servo))
        arrives = super().apply(servo, answer)
        reads = len(true.data) >= reg.FEEDBACK_END - reg.POSITION.address
        if reads and self._tap.asked and self._tap.asked[-1].address > reg.RETURN_DELAY.address:
            position = feedback(true.code, true.data).position
            long = len(true.data) >= reg.FEEDBACK_END - reg.TORQUE_ENABLE.address
            good = arrives == codec.encode(servo, true.code, true.data)
            self._tap.answered.append(Answered(self._clock.now(), servo, good, position, long))
        return arrives


def _lie(true: Frame, steps: int) -> bytes:
    data = bytearray(true.data)
    place = len(data) - (reg.FEEDBACK_END - reg.POSITION.address)
    wrong = (int.from_bytes(data[place : place + 2], "little") + steps) % reg.STEPS_PER_TURN
    data[place : place + 2] = wrong.to_bytes(2, "little")
    return codec.encode(true.id, true.code, bytes(data))


class TappedServos:
    """The emulated servos, with what reaches them noted."""

    def __init__(self, emulator: FeetechEmulator, tap: Tapped, clock: SystemClock) -> None:
        self._emulator = emulator
        self._tap = tap
        self._clock = clock
        self._parser = FrameParser()
        self.take, self.due, self.advance = emulator.take, emulator.due, emulator.advance

    def receive(self, data: bytes) -> None:
        now = self._clock.now()
        for frame in self._parser.feed(data):
            self._note(frame, now)
        self._emulator.receive(data)

    def _note(self, frame: Frame, now: float) -> None:
        data = frame.data
        if frame.code == Instruction.SYNC_READ:
            self._tap.asked.append(Asked(now, data[0], tuple(data[2:])))
        elif frame.code == Instruction.SYNC_WRITE:
            size = data[1] + 1
            rows = [data[start : start + size] for start in range(2, len(data), size)]
            if data[0] == reg.ACCELERATION.address:
                self._tap.goals.append(Goals(now, {row[0]: (_word(row, 2), _word(row, 6)) for row in rows}))
            else:
                self._tap.written.append(Written(now, data[0], tuple(row[0] for row in rows)))


def _word(row: bytes, at: int) -> int:
    return int.from_bytes(row[at : at + 2], "little")


class Plant(KinematicPlant):
    """Exact joints that can also be turned by hand."""

    def push(self, joint: int, angle: float) -> None:
        self._positions = self._positions.copy()
        self._positions[joint] = angle


class Bench:
    """What tests may order; every method returns something that can be sent."""

    def __init__(self, arm: Path, link: Path) -> None:
        self._clock = SystemClock()
        config = load(arm, ArmConfig)
        self._plant = Plant(RobotModel(config), load(builtin("scenes", "kitchen_table"), SceneConfig))
        self._emulator = FeetechEmulator(self._plant, config, self._clock)
        self._config = config
        self._tap = Tapped()
        self._faults()
        self._device = TappedServos(self._emulator, self._tap, self._clock)
        self._link = link
        self._ports = link.parent / "ports.json"
        self._server: PtyServer | None = None
        self.plug()
        self._next_step = self._turned = self._clock.now()
        self._gaps: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self.ended = False

    def turn(self) -> None:
        """Serve the wire for a few milliseconds at most."""
        now = self._clock.now()
        self._gaps.append((now, now - self._turned))
        self._turned = now
        if now >= self._next_step:
            self._emulator.advance()
            self._next_step = self._clock.now() + STEP
        wait = max(0.0, self._next_step - self._clock.now())
        if self._server is None:
            self._clock.sleep_until(self._clock.now() + wait)
        else:
            self._server.serve(wait)

    def unplug(self) -> None:
        """Take the terminal away, as a pulled plug does."""
        assert self._server
        self._server.close()
        self._server = None
        self._list("")

    def plug(self, *, elsewhere: bool = False, number: str = "") -> str:
        """Give the servos a new terminal, and the adapter a number; returns its name.

        Elsewhere: not at the link, as after the system has given the adapter another name.
        """
        if self._server is None:
            self._server = PtyServer(self._device, self._clock, None if elsewhere else self._link)
        self._list(self._server.path, number)
        return self._server.path

    def clog(self) -> int:
        """Fill what the host writes into, and read no more of it; returns the bytes it took."""
        assert self._server
        return self._server.clog()

    def line(self, name: str, value: object) -> None:
        """Set an attribute of the line's faults."""
        setattr(self._emulator.faults, name, value)

    def next(self, method: str, servo: int, *arguments: Any, **named: Any) -> None:
        """Call one of the ``…_next`` methods of the line's faults."""
        getattr(self._emulator.faults, f"{method}_next")(servo, *arguments, **named)

    def lie(self, servo: int, steps: int, late: float) -> None:
        """Let the next reading of ``servo`` come ``late`` [s] and ``steps`` off, its sum right."""
        faults = self._emulator.faults
        assert isinstance(faults, TappedFaults)
        faults.lies[servo] = steps
        faults.delay_next(servo, late)

    def servo(self, number: int, name: str, value: object) -> None:
        """Set an attribute of one servo's faults."""
        setattr(self._emulator.servo(number).faults, name, value)

    def temperature(self, number: int, celsius: float) -> None:
        self._emulator.servo(number).set_temperature(celsius)

    def power_cycle(self, number: int, boot_time: float) -> None:
        self._emulator.power_cycle(number, boot_time)

    def memory(self, joint: int, register: str, value: int) -> int:
        """Set a register of the servo at ``joint``, whatever its id is now; returns what it was."""
        (cell,) = (cell for cell in reg.REGISTERS if cell.name == register)
        before = self._emulator.servos[joint].memory.get(cell)
        self._emulator.servos[joint].memory.put(cell, value)
        return before

    def extra(self, number: int) -> None:
        """Plug in one more servo that has the id ``number`` too, and stands elsewhere."""
        config = self._config.joints[-1].servo
        assert config
        self._emulator.strangers = (Servo(config.model_copy(update={"id": number}), Measured(0.3, 0.0, 0.0)),)

    def get(self, joint: int, register: str) -> int:
        (cell,) = (cell for cell in reg.REGISTERS if cell.name == register)
        return self._emulator.servos[joint].memory.get(cell)

    def push(self, joint: int, angle: float) -> None:
        self._plant.push(joint, angle)

    def truth(self) -> list[float]:
        """Return where the joints really are [rad]."""
        return [float(angle) for angle in self._plant.positions()]

    def tap(self, since: float) -> Tapped:
        return self._tap.since(since)

    def gap(self, since: float) -> float:
        """Return the longest time between two turns of this program after ``since`` [s]."""
        return max((gap for stamp, gap in self._gaps if stamp >= since), default=0.0)

    def heal(self) -> None:
        """Take every fault away."""
        self.plug()
        assert self._server
        self._server.stalled = False
        self._emulator.strangers = ()
        self._faults()
        for servo in self._emulator.servos:
            servo.faults = UnitFaults()
            servo.set_temperature(32.0)
            servo.set_supply(12.0)

    def end(self) -> None:
        self.ended = True
        if self._server:
            self._server.close()

    def _list(self, path: str, number: str = "") -> None:
        """Write down which adapters there are, for control."""
        rows = [[path, "emulated adapter", number or SERIAL_NUMBER, True]] if path else []
        made = self._ports.with_suffix(".new")
        made.write_text(json.dumps(rows))
        made.replace(self._ports)

    def _faults(self) -> None:
        self._emulator.line.faults = TappedFaults(self._tap, self._clock)


def main() -> None:
    """Serve until the tests end."""
    orders, arm, link = Connection(int(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])
    bench = Bench(arm, link)
    go_realtime(PRIORITY_GUARD)
    orders.send(("ready", 0.0))
    while not bench.ended:
        bench.turn()
        while orders.poll(0.0):
            try:
                name, arguments, named = orders.recv()
            except EOFError:
                bench.end()
                break
            result = getattr(bench, name)(*arguments, **named)
            orders.send((result, SystemClock().now()))


if __name__ == "__main__":
    # What is sent must be known by its module's own name.
    from tests.safety.catalogue.servos import main as run

    run()
