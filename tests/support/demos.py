"""The demo by the command a newcomer types, and what the witness said of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import groupby
from pathlib import Path

from armctl.config.load import builtin
from armctl.evidence.store import SessionRecord, read_session


def demo(out: Path, *arguments: str, timeout: float = 280) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "armctl", "demo", "--out", str(out), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
    )


def met(out: Path) -> list[bool]:
    return [criterion["met"] for criterion in json.loads((out / "verdict.json").read_text())["criteria"]]


JOB = ["task:drink", "answer:0", "answer:1"]
"""What the person chooses on the way: to drink, that they drank, and that the cup goes back."""


def done(out: Path, *arguments: str) -> None:
    """Have the job done, and look at everything that a demo leaves."""
    run = demo(out, *arguments)
    assert run.returncode == 0, run.stdout + run.stderr
    assert all(met(out))
    assert len(list(out.glob("*.png"))) >= 5
    assert (out / "film.gif").stat().st_size > 10_000
    assert "The job was done" in (out / "report.html").read_text(encoding="utf-8")
    session = read_session(out / "evidence.sqlite")
    kinds = session.counts()
    assert kinds["selection"] >= 4
    assert kinds["task"] > 5
    assert kinds["motion"] > 5
    assert chosen(session) == JOB


def chosen(session: SessionRecord) -> list[str]:
    """Return what the person chose about the task, the same choice in a row once.

    In real time a busy computer stops the arm, and the person tells it to go on as often: that is not counted.
    """
    items = [
        event.data["item"]
        for event in session.events
        if event.kind == "selection" and event.data["screen"] in ("home", "running") and event.data["item"] != "resume"
    ]
    return [item for item, _ in groupby(items)]


PRACTISED = {
    "\nspeed = 0.6": "\nspeed = 1.0",
    "\ninterval = 1.5": "\ninterval = 0.9",
    "\nfirst_extra = 0.8": "\nfirst_extra = 0.4",
    "\nenabled = true": "\nenabled = false",
}
"""Lines of the shipped profile of a guest, and what stands for each."""


def practised(folder: Path) -> str:
    """Write the profile of a guest who was measured: quicker scanning, no preview, all the arm's speed; return it.

    They make the same choices (`JOB`) and the arm does the same task in two thirds of the time. The guest as shipped
    plays the fast demo, in which nobody waits for them; what real time and the processes add does not hang on how long
    somebody looks at a tile.
    """
    text = builtin("users", "guest").read_text(encoding="utf-8")
    for shipped, quicker in PRACTISED.items():
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, quicker)
    path = folder / "practised.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)
