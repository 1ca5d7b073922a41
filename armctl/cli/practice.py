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
    """Print where everybody stands in the games, and all rounds of practice, oldest first."""
    from armctl.access.practice.games import GAMES
    from armctl.evidence.store import default_store
    from armctl.evidence.training import progress, progress_table, table, trainings
    from ui.practice_words import GAME_WORDS

    path = store or default_store()
    rounds = trainings(path, user)
    if not rounds:
        OUT.print(f"No practice of {user} is recorded yet." if user else "No practice is recorded yet.", markup=False)
        return
    titles = {name: words.title for name, words in GAME_WORDS.items()}
    OUT.print("Where they stand", style="bold")
    OUT.print(progress_table(progress(rounds, [game.name for game in GAMES]), titles))
    OUT.print("\nAll rounds", style="bold")
    OUT.print(table(rounds, titles))
