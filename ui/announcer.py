"""What is said aloud, and when: alerts first, then where one is and what the arm does, then the lit tile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armctl.clock import Clock
from ui.page import Line, Page, Tile
from ui.practice_desk import PLAY
from ui.speech import Speaker

_SECONDS_A_LETTER: Final = 0.075
"""Length of speech at 160 words a minute, measured over the phrases of the screens."""
_NAMED: Final = (
    *("home", "move", "settings", "sound", "look", "me", "practice"),
    *("help", "help_choosing", "help_moving", "help_people"),
)
"""Screens whose name is said when one comes to them: who does not look knows by it where they are."""
_TOLD: Final = ("settings", "sound", "look", "me")
"""Screens on which a choice changes a value, which is then said."""


class Announcer:
    """Speaks when what matters has changed; a lit tile does not talk over an alert or a question.

    Args:
        voice: What speaks, aloud and, where the person has such a channel, to them alone.
        clock: Time.

    Attributes:
        until: When what matters will have been said [s]; lit tiles are not heard before.
    """

    def __init__(self, voice: Speaker, clock: Clock) -> None:
        self._voice = voice
        self._clock = clock
        self._moving = False
        self._labels: tuple[str, ...] = ()
        self._values: dict[str, str] = {}
        self._late = ""
        self._said: tuple[str, str] = ("", "")
        self._where = ("", "")
        self.until = 0.0

    def update(self, screen: str, page: Page, moving: bool = False) -> None:
        """Say the words of ``page`` when they matter and are new; ``moving``: the arm, or that of a game, moves."""
        self._follow(moving)
        self._prepare(page)
        came, self._where = (screen, page.title) != self._where, (screen, page.title)
        text = _words(screen, page)
        if (screen, text) != self._said or (came and screen in _NAMED):
            self._said = (screen, text)
            if page.alert:
                self._voice.play("problem")
            named = _spoken((Line(page.title), Line(text))) if came and screen in _NAMED else text
            if named:
                # A question or an alert waits for the person; what the arm does next waits for what is being said.
                self.say(named, interrupt=_urgent(screen, page))
        self._tell_change(screen, page, came)
        self._catch_up()

    def say(self, text: str, interrupt: bool = True) -> None:
        """Say ``text`` and keep lit tiles quiet while it lasts."""
        self._voice.say(text, interrupt)
        self.until = self._clock.now() + _SECONDS_A_LETTER * len(text)

    def lit(self, *tiles: Tile, private: bool = False) -> None:
        """Say the labels of what has just been lit: a tile, or a row; ``private`` on the person's own channel."""
        words = ", ".join(_label(tile) for tile in tiles)
        self._voice.play("lit")
        if private and self._voice.private:
            self._voice.cue(words)
            return
        self._late = words
        self._catch_up()

    def chosen(self) -> None:
        """Tell that a choice counted, before anything comes of it; what was lit is then no news any more."""
        self._late = ""
        self._voice.play("chosen")

    def _catch_up(self) -> None:
        """Say what is lit as soon as nothing more urgent is being said."""
        if self._late and self._clock.now() >= self.until:
            words, self._late = self._late, ""
            self._voice.say(words, True)

    def _tell_change(self, screen: str, page: Page, came: bool) -> None:
        """Say the new value of what was changed just now, before what is lit next."""
        before, self._values = self._values, {tile.id: tile.value for tile in page.tiles} if screen in _TOLD else {}
        if came:
            return
        changed = [tile for tile in page.tiles if before.get(tile.id, tile.value) != tile.value]
        if changed:
            # A value that stands on two tiles, "louder" and "quieter", is said by itself: one of them was not chosen.
            self.say(_label(changed[0]) if len(changed) == 1 else changed[0].value)

    def _follow(self, moving: bool) -> None:
        if moving != self._moving:
            self._moving = moving
            self._voice.play("moving" if moving else "stopped")

    def _prepare(self, page: Page) -> None:
        """Have the labels of a new page made ready before they are lit."""
        labels = tuple(_label(tile) for tile in page.tiles)
        if labels != self._labels:
            self._labels, self._late = labels, ""
            self._voice.prepare(labels)


def _label(tile: Tile) -> str:
    return f"{tile.label} {tile.value}".strip()


def _urgent(screen: str, page: Page) -> bool:
    """Tell whether ``page`` waits for the person: it does not wait for what is being said."""
    asks_for_press = bool(page.banner) and page.banner_look == "warn"
    return page.alert or asks_for_press or (screen == "running" and bool(page.tiles))


def _words(screen: str, page: Page) -> str:
    """Return what there is to say of ``page`` besides its name and its tiles."""
    if page.alert:
        return _spoken(page.lines)
    if screen == "move":
        return ""
    if screen == "stop_test" and not page.tiles:
        return _spoken(page.lines[1:])  # what to do now, at once
    if screen == PLAY or (screen == "running" and not page.tiles):
        return page.lines[0].text if page.lines else ""
    return _spoken([line for line in page.lines if screen != "running" or line.style != "soft"])


def _spoken(lines: Sequence[Line]) -> str:
    """Return ``lines`` as sentences: without an end a voice runs on into the next one."""
    texts = [line.text for line in lines if line.text]
    return " ".join(text if text[-1] in ".!?…:" else f"{text}." for text in texts[:-1]) + (
        f" {texts[-1]}" if len(texts) > 1 else "".join(texts)
    )
