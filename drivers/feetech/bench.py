"""The workbench of Feetech servos: who is there, how they fare, and their memory; see `drivers.bench`.

EEPROM discipline: a servo is limp before anything is written (a new offset under torque would make it jump), the lock
is opened for as long as it takes, only what differs is written, it is read back, and locked again in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armctl.clock import Clock
from armctl.errors import HardwareError
from armctl.hal.state import JointFault
from drivers.bench import Found, Live, Memory, Rules
from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.codec import encode_signed, value_of
from drivers.feetech.messages import FIRMWARE_FAMILY, MODELS, PHASE_MULTI_TURN, Register
from drivers.feetech.readings import faults, feedback, goal_row, orders, span
from drivers.feetech.settings import read_memories
from drivers.servo_bench import ATTEMPTS, WINDOW, BusBench, require_kept, silent
from drivers.transport import PortOpener, open_serial

RATES: Final = (1_000_000, 500_000, 250_000, 128_000, 115_200, 76_800, 57_600, 38_400)
"""Speeds by their index in the baud register (the vendor's own code)."""
RULES: Final = Rules(-1, 2047, reg.STEPS_PER_TURN, (0,), reg.LARGEST_ID, 0, RATES)
_HOLD_ACCELERATION: Final = 10
_HOLD_SPEED: Final = 65
"""Acceleration [100 steps/s²] and speed [step/s], 0.1 rad/s, of a servo that is to stay: slow, should anything move."""
_EDGE: Final = 6
"""Steps (0.5°) a servo may stand outside of its own limits and still be told to hold."""


def open_bench(port: str, rate: int, clock: Clock, open_port: PortOpener = open_serial) -> FeetechBench:
    """Return the bench of the servos at ``port`` with speed ``rate`` [bit/s].

    Raises:
        PortError: The port is missing, not permitted or in use.
    """
    return FeetechBench(FeetechBus(open_port(port, rate, clock), clock), clock)


class FeetechBench(BusBench[FeetechBus]):
    """See `drivers.bench.ServoBench`."""

    rules = RULES

    def scan(self) -> tuple[Found, ...]:
        """Return every servo that answers, by id; see `drivers.bench.ServoBench`."""
        self._bus.drain(0.01, 0.2)
        ids: set[int] = set()
        for _ in range(ATTEMPTS - 1):
            ids |= set(self._bus.ping_all())
        heads = self._read(sorted(ids), 0, reg.ID.address)
        if ids:
            # A program that died while it wrote may have left a memory open; locking moves nothing.
            self._lock(sorted(ids))
        return tuple(self._found(servo, heads.get(servo)) for servo in sorted(ids))

    def live(self, servos: Sequence[int]) -> dict[int, Live]:
        """Return what ``servos`` measure; see `drivers.bench.ServoBench`."""
        rows = {}
        start, length = span(0, long=True)
        for servo, data in self._read(servos, start, length).items():
            said, told = feedback(0, data), orders(data)
            on = told.torque == 1
            rows[servo] = Live(
                said.position, said.effort, said.voltage, said.temperature, on, JointFault(faults(said.status))
            )
        return rows

    def memories(self, servos: Sequence[int]) -> dict[int, Memory]:
        """Return what ``servos`` keep; see `drivers.bench.ServoBench`."""
        return {
            servo: Memory(
                kept.homing_offset,
                kept.min_position,
                kept.max_position,
                kept.operating_mode,
                bool(kept.phase & PHASE_MULTI_TURN),
            )
            for servo, kept in read_memories(self._bus, self._clock, servos).items()
        }

    def remember(self, servo: int, memory: Memory) -> None:
        """Have ``servo`` keep ``memory``; see `drivers.bench.ServoBench`."""
        self._require_limp(servo)
        phase = self._read([servo], reg.PHASE.address, 1).get(servo)
        before = self.memories([servo]).get(servo)
        if phase is None or before is None:
            raise silent(servo)
        changes = _changes(before, memory, phase[0])
        if not changes:
            return
        self._write(servo, changes)
        kept = self.memories([servo]).get(servo)
        require_kept(servo, kept, memory)

    def set_rate(self, servo: int, rate: int) -> None:
        """Have ``servo`` speak at ``rate`` [bit/s]; see `drivers.bench.ServoBench`."""
        self._require_rate(servo, rate, RATES)
        self._open(servo)
        # The answer may come at either speed: whether it worked is seen at the new one.
        self._bus.write(servo, reg.BAUD.address, bytes((RATES.index(rate),)), self._clock.now() + WINDOW)
        self._rest()

    def _found(self, servo: int, head: bytes | None) -> Found:
        answers = self._count(servo)
        if head is None or not answers:
            return Found(servo, 0, "", "", 2, "its answers are garbled: two servos may have this id")
        model, major = value_of(head, reg.MODEL), head[0]
        problem = f"firmware {FIRMWARE_FAMILY}.x is needed" if major != FIRMWARE_FAMILY else ""
        if answers > 1:
            problem = f"{answers} servos have this id"
        return Found(servo, model, MODELS.get(model, "unknown"), f"{major}.{head[1]}", answers, problem)

    def _read(self, servos: Sequence[int], start: int, length: int) -> dict[int, bytes]:
        """Return ``length`` bytes from ``start`` on of those of ``servos`` that answer."""
        rows: dict[int, bytes] = {}
        for _ in range(ATTEMPTS):
            missing = [servo for servo in servos if servo not in rows]
            if not missing:
                break
            got = self._bus.sync_read(missing, start, length, self._clock.now() + WINDOW)
            rows |= {servo: frame.data for servo, frame in got.items()}
        return rows

    def _order_limp(self, servos: Sequence[int]) -> None:
        self._bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\0") for servo in servos])

    def _order_hold(self, servos: Sequence[int]) -> None:
        """Make the goal the present position; on these servos that alone switches torque on."""
        rows, kept = self.live(servos), self.memories(servos)
        goals = []
        for servo in servos:
            if servo not in rows or servo not in kept:
                raise silent(servo)
            lowest, highest = kept[servo].lowest, kept[servo].highest
            here = rows[servo].position
            if rows[servo].torque:
                continue
            if lowest < highest and not lowest - _EDGE <= here <= highest + _EDGE:
                raise HardwareError(
                    f"Servo {servo} stands at step {here}, outside of its own limits {lowest} to {highest}: with "
                    "torque it would jump back.",
                    "Move that joint by hand towards the middle of its travel, then try again.",
                )
            goals.append((servo, goal_row(_HOLD_ACCELERATION, here, _HOLD_SPEED)))
        if goals:
            self._bus.sync_write(reg.ACCELERATION.address, goals)
            self._bus.sync_write(reg.TORQUE_ENABLE.address, [(servo, b"\1") for servo, _ in goals])

    def _write(self, servo: int, changes: Sequence[tuple[Register, bytes]]) -> None:
        self._open(servo)
        try:
            for cell, data in changes:
                self._bus.write(servo, cell.address, data, self._clock.now() + WINDOW)
                self._rest()
        finally:
            self._lock([servo])

    def _write_id(self, old: int, new: int) -> None:
        self._open(old)
        self._bus.write(old, reg.ID.address, bytes((new,)), self._clock.now() + WINDOW)
        self._rest()
        self._lock([old, new])

    def _open(self, servo: int) -> None:
        self._bus.sync_write(reg.LOCK.address, [(servo, b"\0")])

    def _lock(self, servos: Sequence[int]) -> None:
        self._bus.sync_write(reg.LOCK.address, [(servo, b"\1") for servo in servos])

    def _count(self, servo: int) -> int:
        """Return how many servos answer to an id; answers that destroy each other are two."""
        count = self._bus.count_answers(servo)
        if not count and not self.live([servo]) and self._bus.garbled:
            return 2
        return count


def _changes(before: Memory, wanted: Memory, phase: int) -> list[tuple[Register, bytes]]:
    """Return the registers to write, with their bytes, to come from ``before`` to ``wanted``."""
    new_phase = phase | PHASE_MULTI_TURN if wanted.several_turns else phase & ~PHASE_MULTI_TURN
    cells = (
        (reg.HOMING_OFFSET, encode_signed(before.offset, 11), encode_signed(wanted.offset, 11)),
        (reg.MIN_POSITION, before.lowest, wanted.lowest),
        (reg.MAX_POSITION, before.highest, wanted.highest),
        (reg.OPERATING_MODE, before.mode, wanted.mode),
        (reg.PHASE, phase, new_phase),
    )
    return [(cell, want.to_bytes(cell.size, "little")) for cell, have, want in cells if have != want]
