"""The demo by the command a newcomer types, and what the witness said of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from armctl.config.load import builtin


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


PRACTISED = {
    "\nspeed = 0.6": "\nspeed = 1.0",
    "\ninterval = 1.5": "\ninterval = 0.9",
    "\nfirst_extra = 0.8": "\nfirst_extra = 0.4",
    "\nenabled = true": "\nenabled = false",
}
"""Lines of the shipped profile of a guest, and what stands for each."""


def practised(folder: Path) -> str:
    """Write the profile of a guest who was measured: quicker scanning, no preview, all the arm's speed; return it."""
    text = builtin("users", "guest").read_text(encoding="utf-8")
    for shipped, quicker in PRACTISED.items():
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, quicker)
    path = folder / "practised.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)
