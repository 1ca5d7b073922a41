"""Joint names as a person says them."""

from __future__ import annotations

from typing import Final

PARTS: Final = {
    "pan": "turn of the {}",
    "rotate": "turn of the {}",
    "roll": "turn of the {}",
    "lift": "{}",
    "flex": "{}",
    "angle": "{}",
}
"""Last word of a joint's name to what it is called, the part of the arm filled in."""


def joint_words(name: str) -> str:
    """Return ``name`` in plain words, with its article: ``elbow_flex`` is "the elbow"."""
    part, _, kind = name.rpartition("_")
    if part and kind in PARTS:
        return "the " + PARTS[kind].format(part.replace("_", " "))
    return "the " + name.replace("_", " ")


def at_limit(name: str) -> str:
    """Return the sentence that joint ``name`` is at its limit."""
    words = joint_words(name)
    return f"{words[0].upper()}{words[1:]} is at its limit."


def near_limit(name: str) -> str:
    """Return the sentence that joint ``name`` comes to its limit."""
    words = joint_words(name)
    return f"{words[0].upper()}{words[1:]} is near its limit."
