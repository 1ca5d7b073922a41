"""``armctl doctor --port PATH``: who answers there, how fast, how they are, and what does not fit the configuration.

Only questions are asked (`drivers.probes`): nothing is written, nothing moves.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from armctl.cli.doctor_ports import port
from armctl.cli.finding import Finding
from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from armctl.errors import HardwareError
from drivers.adapters import HERE, Adapter, Computer, adapter_at
from drivers.discover import PROBES, open_line, probe_of
from drivers.probes.probe import CONTROLLER, Line, Measured, Probe, Unit, model_differences, servo_ids
from drivers.transport import PortOpener, open_serial, others_there

ROUNDS = 20
"""How often the speed is measured."""
LONGEST = 12.0
"""Longest time to look at one port [s], whatever answers there."""


@dataclass(frozen=True, slots=True)
class _Answer:
    driver: str
    probe: Probe
    line: Line
    units: tuple[Unit, ...]


def device(
    path: str,
    config: ArmConfig | None,
    clock: Clock,
    computer: Computer = HERE,
    open_port: PortOpener = open_serial,
) -> Iterator[Finding]:
    """Yield everything worth knowing about what is behind the port ``path``.

    Args:
        path: Device path, or a link to one.
        config: The arm that should be there; None where anything may.
        clock: Time.
        computer: Where devices are told.
        open_port: Opens the port.
    """
    if not os.path.exists(path):
        yield Finding("bad", path, "there is no such port.", others_there())
        return
    adapter = adapter_at(path, computer)
    yield from port(adapter, computer)
    yield from _remembered(adapter, config)
    drivers = [config.driver] if config else list(PROBES)
    for driver in drivers:
        probe = probe_of(driver)
        if probe is None:
            yield Finding("note", path, f"{driver} arms cannot be asked who they are.", "Run armctl with it.")
            return
        try:
            line = open_line(adapter, probe, config, clock, computer, open_port, LONGEST)
        except HardwareError as error:
            yield Finding("bad", path, error.message, error.remedy)
            return
        try:
            units = probe.who(line, config)
            if units or driver == drivers[-1]:
                yield from _examined(path, _Answer(driver, probe, line, units), config, clock)
                return
        except HardwareError as error:
            yield Finding("bad", path, error.message, error.remedy)
            return
        finally:
            line.close()


def _remembered(adapter: Adapter, config: ArmConfig | None) -> Iterator[Finding]:
    if config and config.wire.adapter and config.wire.adapter != adapter.serial_number:
        yield Finding(
            "bad",
            adapter.path,
            f"{config.title} was calibrated with the adapter {config.wire.adapter}; this one is "
            f"{adapter.serial_number or 'without a serial number'}.",
            "Another arm may be on this port (leader and follower swapped?): use the arm's own adapter.",
        )


def _examined(path: str, answer: _Answer, config: ArmConfig | None, clock: Clock) -> Iterator[Finding]:
    if not answer.units:
        yield _nobody(path, answer, config)
        return
    names = ", ".join(_grouped(answer.units))
    yield Finding("good", "who answers", f"{answer.probe.title} at {_baud(answer, config)} bit/s: {names}")
    if answer.line.echoes:
        remedy = "armctl tells echoes from answers; other programs may not. Nothing needs doing for armctl."
        yield Finding("note", "echo", "the adapter returns what is sent to it.", remedy)
    yield from _speed(answer, config, clock)
    likely = [config] if config else _likely(answer)
    yield from _health(answer.probe.measure(answer.line, answer.units), likely[0] if likely else None)
    if config:
        yield from _fit(answer, config)
    else:
        yield _guess(likely)


def _nobody(path: str, answer: _Answer, config: ArmConfig | None) -> Finding:
    asked = answer.probe.title if config else "any protocol armctl knows"
    hints = ["Switch the arm's power supply on and check the cable between adapter and arm."]
    if answer.line.echoes:
        hints.append("The adapter returns what is sent to it: its receiving line may not be connected to the servos.")
    if answer.line.garbled:
        hints.append("Something answers, but garbled: the speed may be wrong, or two servos may have the same id.")
    return Finding("bad", path, f"nobody answers in {asked} at {_baud(answer, config)} bit/s.", " ".join(hints))


def _baud(answer: _Answer, config: ArmConfig | None) -> int:
    return config.wire.baud if config else answer.probe.baud


def _grouped(units: Sequence[Unit]) -> Iterator[str]:
    """Yield the units in words, those of one kind together."""
    for what in dict.fromkeys(unit.what for unit in units):
        ids = [unit.id for unit in units if unit.what == what]
        yield what if ids == [0] else f"{'servo' if len(ids) == 1 else 'servos'} {_ranges(ids)}: {what}"


def _ranges(ids: Sequence[int]) -> str:
    """Return ``1 to 4, 9`` for 1, 2, 3, 4, 9."""
    runs: list[list[int]] = []
    for number in sorted(ids):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def _speed(answer: _Answer, config: ArmConfig | None, clock: Clock) -> Iterator[Finding]:
    single = _timed(answer, answer.units[:1], clock)
    whole = _timed(answer, answer.units, clock)
    if not single or not whole:
        yield Finding("bad", "speed", "answers are lost all the time.", "Check cable and plugs, and the power supply.")
        return
    trip = statistics.median(single)
    text = f"one answer takes {trip * 1000:.1f} ms (slowest of {len(single)}: {max(single) * 1000:.1f} ms)"
    if trip > answer.probe.slow:
        remedy = "Set the adapter's latency timer to 1 ms: armctl doctor --udev prints a rule."
        yield Finding("note", "round trip", f"{text}: too long for such a device.", remedy)
    else:
        yield Finding("good", "round trip", text)
    lost = ROUNDS - len(whole)
    cycle = statistics.median(whole)
    text = f"reading all positions takes {cycle * 1000:.1f} ms (slowest of {len(whole)}: {max(whole) * 1000:.1f} ms)"
    if lost:
        remedy = "Check the plugs of the three-wire cable, and keep it away from power cables."
        yield Finding("note", "lost answers", f"{lost} of {ROUNDS} readings were incomplete.", remedy)
    if config and cycle > 1.0 / config.rate_hz:
        text = f"{text}; {config.title} is read every {1000 / config.rate_hz:g} ms."
        yield Finding("bad", "cycle", text, "Set the adapter's latency timer to 1 ms, or use a faster adapter.")
    else:
        yield Finding("good", "cycle", text)


def _timed(answer: _Answer, units: Sequence[Unit], clock: Clock) -> list[float]:
    """Return how long each complete reading of ``units`` took [s]."""
    times = []
    for _ in range(ROUNDS):
        started = clock.now()
        if answer.probe.cycle(answer.line, units):
            times.append(clock.now() - started)
    return times


def _health(measured: Sequence[Measured], config: ArmConfig | None) -> Iterator[Finding]:
    volts = {one.id: one.volts for one in measured if one.volts is not None}
    if volts:
        text = ", ".join(f"{number}: {value:.1f} V" for number, value in volts.items())
        yield _supply(text, volts, config)
    celsius = {one.id: one.celsius for one in measured if one.celsius is not None}
    if celsius:
        text = ", ".join(f"{number}: {value:.0f} °C" for number, value in celsius.items())
        limit = config.wire.warn_temperature if config else None
        if limit is not None and max(celsius.values()) >= limit:
            remedy = "Let the arm cool, and look for what it pushes against."
            yield Finding("note", "temperature", f"{text}; {limit:.0f} °C is warm.", remedy)
        else:
            yield Finding("good", "temperature", text)


def _supply(text: str, volts: dict[int, float], config: ArmConfig | None) -> Finding:
    if config is None:
        return Finding("good", "supply", text)
    low, high = config.wire.min_voltage, config.wire.max_voltage
    if all(low <= value <= high for value in volts.values()):
        return Finding("good", "supply", text)
    text = f"{text}; {low:.1f} to {high:.1f} V are allowed."
    return Finding("bad", "supply", text, "Check that the power supply belongs to this arm and is plugged in.")


def _fit(answer: _Answer, config: ArmConfig) -> Iterator[Finding]:
    said = answer.probe.differs(answer.line, config, answer.units)
    for text in said:
        what, _, remedy = text.partition(". ")
        yield Finding("bad", config.name, f"{what.rstrip('.')}.", remedy or "Check its plug, its id and its model.")
    if not said:
        yield Finding("good", config.name, f"everything {config.title} needs is there")


def _guess(likely: Sequence[ArmConfig]) -> Finding:
    if likely:
        names = " or ".join(f"{config.title} ({config.name})" for config in likely)
        return Finding("good", "configuration", f"this could be: {names}")
    remedy = "Name yours: armctl doctor ARM --port PATH (armctl arms lists them; a .toml file will do, too)."
    return Finding("note", "configuration", "this fits no arm that comes with armctl.", remedy)


def _likely(answer: _Answer) -> list[ArmConfig]:
    """Return the arms that come with armctl and have exactly these servos."""
    known = [load(builtin("arms", name), ArmConfig) for name in builtin_names("arms")]
    return [config for config in known if config.driver == answer.driver and _fits(config, answer.units)]


def _fits(config: ArmConfig, units: Sequence[Unit]) -> bool:
    ids = {unit.id for unit in units}
    if ids == {CONTROLLER}:
        return config.gcode is None or units[0].what.lower().startswith(config.gcode.dialect)
    return ids == set(servo_ids(config)) and not model_differences(config, units)
