"""``make bench``: run every benchmark, or those named, and write the table."""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import platform
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.row import Row

BENCHMARKS = (
    "kinematics",
    "collision",
    "inverse",
    "tracking",
    "driver_cycle",
    "paced_loop",
    "mycobot_cycle",
    "dynamixel_cycle",
    "access_latency",
    "frame_time",
    "screen_response",
    "screen_growth",
    "loop_lateness",
    "press_latency",
    "tremor",
    "fit_calibration",
    "flight_recorder",
    "speech_latency",
)
"""Modules of this package with ``run() -> list[Row]``, in the order in which they run."""
OUT = Path("bench-output")


def main() -> None:
    """Run all and write ``bench-output/bench.md``, after each benchmark anew."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="BENCHMARK", help=f"of {', '.join(BENCHMARKS)}; all when left out")
    chosen = parser.parse_args().only or BENCHMARKS
    if unknown := set(chosen) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    OUT.mkdir(exist_ok=True)
    rows: list[Row] = []
    for name in chosen:
        rows += importlib.import_module(f"benchmarks.{name}").run()
        (OUT / "bench.md").write_text(markdown(rows), encoding="utf-8")
    Console(width=160).print(table(rows))
    print(f"Written to {OUT / 'bench.md'}.")


def table(rows: list[Row]) -> Table:
    """Return the table for the terminal."""
    colours = {"pass": "green", "miss": "red", "void": "yellow"}
    shown = Table("what", "value", "unit", "beside", "ratio", "bar", "")
    for row in rows:
        shown.add_row(*cells(row), style=colours.get(row.verdict))
    return shown


def cells(row: Row) -> tuple[str, ...]:
    """Return what the table says of ``row``."""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    beside = f"{row.reference}; {row.void}" if row.void else row.reference
    return row.title, f"{row.value:.4g}", row.unit, beside, ratio, row.asked, row.verdict


def markdown(rows: list[Row]) -> str:
    """Return the table in Markdown, with what it was measured on."""
    when = datetime.datetime.now(datetime.UTC).date().isoformat()
    lines = [
        f"Measured {when} on {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "",
    ]
    lines += ["| what | value | unit | beside | ratio | bar | |", "|---|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(cells(row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
