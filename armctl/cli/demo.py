"""``armctl demo``: a scripted one-switch person does the main job, and physics judges."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from armctl.cli.choice import choose_scene, choose_user, parts_of
from armctl.cli.player import ITEM, TASK, VERDICT_FILE
from armctl.cli.report import write_report
from armctl.cli.run import Request, checked_request, guarded
from armctl.config.load import builtin_names
from armctl.config.user import UserConfig
from armctl.errors import SetupError
from sim.witness import Criterion, Verdict, Witness

OUT = Console(highlight=False)
STORE = "evidence.sqlite"
SIZE = (1280, 800)
MADE_HERE = re.compile(r"\d{2,}-[a-z0-9-]*\.png|film\.gif|report\.html|\.?verdict\.json|evidence\.sqlite(-\w+)?")
"""Names of the files a demo makes: only these are removed before the next one."""


def run_demo(*, arm: str, scene: str, user: str, fast: bool, out: Path, seed: int) -> int:
    """Play the job, write its folder, and return 0 only when every criterion was met.

    Raises:
        ArmctlError: Something named is missing or not valid, or the folder cannot be written.
    """
    # Before anything is chosen: a real arm would be looked for, and found.
    if arm in builtin_names("arms") or (arm.endswith(".toml") and parts_of(arm)[1] == "real"):
        raise SetupError(f"{arm} is a real arm; the demo plays with a simulated one.", f"Say --arm {arm}-sim.")
    request = checked_request(arm=arm, port="", scene=scene, user=user)
    Witness(choose_scene(request.scene), ITEM)  # Says at once when this scene has nothing to drink.
    require_scripted(choose_user(user))
    if fast and request.arm.backend not in ("sim", "ideal"):
        raise SetupError(
            f"--fast makes its own time; the emulated servos of {request.arm.name} live in real time.",
            f"Leave out --fast, or play the arm without them: --arm {request.arm.config_name}-sim.",
        )
    with fresh_folder(out) as folder:
        return _play(request, folder, fast=fast, seed=seed)


def _play(request: Request, folder: Path, *, fast: bool, seed: int) -> int:
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


def require_scripted(user: UserConfig) -> None:
    """Refuse a profile the scripted person cannot work with: it would only wait.

    Raises:
        SetupError: The highlight does not move by itself, or the task is not on the screen.
    """
    if user.scan.method != "auto" or TASK not in user.tasks:
        raise SetupError(
            f"The demo's person has one switch and asks for {TASK!r}; profile {user.name!r} does not work that way.",
            'Give a profile with scan method "auto" and that task, for example guest.',
        )


@contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """Provide ``out`` as an existing folder without what an earlier demo left in it, to this program alone.

    Raises:
        SetupError: The folder holds other people's files, another demo writes to it, or it cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(out, os.O_RDONLY)
    except OSError as error:
        raise _unusable(out, error) from error
    try:
        _empty(out, handle)
        yield out
    finally:
        os.close(handle)


def _empty(out: Path, handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        old = list(out.iterdir())
        strangers = [path.name for path in old if not MADE_HERE.fullmatch(path.name)]
        if strangers:
            raise SetupError(f"{out} holds {min(strangers)!r}, which no demo made.", "Give another folder with --out.")
        for path in old:
            path.unlink()
    except BlockingIOError as error:
        raise SetupError(f"Another demo writes to {out}.", "Wait for its end, or give --out.") from error
    except OSError as error:
        raise _unusable(out, error) from error


def _unusable(out: Path, error: OSError) -> SetupError:
    return SetupError(f"The folder {out} cannot be used ({error.strerror}).", "Give another one with --out.")


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
