"""What is said aloud, and when: alerts first, then what the arm does, then the lit tile."""

from __future__ import annotations

from armctl.clock import Clock
from ui.flow import MEASURES
from ui.page import Page, Tile
from ui.practice_desk import PLAY
from ui.speech import Speaker

_SECONDS_A_LETTER = 0.075
"""Length of speech at 160 words a minute, measured over the phrases of the screens."""


class Announcer:
    """Speaks when what matters has changed; a lit tile does not talk over an alert or a question.

    Args:
        voice: What speaks, aloud and, where the person has such a channel, to them alone.
        clock: Time.
    """

    def __init__(self, voice: Speaker, clock: Clock) -> None:
        self._voice = voice
        self._clock = clock
        self._moving = False
        self._labels: tuple[str, ...] = ()
        self._said: tuple[str, str] = ("", "")
        self._until = 0.0

    def update(self, screen: str, page: Page, moving: bool = False) -> None:
        """Say the words of ``page`` when they matter and are new; ``moving``: the arm, or that of a game, moves."""
        self._follow(moving)
        self._prepare(page)
        text = _words(screen, page)
        if (screen, text) == self._said:
            return
        self._said = (screen, text)
        if page.alert:
            self._voice.play("problem")
        if text:
            # A question or an alert waits for the person; what the arm does next waits for what is being said.
            self.say(text, interrupt=page.alert or (screen == "running" and bool(page.tiles)))

    def say(self, text: str, interrupt: bool = True) -> None:
        """Say ``text`` and keep lit tiles quiet while it lasts."""
        self._voice.say(text, interrupt)
        self._until = self._clock.now() + _SECONDS_A_LETTER * len(text)

    def lit(self, *tiles: Tile, private: bool = False) -> None:
        """Say the labels of what has just been lit: a tile, or a row; ``private`` on the person's own channel."""
        words = ", ".join(_label(tile) for tile in tiles)
        self._voice.play("lit")
        if private and self._voice.private:
            self._voice.cue(words)
        elif self._clock.now() >= self._until:
            self._voice.say(words, True)

    def chosen(self) -> None:
        """Tell that a choice counted, before anything comes of it."""
        self._voice.play("chosen")

    def _follow(self, moving: bool) -> None:
        if moving != self._moving:
            self._moving = moving
            self._voice.play("moving" if moving else "stopped")

    def _prepare(self, page: Page) -> None:
        """Have the labels of a new page made ready before they are lit."""
        labels = tuple(_label(tile) for tile in page.tiles)
        if labels != self._labels:
            self._labels = labels
            self._voice.prepare(labels)


def _label(tile: Tile) -> str:
    return f"{tile.label} {tile.value}".strip()


def _words(screen: str, page: Page) -> str:
    if page.alert or screen == "arming" or screen in MEASURES:
        return " ".join(line.text for line in page.lines)
    if screen in ("running", PLAY):
        return page.lines[0].text if page.lines else ""
    return " ".join(line.text for line in page.lines) if screen == "home" else ""
