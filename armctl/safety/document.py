"""The tables of ``docs/safety.md``, made from the code; a test proves that the document is up to date.

``python -m armctl.safety.document docs/safety.md`` writes them anew.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from armctl.safety import limits
from armctl.safety.faults import FAULTS
from armctl.safety.states import TABLE, Event, Mode
from armctl.units import DEG, MM, MS

REACTIONS: Final = {"H": "hold", "S": "stop, latched", "R": "refuse", "W": "warn, slower"}


def states_table() -> str:
    """Return every mode and what each event makes of it; a dot where it stays."""
    rows = [f"| {event} | {' | '.join(_after(mode, event) for mode in Mode)} |" for event in Event]
    head = f"| event | {' | '.join(Mode)} |"
    return "\n".join([head, "|---" * (len(Mode) + 1) + "|", *rows])


def _after(mode: Mode, event: Event) -> str:
    after = TABLE[mode][event]
    return "·" if after is mode else f"**{after}**"


def faults_table() -> str:
    """Return every fault with what it says, what it makes the arm do, and who can help."""
    rows = [
        f"| {fault.code} | {REACTIONS[fault.reaction]} | {fault.title} | {_shown(fault.message)} | "
        f"{_shown(fault.remedy)} | {fault.who} |"
        for fault in FAULTS.values()
    ]
    return "\n".join(["| code | reaction | title | message | remedy | who |", "|---|---|---|---|---|---|", *rows])


def _shown(template: str) -> str:
    """Return a message with its figures shown as words in angle brackets."""
    return re.sub(r"\{(\w+)[^}]*\}", r"‹\1›", template)


def figures_table() -> str:
    """Return the figures that no configuration can change."""
    figures = (
        ("time to press stop while arming", f"{limits.STOP_TEST_WINDOW:.0f} s"),
        ("a stop press must arrive within", f"{limits.STOP_TEST_LATENCY / MS:.0f} ms"),
        ("a command may be valid for at most", f"{limits.DEADLINE_HORIZON:.0f} s"),
        ("silent or bad readings in a row that are a fault", f"{limits.SILENT_READS}"),
        ("a frozen position is found after", f"{limits.FROZEN_TIME / MS:.0f} ms and {limits.FROZEN_MOVE / DEG:.0f}°"),
        ("a blocked joint is found after", f"{limits.FOLLOWING_TIME / MS:.0f} ms"),
        ("a joint that goes the wrong way is found after", f"{limits.WRONG_WAY / DEG:.1f}°"),
        ("margin for a jump of a reading", f"{limits.ENCODER_JUMP / DEG:.0f}°"),
        ("half speed after arming, of motion", f"{limits.START_UP_TIME:.0f} s"),
        ("speed that is always left, to move away", f"{limits.ESCAPE_SPEED / MM:.0f} mm/s"),
        ("distance of the arm from furniture", f"{limits.ARM_CLEARANCE / MM:.0f} mm"),
        ("distance of the hand from furniture", f"{limits.HAND_CLEARANCE / MM:.0f} mm"),
        ("distance of the arm's parts from each other", f"{limits.SELF_CLEARANCE / MM:.0f} mm"),
        ("how far into furniture what is held may be put", f"{limits.HELD_SINK / MM:.0f} mm"),
        ("age of a tracked head's pose that begins to slow", f"{limits.HEAD_FRESH / MS:.0f} ms"),
        ("age of a tracked head's pose that brings the arm to rest", f"{limits.HEAD_STALE / MS:.0f} ms"),
        ("missed ticks in a row that bring the arm to rest", f"{limits.LATE_TICKS}"),
        ("a gap that means the computer slept", f"{limits.SLEEP_GAP:.0f} s"),
    )
    return "\n".join(["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in figures)])


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "states": states_table,
    "faults": faults_table,
    "figures": figures_table,
}
"""What stands between the marks ``<!-- name -->`` and ``<!-- end name -->``."""


def up_to_date(text: str) -> str:
    """Return ``text`` with every marked table made anew.

    Raises:
        ValueError: A table's marks are missing.
    """
    for name, make in TABLES.items():
        begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"The marks {begin} and {end} are missing.")
        text = f"{before}{begin}\n{make()}\n{end}{after}"
    return text


def main() -> None:
    """Write the tables into the files named on the command line."""
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(up_to_date(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
