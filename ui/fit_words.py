"""The words of the measurement."""

from __future__ import annotations

from typing import Final

from armctl.access.fit.exercise import PartName, Prompt, Say
from ui.page import Tile
from ui.text import marked

INTRO: Final[dict[PartName, tuple[str, str]]] = {
    "rest": (marked("Take it easy"), marked("Let your hand rest for a moment. Do not press.")),
    "press": (marked("Catch the star"), marked("Press as soon as the star appears. Press now to begin.")),
    "hold": (marked("Hold on"), marked("Press and keep holding until it says: let go. Press now to begin.")),
    "stick": (marked("The stick"), marked("Push the stick to begin. A press goes on without it.")),
    "pointer": (marked("The pointer"), marked("Move the pointer to begin. A press goes on without it.")),
}
"""Title and instruction of each part."""
GOING: Final[dict[PartName, str]] = {
    "rest": marked("Let your hand rest for a moment. Do not press."),
    "press": marked("Press as soon as the star appears."),
    "hold": marked("Press and keep holding until it says: let go."),
    "stick": marked("Push as far as is comfortable, and stay there."),
    "pointer": marked("Go to the bright tile and stay on it."),
}
"""What is to be done while a part goes on."""
REST: Final = marked("Let go, or let your hand rest on the stick.")
"""What is to be done before the stick is pushed."""
SKIPS: Final = marked("Waiting goes on to the next part. Nothing here moves the arm.")

PRESS: Final[dict[tuple[PartName, Say], str]] = {
    ("rest", "wait"): marked("Do not press"),
    ("press", "intro"): marked("Press = begin"),
    ("press", "cue"): marked("Press = catch the star"),
    ("hold", "intro"): marked("Press = begin"),
    ("hold", "wait"): marked("Press and hold"),
    ("hold", "cue"): marked("Hold on …"),
    ("hold", "let_go"): marked("Let go!"),
    ("stick", "intro"): marked("Press = go on without it"),
    ("stick", "wait"): marked("Press = go on without it"),
    ("stick", "cue"): marked("Press = go on without it"),
    ("pointer", "intro"): marked("Press = go on without it"),
    ("pointer", "cue"): marked("Press = go on without it"),
}
"""What a press does; where nothing stands it is too soon for one."""
TOO_SOON: Final = marked("Wait for the star")

_CUES: Final[dict[tuple[PartName, str], tuple[str, str, bool]]] = {
    ("rest", "wait"): (marked("Rest …"), "hand", False),
    ("press", "wait"): (marked("Wait …"), "clock", False),
    ("press", "cue"): (marked("Press!"), "star", True),
    ("press", "well"): (marked("Well done"), "check", False),
    ("press", "soon"): (marked("A little too soon"), "clock", False),
    ("press", "missed"): (marked("Never mind"), "more", False),
    ("hold", "wait"): (marked("Press and hold"), "grip_close", True),
    ("hold", "cue"): (marked("Hold on …"), "clock", False),
    ("hold", "let_go"): (marked("Let go!"), "grip_open", True),
    ("stick", "wait"): (marked("Let the stick rest"), "hand", False),
}
_WAYS: Final = {
    "right": (marked("To the right"), "right"),
    "ahead": (marked("Away from you"), "forward"),
    "left": (marked("To the left"), "left"),
    "back": (marked("Towards you"), "back"),
}
NAMES: Final = {
    "scan.interval": marked("Time on each tile"),
    "scan.first_extra": marked("Extra time on the first tile"),
    "switch.acceptance": marked("A press counts from"),
    "switch.post_acceptance": marked("No second press for"),
    "switch.debounce": marked("Bounce"),
    "switch.release": marked("Letting go counts from"),
    "joystick.dead_zone": marked("Middle of the stick"),
    "joystick.reach.right": marked("Reach to the right"),
    "joystick.reach.left": marked("Reach to the left"),
    "joystick.reach.ahead": marked("Reach away from you"),
    "joystick.reach.back": marked("Reach towards you"),
    "joystick.angle": marked("Turn of the stick"),
    "joystick.tremor": marked("Tremor filter"),
    "dwell.time": marked("Resting chooses after"),
    "dwell.radius": marked("The pointer may wander"),
    "dwell.magnet": marked("Tiles attract"),
    "look.tile_min": marked("Smallest tile"),
}
"""Settings to what people call them."""


def name_of(setting: str) -> str:
    """Return what people call a ``setting``, in English; one contact's own are called as everybody's."""
    return NAMES[setting.split(".", 2)[-1] if setting.startswith("contacts.") else setting]


def press(prompt: Prompt) -> str:
    """Return what a press does now, in English."""
    return PRESS.get((prompt.part, prompt.say), TOO_SOON)


def cue(prompt: Prompt) -> Tile | None:
    """Return the large tile for ``prompt``, in English: bright where something is to be done at once."""
    if prompt.part == "stick" and prompt.say == "cue":
        return Tile("cue", *_WAYS[prompt.which], look="go")
    words, icon, now = _CUES.get((prompt.part, prompt.say), ("", "", False))
    return Tile("cue", words, icon, enabled=now, look="go" if now else "plain") if words else None
