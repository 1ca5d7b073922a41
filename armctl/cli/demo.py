"""``armctl demo``: a scripted one-switch person does the main job, and physics judges."""

from __future__ import annotations

import json
import os
from pathlib import Path

from rich.console import Console

from armctl.cli.choice import choose_scene
from armctl.cli.player import ITEM, VERDICT_FILE
from armctl.cli.report import write_report
from armctl.cli.run import Request, checked_request, guarded
from armctl.errors import SetupError
from sim.witness import Criterion, Verdict, Witness

OUT = Console(highlight=False)
STORE = "evidence.sqlite"
SIZE = (1280, 800)


def run_demo(*, arm: str, scene: str, user: str, fast: bool, out: Path, seed: int) -> int:
    """Play the job, write its folder, and return 0 only when every criterion was met.

    Raises:
        ArmctlError: Something named is missing or not valid, or the folder cannot be written.
    """
    request = checked_request(arm=arm, port="", scene=scene, user=user)
    Witness(choose_scene(scene), ITEM)  # Says at once when this scene has nothing to drink.
    folder = fresh_folder(out)
    use_dummy_screen()
    OUT.print(f"A person with one switch works the real screen with {request.arm.name}.", markup=False)
    code = _play_fast(request, folder, seed) if fast else _play_live(request, folder, seed)
    verdict = read_verdict(folder)
    if verdict is None:
        OUT.print(f"The job ended before it could be judged (exit code {code}).")
        return code or 1
    report = write_report(folder, verdict, folder / STORE, request.arm.name)
    for criterion in verdict.criteria:
        OUT.print("[green]yes[/green]" if criterion.met else "[red]no [/red]", end=" ")
        OUT.print(f"{criterion.question} {criterion.measured}", markup=False)
    OUT.print(f"Pictures, film, records and report: {report}", markup=False, soft_wrap=True)
    return 0 if verdict.passed and code == 0 else code or 1


def _play_live(request: Request, folder: Path, seed: int) -> int:
    options = ["--size", f"{SIZE[0]}x{SIZE[1]}", "--store", str(folder / STORE), "--play", str(folder)]
    return guarded(request, [*options, "--seed", str(seed)], restart_ui=False)


def _play_fast(request: Request, folder: Path, seed: int) -> int:
    from armctl.cli.one_process import play

    return play(request, folder, folder / STORE, SIZE, seed)


def fresh_folder(out: Path) -> Path:
    """Return ``out`` as an existing folder without what an earlier demo left in it.

    Raises:
        SetupError: The folder holds other people's files, or cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        old = list(out.iterdir())
        strangers = [
            path
            for path in old
            if path.suffix not in {".png", ".gif", ".sqlite", ".json", ".html"} and not path.name.startswith(STORE)
        ]
        if strangers:
            raise SetupError(
                f"{out} holds {strangers[0].name!r}, which no demo made.", "Give another folder with --out."
            )
        for path in old:
            path.unlink()
    except OSError as error:
        raise SetupError(f"The folder {out} cannot be used ({error}).", "Give another one with --out.") from error
    return out


def use_dummy_screen() -> None:
    """Let SDL draw into memory and keep quiet: the demo must run on a computer without display and sound."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    os.environ["SDL_AUDIODRIVER"] = "dummy"


def read_verdict(folder: Path) -> Verdict | None:
    """Return the verdict the player left in ``folder``, or None."""
    path = folder / VERDICT_FILE
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return Verdict(tuple(Criterion(**criterion) for criterion in data["criteria"]))
