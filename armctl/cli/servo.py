"""``armctl servo``: who is on the cable, new numbers, another speed, and a live table. Nothing here moves anything."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console
from rich.live import Live as Screen
from rich.table import Table

from armctl.cli.calibrate_file import base_text
from armctl.cli.choice import search_port
from armctl.clock import Clock, SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import parse
from armctl.errors import HardwareError, SetupError
from armctl.hal.state import JointFault
from drivers.bench import BenchFactory, Found, Live, ServoBench, bench_of

OUT: Final = Console(highlight=False)
PERIOD: Final = 0.2
"""Time from one live table to the next [s]; without a terminal a line a second and servo is enough."""
PLAIN_PERIOD: Final = 1.0
FAULT_WORDS: Final = {
    JointFault.VOLTAGE: "supply",
    JointFault.ENCODER: "sensor",
    JointFault.OVERHEAT: "too hot",
    JointFault.OVERCURRENT: "current",
    JointFault.OVERLOAD: "overload",
    JointFault.RESTARTED: "restarted",
}


class Bus:
    """The servos of one arm at one port, as asked for on the command line.

    Args:
        arm: Name of the arm, or its .toml file: says which kind of servo it is.
        port: Serial port; looked for where it is empty.
        clock: Time.

    Raises:
        ArmctlError: No such arm, no port, or its servos are not reachable one by one.
    """

    def __init__(self, arm: str, port: str, clock: Clock) -> None:
        text, label = base_text(arm)
        self.config = parse(text, ArmConfig, label)
        self._factory: BenchFactory = bench_of(self.config)
        self.port = port or search_port(self.config).path
        self.clock = clock
        self.names: Mapping[int, str] = {
            joint.servo.id: joint.name.replace("_", " ") for joint in self.config.joints if joint.servo is not None
        }

    @contextmanager
    def open(self, rate: int = 0) -> Iterator[ServoBench]:
        """Open the bench at ``rate`` [bit/s], 0 for the arm's own, for as long as the block runs."""
        bench = self._factory(self.port, rate or self.config.wire.baud, self.clock)
        try:
            yield bench
        finally:
            bench.close()


def agreed(question: str, *, yes: bool) -> bool:
    """Return True when the person said yes to ``question``, beforehand or now.

    Raises:
        SetupError: There is nobody to ask.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise SetupError(f"{question} Nobody is here to answer.", "Add --yes to say so beforehand.")
    return typer.confirm(question)


def run_list(*, arm: str, port: str, speeds: bool) -> int:
    """Print every servo that answers; 0 when all of the arm's are there and well, else 1."""
    bus = Bus(arm, port, SystemClock())
    with bus.open() as bench:
        rates = bench.rules.rates
        found = bench.scan()
        rows = bench.live([row.id for row in found])
    OUT.print(_listing(found, rows, bus.names))
    missing = [f"{servo} ({name})" for servo, name in bus.names.items() if servo not in rows]
    if missing:
        OUT.print(f"Not there: {', '.join(missing)}.", markup=False)
    others = 0
    for rate in rates if speeds else ():
        if rate == bus.config.wire.baud:
            continue
        with bus.open(rate) as bench:
            strangers = bench.scan()
        others += len(strangers)
        for row in strangers:
            OUT.print(f"At {rate} bits a second: servo {row.id}, {row.title}.", markup=False)
    if speeds and not others:
        OUT.print("None at another speed.")
    return 1 if missing or any(row.problem for row in found) else 0


def _listing(found: Sequence[Found], rows: Mapping[int, Live], names: Mapping[int, str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("id", "joint", "model", "firmware", "volts", "°C", "position", "holds", "problem"):
        table.add_column(title, justify="right" if title in ("id", "volts", "°C", "position") else "left")
    for servo in found:
        row = rows.get(servo.id)
        said = ("", "", "", "") if row is None else _measures(row)
        name = names.get(servo.id, "")
        table.add_row(str(servo.id), name, servo.title, servo.firmware, *said, servo.problem)
    return table


def _measures(row: Live) -> tuple[str, str, str, str]:
    return f"{row.volts:.1f}", f"{row.celsius:.0f}", str(row.position), "yes" if row.torque else "limp"


def run_renumber(old: int, new: int, *, arm: str, port: str, yes: bool) -> int:
    """Give servo ``old`` the id ``new`` and return 0.

    Raises:
        ArmctlError: It was not done; the message says why.
    """
    bus = Bus(arm, port, SystemClock())
    with bus.open() as bench:
        rules = bench.rules
        for number in (old, new):
            if not rules.smallest_id <= number <= rules.largest_id:
                raise SetupError(f"{number} is no servo id.", f"Ids go from {rules.smallest_id} to {rules.largest_id}.")
        if old == new:
            raise SetupError(f"Servo {old} is {new} already.", "Give it another number.")
        if not _made_limp(bench, [old], yes=yes):
            return 1
        bench.renumber(old, new)
        title = next((row.title for row in bench.scan() if row.id == new), "")
    OUT.print(f"Servo {old} is servo {new} now ({title}). Write the number on it.", markup=False)
    return 0


def run_baud(servo: int, rate: int, *, arm: str, port: str, yes: bool) -> int:
    """Have ``servo`` speak at ``rate`` [bit/s] and return 0.

    Raises:
        ArmctlError: It was not done; the message says why.
    """
    bus = Bus(arm, port, SystemClock())
    with bus.open() as bench:
        if not _made_limp(bench, [servo], yes=yes):
            return 1
        bench.set_rate(servo, rate)
    with bus.open(rate) as bench:
        if servo not in {row.id for row in bench.scan()}:
            raise HardwareError(
                f"Servo {servo} does not answer at {rate} bits a second.",
                "Switch the arm's power off and on, then look: armctl servo list --speeds.",
            )
    OUT.print(f"Servo {servo} speaks at {rate} bits a second now.", markup=False)
    if rate != bus.config.wire.baud:
        OUT.print(f"{bus.config.title} is configured for {bus.config.wire.baud}: it will not be heard there.")
    return 0


def run_release(*, arm: str, port: str, yes: bool) -> int:
    """Let the arm go limp once somebody said that they hold it; return 0."""
    bus = Bus(arm, port, SystemClock())
    with bus.open() as bench:
        ids = [row.id for row in bench.scan()]
        holding = [servo for servo, row in bench.live(ids).items() if row.torque]
        if not holding:
            OUT.print(f"{bus.config.title} is limp already.")
            return 0
        if not _made_limp(bench, holding, yes=yes):
            return 1
    OUT.print(f"{bus.config.title} is limp now.")
    return 0


def _made_limp(bench: ServoBench, servos: Sequence[int], *, yes: bool) -> bool:
    """Return True when ``servos`` are limp, were it that somebody agreed to let them go."""
    holding = [servo for servo, row in bench.live(servos).items() if row.torque]
    if not holding:
        return True
    names = ", ".join(map(str, holding))
    question = f"Servo {names} holds its place. Limp, the arm falls unless somebody holds it. Does somebody hold it?"
    if not agreed(question, yes=yes):
        OUT.print("Nothing was changed.")
        return False
    bench.torque(holding, on=False)
    return True


def run_watch(*, arm: str, port: str, count: int) -> int:
    """Show what the servos measure until Ctrl-C, or ``count`` times; return 0."""
    bus = Bus(arm, port, SystemClock())
    with bus.open() as bench:
        ids = [row.id for row in bench.scan()]
        if not ids:
            raise HardwareError("No servo answers.", "Switch the arm's power on, and check the cable.")
        try:
            (_watch_screen if OUT.is_terminal else _watch_lines)(bus, bench, ids, count)
        except KeyboardInterrupt:
            OUT.print("Watched to the end.")
    return 0


def _watch_screen(bus: Bus, bench: ServoBench, ids: Sequence[int], count: int) -> None:
    with Screen(console=OUT, auto_refresh=False) as screen:
        for rows in _looks(bus, bench, ids, count, PERIOD):
            screen.update(watch_table(ids, rows, bus.names), refresh=True)


def _watch_lines(bus: Bus, bench: ServoBench, ids: Sequence[int], count: int) -> None:
    for rows in _looks(bus, bench, ids, count, PLAIN_PERIOD):
        for servo in ids:
            OUT.print(watch_line(servo, rows.get(servo), bus.names.get(servo, "")), markup=False, soft_wrap=True)


def _looks(bus: Bus, bench: ServoBench, ids: Sequence[int], count: int, period: float) -> Iterator[Mapping[int, Live]]:
    number = 0
    while not count or number < count:
        began = bus.clock.now()
        yield bench.live(ids)
        number += 1
        if number != count:
            bus.clock.sleep_until(began + period)


def watch_table(ids: Sequence[int], rows: Mapping[int, Live], names: Mapping[int, str]) -> Table:
    """Return the live table of the servos ``ids``; those missing in ``rows`` are silent."""
    table = Table(
        box=None, padding=(0, 2, 0, 0), header_style="bold", caption="Ctrl-C ends it.", caption_justify="left"
    )
    for title in ("id", "joint", "position", "load", "volts", "°C", "torque", "faults"):
        table.add_column(title, justify="left" if title in ("joint", "torque", "faults") else "right")
    for servo in ids:
        row = rows.get(servo)
        if row is None:
            table.add_row(str(servo), names.get(servo, ""), "", "", "", "", "", "[red]does not answer[/red]")
            continue
        told = fault_words(row.faults)
        table.add_row(
            str(servo),
            names.get(servo, ""),
            str(row.position),
            f"{row.load * 100:.0f} %",
            f"{row.volts:.1f}",
            f"{row.celsius:.0f}",
            "holds" if row.torque else "limp",
            f"[red]{told}[/red]" if told else "none",
        )
    return table


def watch_line(servo: int, row: Live | None, name: str) -> str:
    """Return what one servo measures as a plain line."""
    who = f"servo {servo} ({name})" if name else f"servo {servo}"
    if row is None:
        return f"{who}: does not answer"
    return (
        f"{who}: position {row.position}, load {row.load * 100:.0f} %, {row.volts:.1f} V, {row.celsius:.0f} °C, "
        f"{'holds' if row.torque else 'limp'}, faults: {fault_words(row.faults) or 'none'}"
    )


def fault_words(faults: JointFault) -> str:
    """Return what a servo complains about, in words; "" when nothing."""
    return ", ".join(words for fault, words in FAULT_WORDS.items() if faults & fault)
