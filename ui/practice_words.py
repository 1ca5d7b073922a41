"""What practice says: names of the games, what to do, and how a try went. Plain, kind, and not childish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from armctl.access.practice.trial import Outcome
from ui.text import marked


@dataclass(frozen=True, slots=True)
class GameWords:
    """What the screen says of a game: its name, its icon, and what to do in it."""

    title: str
    icon: str
    how: str


GAME_WORDS: Final[dict[str, GameWords]] = {
    "cause": GameWords(marked("Press and see"), "hand", marked("Press, and the arm waves.")),
    "timed": GameWords(marked("Right moment"), "clock", marked("Press while the ball is in the cup.")),
    "choose": GameWords(marked("Choose"), "check", marked("Choose this one: {thing}")),
    "scan": GameWords(marked("Find it"), "star", marked("Find and choose: {thing}")),
    "axis": GameWords(marked("To the mark"), "left", marked("Bring the hand to the mark, and let it rest there.")),
    "modes": GameWords(marked("Two ways"), "move", marked("Bring both pointers to their marks. Change in between.")),
    "grip": GameWords(marked("Close the hand"), "grip_close", marked("Close the fingers on the cup, not too far.")),
    "drink": GameWords(marked("Carry the cup"), "cup", marked("Bring the cup to the mark. Keep it level.")),
}
"""Name of the game to its words, in the order of the games."""

THINGS: Final = {
    "cup": marked("Cup"),
    "hand": marked("Hand"),
    "star": marked("Star"),
    "clock": marked("Clock"),
    "speaker": marked("Loudspeaker"),
    "gear": marked("Wheel"),
    "power": marked("Switch"),
    "language": marked("Speech"),
    "theme": marked("Colour"),
}
"""What there is to choose; the names are those of icons, too."""

RIGHT: Final = marked("That was right.")
MISSED: Final = {
    "early": marked("A little too early. Wait a moment longer."),
    "late": marked("A little too late. Press a moment sooner."),
    "none": marked("No press came. Take your time."),
    "other": marked("That was another one."),
    "spilt": marked("The cup tilted too far and spilt."),
    "squeezed": marked("The fingers closed too far."),
}
"""What a miss was to what is said about it."""


def told(outcome: Outcome) -> str:
    """Return what to say about ``outcome``, still to be translated."""
    return RIGHT if outcome.hit else MISSED[outcome.why]
