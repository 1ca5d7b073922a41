"""The words of the measurement."""

from __future__ import annotations

from typing import Final

from armctl.access.fit.exercise import PartName, Prompt
from ui.page import Look
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
SKIPS: Final = marked("Waiting goes on to the next part. Nothing here moves the arm.")

_BANNERS: Final[dict[tuple[PartName, str], tuple[str, Look]]] = {
    ("press", "wait"): (marked("Wait …"), "plain"),
    ("press", "cue"): (marked("★ Press!"), "go"),
    ("press", "well"): (marked("Well done"), "plain"),
    ("press", "soon"): (marked("A little too soon"), "plain"),
    ("press", "missed"): (marked("Never mind"), "plain"),
    ("hold", "wait"): (marked("Press and hold"), "go"),
    ("hold", "cue"): (marked("Hold on …"), "plain"),
    ("hold", "let_go"): (marked("Let go!"), "warn"),
    ("stick", "wait"): (marked("Let the stick rest"), "plain"),
}
_WAYS: Final = {
    "right": marked("To the right"),
    "ahead": marked("Away from you"),
    "left": marked("To the left"),
    "back": marked("Towards you"),
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
}
"""Settings to what people call them."""
UNITS: Final = {"scan": "s", "switch": "s", "joystick": "%", "dwell": "px"}


def banner(prompt: Prompt) -> tuple[str, Look]:
    """Return the large words for ``prompt`` in English, and their look; empty where there are none."""
    if prompt.part == "stick" and prompt.say == "cue":
        return _WAYS[prompt.which], "go"
    return _BANNERS.get((prompt.part, prompt.say), ("", "plain"))
