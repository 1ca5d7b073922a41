"""Questions to controllers that speak G-code: uArm's firmware version (``P2203``), Grbl's status report (``?``).

A uArm answers ``#1 P2203`` with ``$1 ok V…``. Grbl takes that for a line it does not know, answers ``error:…`` and
does nothing; its own question is the single byte ``?``, acted on at once and outside of every queue, answered by
``<Idle|MPos:0.000,0.000,0.000|…>``. Both are harmless while the arm moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from armctl.config.arm import ArmConfig
from drivers.probes.probe import Line, Measured, Probe, Unit

_UARM_VERSION: Final = re.compile(rb"\$1 ok V?([\w.\-]+)")
_UARM_POWER: Final = re.compile(rb"\$2 ok V([01])")
_UARM_PLACE: Final = re.compile(rb"\$3 ok X[-\d.]+ Y[-\d.]+ Z[-\d.]+")
_GRBL: Final = re.compile(rb"<([A-Z][a-z]+)(?::\d)?\|[^<>\r\n]*[MW]Pos:[^<>\r\n]*>")
_WAIT: Final = 0.25
"""How long an answer may take [s]; both answer at once unless they are starting."""
UARM: Final = "uArm"
GRBL: Final = "Grbl"


def who(line: Line, config: ArmConfig | None) -> tuple[Unit, ...]:
    """Return the one controller, when it answers; only in the dialect of ``config``, where that says one.

    Raises:
        LinkLostError: The port is gone.
    """
    wanted = config.gcode.dialect if config and config.gcode else ""
    # Grbl first: one byte that no other controller takes for the beginning of anything once a line end follows.
    if wanted != "uarm":
        got = line.ask(b"?", _answers(_GRBL), _WAIT)
        if found := _GRBL.search(got):
            return (Unit(0, f"{GRBL}, state {found[1].decode()}"),)
    if wanted != "grbl":
        got = line.ask(b"\n#1 P2203\n", _answers(_UARM_VERSION), _WAIT)
        if found := _UARM_VERSION.search(got):
            return (Unit(0, f"{UARM}, firmware {found[1].decode()}"),)
    return ()


def measure(line: Line, units: Sequence[Unit]) -> tuple[Measured, ...]:
    """Return nothing: these controllers tell neither supply nor temperature."""
    del line, units
    return ()


def cycle(line: Line, units: Sequence[Unit]) -> bool:
    """Ask for the position, once, and return True when it came.

    Raises:
        LinkLostError: The port is gone.
    """
    if any(unit.what.startswith(UARM) for unit in units):
        return _UARM_PLACE.search(line.ask(b"#3 P2220\n", _answers(_UARM_PLACE), _WAIT)) is not None
    return _GRBL.search(line.ask(b"?", _answers(_GRBL), _WAIT)) is not None


def differs(line: Line, config: ArmConfig, units: Sequence[Unit]) -> tuple[str, ...]:
    """Return what keeps the controller from moving: an alarm, or a power supply that is off.

    Raises:
        LinkLostError: The port is gone.
    """
    del config
    said = []
    for unit in units:
        if unit.what == f"{GRBL}, state Alarm":
            said.append("The controller is in alarm: it takes no motion until it is homed or unlocked.")
        if unit.what.startswith(UARM):
            found = _UARM_POWER.search(line.ask(b"#2 P2234\n", _answers(_UARM_POWER), _WAIT))
            if found and found[1] == b"0":
                said.append("The arm's power supply is off: only USB feeds the controller.")
    return tuple(said)


def _answers(pattern: re.Pattern[bytes]) -> Callable[[bytes], bool]:
    return lambda got: pattern.search(got) is not None


PROBE: Final = Probe(
    title="a G-code controller (uArm, Grbl)",
    baud=115_200,
    who=who,
    measure=measure,
    cycle=cycle,
    differs=differs,
    greets=True,
)
