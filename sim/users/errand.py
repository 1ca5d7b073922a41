"""What somebody wants of the screen who wants one task done: from switching on to its end, and back from mistakes."""

from __future__ import annotations

from typing import Final

from sim.users.sight import ANYTHING, Sight

NEXT_SHEET: Final = "sheet:next"
WAYS_BACK: Final = ("leave", "back", "refuse", "cancel", "restart", "understood")
"""What leads back from where nobody wanted to be, the first one that is there."""
ANSWERS: Final = ("answer:1", "answer:0", "resume")
"""Of two answers the second one declines the offer of another sip; one that is alone goes on."""


class Errand:
    """One task, once.

    Args:
        task: Its name.
        press_now: Words with which the screen asks for the press of the stop test.
    """

    def __init__(self, task: str, press_now: str) -> None:
        self._task = task
        self._press_now = press_now
        self.begun = False
        self.done = False

    def wish(self, seen: Sight) -> str | None:
        """Return the tile that is wanted now, `ANYTHING`, or None where the person waits."""
        self._follow(seen)
        testing = seen.screen in ("arming", "stop_test")
        if seen.moving:
            press = self._press_now in seen.text if testing else seen.task not in ("", self._task)
            return ANYTHING if press else None
        wanted = next(iter(seen.tiles), None) if testing else self._on(seen)
        if seen.preview is not None:
            return None if seen.preview in (wanted, NEXT_SHEET) else ANYTHING
        if wanted is None or wanted in seen.tiles:
            return wanted
        return NEXT_SHEET if NEXT_SHEET in seen.tiles else None

    def _follow(self, seen: Sight) -> None:
        self.done = self.done or (self.begun and seen.ended == "done")
        # Ended by mistake, it is begun again.
        self.begun = seen.task == self._task or (self.begun and not seen.ended)

    def _on(self, seen: Sight) -> str | None:
        if seen.screen == "home":
            return None if self.done else f"task:{self._task}"
        if seen.screen == "running" and seen.task == self._task:
            return next((answer for answer in ANSWERS if answer in seen.tiles), None)
        return next((way for way in WAYS_BACK if way in seen.tiles), None)
