"""Which sources ask for the time of day: it jumps, so nothing may be timed by it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

STEADY = frozenset(
    {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "sleep", "clock_gettime"}
)
"""What ``time`` offers that never jumps; everything else of it knows a calendar."""
NOW = frozenset({"now", "utcnow", "today"})
"""What the classes of ``datetime`` call it."""

DATED = {
    "armctl/cli/calibrate.py": "the day of a calibration, in its file",
    "armctl/control/flight_writer.py": "names of recordings, and which are the oldest",
    "armctl/control/guard.py": "the time before each sentence on the terminal",
    "armctl/evidence/recorder.py": "the day of a session",
    "ui/fit_desk.py": "the day of a measurement",
    "ui/kept.py": "names of recorded inputs",
}
"""Files that do, and what people read there. Durations are monotonic in them all the same."""


def asked_by(root: Path) -> set[str]:
    """Return the files of the program below ``root`` that ask for the time of day."""
    paths = (path for folder in ("armctl", "drivers", "sim", "ui") for path in (root / folder).rglob("*.py"))
    return {str(path.relative_to(root)) for path in paths if asks(path.read_text(encoding="utf-8"))}


def asks(source: str) -> bool:
    """True when ``source`` asks for the time of day, by whatever name it imports it."""
    if "time" not in source:
        return False
    tree = ast.parse(source)
    names = dict(_imported(tree))
    return any(
        _knows_the_day(_full_name(node, names)) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)
    )


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield each name that stands for something of the modules ``time`` and ``datetime``, and what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module in ("time", "datetime"):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def _full_name(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_full_name(node.value, names)}.{node.attr}"
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


def _knows_the_day(name: str) -> bool:
    module, _, last = name.rpartition(".")
    return (module == "time" and last not in STEADY and last.islower()) or (
        module in ("datetime.datetime", "datetime.date") and last in NOW
    )
