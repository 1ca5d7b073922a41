"""From the start of the screen's process to a screen that answers, and from a key to the pixels that answer it.

The whole program runs (guard, control, screen) on a display without a monitor. Keys are pressed there as a keyboard
does, and the pixels are read back from there: nothing of armctl takes part in the measurement. A monitor adds the time
it takes to show what the display holds.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from benchmarks.frame_time import FRAME, SIZE
from benchmarks.host import Steal, first_in_line, put_first
from benchmarks.row import Row
from benchmarks.xwindow import VirtualDisplay

PRESSES: Final = 60
STARTS: Final = 3
PATIENCE: Final = 60.0
"""Longest wait for anything [s]."""
COLUMNS: Final = (200, 1000)
"""Columns of pixels that are watched: one at least goes through the tiles [px]."""
LOOK: Final = 0.001
"""Time between two looks at the pixels [s]: they must not take the processor from the screen."""
IN_A_ROW: Final = 5
NEXT: Final = "n"
PROFILE: Final = """
version = 2
name = "bench"
tasks = []
keys_select = ["space"]
keys_next = ["n"]

[voice]
enabled = false

[dwell]
enabled = false

[scan]
method = "step"

[switch]
debounce = 0.0
acceptance = 0.0
release = 0.0
post_acceptance = 0.0

"""
"""No filter that is there for a person's sake: what is measured is the way, not the waiting."""


def run() -> list[Row]:
    """Return the time to a usable screen, and median and worst of the answer to a press."""
    if shutil.which("Xvfb") is None:
        return []
    started: list[float] = []
    with Steal() as steal, first_in_line(), VirtualDisplay(SIZE) as display:
        for _ in range(STARTS):
            with tempfile.TemporaryDirectory(prefix="armctl-bench-") as folder:
                usable, answers = session(display, Path(folder))
            started.append(usable)
    frame = FRAME * 1e3
    beside = f"{len(answers)} presses; a frame is {frame:.1f} ms"
    figures = (
        ("start of the screen's process to a screen that answers, worst of 3", max(started), "s", "", 2.0),
        ("key to the pixels that answer it, median", statistics.median(answers), "ms", beside, 2 * frame),
        ("key to the pixels that answer it, worst", max(answers), "ms", "", 2 * frame),
    )
    return [Row(title, value, unit, said, None, bar, void=steal.void) for title, value, unit, said, bar in figures]


def session(display: VirtualDisplay, folder: Path) -> tuple[float, list[float]]:
    """Start armctl, press until it answers, go on pressing, end it; return when it answered [s] and how soon [ms]."""
    profile = folder / "bench.toml"
    profile.write_text(PROFILE, encoding="utf-8")
    environment = os.environ | {
        "DISPLAY": display.name, "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy", "XDG_DATA_HOME": str(folder),
    }  # fmt: skip
    command = [sys.executable, "-m", "armctl", "run", "--arm", "so101-ideal", "--user", str(profile)]
    with subprocess.Popen(
        [*command, "--size", f"{SIZE[0]}x{SIZE[1]}"], env=environment, stdout=subprocess.DEVNULL
    ) as program:
        try:
            screen = _screen_of(program)
            put_first(screen)
            begun = _begin_of(screen)
            usable = _until_it_answers(display) - begun
            answers = [_press(display) for _ in range(PRESSES)]
        finally:
            program.terminate()
    return usable, [answer for answer in answers if answer is not None]


def _until_it_answers(display: VirtualDisplay) -> float:
    """Return when the first of several keys in a row was answered [s since the computer started].

    One alone may only have met the window as it appeared.
    """
    limit = time.monotonic() + PATIENCE
    row: list[float] = []
    while len(row) < IN_A_ROW:
        answered = _press(display, patience=0.05, pause=0.02) is not None
        row = [*row, time.clock_gettime(time.CLOCK_BOOTTIME)] if answered else []
        if time.monotonic() > limit:
            raise TimeoutError("the screen never answered a key")
    return row[0]


def _press(display: VirtualDisplay, patience: float = 1.0, pause: float = 0.15) -> float | None:
    """Press for 60 ms and return how long after it the first pixel changed [ms]; None when none did in time."""
    before = display.columns(COLUMNS)
    pressed = time.monotonic()
    display.key(NEXT, True)
    changed = None
    while changed is None and time.monotonic() < pressed + patience:
        time.sleep(LOOK)
        if display.columns(COLUMNS) != before:
            changed = (time.monotonic() - pressed) * 1e3
    time.sleep(max(0.0, pressed + 0.06 - time.monotonic()))
    display.key(NEXT, False)
    time.sleep(pause + random.random() * FRAME)
    return changed


def _screen_of(program: subprocess.Popen[bytes]) -> int:
    """Return the number of the screen's process, once it is there."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and program.poll() is None:
        for child in Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text(encoding="ascii").split():
            if b"armctl.cli.ui_process" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        time.sleep(0.005)
    raise TimeoutError("the screen was not started")


def _begin_of(process: int) -> float:
    """Return when a process began [s since the computer started], to 10 ms."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")
