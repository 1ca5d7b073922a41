"""``armctl practice``: what somebody practised, for those who help them learn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

OUT = Console(highlight=False)

practice_app = typer.Typer(help="What was practised.", no_args_is_help=True, rich_markup_mode=None)


@practice_app.callback()
def _group() -> None:
    """Keep "show" a command of its own, though it is the only one."""


@practice_app.command("show")
def show(
    user: Annotated[str, typer.Option(help="Only rounds of this person's profile.")] = "",
    store: Annotated[Path | None, typer.Option(help="The store; the person's own when not given.")] = None,
) -> None:
    """Print a table of all rounds of practice, oldest first."""
    from armctl.evidence.store import default_store
    from armctl.evidence.training import table, trainings

    rounds = trainings(store or default_store(), user)
    OUT.print(table(rounds) if rounds else "No practice is recorded yet.")
