"""Questions to a myCobot: its firmware's version, and the joint angles should it not tell that.

``FE FE 02 02 FA`` (version) is answered by ``FE FE 03 02 vv FA``, in tenths; ``FE FE 02 20 FA`` (angles) by twelve
bytes. A frame that is equal to the request is an echo; its length differs from that of an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armctl.config.arm import ArmConfig
from drivers.probes.probe import Line, Measured, Probe, Unit

_VERSION: Final = 0x02
_ANGLES: Final = 0x20
_VOLTAGES: Final = 0xE3
_TEMPERATURES: Final = 0xE5
_JOINTS: Final = 6
_WAIT: Final = 0.4
"""The controller may take 500 ms where it is busy; at rest it answers within 50."""
_WHOLE_TURN: Final = 18_000
"""Largest angle any joint can tell [0.01°]: beyond ±180° something else answers."""


def request(command: int) -> bytes:
    """Return the question ``command``, which takes no data."""
    return bytes((0xFE, 0xFE, 2, command, 0xFA))


def answer(got: bytes, command: int, size: int) -> bytes | None:
    """Return the ``size`` bytes with which ``command`` was answered in ``got``; None where it was not."""
    head = bytes((0xFE, 0xFE, size + 2, command))
    at = got.find(head)
    while at >= 0:
        end = at + len(head) + size
        if got[end : end + 1] == b"\xfa":
            return got[at + len(head) : end]
        at = got.find(head, at + 1)
    return None


def who(line: Line, config: ArmConfig | None) -> tuple[Unit, ...]:
    """Return the one controller, when it answers.

    Raises:
        LinkLostError: The port is gone.
    """
    del config
    version = _ask(line, _VERSION, 1)
    if version is not None:
        return (Unit(0, f"myCobot, firmware {version[0] / 10:.1f}"),)
    angles = _ask(line, _ANGLES, 2 * _JOINTS)
    if angles is not None and all(abs(angle) <= _WHOLE_TURN for angle in _words(angles)):
        return (Unit(0, "myCobot, firmware unknown"),)
    return ()


def measure(line: Line, units: Sequence[Unit]) -> tuple[Measured, ...]:
    """Return supply and temperature of each joint's servo, as the controller tells them.

    Raises:
        LinkLostError: The port is gone.
    """
    del units
    volts, celsius = _ask(line, _VOLTAGES, _JOINTS), _ask(line, _TEMPERATURES, _JOINTS)
    return tuple(
        Measured(joint + 1, volts[joint] / 10 if volts else None, float(celsius[joint]) if celsius else None)
        for joint in range(_JOINTS)
        if volts or celsius
    )


def cycle(line: Line, units: Sequence[Unit]) -> bool:
    """Ask for all joint angles, once, and return True when they came.

    Raises:
        LinkLostError: The port is gone.
    """
    del units
    return _ask(line, _ANGLES, 2 * _JOINTS) is not None


def differs(line: Line, config: ArmConfig, units: Sequence[Unit]) -> tuple[str, ...]:
    """Return nothing: this controller tells neither model nor calibration."""
    del line, config, units
    return ()


def _ask(line: Line, command: int, size: int) -> bytes | None:
    got = line.ask(request(command), lambda got: answer(got, command, size) is not None, _WAIT)
    return answer(got, command, size)


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 2], "big", signed=True) for at in range(0, len(data), 2)]


# It asks its six servos in turn before it answers: some 20 ms (users' measurements, firmware 7.2).
PROBE: Final = Probe(title="a myCobot", baud=115_200, who=who, measure=measure, cycle=cycle, differs=differs, slow=0.04)
