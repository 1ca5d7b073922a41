"""``armctl calibrate``: put gear, person and pictures together, and tell how it ended."""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from rich.console import Console

from armctl import __version__
from armctl.cli.calibrate_commit import settle
from armctl.cli.calibrate_file import base_text, note_file, own_file, read_note, remove_note
from armctl.cli.calibrate_flow import Calibration, Gear
from armctl.cli.calibrate_pages import Artist
from armctl.cli.calibrate_person import Cancelled, Terminal, at_terminal, undisturbed
from armctl.cli.calibrate_picture import PosePicture
from armctl.cli.choice import search_port
from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load, parse
from armctl.errors import SetupError
from armctl.hal.registry import create_arm
from armctl.kinematics.robot import RobotModel
from drivers.bench import BenchFactory, bench_of, is_calibrated_by_hand

OUT: Final = Console(highlight=False)
LEFT: Final = 130
"""Exit code of somebody who left, as of a program that was interrupted."""


def run_calibrate(*, arm: str, port: str, speak: bool, forget: bool) -> int:
    """Calibrate ``arm`` at ``port`` with the person at this terminal, and return the exit code.

    Args:
        arm: Name of the arm, or its .toml file.
        port: Serial port.
        speak: Say the steps aloud, too.
        forget: Put away the note of an interrupted calibration of another arm first.

    Raises:
        ArmctlError: Something is missing, does not fit, or went wrong; the message says what became of the arm.
    """
    text, label = base_text(arm)
    config = model_limits(parse(text, ArmConfig, label))
    factory = bench_of(config)
    if not is_calibrated_by_hand(config):
        raise SetupError(
            f"{config.title} needs no calibration: it leaves the factory with its zero, which its configuration has.",
            f"armctl servo list --arm {arm} shows its servos.",
        )
    port = port or search_port(config).path
    if forget:
        remove_note(arm)
    clock = SystemClock()
    gear = Gear(
        arm=arm,
        config=config,
        text=text,
        label=label,
        port=port,
        clock=clock,
        open_bench=lambda: factory(port, config.wire.baud, clock),
        make_arm=lambda context: create_arm(config.driver, context),
        stamp=f"{time.strftime('%Y-%m-%d %H:%M')} with armctl {__version__}",
        news=_settle(arm, config, factory, port, clock),
    )
    with tempfile.TemporaryDirectory(prefix="armctl-") as folder:
        artist = Artist(PosePicture(RobotModel(gear.config)), Path(folder))
        with at_terminal(clock, speak=speak, picture_file=artist.file) as terminal:
            return _calibrate(gear, terminal, artist)


def model_limits(config: ArmConfig) -> ArmConfig:
    """Return ``config`` with the limits that came with armctl, where it came with it: those found before do not count.

    Recorded travels only ever narrow the limits; from their own result they would get narrower each time.
    """
    if config.name not in builtin_names("arms"):
        return config
    original = load(builtin("arms", config.name), ArmConfig)
    if original.joint_names != config.joint_names:
        return config
    joints = tuple(
        joint.model_copy(update={"lower": first.lower, "upper": first.upper})
        for joint, first in zip(config.joints, original.joints, strict=True)
    )
    gripper = config.gripper.model_copy(update={"closed": original.gripper.closed, "open": original.gripper.open})
    return config.model_copy(update={"joints": joints, "gripper": gripper, "poses": config.poses | original.poses})


def _settle(arm: str, config: ArmConfig, factory: BenchFactory, port: str, clock: SystemClock) -> str:
    """Deal with what an interrupted calibration left; return what was done, "" when there was nothing.

    Whatever is wrong with the port is said here, before anything is shown.
    """
    note = read_note(arm)
    bench = factory(port, config.wire.baud, clock)
    try:
        if note is None:
            return ""
        with undisturbed():
            return settle(bench, arm, note)
    finally:
        bench.close()


def _calibrate(gear: Gear, terminal: Terminal, artist: Artist) -> int:
    began = gear.clock.now()
    try:
        Calibration(gear, terminal, artist).run()
    except Cancelled:
        again = f"You left. The servos are put back when you run armctl calibrate {gear.arm} again."
        with suppress(Cancelled):  # there may be nobody left to tell
            unsettled = note_file(gear.arm).is_file()
            terminal.tell(again if unsettled else "You left. No servo's memory and no file was changed.")
        return LEFT
    minutes, seconds = divmod(round(gear.clock.now() - began), 60)
    terminal.tell(f"Saved: {own_file(gear.arm)}. It took {minutes} min {seconds} s. The arm is limp: lay it down.")
    terminal.tell(f"armctl run --arm {gear.arm} --port {gear.port} uses it from now on.")
    return 0
