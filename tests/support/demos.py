"""The demo by the command a newcomer types, and what the witness said of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


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
