"""Show recorded sessions in the terminal: one of them, or a list of all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from armctl.evidence.store import SessionRecord
from armctl.evidence.summary import sentences, tasks


def render(session: SessionRecord) -> RenderableType:
    """Return the session as a heading, what happened in sentences, and a table of its records."""
    heading = Text(f"Session {session.number}", style="bold")
    heading.append(f"  {session.started}", style="default")
    facts = Text(
        f"{session.user} with {session.arm} in {session.scene}, {session.duration:.1f} s, "
        f"{len(session.events)} records, {session.dropped} lost"
    )
    told = [Text(f"  {sentence}") for sentence in sentences(session)]
    return Group(heading, facts, *told, _table(session))


def listed(sessions: Iterable[SessionRecord]) -> Table:
    """Return a table of ``sessions``: number, beginning, who, arm, length, and how their tasks ended."""
    table = Table("session", "began", "who", "arm", "length", "tasks", show_edge=False)
    for each in sessions:
        ends = ", ".join(f"{run.name} {run.end}" for run in tasks(each)) or "none"
        # As plain text: what people call their tasks must not colour the table.
        words = (str(each.number), each.started, each.user, each.arm, f"{each.duration:.0f} s", ends)
        table.add_row(*map(Text, words))
    return table


def _table(session: SessionRecord) -> Table:
    table = Table(show_edge=False)
    table.add_column("s", justify="right")
    table.add_column("what")
    table.add_column("particulars", overflow="fold")
    for event in session.events:
        table.add_row(f"{event.at:.2f}", Text(event.kind), Text(_particulars(event.data)))
    return table


def _particulars(data: dict[str, Any]) -> str:
    return ", ".join(f"{key} {_short(value)}" for key, value in data.items())


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
