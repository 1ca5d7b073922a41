"""``make bench``: run every benchmark and write the table."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import driver_cycle, frame_time, kinematics, loop_lateness
from benchmarks.row import Row

BENCHMARKS: tuple[Callable[[], list[Row]], ...] = (
    kinematics.run,
    driver_cycle.run,
    frame_time.run,
    loop_lateness.run,
)
OUT = Path("bench-output")


def main() -> None:
    """Run all and write ``bench-output/bench.md``."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    rows = [row for benchmark in BENCHMARKS for row in benchmark()]
    table = Table("what", "value", "unit", "beside", "ratio")
    for row in rows:
        table.add_row(row.title, f"{row.value:.4g}", row.unit, row.reference, ratio_text(row))
    Console().print(table)
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.md").write_text(markdown(rows), encoding="utf-8")
    print(f"Written to {OUT / 'bench.md'}.")


def ratio_text(row: Row) -> str:
    """Return the ratio as text, empty when there is none."""
    return "" if row.ratio is None else f"{row.ratio:.2f}"


def markdown(rows: list[Row]) -> str:
    """Return the table in Markdown, with what it was measured on."""
    when = datetime.datetime.now(datetime.UTC).date().isoformat()
    lines = [
        f"Measured {when} on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "",
    ]
    lines += ["| what | value | unit | beside | ratio |", "|---|---|---|---|---|"]
    lines += [f"| {r.title} | {r.value:.4g} | {r.unit} | {r.reference} | {ratio_text(r)} |" for r in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
