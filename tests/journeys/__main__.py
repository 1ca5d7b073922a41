"""``python -m tests.journeys docs/journeys.md``: take every journey and write its figures into the page.

Exit code 1 when somebody did not get where they wanted; the table then says so.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from tests.journeys.people import TRAVELLERS, Traveller, drink_and_back
from tests.journeys.sitting import Sitting
from tests.journeys.situations import SITUATIONS

HEAD = "| {} | presses | at least | time [s] | at least [s] |\n|---|---|---|---|---|\n"
STUCK = "did not get there"


def travelled(traveller: Traveller) -> Sitting:
    """Return the person once they have had their drink and the cup is back."""
    person = Sitting(traveller.profile, **traveller.changes)
    drink_and_back(person, traveller.hand(person))
    return person


def row(who: str, least: int, live: Callable[[], Sitting]) -> str:
    """Return the line of the table for one journey."""
    try:
        person = live()
    except AssertionError as error:
        sys.stderr.write(f"{who}: {error}\n")
        return f"| {who} | {STUCK} | {least} | | |\n"
    return f"| {who} | {person.presses} | {least} | {person.seconds:.0f} | {person.needed:.0f} |\n"


def put(path: Path, name: str, table: str) -> None:
    """Put ``table`` between the marks ``name`` of the page."""
    text = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    head, _, rest = text.partition(begin)
    _, mark, tail = rest.partition(end)
    if not mark:
        raise SystemExit(f"{path} has no place {name!r}.")
    path.write_text(f"{head}{begin}{table}{end}{tail}", encoding="utf-8")


def main() -> int:
    """Take them all."""
    parser = argparse.ArgumentParser(prog="tests.journeys", description=__doc__)
    parser.add_argument("page", type=Path)
    page = parser.parse_args().page
    logging.disable(logging.CRITICAL)  # faults are meant here
    tables = {"travellers": HEAD.format("person"), "situations": HEAD.format("what happens")}
    for one in TRAVELLERS:
        tables["travellers"] += row(one.who, one.least, lambda one=one: travelled(one))
        put(page, "travellers", tables["travellers"])
    for each in SITUATIONS:
        tables["situations"] += row(each.what, each.least, each.live)
        put(page, "situations", tables["situations"])
    return int(STUCK in "".join(tables.values()))


if __name__ == "__main__":
    sys.exit(main())
