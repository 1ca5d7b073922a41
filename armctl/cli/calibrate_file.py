"""Where a calibrated arm is kept: its own TOML file, made from the one that came with armctl, comments and all.

Beside it lies a note for as long as servos are being written: what they kept before and what they are to keep. Whatever
ends the program meanwhile, the note is there at the next start, and the arm is not driven until it is settled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import TOMLKitError

from armctl.config.arm import ArmConfig
from armctl.config.load import find, parse
from armctl.config.save import save
from armctl.errors import ConfigError, SetupError
from armctl.evidence.store import data_folder
from drivers.bench import Memory

NOTE: Final = ".unfinished.json"
MARK: Final = "# Calibrated "
_PARTS: Final = ("before", "after", "between")


def own_file(arm: str) -> Path:
    """Return where the calibrated configuration of ``arm`` is kept, or is to be: a .toml file stands for itself."""
    if arm.endswith(".toml"):
        return Path(arm)
    if not re.fullmatch(r"[A-Za-z0-9_\-]+", arm):
        raise ConfigError(f"There is no arm called {arm!r}.", remedy="armctl check lists those there are.")
    return data_folder() / "arms" / f"{arm}.toml"


def note_file(arm: str) -> Path:
    """Return where the note on an unfinished calibration of ``arm`` lies while there is one."""
    own = own_file(arm)
    return own.with_name(own.stem + NOTE)


def base_text(arm: str) -> tuple[str, str]:
    """Return the text to begin from and its name: the person's own file where there is one, else the built-in.

    Raises:
        ConfigError: There is no such arm.
    """
    own = own_file(arm)
    source = own if own.is_file() else find("arms", arm)
    try:
        return source.read_text(encoding="utf-8-sig"), str(source)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"This file cannot be read ({error}).", path=str(source)) from error


def calibrated_text(text: str, label: str, config: ArmConfig, stamp: str) -> str:
    """Return the TOML ``text`` with what was calibrated in ``config`` written into it, all else as it was.

    Args:
        text: TOML of the arm.
        label: Its name, for complaints.
        config: The calibrated arm.
        stamp: When, for people.

    Raises:
        ConfigError: The text would not say afterwards what ``config`` does.
    """
    try:
        document = tomlkit.parse(text)
        for table, joint in zip(document["joints"], config.joints, strict=True):
            _set(table, {"lower": joint.lower, "upper": joint.upper})
            servo = joint.servo
            if servo is not None:
                new = {"zero_step": servo.zero_step, "sign": servo.sign, "homing_offset": servo.homing_offset}
                _set(table["servo"], new)
        _set(document["gripper"], {"closed": config.gripper.closed, "open": config.gripper.open})
        _set(document["poses"], {name: list(angles) for name, angles in config.poses.items()})
    except (TOMLKitError, TypeError, ValueError) as error:
        raise ConfigError(f"This cannot be edited ({error}).", path=label) from error
    lines = [line for line in tomlkit.dumps(document).splitlines() if not line.startswith(MARK)]
    new_text = "\n".join([f"{MARK}{stamp}: armctl calibrate wrote zero, direction, offset and limits.", *lines]) + "\n"
    if parse(new_text, ArmConfig, label) != config:
        raise ConfigError("This file says something else after the calibration was written into it.", path=label)
    return new_text


def _set(table: Any, values: Mapping[str, object]) -> None:
    """Set ``values`` in a table, those that are right already left alone with their comments and their spelling."""
    for key, value in values.items():
        if value is not None and (key not in table or table[key] != value):
            table[key] = value


@dataclass(frozen=True, slots=True)
class Note:
    """A calibration that is being written.

    Attributes:
        before: What each servo kept, by id.
        after: What each is to keep, by id.
        text: The configuration to be saved; empty where the servos are only being made ready.
        between: What some were given in between, to be able to move at all, by id.
    """

    before: dict[int, Memory]
    after: dict[int, Memory]
    text: str = ""
    between: dict[int, Memory] = field(default_factory=dict)


def save_note(arm: str, note: Note) -> None:
    """Write the ``note`` down, to the disk, before the first servo is written.

    Raises:
        SetupError: The folder cannot be written to; nothing was changed.
    """
    path = note_file(arm)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"{path.parent} cannot be made ({error.strerror}).", "Check the folder's rights.") from error
    rows = {part: {str(servo): kept for servo, kept in getattr(note, part).items()} for part in _PARTS}
    save(path, json.dumps({**rows, "text": note.text}, indent=1))


def read_note(arm: str) -> Note | None:
    """Return the note of a calibration that was interrupted while it was written; None when there is none.

    Raises:
        SetupError: There is one that cannot be read.
    """
    path = note_file(arm)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        before, after, between = ({int(s): Memory(*row) for s, row in data[part].items()} for part in _PARTS)
        return Note(before, after, str(data["text"]), between)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError(f"{path} cannot be read ({error}).", f"Remove {path}, then calibrate again.") from error


def remove_note(arm: str) -> None:
    """Take the note away: what it told of is settled."""
    note_file(arm).unlink(missing_ok=True)
