"""The control table of an emulated DYNAMIXEL servo: what may be read and written, and what is kept without power."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from drivers.dynamixel import messages as reg
from drivers.dynamixel.messages import Area, Indirect, Mode, Model, Problem, Register

GOALS: Final = (reg.GOAL_PWM, reg.GOAL_CURRENT, reg.GOAL_VELOCITY, reg.GOAL_POSITION)
"""Refused while the bus watchdog has tripped."""
GAINS: Final = (
    reg.VELOCITY_I,
    reg.VELOCITY_P,
    reg.POSITION_D,
    reg.POSITION_I,
    reg.POSITION_P,
    reg.FEEDFORWARD_2,
    reg.FEEDFORWARD_1,
)
_PROFILE: Final = (reg.PROFILE_ACCELERATION, reg.PROFILE_VELOCITY)
_LIMITS: Final = (
    (reg.GOAL_PWM, reg.PWM_LIMIT),
    (reg.GOAL_CURRENT, reg.CURRENT_LIMIT),
    (reg.GOAL_VELOCITY, reg.VELOCITY_LIMIT),
)
"""Goals and the register that says how far they may go in both directions."""
_DRIVE_BITS: Final = reg.DRIVE_REVERSED | reg.DRIVE_TIMED | reg.DRIVE_GOAL_TORQUE

Store: TypeAlias = dict[int, bytes]
"""Bytes by address."""


class ControlTable:
    """Every register of one servo.

    Attributes:
        model: Which servo it is.
        forgiving: Bytes between registers read as 0. The manual says that they cannot be read; some programs read whole
            tables at once all the same.

    Args:
        model: Which servo it is.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.forgiving = False
        slots = [cell for row in model.indirect for cell in _slots(row, model.indirect)]
        self._cells = {cell.name: cell for cell in (*model.registers, *slots)}
        self._at = {cell.address: cell for cell in self._cells.values()}
        self._size = max(cell.end for cell in self._cells.values())
        self._defined = frozenset(n for cell in self._cells.values() for n in range(cell.address, cell.end))
        self._pointers = {row.data + k: row.addresses + 2 * k for row in model.indirect for k in range(row.slots)}
        self._bytes = bytearray(self._size)
        for cell in self._cells.values():
            self._set(cell, cell.default)

    def has(self, cell: Register) -> bool:
        """Return True where this model has a register of that name."""
        return cell.name in self._cells

    def get(self, cell: Register) -> int:
        """Return the value of this model's register of that name.

        Raises:
            KeyError: This model has none.
        """
        return self._cells[cell.name].value(self._bytes)

    def put(self, cell: Register, value: int) -> None:
        """Set a register from within the servo, whatever its access; a value that does not fit is cut.

        A model without such a register passes over it.
        """
        if own := self._cells.get(cell.name):
            bits = 8 * own.size
            lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if own.signed else (0, (1 << bits) - 1)
            self._set(own, min(max(value, lowest), highest))

    def read(self, address: int, length: int) -> bytes | None:
        """Return ``length`` bytes from ``address`` on; None where there is nothing to read."""
        span = range(address, address + length)
        known = address in self._defined and span.stop <= self._size
        if not length or not known or not (self.forgiving or self._defined.issuperset(span)):
            return None
        return bytes(self._bytes[self._where(place)] for place in span)

    def write(self, address: int, data: bytes, *, ram_only: bool = False) -> tuple[Problem, tuple[Register, ...]]:
        """Write ``data`` from ``address`` on, as the host does; all of it or, with a problem, nothing.

        Args:
            address: Where to begin.
            data: One register or several that follow each other.
            ram_only: Told by the secondary id, which does not reach the EEPROM.

        Returns:
            The result, and the registers that were written.
        """
        problem, values = self._understood(address, data)
        for cell, value in values if not problem else ():
            problem = problem or self._objection(cell, value, ram_only)
        if problem:
            return problem, ()
        for cell, value in values:
            self._set(cell, value)
        return Problem.NONE, tuple(cell for cell, _ in values)

    def try_write(self, address: int, data: bytes, *, ram_only: bool = False) -> Problem:
        """Return what `write` would say, without writing."""
        problem, values = self._understood(address, data)
        objections = (self._objection(cell, value, ram_only) for cell, value in values)
        return problem or next(filter(None, objections), Problem.NONE)

    def lose_power(self) -> None:
        """Bring everything that is not kept without power back to its default."""
        for cell in self._cells.values():
            if cell.area in {Area.RAM, Area.FEEDBACK}:
                self._set(cell, cell.default)
        self.reset_goals()

    def reset_goals(self) -> None:
        """Bring gains, profile and the limits for PWM and current to what they are after a change of mode."""
        for cell in (*GAINS, *_PROFILE):
            self.put(cell, self._cells[cell.name].default)
        self.put(reg.GOAL_PWM, self.get(reg.PWM_LIMIT))
        if self.has(reg.GOAL_CURRENT):
            self.put(reg.GOAL_CURRENT, self.get(reg.CURRENT_LIMIT))

    def factory_reset(self, keep: Iterable[Register]) -> None:
        """Bring the EEPROM to what the factory wrote, but for the registers in ``keep``."""
        kept = {cell.name for cell in keep}
        for cell in self._cells.values():
            if cell.area is Area.EEPROM and cell.name not in kept:
                self._set(cell, cell.default)

    def backup(self) -> Store:
        """Return what a backup holds: EEPROM, gains, profile and indirect addresses."""
        cells = [cell for cell in self._cells.values() if cell.area is Area.EEPROM]
        cells += [self._cells[cell.name] for cell in (*GAINS, *_PROFILE)]
        cells += [self._at[address] for address in self._pointers.values()]
        return {cell.address: bytes(self._bytes[cell.address : cell.end]) for cell in cells}

    def restore(self, store: Store, area: Area) -> None:
        """Bring back what ``store`` holds of the registers in ``area``."""
        for address, data in store.items():
            if self._at[address].area is area:
                self._bytes[address : address + len(data)] = data

    def _set(self, cell: Register, value: int) -> None:
        self._bytes[cell.address : cell.end] = cell.packed(value)

    def _where(self, address: int) -> int:
        """Return where the byte at ``address`` really is: a slot's byte is where its address word says."""
        pointer = self._pointers.get(address)
        return address if pointer is None else int.from_bytes(self._bytes[pointer : pointer + 2], "little")

    def _understood(self, address: int, data: bytes) -> tuple[Problem, list[tuple[Register, int]]]:
        """Return the registers that ``data`` from ``address`` on would set and their values, and what is wrong."""
        if not data or address + len(data) > self._size:
            return Problem.ACCESS, []
        places = [self._where(address + k) for k in range(len(data))]
        values: list[tuple[Register, int]] = []
        at = 0
        while at < len(data):
            cell = self._at.get(places[at])
            if cell is None or not cell.writable:
                return Problem.ACCESS, []
            raw = data[at : at + cell.size]
            if places[at : at + cell.size] != list(range(cell.address, cell.address + len(raw))):
                return Problem.ACCESS, []
            if len(raw) < cell.size:
                return Problem.LENGTH, []
            values.append((cell, int.from_bytes(raw, "little", signed=cell.signed)))
            at += cell.size
        return Problem.NONE, values

    def _objection(self, cell: Register, value: int, ram_only: bool) -> Problem:
        if cell.area is Area.EEPROM and (ram_only or self.get(reg.TORQUE_ENABLE)):
            return Problem.ACCESS
        return self._range(cell, value) or self._limit(cell, value)

    def _range(self, cell: Register, value: int) -> Problem:
        tripped = self.get(reg.WATCHDOG) == reg.WATCHDOG_TRIPPED
        wrong = (
            not cell.lowest <= value <= cell.highest
            or (cell.name == reg.OPERATING_MODE.name and value not in self.model.modes)
            or (cell.name == reg.DRIVE_MODE.name and value & ~_DRIVE_BITS)
            or (tripped and cell.name in _NAMES_OF_GOALS)
            or (tripped and cell.name == reg.WATCHDOG.name and value)
        )
        return Problem.RANGE if wrong else Problem.NONE

    def _limit(self, cell: Register, value: int) -> Problem:
        for goal, limit in _LIMITS:
            if cell.name == goal.name and abs(value) > self.get(limit):
                return Problem.LIMIT
        if cell.name == reg.GOAL_POSITION.name and self.get(reg.OPERATING_MODE) == Mode.POSITION:
            inside = self.get(reg.MIN_POSITION) <= value <= self.get(reg.MAX_POSITION)
            return Problem.NONE if inside else Problem.LIMIT
        return Problem.NONE


_NAMES_OF_GOALS: Final = frozenset(cell.name for cell in GOALS)


def _slots(row: Indirect, rows: Iterable[Indirect]) -> Iterator[Register]:
    """Yield the registers of a row of indirect slots: address words, then bytes."""
    last = max(other.data + other.slots for other in rows) - 1
    first = reg.TORQUE_ENABLE.address
    for k in range(row.slots):
        data = row.data + k
        yield Register(row.addresses + 2 * k, 2, f"indirect_address_at_{data}", Area.RAM, data, first, last)
        yield Register(data, 1, f"indirect_data_at_{data}", Area.RAM)
