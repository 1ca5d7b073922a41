"""``armctl doctor``: the findings as a table, or the udev rule; exit code 1 where something will not work."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from armctl.cli.calibrated import own_name
from armctl.cli.choice import parts_of
from armctl.cli.doctor import examine
from armctl.cli.doctor_device import device
from armctl.cli.finding import Finding
from armctl.cli.udev import FILE, rules_for_adapters, rules_for_arm
from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import find, load
from armctl.errors import PortError
from drivers.adapters import HERE, Computer, adapters
from drivers.discover import find_port, probe_of

OUT = Console(highlight=False)
MARKS = {"good": "[green]good[/green]", "note": "[yellow]note[/yellow]", "bad": "[red]bad[/red]"}


def run_doctor(arm: str, port: str, computer: Computer = HERE) -> int:
    """Print what was found and return the exit code: 1 where something will not work.

    Args:
        arm: The arm that should be there; empty for any.
        port: Look at what is behind this port; empty for none.
        computer: Where devices are told.

    Raises:
        ConfigError: No such arm.
    """
    config = _config(arm) if arm else None
    table = Table(show_header=False, show_edge=False, box=None)
    worst = 0
    for finding in _findings(config, port, computer):
        # As plain text: what devices call themselves must not colour the table.
        said = Text(f"{finding.text} {finding.remedy}".strip())
        table.add_row(MARKS[finding.level], Text(finding.subject), said)
        worst = max(worst, int(finding.level == "bad"))
    OUT.print(table)
    return worst


def _config(arm: str) -> ArmConfig:
    """Return the arm's own calibrated configuration where there is one; a stand-in's name means its arm."""
    return load(find("arms", own_name(parts_of(arm)[0])), ArmConfig)


def _findings(config: ArmConfig | None, port: str, computer: Computer) -> Iterator[Finding]:
    if port:
        yield from device(port, config, SystemClock(), computer)
        return
    yield from examine(computer)
    if config is not None and probe_of(config.driver) is not None:
        yield from _where(config, computer)


def _where(config: ArmConfig, computer: Computer) -> Iterator[Finding]:
    """Yield where the arm is; its usual adapters are asked, nobody else."""
    try:
        found = find_port(config, SystemClock(), computer)
    except PortError as error:
        yield Finding("bad", config.name, error.message, error.remedy)
        return
    yield from device(found.path, config, SystemClock(), computer)


def print_rules(arm: str, computer: Computer = HERE) -> int:
    """Print the udev rule, and how to install it where a person reads it; return the exit code.

    Args:
        arm: For this arm's usual adapters; empty for those that are plugged in.
        computer: Where devices are told.

    Raises:
        ConfigError: No such arm.
        SetupError: There is nothing to make a rule for.
    """
    text = rules_for_arm(_config(arm), arm) if arm else rules_for_adapters(adapters(computer))
    sys.stdout.write(text)
    if sys.stdout.isatty():
        Console(stderr=True, highlight=False).print(
            f"\nNothing was changed. The two commands at the top install it as {FILE}.", markup=False, soft_wrap=True
        )
    return 0
