"""Show a recorded session in the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from armctl.evidence.store import SessionRecord


def render(session: SessionRecord) -> RenderableType:
    """Return the session as a heading, its counts and a table of its events."""
    heading = Text(f"Session {session.number}", style="bold")
    heading.append(f"  {session.started}", style="default")
    facts = Text(
        f"{session.user} with {session.arm} in {session.scene}, {session.duration:.1f} s, "
        f"{len(session.events)} records, {session.dropped} lost"
    )
    counts = Text(", ".join(f"{kind} {count}" for kind, count in sorted(session.counts().items())))
    return Group(heading, facts, counts, _table(session))


def _table(session: SessionRecord) -> Table:
    table = Table(show_edge=False)
    table.add_column("s", justify="right")
    table.add_column("what")
    table.add_column("particulars", overflow="fold")
    for event in session.events:
        table.add_row(f"{event.at:.2f}", event.kind, _particulars(event.data))
    return table


def _particulars(data: dict[str, Any]) -> str:
    return ", ".join(f"{key} {_short(value)}" for key, value in data.items())


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
