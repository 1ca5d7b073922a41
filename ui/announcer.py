"""What is said aloud, and when: alerts first, then what the arm does, then the lit tile."""

from __future__ import annotations

from armctl.clock import Clock
from ui.flow import MEASURES
from ui.page import Page, Tile
from ui.speech import Speaker

_SECONDS_A_LETTER = 0.075
"""Length of speech at 160 words a minute, measured over the phrases of the screens."""


class Announcer:
    """Speaks when what matters has changed; a lit tile does not talk over an alert or a question.

    Args:
        voice: What everybody hears.
        clock: Time.
        private: What only the person hears, for auditory scanning; None where there is one voice for all.
    """

    def __init__(self, voice: Speaker, clock: Clock, private: Speaker | None = None) -> None:
        self._voice = voice
        self._private = private
        self._clock = clock
        self._said: tuple[str, str] = ("", "")
        self._until = 0.0

    def update(self, screen: str, page: Page) -> None:
        """Say the words of ``page`` when they matter and are new."""
        text = _words(screen, page)
        if (screen, text) == self._said:
            return
        self._said = (screen, text)
        if text:
            # A question or an alert waits for the person; what the arm does next waits for what is being said.
            self.say(text, interrupt=page.alert or (screen == "running" and bool(page.tiles)))

    def say(self, text: str, interrupt: bool = True) -> None:
        """Say ``text`` and keep lit tiles quiet while it lasts."""
        self._voice.say(text, interrupt)
        self._until = self._clock.now() + _SECONDS_A_LETTER * len(text)

    def lit(self, *tiles: Tile, private: bool = False) -> None:
        """Say the labels of what has just been lit: a tile, or a row; ``private`` on the person's own channel."""
        words = ", ".join(f"{tile.label} {tile.value}".strip() for tile in tiles)
        if private and self._private is not None:
            self._private.say(words, True)
        elif self._clock.now() >= self._until:
            self._voice.say(words, True)


def _words(screen: str, page: Page) -> str:
    if page.alert or screen == "arming" or screen in MEASURES:
        return " ".join(line.text for line in page.lines)
    if screen == "running":
        return page.lines[0].text if page.lines else ""
    return " ".join(line.text for line in page.lines) if screen == "home" else ""
