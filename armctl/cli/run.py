"""``armctl run``: put guard, control and screen together, and the emulated servos where they are asked for."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from armctl.cli.calibrated import require_calibrated
from armctl.cli.choice import ArmChoice, choose_arm, choose_scene, choose_user, scene_for
from armctl.cli.reach import hindered
from armctl.clock import SystemClock
from armctl.config.profiles import load_profile, tasks_of
from armctl.config.zones import with_zones
from armctl.control.guard import Guard, GuardPlan
from armctl.control.heartbeat import timeout_at
from armctl.errors import SetupError
from armctl.tasks.model import check_task, load_task

ERR = Console(stderr=True, highlight=False)

SMALLEST = (800, 480)
"""The smallest window the screens are drawn for: a 7-inch display [px]."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for on the command line; names or .toml files."""

    arm: ArmChoice
    scene: str
    user: str


def checked_request(*, arm: str, port: str, scene: str, user: str) -> Request:
    """Return the request once everything it names was read and fits together, before any process is started.

    Places of the tasks that the arm cannot bring a level hand to are told, and no more: it can be moved by hand.

    Raises:
        ArmctlError: Something named is missing, malformed or does not fit.
    """
    choice = choose_arm(arm, port)
    if choice.backend == "real":
        require_calibrated(choice.config_name, choice.config, choice.port)
    scene = scene_for(choice.config, scene)
    place = choose_scene(scene)
    for task in tasks_of(load_profile(user)):
        check_task(load_task(task), place, choice.config)
    if choice.told:
        ERR.print(choice.told, markup=False)
    zones = choose_user(user).zones
    if zones.keep_out or any(".toml" in name for name in (arm, scene)):
        # Those that come with armctl are seen to fit before it is published; this takes most of a second.
        for hindrance in hindered(choice.config, with_zones(place, zones)):
            ERR.print(f"{hindrance} Tasks that go there will fail.", markup=False, soft_wrap=True)
    return Request(choice, scene, user)


def run_session(*, arm: str, port: str, scene: str, user: str, size: str, record_input: bool = False) -> int:
    """Run the user screen with an arm until it is closed, and return the exit code.

    Raises:
        ArmctlError: Something asked for is not there or not valid.
    """
    request = checked_request(arm=arm, port=port, scene=scene, user=user)
    require_room(size)
    require_display()
    return guarded(request, ["--size", size, *(["--record-input"] if record_input else [])])


def guarded(request: Request, ui_options: Sequence[str], *, restart_ui: bool = True) -> int:
    """Start the processes of ``request``, watch them to the end, and return the exit code.

    Args:
        request: What to run.
        ui_options: Further options of the screen process.
        restart_ui: Start the screen again when it fails.
    """
    with tempfile.TemporaryDirectory(prefix="armctl-") as folder:
        return Guard(plan(request, ui_options, Path(folder), restart_ui=restart_ui), SystemClock()).run()


def plan(request: Request, ui_options: Sequence[str], folder: Path, *, restart_ui: bool) -> GuardPlan:
    """Return the command lines of all processes; sockets and links go into ``folder``."""
    choice = request.arm
    emulated = choice.backend == "emulated"
    port = str(folder / "port") if emulated else choice.port
    feed = ("--scene-socket", str(folder / "scene")) if emulated else ()
    arm = ("--arm", choice.config_name, "--scene", request.scene, "--user", request.user)
    emulator = (*_python("armctl"), "emulate", choice.config_name, "--link", port, "--scene", request.scene)
    return GuardPlan(
        control=(
            *_python("armctl.control.process"),
            *arm,
            "--driver",
            choice.driver,
            *(("--port", port) if port else ()),
        ),
        ui=(*_python("armctl.cli.ui_process"), *arm, "--name", choice.name, *feed, *ui_options),
        emulator=(*emulator, "--report", str(folder / "scene")) if emulated else (),
        emulator_ready=folder / "port" if emulated else None,
        timeout=timeout_at(choice.config.rate_hz),
        restart_ui=restart_ui,
    )


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module)


def size_of(text: str) -> tuple[int, int]:
    """Return width and height of ``text`` like ``1280x800``.

    Raises:
        SetupError: The text is nothing like that.
    """
    found = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if not found:
        raise SetupError(f"{text!r} is not a window size.", "Write for example: --size 1280x800")
    return int(found.group(1)), int(found.group(2))


def require_room(size: str) -> None:
    """Raise when a window of ``size`` (like 1280x800; empty for the whole screen) is too small for the screens.

    Raises:
        SetupError: It is narrower or lower than `SMALLEST`, or no size at all.
    """
    if size and any(given < least for given, least in zip(size_of(size), SMALLEST, strict=True)):
        raise SetupError(f"A window of {size} is too small.", f"The smallest is {SMALLEST[0]}x{SMALLEST[1]}.")


def require_display() -> None:
    """Raise when there is no display to show the screen on.

    Raises:
        SetupError: Neither X nor Wayland is there, and no SDL driver was chosen on purpose.
    """
    chosen = os.environ.get("SDL_VIDEODRIVER") or os.environ.get("SDL_VIDEO_DRIVER")
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or chosen):
        raise SetupError("There is no display to show the user screen on.", "Without one, armctl demo does the job.")
