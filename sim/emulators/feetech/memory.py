"""The memory of an emulated Feetech servo: what may be written, and what is kept without power."""

from __future__ import annotations

from typing import Final

from drivers.feetech.codec import decode_signed, encode_signed, value_of
from drivers.feetech.messages import ID, LOCK, MAX_TORQUE, MEMORY_SIZE, REGISTERS, TORQUE_LIMIT, Area, Register

_CELL_AT: Final = {cell.address: cell for cell in REGISTERS}


class ServoMemory:
    """Every register of one servo.

    A write to a cell that is read-only, locked or given a value out of range is without effect, and nothing says so:
    that is what the servo does.
    """

    def __init__(self) -> None:
        self._bytes = bytearray(MEMORY_SIZE)
        self._backup: bytes | None = None
        for cell in REGISTERS:
            self.put(cell, cell.default)

    def get(self, cell: Register) -> int:
        """Return the value of ``cell``, with its sign."""
        return value_of(self._bytes, cell)

    def put(self, cell: Register, value: int) -> None:
        """Set ``cell`` from within the servo, whatever its access; a magnitude too large is cut."""
        if cell.sign_bit is None:
            raw = min(max(value, 0), (1 << 8 * cell.size) - 1)
        else:
            largest = (1 << cell.sign_bit) - 1
            raw = encode_signed(min(max(value, -largest), largest), cell.sign_bit)
        self._bytes[cell.address : cell.end] = raw.to_bytes(cell.size, "little")

    def read(self, address: int, length: int) -> bytes:
        """Return ``length`` bytes from ``address`` on; addresses without a register read as 0."""
        return bytes(self._bytes[address : address + length]).ljust(length, b"\0")

    def write(self, address: int, data: bytes) -> tuple[Register, ...]:
        """Write ``data`` from ``address`` on, as the host does; return the registers that took their value."""
        taken = []
        position = 0
        while position < len(data):
            cell = _CELL_AT.get(address + position)
            size = cell.size if cell else 1
            raw = data[position : position + size]
            if cell and len(raw) == size and self._takes(cell, int.from_bytes(raw, "little")):
                self._bytes[cell.address : cell.end] = raw
                taken.append(cell)
            position += size
        return tuple(taken)

    def lose_power(self) -> None:
        """Bring every cell that is not kept without power back to its default."""
        for cell in REGISTERS:
            if cell.area in {Area.RAM, Area.FEEDBACK}:
                self.put(cell, cell.default)
        self.put(TORQUE_LIMIT, self.get(MAX_TORQUE))

    def back_up(self) -> None:
        """Make what is kept without power now what `recover` brings back."""
        self._backup = bytes(self._bytes)

    def recover(self) -> None:
        """Bring back what was backed up, or else the factory's values; the id stays."""
        for cell in REGISTERS:
            if cell.area is Area.EEPROM and cell is not ID:
                self.put(cell, cell.default if self._backup is None else value_of(self._backup, cell))

    def _takes(self, cell: Register, raw: int) -> bool:
        if not cell.writable or (cell.area is Area.EEPROM and self.get(LOCK)):
            return False
        magnitude = raw if cell.sign_bit is None else abs(decode_signed(raw, cell.sign_bit))
        return cell.lowest <= magnitude <= cell.highest
