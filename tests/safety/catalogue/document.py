"""The table of the fault catalogue in ``docs/safety.md``, made from what the tests noted.

``python -m tests.safety.catalogue.document FOLDER docs/safety.md`` writes it anew. Rows of which nothing was noted in
this run keep what they had, so that a part of the catalogue can be measured by itself.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from armctl.safety.faults import FAULTS
from tests.safety.catalogue.rows import ROWS, Row

BEGIN, END = "<!-- catalogue -->", "<!-- end catalogue -->"
HEAD = "| row | fault | wanted | bound | test | measured | told |\n|---|---|---|---|---|---|---|"
MISSING = "not measured"

Notes = Mapping[int, Mapping[str, list[dict[str, Any]]]]
"""Row, test, what it noted."""


def read(folder: Path) -> Notes:
    """Return what the tests noted in ``folder``."""
    notes: dict[int, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            note = json.loads(line)
            notes[note["row"]][note["test"]].append(note)
    return notes


def table(notes: Notes, before: str) -> str:
    """Return the table; ``before`` is the one there was."""
    lines: list[str] = []
    for number, row in ROWS.items():
        if notes.get(number):
            lines += [_line(row, test, noted) for test, noted in sorted(notes[number].items())]
        else:
            lines += kept(before, number) or [_unmeasured(row)]
    return "\n".join([HEAD, *lines])


def kept(table_text: str, number: int) -> list[str]:
    """Return the lines of row ``number`` in a table."""
    return [line for line in table_text.splitlines() if line.startswith(f"| {number} |")]


def up_to_date(text: str, notes: Notes) -> str:
    """Return the document ``text`` with its table made anew.

    Raises:
        ValueError: The table's marks are missing.
    """
    before, found, rest = text.partition(BEGIN)
    old, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"The marks {BEGIN} and {END} are missing.")
    return f"{before}{BEGIN}\n{table(notes, old)}\n{END}{after}"


def _line(row: Row, test: str, noted: list[dict[str, Any]]) -> str:
    path, _, name = test.partition("::")
    where = f"`{Path(path).name}::{name}`"
    return _cells(row, _bound(row, noted), where, _measured(noted), _told(note["code"] for note in noted))


def _unmeasured(row: Row) -> str:
    if row.waits_for:
        return _cells(row, row.shown_bound, "–", f"with the part: {row.waits_for}", "–")
    return _cells(row, row.shown_bound, "–", MISSING, "–")


def _cells(row: Row, bound: str, test: str, measured: str, told: str) -> str:
    return f"| {row.number} | {row.fault} | {row.reaction} | {bound} | {test} | {measured} | {told} |"


def _bound(row: Row, noted: list[dict[str, Any]]) -> str:
    """Return the bound these notes were held to; the row's own words where no time was asked for."""
    bounds = {note["bound_ms"] for note in noted} - {None}
    return f"{bounds.pop():g} ms" if row.other_bounds_ms and len(bounds) == 1 else row.shown_bound


def _measured(noted: list[dict[str, Any]]) -> str:
    times = [note["ms"] for note in noted if note["ms"] is not None]
    if not times:
        return f"seen, n = {len(noted)}"
    worst = max(noted, key=lambda note: note["ms"] if note["ms"] is not None else -1.0)
    late = f" (computer late by {worst['late_ms']:.1f} ms)" if worst["bound_ms"] and worst["late_ms"] > 1.0 else ""
    return f"median {statistics.median(times):.1f} ms, worst {worst['ms']:.1f} ms{late}, n = {len(times)}"


def _told(codes: Iterable[str]) -> str:
    return "; ".join(
        f"`{code}`: {FAULTS[code].title}" if code in FAULTS else _plain(code) for code in sorted(set(codes))
    )


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words.replace("|", "/")) or "–"


def main() -> None:
    """Write the table into the document named second, from the folder named first."""
    folder, document = Path(sys.argv[1]), Path(sys.argv[2])
    document.write_text(up_to_date(document.read_text(encoding="utf-8"), read(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
