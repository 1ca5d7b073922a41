"""`TinyEmulator`: the board on the other end of the line, with a plant behind it; for tests and ``armctl emulate``."""

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.hal.scene import SceneState
from sim.emulators.faults import WireFaults
from sim.emulators.line import Line
from sim.emulators.motors import Drive, Motors
from sim.emulators.unit import Unit, lacking
from sim.plant import Plant
from tests.examples.tiny.arm import BOARD
from tests.examples.tiny.codec import ANSWER, UNIT, decode, encode


class TinyEmulator:
    """See `sim.emulators.registry.Emulator`."""

    def __init__(self, plant: Plant, config: ArmConfig, clock: Clock, *, paced: bool = False) -> None:
        self._motors, self._line = Motors(plant, clock), Line(clock, config.wire.baud if paced else 0)
        self._measured = self._motors.measured()
        self._torque, self._rest = False, b""
        self._stay()

    @property
    def faults(self) -> WireFaults:
        return self._line.faults

    @property
    def units(self) -> tuple[Unit, ...]:
        return ()  # one board: nothing can be done to a single joint

    def power_cycle(self, unit_id: int) -> None:
        self._torque, self._rest = False, b""

    def duplicate(self, unit_id: int, on: bool) -> None:
        raise lacking("ids")

    def scene(self) -> SceneState:
        return self._motors.scene()

    def receive(self, data: bytes) -> None:
        self._line.receive(data)
        for _, arrived in self._line.arrived():
            *lines, self._rest = (self._rest + arrived).split(b"\n")
            for line in lines:
                self._obey(*decode(line))

    def take(self) -> bytes:
        return self._line.take()

    def due(self) -> float | None:
        return self._line.due()

    def advance(self) -> None:
        self._motors.advance(self._step)

    def _step(self, dt: float) -> None:
        drives = [Drive(goal, speed, self._torque, 1.0) for goal, speed in self._goals]
        self._measured = self._motors.drive(drives, dt)

    def _stay(self) -> None:
        self._goals = [(joint.position, 1.0) for joint in self._measured]

    def _obey(self, mark: str, numbers: list[int]) -> None:
        orders = {"I": self._identify, "?": self._tell, "T": self._switch, "H": self._hold, "G": self._go}
        if mark in orders:
            tag, *told = numbers
            said = orders[mark](*told)
            if said is not None:
                self._line.answer(1, encode(ANSWER, [tag, *said]))

    def _identify(self, *_: int) -> list[int]:
        return [BOARD, len(self._goals)]

    def _tell(self, *_: int) -> list[int]:
        joints = [round(value / UNIT) for joint in self._measured for value in (joint.position, joint.velocity)]
        return [int(self._torque), *joints]

    def _switch(self, *told: int) -> list[int]:
        on = bool(told and told[0])
        if not on or not self._torque:
            self._stay()
        self._torque = on
        return []

    def _hold(self, *_: int) -> list[int]:
        self._stay()
        return []

    def _go(self, *told: int) -> None:
        if self._torque and len(told) == 2 * len(self._goals):
            self._goals = [(at * UNIT, speed * UNIT) for at, speed in zip(told[::2], told[1::2], strict=True)]
