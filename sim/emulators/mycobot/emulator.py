"""`MycobotEmulator`: a myCobot 280 behind one serial port, as bytes in and bytes out, with a plant behind it.

The controller works frame by frame: each takes its time, and what comes meanwhile waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Final

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import ConfigError
from armctl.hal.scene import SceneState
from drivers.mycobot.codec import Frame, FrameParser, encode
from drivers.mycobot.messages import COLLISION, JOINTS
from sim.emulators.faults import WireFaults
from sim.emulators.line import BITS_PER_BYTE, Line
from sim.emulators.motors import Motors
from sim.emulators.mycobot.commands import Commands
from sim.emulators.mycobot.controller import Controller
from sim.emulators.mycobot.coordinates import Coordinates
from sim.emulators.mycobot.joint import Joint
from sim.emulators.unit import Unit, UnitFaults, lacking
from sim.plant import Plant

CONTROLLER: Final = 0
"""The unit that answers for all, to the faults of the line."""
BOOT_TIME: Final = 0.5
"""How long the controller is silent after its supply came back [s]; own estimate."""
FRAME_OVERHEAD: Final = 5
_SILENCE: Final = 0.05
"""A pause after which an unfinished frame is forgotten [s]; own estimate."""
_LONGEST_INBOX: Final = 16
"""Frames that wait; what comes then is lost. Own estimate, a buffer of some 256 bytes."""


class ControllerUnit:
    """The controller as something that can be broken on purpose.

    Attributes:
        faults: Its status is an error code: that of a collision that goes on.

    Args:
        controller: It.
    """

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self.faults = UnitFaults()

    @property
    def id(self) -> int:
        """Zero: it has no number on the wire."""
        return CONTROLLER

    @property
    def heeded(self) -> frozenset[str]:
        """It can report a collision."""
        return frozenset({"status"})

    @property
    def status_bits(self) -> Mapping[str, int]:
        """The one error it can be made to report."""
        return {"collision": COLLISION[0]}

    def describe(self) -> str:
        """Return how it is now, in a few words."""
        it = self._controller
        mode = "newest goal wins" if it.fresh_mode else "goals wait in turn"
        return f"controller, power {'on' if it.powered else 'off'}, {mode}, error {it.error}"

    def set_supply(self, volts: float) -> None:
        """It does not measure its supply; see `sim.emulators.unit.Unit`."""
        raise lacking("supply of its own")

    def set_temperature(self, celsius: float) -> None:
        """It has no thermometer; see `sim.emulators.unit.Unit`."""
        raise lacking("thermometer")

    def push(self, angle: float) -> None:
        """It has no joint; see `sim.emulators.unit.Unit`."""
        raise lacking("joint here that can be turned")


class MycobotEmulator:
    """A device: a myCobot 280 as ``config`` says, moving ``plant``.

    Attributes:
        controller: Its firmware.
        line: The way to the host.

    Args:
        plant: What the motors move.
        config: The arm; six joints and a gripper.
        clock: Time.
        paced: Bytes take as long as on a line of ``config.wire.baud``; what the controller takes it takes in any case.

    Raises:
        ConfigError: The configuration has other than six joints and a gripper.
    """

    def __init__(self, plant: Plant, config: ArmConfig, clock: Clock, *, paced: bool = False) -> None:
        if config.dof != JOINTS:
            raise ConfigError(f"{config.name} has {config.dof} joints and a gripper; a myCobot 280 has {JOINTS}.")
        self._clock = clock
        self._motors = Motors(plant, clock)
        self.controller = Controller(config, self._motors.measured())
        self._unit = ControllerUnit(self.controller)
        self._commands = Commands(self.controller, Coordinates(config)).table
        self._parser = FrameParser({command: entry.sizes for command, entry in self._commands.items()}, answers={})
        self._byte_time = BITS_PER_BYTE / config.wire.baud if paced else 0.0
        self.line = Line(clock)
        self._echo = b""
        self._inbox: deque[tuple[float, Frame]] = deque()
        self._heard_at = self._busy_until = clock.now()
        self._deaf_until = 0.0

    @property
    def faults(self) -> WireFaults:
        """What is wrong with the line; every answer is that of unit `CONTROLLER`."""
        return self.line.faults

    @property
    def units(self) -> tuple[Unit, ...]:
        """The joints, the gripper, and last the controller."""
        return (*self.controller.joints, self.controller.gripper, self._unit)

    def joint(self, number: int) -> Joint:
        """Return joint ``number``, 1 to 6, or 7 for the gripper."""
        return (*self.controller.joints, self.controller.gripper)[number - 1]

    def power_cycle(self, unit_id: int, boot_time: float = BOOT_TIME) -> None:
        """Take the supply from the whole arm and give it back: silent for ``boot_time`` [s], then limp.

        Raises:
            KeyError: There is no unit called ``unit_id``.
        """
        if unit_id not in {unit.id for unit in self.units}:
            raise KeyError(unit_id)
        self.controller.restart()
        self._inbox.clear()
        self._deaf_until = self._clock.now() + boot_time

    def duplicate(self, unit_id: int, on: bool) -> None:
        """The joints are not on a line of their own; see `sim.emulators.registry.Emulator`."""
        raise lacking("line on which two could have one id")

    def receive(self, data: bytes) -> None:
        """Take bytes from the host; what they ask for is done in its turn."""
        now = self._clock.now()
        self._work(now)
        if self.faults.echo:
            self._echo += data
        frames = self._parser.flush() if now - self._heard_at > _SILENCE else []
        self._heard_at = now
        frames += self._parser.feed(data)
        for frame in frames if now >= self._deaf_until else ():
            if len(self._inbox) < _LONGEST_INBOX:
                self._inbox.append((self._finished(frame, now), frame))

    def take(self) -> bytes:
        """Return the bytes to the host that are due by now."""
        self._work(self._clock.now())
        echo, self._echo = self._echo, b""
        return echo + self.line.take()

    def due(self) -> float | None:
        """Return when something is due next [s]: bytes to the host, or the end of what is being done."""
        if self._echo:
            return self._clock.now()
        times = [self._inbox[0][0] if self._inbox else None, self.line.due()]
        return min((time for time in times if time is not None), default=None)

    def advance(self) -> None:
        """Move the plant on to the time now."""
        self._motors.advance(self._step)
        self._work(self._clock.now())

    def scene(self) -> SceneState:
        """Return where the objects around the arm are."""
        return self._motors.scene()

    def _step(self, dt: float) -> None:
        self.controller.collision = self._unit.faults.status
        self.controller.measure(self._motors.drive(self.controller.step(dt), dt))

    def _finished(self, frame: Frame, now: float) -> float:
        """Return when ``frame`` will have been dealt with [s]."""
        sent = now + (FRAME_OVERHEAD + len(frame.data)) * self._byte_time
        self._busy_until = max(self._busy_until, sent) + self._commands[frame.command].takes
        return self._busy_until

    def _work(self, now: float) -> None:
        while self._inbox and self._inbox[0][0] <= now:
            _, frame = self._inbox.popleft()
            entry = self._commands[frame.command]
            data = entry.act(frame.data) if self.controller.powered or not entry.needs_power else None
            if data is not None:
                answer = encode(frame.command, data)
                self.line.answer(CONTROLLER, answer, len(answer) * self._byte_time)
