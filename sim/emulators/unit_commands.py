"""What can be typed to do something to the servos or joints of an emulated device."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from sim.emulators import words as say
from sim.emulators.registry import Emulator
from sim.emulators.unit import Unit, UnitFaults, lacking
from sim.emulators.wire_commands import Command
from sim.emulators.words import MisunderstoodError

_SUPPLY: Final = (0.0, 60.0)
"""Voltages that can be set [V]."""
_TEMPERATURE: Final = (-40.0, 150.0)
"""Temperatures that can be set [°C]."""
_PUSH: Final = 180.0
"""Furthest push [°]."""
_SLIP: Final = 1 << 20
"""Largest slip [counts]."""


class _Switch(NamedTuple):
    """A fault that is on or off: its name in `UnitFaults`, and the words for it."""

    fault: str
    on: str
    off: str


_SWITCHES: Final = {
    "block": _Switch("blocked", "cannot turn", "can turn again"),
    "freeze": _Switch("frozen", "tells the same values from now on", "tells what it measures again"),
    "reverse": _Switch("reversed", "turns the wrong way", "turns the right way again"),
}


class UnitCommands:
    """Commands that concern servos or joints.

    Args:
        emulator: The device.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def table(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (
            Command("status ID NAME|none [off]", "bits of the status it tells", self._status),
            Command("volts ID|all VOLTS", "supply voltage", self._volts),
            Command("celsius ID|all DEGREES", "temperature inside", self._celsius),
            *(Command(f"{name} ID [off]", f"it {switch.on}", self._turn(switch)) for name, switch in _SWITCHES.items()),
            Command("slip ID COUNTS", "the position sensor reads this much too much", self._slip),
            Command("push ID DEGREES", "turn the joint by hand and let go", self._push),
            Command("power ID|all", "take the supply away and give it back", self._power),
        )

    def conditions(self) -> list[str]:
        """Return how each unit is now, a line each."""
        return [f"{unit.id}: {', '.join([unit.describe(), *_wrong(unit)])}" for unit in self._emulator.units]

    def mend(self) -> None:
        """End what is wrong with the units."""
        for unit in self._emulator.units:
            for name, value in vars(UnitFaults()).items():
                setattr(unit.faults, name, value)

    def _status(self, words: Sequence[str]) -> str:
        unit = say.first(self._emulator, words)
        bits = unit.status_bits
        if "status" not in unit.heeded or not bits:
            raise lacking("status bits")
        name = words[1].lower() if len(words) > 1 else ""
        if name == "none":
            say.nothing_more(words[2:])
            unit.faults.status = 0
        elif name not in bits:
            raise MisunderstoodError(f"NAME is one of: {', '.join(bits)}.")
        elif say.on_or_off(words[2:]):
            unit.faults.status |= bits[name]
        else:
            unit.faults.status &= ~bits[name]
        told = [bit for bit, value in bits.items() if unit.faults.status & value]
        return f"{unit.id} tells {' and '.join(told) or 'only what it finds itself'}."

    def _volts(self, words: Sequence[str]) -> str:
        who, text = say.exactly(words, 2)
        units, volts = say.some(self._emulator, who), say.number(text, *_SUPPLY, "V")
        for unit in units:
            unit.set_supply(volts)
        return f"The supply of {who} is {volts:g} V."

    def _celsius(self, words: Sequence[str]) -> str:
        who, text = say.exactly(words, 2)
        units, celsius = say.some(self._emulator, who), say.number(text, *_TEMPERATURE, "°C")
        for unit in units:
            unit.set_temperature(celsius)
        return f"The temperature in {who} is {celsius:g} °C."

    def _turn(self, switch: _Switch) -> Callable[[Sequence[str]], str]:
        def run(words: Sequence[str]) -> str:
            unit, on = say.first(self._emulator, words), say.on_or_off(words[1:])
            if switch.fault not in unit.heeded:
                raise lacking(f"joint that can be {switch.fault}")
            setattr(unit.faults, switch.fault, on)
            return f"{unit.id} {switch.on if on else switch.off}."

        return run

    def _slip(self, words: Sequence[str]) -> str:
        who, text = say.exactly(words, 2)
        unit, counts = say.find(self._emulator, who), say.whole(text, -_SLIP, _SLIP, "counts")
        if "slip" not in unit.heeded:
            raise lacking("position sensor that can slip")
        unit.faults.slip = counts
        return f"The sensor of {unit.id} reads {counts} counts too much."

    def _push(self, words: Sequence[str]) -> str:
        who, text = say.exactly(words, 2)
        unit, degrees = say.find(self._emulator, who), say.number(text, -_PUSH, _PUSH, "°")
        unit.push(math.radians(degrees))
        return f"A hand turns {unit.id} by {degrees:g}° and lets go."

    def _power(self, words: Sequence[str]) -> str:
        # "power cycle 3" is what hands type that are used to it.
        (who,) = say.exactly(words[1:] if words and words[0].lower() == "cycle" else words, 1)
        for unit in say.some(self._emulator, who):
            self._emulator.power_cycle(unit.id)
        return f"{who} lost its supply and has it again."


def _wrong(unit: Unit) -> list[str]:
    """Return what was done to ``unit`` and makes a difference, in words."""
    faults = unit.faults
    said = [name for name in ("blocked", "frozen", "reversed") if getattr(faults, name)]
    return [*said, f"slipped by {faults.slip} counts"] if faults.slip else said
