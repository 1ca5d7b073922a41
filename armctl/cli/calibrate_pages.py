"""The words and pictures of each step of a calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from armctl.cli.calibrate_check import Swing
from armctl.cli.calibrate_person import Page
from armctl.cli.calibrate_picture import Pixels, PosePicture, write
from armctl.cli.calibrate_ranges import is_full_turn
from armctl.cli.calibrate_result import Result
from armctl.config.arm import ArmConfig
from armctl.hal.state import FloatArray
from armctl.units import DEG
from drivers.bench import Live, Memory

STEPS: Final = 5


def spoken(name: str) -> str:
    """Return the ``name`` of a joint as people say it."""
    return name.replace("_", " ")


class Artist:
    """Draws poses, and puts each into a file too: a terminal is small.

    Args:
        picture: Draws one.
        folder: Where the files go.
    """

    def __init__(self, picture: PosePicture, folder: Path) -> None:
        self._picture = picture
        self.file = folder / "pose.png"

    def pose(self, positions: FloatArray, goal: FloatArray | None = None) -> Pixels:
        """Return the arm at ``positions`` (n,) [rad], pale where it goes; the same is in `file` afterwards."""
        pixels = self._picture.draw(positions.tolist(), None if goal is None else goal.tolist())
        write(pixels, self.file)
        return pixels


def welcome(config: ArmConfig, rows: Mapping[int, Live], news: str = "", *, holds: bool) -> Page:
    """Return the page before anything happens; ``news`` is what was done already."""
    volts = [row.volts for row in rows.values()]
    hot = max(row.celsius for row in rows.values())
    lines = [
        *([news, ""] if news else []),
        f"{config.title} is there: {len(rows)} servos, {min(volts):.1f} V, {hot:.0f} °C at most.",
        "",
        "It takes about three minutes and both hands. Nobody but you near the arm; the place around it clear.",
        "Nothing is saved before the end: until then you can leave at any time with q, and all is as it was.",
        "",
    ]
    if holds:
        lines.append("The arm holds itself now. HOLD IT WITH BOTH HANDS: after Enter it goes limp.")
    else:
        lines.append("The arm is limp: you can move it by hand.")
    return Page(1, STEPS, f"Calibrate {config.title}", lines)


def middle(picture: Pixels) -> Page:
    """Return the page for the middle pose."""
    lines = [
        "Bring the arm into this pose by hand, every joint half-way between its stops, and hold it there.",
        "The gripper half open. Roughly is enough.",
    ]
    return Page(2, STEPS, "The middle of every joint", lines, picture)


def ranges(config: ArmConfig) -> Page:
    """Return the page for the travels."""
    free = [spoken(joint.name) for joint in config.joints if is_full_turn(joint)]
    lines = [
        "Turn each joint slowly from one stop to the other, one after the other, in any order.",
        f"Last of all open the {spoken(config.gripper.joint)} fully, close it fully, and leave it CLOSED.",
        "When every bar is green, press Enter. [q] leaves everything as it was.",
    ]
    if free:
        lines.insert(1, f"Leave {' and '.join(free)} where it is: it has no stops.")
    return Page(3, STEPS, "From stop to stop", lines)


def raise_it(picture: Pixels) -> Page:
    """Return the page for the arm that is to hold itself."""
    lines = [
        "Bring the arm into this pose once more and keep holding it.",
        "After Enter it holds itself there, without moving. Then let go slowly, hands off.",
    ]
    return Page(4, STEPS, "Now it moves a little, one joint at a time", lines, picture)


def stop_test() -> Page:
    """Return the page for the stop test."""
    lines = [
        "The arm holds itself. Let go, hands away from it.",
        "",
        "Press any key now: it shows that a key stops the arm.",
    ]
    return Page(4, STEPS, "First: does stop work?", lines)


def direction(swing: Swing, picture: Pixels) -> Page:
    """Return the page for one small motion."""
    name = spoken(swing.joint)
    lines = [
        f"After Enter, seen from the side of the picture: {swing.words}, then back.",
        "Pale: where it goes, drawn larger.",
    ]
    return Page(4, STEPS, name, lines, picture, swing.direction, say=f"{name}. {swing.words}, and back.")


def summary(old: ArmConfig, result: Result, before: Mapping[int, Memory], path: Path) -> Page:
    """Return the page before everything is saved."""
    table: list[Sequence[str]] = [("joint", "servo", "goes from", "to", "offset", "direction")]
    for joint, was in zip(result.config.joints, old.joints, strict=True):
        if joint.servo is None or was.servo is None:
            continue
        servo = joint.servo
        turned = "as before" if servo.sign == was.servo.sign else "TURNED ROUND"
        offset = f"{before[servo.id].offset} → {servo.homing_offset}"
        ends = (f"{joint.lower / DEG:.0f}°", f"{joint.upper / DEG:.0f}°")
        table.append((spoken(joint.name), str(servo.id), *ends, offset, turned))
    lines = [
        "All is measured. Nothing is saved yet.",
        f"It goes into the servos' own memory and into {path}.",
        "HOLD THE ARM WITH BOTH HANDS: after Enter it goes limp, then it is saved. Saving takes a second.",
    ]
    if result.moved:
        lines.insert(1, f"The pose {' and '.join(result.moved)} was moved by a few degrees, to lie inside the travel.")
    return Page(5, STEPS, "Save it?", lines, table=table)
