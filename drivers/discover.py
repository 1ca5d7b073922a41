"""Which port is the arm on? Found by the adapter's own serial number, or by asking who answers.

Near a person things other than arms hang on USB, so the search is cautious: it asks only adapters of a kind that arms
of this protocol have, only with questions that change nothing (`drivers.probes`), never where another program is at
work, and each port within two seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Literal, cast

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import HardwareError, PortError
from drivers.adapters import HERE, Adapter, Computer, adapters, users_of
from drivers.holders import Holder
from drivers.probes.probe import CONTROLLER, Line, Probe, Unit
from drivers.transport import PERMISSION_REMEDY, PortOpener, open_serial

PROBES: Final[dict[str, str]] = {
    "feetech": "drivers.probes.feetech:PROBE",
    "dynamixel": "drivers.probes.dynamixel:PROBE",
    "mycobot": "drivers.probes.mycobot:PROBE",
    "gcode": "drivers.probes.gcode:PROBE",
}
"""Driver name, as in ``driver = "…"`` of an arm's configuration, to "module:probe"."""

TIME_A_PORT: Final = 1.9
"""Longest time one port may take [s]."""
GREETING_TIME: Final = 1.3
"""How long a board that restarts when its port is opened may take to say so [s]: its boot loader waits about one."""

Fit = Literal["whole", "part", "none"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One port that was looked at.

    Attributes:
        adapter: What is plugged in there.
        fit: Whether the whole arm answers there, calibrated as configured; something of its kind; or nothing.
        said: What was found, in a few words; also why it was not asked.
    """

    adapter: Adapter
    fit: Fit
    said: str


@dataclass(frozen=True, slots=True)
class Found:
    """The arm's port.

    Attributes:
        path: Device file.
        told: Why this one, in one sentence.
    """

    path: str
    told: str


def probe_of(driver: str) -> Probe | None:
    """Return the questions of the protocol of ``driver``; None where there are none."""
    target = PROBES.get(driver)
    if target is None:
        return None
    module, _, attribute = target.partition(":")
    return cast(Probe, getattr(import_module(module), attribute))


def find_port(config: ArmConfig, clock: Clock, computer: Computer = HERE, open_port: PortOpener = open_serial) -> Found:
    """Return the one port on which the arm of ``config`` is.

    Args:
        config: The arm.
        clock: Time.
        computer: Where devices are told.
        open_port: Opens a port.

    Raises:
        PortError: It is nowhere, on several ports, or somebody else uses it; says what was looked at and what to do.
    """
    there = adapters(computer)
    if config.wire.adapter:
        return _by_number(config, there, computer)
    looked = [look(adapter, config, clock, computer, open_port) for adapter in there]
    fitting = [one for one in looked if one.fit == "whole"] or [one for one in looked if one.fit == "part"]
    if len(fitting) == 1:
        (only,) = fitting
        return Found(only.adapter.path, f"{config.title} found on {only.adapter.path} ({only.adapter.told}).")
    if fitting:
        raise _several(config, fitting)
    raise _nothing(config, looked)


def look(
    adapter: Adapter, config: ArmConfig, clock: Clock, computer: Computer = HERE, open_port: PortOpener = open_serial
) -> Candidate:
    """Return whether the arm of ``config`` is on ``adapter``; asks only where that is harmless."""
    probe = probe_of(config.driver)
    if probe is None:
        return Candidate(adapter, "none", f"not asked: {config.driver} arms cannot be looked for")
    if adapter.kind is None or config.driver not in adapter.kind.drivers:
        return Candidate(adapter, "none", f"not asked: it is no adapter that {config.title} arms usually have")
    try:
        units, differences = _asked(adapter, probe, config, clock, computer, open_port)
    except HardwareError as error:
        return Candidate(adapter, "none", f"not asked: {error.message}")
    if not units:
        return Candidate(adapter, "none", f"nobody answers as {probe.title}")
    said = ", ".join(unit.what if unit.id == CONTROLLER else f"servo {unit.id}" for unit in units)
    return Candidate(adapter, "part" if differences else "whole", " ".join((f"{said} answering.", *differences[:2])))


def _asked(
    adapter: Adapter, probe: Probe, config: ArmConfig, clock: Clock, computer: Computer, open_port: PortOpener
) -> tuple[tuple[Unit, ...], tuple[str, ...]]:
    """Return who answers at ``adapter`` and what they have otherwise than ``config``, within `TIME_A_PORT`.

    Raises:
        HardwareError: It may not be used, somebody else uses it, or it went away.
    """
    line = open_line(adapter, probe, config, clock, computer, open_port)
    try:
        units = probe.who(line, config)
        return units, probe.differs(line, config, units) if units else ()
    finally:
        line.close()


def open_line(
    adapter: Adapter,
    probe: Probe,
    config: ArmConfig | None,
    clock: Clock,
    computer: Computer = HERE,
    open_port: PortOpener = open_serial,
    time: float = TIME_A_PORT,
) -> Line:
    """Return ``adapter``'s port opened for questions, for at most ``time`` [s]; to be closed.

    Raises:
        HardwareError: It may not be used, somebody else uses it, or it went away.
    """
    refuse_if_used(adapter, users_of(adapter.path, computer))
    if not adapter.permitted:
        raise PortError(f"You have no permission to use {adapter.path}.", PERMISSION_REMEDY)
    until = clock.now() + time
    transport = open_port(adapter.path, config.wire.baud if config else probe.baud, clock)
    line = Line(transport, clock, until)
    if probe.greets and adapter.kind is not None and adapter.kind.resets:
        try:
            line.listen(lambda got: b"\n" in got, GREETING_TIME)
        except HardwareError:
            line.close()
            raise
    return line


def refuse_if_used(adapter: Adapter, users: Sequence[Holder]) -> None:
    """Refuse a port that another program uses, before a byte is sent.

    Raises:
        PortError: Naming the programs.
    """
    if users:
        who = " and ".join(f"{user.command} (process {user.pid})" for user in users)
        raise PortError(f"{adapter.path} is in use by {who}.", "End that program first.")


def _by_number(config: ArmConfig, there: Sequence[Adapter], computer: Computer) -> Found:
    number = config.wire.adapter
    same = [adapter for adapter in there if adapter.serial_number == number]
    if not same:
        raise PortError(
            f"The adapter of {config.title} (serial number {number}) is not plugged in.",
            f"Plug it in and switch the arm's power on. {_list(there)} With another adapter: calibrate the arm again.",
        )
    if len(same) > 1:
        raise PortError(
            f"{len(same)} adapters have the serial number {number}: {', '.join(one.path for one in same)}.",
            "Unplug all but the arm's, or name its port: --port.",
        )
    refuse_if_used(same[0], users_of(same[0].path, computer))
    return Found(same[0].path, f"{config.title} is on {same[0].path}, the adapter it was calibrated with.")


def _several(config: ArmConfig, fitting: Sequence[Candidate]) -> PortError:
    rows = "".join(f"\n  {one.adapter.path} ({one.adapter.told}): {one.said}" for one in fitting)
    return PortError(
        f"{len(fitting)} arms answer as {config.title}. Which one is it?{rows}\n",
        f"Say for example --port {fitting[0].adapter.path}, or unplug the others and start again.",
    )


def _nothing(config: ArmConfig, looked: Sequence[Candidate]) -> PortError:
    rows = "".join(f"\n  {one.adapter.path} ({one.adapter.told}): {one.said}" for one in looked)
    seen = f"Looked at:{rows}\n" if looked else "No serial adapter is plugged in. "
    return PortError(
        f"{config.title} was not found. {seen}".rstrip(" "),
        "Check the USB cable and that the arm's power supply is on; armctl doctor says more. "
        "A port can be named, too: --port /dev/ttyACM0.",
    )


def _list(there: Sequence[Adapter]) -> str:
    if not there:
        return "No serial adapter is plugged in."
    return "There are: " + ", ".join(f"{one.path} ({one.told})" for one in there) + "."
