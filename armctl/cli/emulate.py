"""``armctl emulate``: an arm's servos on a pseudo-terminal, physics behind them."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import Final

from rich.console import Console

from armctl.cli.choice import has_physics, surroundings
from armctl.cli.scene_feed import SceneSender
from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import find, load
from armctl.config.scene import SceneConfig
from armctl.control.realtime import PRIORITY_GUARD, go_realtime
from armctl.hal.scene import SceneState
from armctl.kinematics.robot import RobotModel
from sim.emulators.prompt import TypedLines
from sim.emulators.registry import emulator_of
from sim.emulators.run import run_emulator
from sim.plant import Plant

OUT = Console(highlight=False)
_STDIN: Final = 0


def run_emulated(
    *, arm: str, link: Path | None, scene: str, ideal: bool, report: Path | None, paced: bool = False
) -> int:
    """Serve the servos of ``arm`` until told to end, and return the exit code.

    Args:
        arm: Name of the arm's configuration, or a .toml file.
        link: Where to put a link to the pseudo-terminal.
        scene: Name of the scene around it.
        ideal: Exact motion instead of physics.
        report: Socket to send the scene to.
        paced: Bytes take as long as on the arm's real line.

    Raises:
        ArmctlError: Something named is missing or not valid, or this arm's protocol has no emulator.
    """
    config = load(find("arms", arm), ArmConfig)
    emulator_of(config.driver)
    plant = make_plant(config, surroundings(config, scene), ideal=ideal)
    # Real servos answer whatever the computer is busy with; so must these, where the computer lets them.
    go_realtime(PRIORITY_GUARD)
    ended: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: ended.append(got))
    sender = SceneSender(report) if report else None
    typed = _typed() if sender is None else None
    try:
        run_emulator(
            config,
            plant,
            link,
            SystemClock(),
            report=sender.send if sender else _nobody_listens,
            stop=lambda: bool(ended),
            ready=lambda path: _tell(config, link or path, typed) if sender is None else None,
            paced=paced,
            typed=typed,
            tell=_answer,
        )
    finally:
        if sender:
            sender.close()
    return 0


def _nobody_listens(_state: SceneState) -> None:
    return


def _typed() -> TypedLines | None:
    """Return what comes in on the standard input, where there is one."""
    try:
        os.fstat(_STDIN)
    except OSError:
        return None
    return TypedLines(_STDIN)


def _tell(config: ArmConfig, path: Path | str, typed: TypedLines | None) -> None:
    hint = " Type help for what can go wrong on purpose." if typed and os.isatty(_STDIN) else ""
    _answer(f"{config.title} is emulated at {path}. Ctrl-C ends it.{hint}")


def _answer(text: str) -> None:
    # Whoever asked may be gone; the device serves on.
    with contextlib.suppress(BrokenPipeError):
        OUT.print(text, markup=False, soft_wrap=True)
        OUT.file.flush()


def make_plant(config: ArmConfig, scene: SceneConfig, *, ideal: bool) -> Plant:
    """Return what moves behind the servos: physics where it is installed and wanted."""
    if ideal or not has_physics():
        from sim.kinematic_plant import KinematicPlant

        return KinematicPlant(RobotModel(config), scene)
    from sim.bullet_world import BulletWorld

    return BulletWorld(config, scene)
