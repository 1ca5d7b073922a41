"""The workbench of DYNAMIXEL servos: who is there, how they fare, and their memory; see `drivers.bench`.

These servos refuse to change their memory while they hold, and say so; every write is answered, and read back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from armctl.clock import Clock
from armctl.errors import HardwareError
from armctl.hal.state import JointFault
from drivers.bench import Found, Live, Memory, Rules
from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.messages import FAULTS_BY_HARDWARE, MODELS, Model, Register
from drivers.dynamixel.table import read_table
from drivers.servo_bench import ATTEMPTS, WINDOW, BusBench, require_kept, silent
from drivers.transport import PortOpener, open_serial

RATES: Final = {1_000_000: 3, 57_600: 1, 115_200: 2, 2_000_000: 4, 3_000_000: 5, 4_000_000: 6, 9_600: 0}
"""Speed [bit/s] to baud register; the usual ones first, 57,600 from the factory."""
RULES: Final = Rules(1, 1_044_479, reg.STEPS_PER_TURN, (3, 4, 5), reg.LARGEST_ID, 0, tuple(RATES))
_HEAD: Final = (reg.MODEL.name, reg.FIRMWARE.name)
_KEPT: Final = (reg.HOMING_OFFSET.name, reg.MIN_POSITION.name, reg.MAX_POSITION.name, reg.OPERATING_MODE.name)
_MEASURED: Final = (
    reg.TORQUE_ENABLE.name,
    reg.HARDWARE_ERROR.name,
    reg.CURRENT.name,
    reg.LOAD.name,
    reg.POSITION.name,
    reg.VOLTAGE.name,
    reg.TEMPERATURE.name,
)
_HOLD_VELOCITY: Final = 4
"""Profile velocity of a servo that is to stay [0.229 rpm], 0.1 rad/s: slow, should anything move."""


def open_bench(port: str, rate: int, clock: Clock, open_port: PortOpener = open_serial) -> DynamixelBench:
    """Return the bench of the servos at ``port`` with speed ``rate`` [bit/s].

    Raises:
        PortError: The port is missing, not permitted or in use.
    """
    return DynamixelBench(DynamixelBus(open_port(port, rate, clock), clock), clock)


class DynamixelBench(BusBench[DynamixelBus]):
    """See `drivers.bench.ServoBench`."""

    rules = RULES
    unpowered = "Check its plug; a servo with a hardware error needs a restart."

    def __init__(self, bus: DynamixelBus, clock: Clock) -> None:
        super().__init__(bus, clock)
        self._models: dict[int, Model] = {}

    def scan(self) -> tuple[Found, ...]:
        """Return every servo that answers, by id; see `drivers.bench.ServoBench`."""
        self._bus.drain(0.01, 0.2)
        heard = self._bus.ping_all()
        heads = read_table(self._bus, self._clock, dict.fromkeys(heard, reg.XM430_W350), _HEAD, WINDOW)
        return tuple(self._found(servo, heads.get(servo)) for servo in heard)

    def live(self, servos: Sequence[int]) -> dict[int, Live]:
        """Return what ``servos`` measure; see `drivers.bench.ServoBench`."""
        models = self._known(servos)
        rows = read_table(self._bus, self._clock, models, _MEASURED, WINDOW, attempts=ATTEMPTS)
        return {servo: _measured(models[servo], row) for servo, row in rows.items()}

    def memories(self, servos: Sequence[int]) -> dict[int, Memory]:
        """Return what ``servos`` keep; see `drivers.bench.ServoBench`."""
        rows = read_table(self._bus, self._clock, self._known(servos), _KEPT, WINDOW)
        return {
            servo: Memory(
                row[reg.HOMING_OFFSET.name],
                row[reg.MIN_POSITION.name],
                row[reg.MAX_POSITION.name],
                row[reg.OPERATING_MODE.name],
            )
            for servo, row in rows.items()
        }

    def remember(self, servo: int, memory: Memory) -> None:
        """Have ``servo`` keep ``memory``; see `drivers.bench.ServoBench`."""
        self._require_limp(servo)
        before = self.memories([servo]).get(servo)
        if before is None:
            raise silent(servo)
        cells = (reg.OPERATING_MODE, reg.HOMING_OFFSET, reg.MIN_POSITION, reg.MAX_POSITION)
        have = (before.mode, before.offset, before.lowest, before.highest)
        want = (memory.mode, memory.offset, memory.lowest, memory.highest)
        for cell, old, new in zip(cells, have, want, strict=True):
            if old != new:
                self._write(servo, cell, new)
        kept = self.memories([servo]).get(servo)
        require_kept(servo, kept, memory._replace(several_turns=False))

    def set_rate(self, servo: int, rate: int) -> None:
        """Have ``servo`` speak at ``rate`` [bit/s]; see `drivers.bench.ServoBench`."""
        self._require_rate(servo, rate, RATES)
        # The answer may come at either speed: whether it worked is seen at the new one.
        self._bus.write(servo, reg.BAUD.address, reg.BAUD.packed(RATES[rate]), self._clock.now() + WINDOW)
        self._rest()

    def _found(self, servo: int, head: Mapping[str, int] | None) -> Found:
        answers = self._count(servo)
        if head is None or not answers:
            return Found(servo, 0, "", "", 2, "its answers are garbled: two servos may have this id")
        number = head[reg.MODEL.name]
        model = MODELS.get(number)
        problem = (
            f"{answers} servos have this id" if answers > 1 else "" if model else "armctl does not know this model"
        )
        return Found(servo, number, model.name if model else "unknown", str(head[reg.FIRMWARE.name]), answers, problem)

    def _known(self, servos: Sequence[int]) -> dict[int, Model]:
        """Return the models of ``servos``, asking those that were not asked yet; silent ones are left out."""
        new = [servo for servo in servos if servo not in self._models]
        if new:
            heads = read_table(self._bus, self._clock, dict.fromkeys(new, reg.XM430_W350), _HEAD, WINDOW)
            for servo, head in heads.items():
                self._models[servo] = MODELS.get(head[reg.MODEL.name], reg.XM430_W350)
        return {servo: self._models[servo] for servo in servos if servo in self._models}

    def _order_limp(self, servos: Sequence[int]) -> None:
        self._bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\0") for servo in servos])

    def _order_hold(self, servos: Sequence[int]) -> None:
        """Switch torque on: these servos take the place where they are for their goal; slowly, should they not."""
        rows = self.live(servos)
        limp = [servo for servo in servos if servo in rows and not rows[servo].torque]
        if not limp:
            return
        velocity = reg.PROFILE_VELOCITY.packed(_HOLD_VELOCITY)
        self._bus.sync_write(reg.PROFILE_VELOCITY.address, [(servo, velocity) for servo in limp])
        self._bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\1") for servo in limp])

    def _write_id(self, old: int, new: int) -> None:
        self._write(old, reg.ID, new)
        self._models.pop(old, None)

    def _write(self, servo: int, cell: Register, value: int) -> None:
        error = self._bus.write(servo, cell.address, cell.packed(value), self._clock.now() + WINDOW)
        self._rest()
        if error is not None and error & ~reg.ALERT:
            raise HardwareError(
                f"Servo {servo} refused {cell.name.replace('_', ' ')} {value} (error {error & ~reg.ALERT}).",
                "Switch the arm's power off and on, and try again.",
            )

    def _count(self, servo: int) -> int:
        """Return how many servos answer to an id; answers that destroy each other are two."""
        count = self._bus.count_answers(servo)
        if not count and not read_table(self._bus, self._clock, {servo: reg.XM430_W350}, _HEAD, WINDOW, attempts=1):
            return 2 if self._bus.garbled else 0
        return count


def _measured(model: Model, row: Mapping[str, int]) -> Live:
    effort = row[reg.CURRENT.name] if reg.CURRENT.name in row else row[reg.LOAD.name]
    full = model.cell("current_limit").highest if model.has("current_limit") else 1000
    return Live(
        row[reg.POSITION.name],
        max(-1.0, min(1.0, effort / full)),
        row[reg.VOLTAGE.name] / 10,
        float(row[reg.TEMPERATURE.name]),
        row[reg.TORQUE_ENABLE.name] == 1,
        JointFault(FAULTS_BY_HARDWARE[row[reg.HARDWARE_ERROR.name]]),
    )
