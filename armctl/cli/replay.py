"""``armctl replay`` and ``armctl record``: look at a flight recording, run the supervisor on it again, ask for one."""

from __future__ import annotations

import csv
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from armctl import __version__
from armctl.clock import SystemClock
from armctl.control.flight_check import Outcome, check_flight
from armctl.control.flight_file import Progress as Told
from armctl.control.flight_file import read_flight
from armctl.control.flight_process import flights_folder
from armctl.control.flight_recording import Recording
from armctl.control.flight_records import Approve, Observe, Tick, array
from armctl.errors import SetupError

OUT: Final = Console(highlight=False)
ERR: Final = Console(stderr=True, highlight=False)
SAME: Final = 0
DIFFERENT: Final = 1
ANSWER_TIME: Final = 30.0
"""A recording takes a few seconds to write, more on a busy computer [s]."""


def replay(file: Path | None, *, check: bool, export: Path | None, size: tuple[int, int]) -> int:
    """Run the supervisor on a recording again, tell the outcome, and show the replay; return the exit code.

    Args:
        file: The recording; the newest one when None.
        check: Only run the supervisor again, without a window.
        export: Write the ticks as a table to this file instead of showing them.
        size: Size of the window [px].

    Raises:
        ArmctlError: There is no such recording, it is damaged, or there is no display.
    """
    path = file or newest(flights_folder())
    with _bar("Reading") as told:
        recording = read_flight(path, told)
    if export:
        write_table(recording, export)
        OUT.print(f"{len(recording.ticks)} ticks written to {export}.", markup=False, soft_wrap=True)
        return SAME
    if not check:
        _require_display()
    with _bar("Running the supervisor again") as told:
        outcome = check_flight(recording, told)
    OUT.print(report(recording, outcome), markup=False, soft_wrap=True)
    if not check:
        from ui.replay import Verdict, run_replay

        run_replay(recording, Verdict(outcome.difference is None, in_short(outcome)), SystemClock(), size)
    return SAME if outcome.difference is None else DIFFERENT


def _require_display() -> None:
    from armctl.cli.run import require_display

    try:
        require_display()
    except SetupError:
        raise SetupError(
            "There is no display to show the replay on.",
            "Without one, armctl replay --check runs the supervisor again.",
        ) from None


def newest(folder: Path) -> Path:
    """Return the newest recording in ``folder``.

    Raises:
        SetupError: There is none.
    """
    found = sorted(folder.glob("[0-9]*.mcap"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise SetupError(f"There is no flight recording in {folder}.", "One is made at each fault.")
    return found[-1]


def in_short(outcome: Outcome) -> str:
    """Return the outcome of a re-run in one short sentence."""
    if outcome.difference is None:
        return f"Run again: {outcome.verdicts} verdicts, all the same"
    return f"Run again: tick {outcome.difference.tick} differs"


def report(recording: Recording, outcome: Outcome) -> str:
    """Return the outcome of a re-run: that all is the same, or the first difference with both answers."""
    counts = f"{outcome.ticks} ticks, {outcome.calls} answers, {outcome.verdicts} verdicts"
    gaps = f" {outcome.gaps} gaps were bridged by checkpoints." if outcome.gaps else ""
    different = outcome.difference
    if different is None:
        return f"{counts}, all the same.{gaps}"
    at = different.stamp - recording.ticks[0].stamp
    lines = [
        f"{counts}, then the first difference, in tick {different.tick} at {at:.2f} s: {different.what}.{gaps}",
        f"  then: {different.then}",
        f"  now:  {different.now}",
    ]
    if recording.facts.version != __version__:
        lines.append(f"It was recorded with armctl {recording.facts.version}; this is {__version__}.")
    return "\n".join(lines)


def write_table(recording: Recording, path: Path) -> None:
    """Write one row a tick to ``path``: times, mode, fault, measured and asked angles, the supervisor's verdict.

    Raises:
        SetupError: The file cannot be written.
    """
    joints = recording.facts.joints
    head = ["tick", "time_s", "lateness_s", "mode", "epoch", "fault"]
    head += [f"{name}_{what}" for what in ("position_rad", "asked_rad") for name in joints]
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow([*head, "verdict"])
            start = recording.ticks[0].stamp
            table.writerows(_row(tick, start, len(joints)) for tick in recording.ticks)
    except OSError as error:
        raise SetupError(f"{path} cannot be written ({error.strerror or error}).") from error


def _row(tick: Tick, start: float, joints: int) -> list[object]:
    measured: list[object] = [""] * joints
    asked: list[object] = [""] * joints
    verdict = ""
    for call in tick.calls:
        if isinstance(call, Observe):
            measured = array(call.reading.positions).tolist()
        elif isinstance(call, Approve):
            asked = array(call.positions).tolist()
            verdict = "approved" if call.approved else call.code
    return [
        tick.number,
        tick.stamp - start,
        tick.lateness,
        tick.mode,
        tick.epoch,
        tick.code,
        *measured,
        *asked,
        verdict,
    ]


def record(folder: Path | None = None) -> str:
    """Have every armctl that runs on this computer write what its recorder holds; return what was written.

    Args:
        folder: Where recordings go; the person's own when None.

    Raises:
        SetupError: None runs, or it could not write.
    """
    doors = sorted((folder or flights_folder()).glob(".ask-*"))
    answers = [answer for door in doors if (answer := _ask(door)) is not None]
    if not answers:
        raise SetupError("No armctl is running that records.", "Start one with: armctl run")
    troubles = [answer["trouble"] for answer in answers if "trouble" in answer]
    if troubles:
        raise SetupError(" ".join(troubles))
    return "\n".join(answer["written"] for answer in answers)


def _ask(door: Path) -> dict[str, str] | None:
    """Return what the writer behind ``door`` answers, None when nobody is there any more."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.settimeout(ANSWER_TIME)
        try:
            line.connect(str(door))
            line.send(b"record")
            answer: dict[str, str] = json.loads(line.recv(65_536))
        except (ConnectionError, FileNotFoundError, ValueError):
            # Its writer was killed, or ended just now.
            door.unlink(missing_ok=True)
            return None
        except OSError as error:
            return {"trouble": f"The recorder does not answer ({error})."}
        return answer


@contextmanager
def _bar(what: str) -> Iterator[Told]:
    """Show a progress bar on a terminal while the block runs; it is told how far it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        update: Callable[[int, int], None] = lambda done, total: progress.update(  # noqa: E731
            task, completed=done, total=total
        )
        yield update
