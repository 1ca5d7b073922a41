"""The command ``armctl`` as people meet it, in a process and in this one, on a computer without display and sound."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from armctl.cli.main import main
from armctl.clock import SystemClock
from armctl.config.load import builtin
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.pty import PtyThread, on_pty
from sim.kinematic_plant import KinematicPlant
from tests.support.ui_person import arm_config, kitchen, robot

PATIENCE = 25.0
MARK = "ARMCTL_TEST_MARK"
BAD_INPUT = 2
SO101 = builtin("arms", "so101").read_text(encoding="utf-8")


def calibrated(text: str) -> str:
    """A real arm is driven only with a configuration that was calibrated."""
    return text.replace("sign = 1 }", "sign = 1, homing_offset = 0 }")


def bare(folder: Path) -> dict[str, str]:
    """Variables of a computer without display and sound, whose user has calibrated an arm and nothing else."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    own = folder / "data" / "armctl" / "arms" / "so101.toml"
    own.parent.mkdir(parents=True)
    own.write_text(calibrated(SO101), encoding="utf-8")
    return kept | {
        MARK: str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "SDL_VIDEODRIVER": "dummy",
        "SDL_AUDIODRIVER": "dummy",
    }


def begin(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    # Not even root may do everything here, so that permissions mean something.
    ordinary = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    return subprocess.Popen(
        [*ordinary, sys.executable, "-m", "armctl", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def refused(environment: dict[str, str], *arguments: str) -> str:
    """Return the one line that armctl says about bad ``arguments``."""
    process = begin(environment, *arguments)
    try:
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.terminate()  # one that was not refused must not go on at the port of later tests
    return one_line(process.returncode, out, err)


class Here:
    """The command in this process, for what is refused before any process is begun: an error nobody expected shows."""

    def __init__(self, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._captured = captured

    def refused(self, environment: dict[str, str], *arguments: str) -> str:
        """Return the one line that armctl says about bad ``arguments``."""
        for name in os.environ.keys() - environment.keys():
            self._patch.delenv(name)
        for name, value in environment.items():
            self._patch.setenv(name, value)
        self._patch.setattr(sys, "argv", ["armctl", *arguments])
        self._captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return one_line(ended.value.code, *self._captured.readouterr())


NO_SPEECH = re.compile(r"screen: No speech: .+")
"""Once, from a screen on a computer without sound."""
DROPPED = re.compile(r"control: .+: \d+ broken or foreign pieces of answers were dropped so far\.")
"""What late answers come to; told every ten seconds at most."""
LATE = 0.004
"""An answer this late misses half of a reading, and its question is asked again [s]: `drivers.feetech.arm`."""


def told(err: str, late: float) -> list[str]:
    """Return what was told as trouble on standard error.

    Speech that a computer without sound lacks is none. Nor is one line about answers that a busy computer made late, by
    ``late`` [s] at the worst: of a computer that was in time it is trouble.
    """
    lines = err.splitlines()
    for expected in (NO_SPEECH, DROPPED) if late > LATE else (NO_SPEECH,):
        found = [line for line in lines if expected.fullmatch(line)]
        if found:
            lines.remove(found[0])
    return lines


def one_line(code: object, out: str, err: str) -> str:
    """Return the one line of somebody who was refused, and who got nothing else."""
    assert code == BAD_INPUT, out + err
    assert out == ""
    lines = told(err, 0.0)
    assert len(lines) == 1, err
    assert lines[0].startswith("armctl: ")
    return lines[0]


def processes(environment: dict[str, str]) -> list[str]:
    """Return the command lines of all running processes that were begun in ``environment``."""
    mark = f"{MARK}={environment[MARK]}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it ended while we looked
    return [command for command in found if command]


def wait_until(reached: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < limit, "it never came"
        time.sleep(0.02)


@contextmanager
def servos(change: Callable[[FeetechEmulator], object] = lambda emulator: None) -> Iterator[PtyThread]:
    """Serve an emulated arm of which ``change`` made something else."""
    clock = SystemClock()
    emulator = FeetechEmulator(KinematicPlant(robot(), kitchen()), arm_config(), clock)
    change(emulator)
    with on_pty(emulator, clock) as port:
        yield port
