"""How this person stops the arm, in words: by a press, or with a pointer in the large field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from armctl.config.user import UserConfig
from ui.text import marked


@dataclass(frozen=True, slots=True)
class StopWords:
    """What the tests of the stop ask for.

    Attributes:
        first: While the arm stands.
        begin: Before it moves.
        moving: While it moves.
    """

    first: str
    begin: str
    moving: str


PRESS: Final = StopWords(
    marked("Press your switch now. The same press stops the arm at any time."),
    marked("Start it: the arm moves slowly. Then press to stop it. After that everything can be chosen."),
    marked("The arm moves slowly. Press now: it must stop."),
)
POINTER: Final = StopWords(
    marked("Move the pointer in the large field now. The same stops the arm at any time."),
    marked(
        "Start it: the arm moves slowly. Then move the pointer in the large field to stop it. "
        "After that everything can be chosen."
    ),
    marked("The arm moves slowly. Move the pointer in the large field now: it must stop."),
)


def points(user: UserConfig) -> bool:
    """Return True for somebody who chooses by resting a pointer, and so may have nothing to press."""
    return user.scan.method == "direct" and user.dwell.enabled


def stop_words(user: UserConfig) -> StopWords:
    """Return the words for ``user``, still to be translated."""
    return POINTER if points(user) else PRESS
