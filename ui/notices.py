"""What the inputs have to tell, one thing after another: what comes together is read one by one, the rest at once."""

from __future__ import annotations

from collections import deque
from typing import Final

TIME: Final = 6.0
"""How long a warning about an input device stays on the screen [s]."""
LEAST: Final = 4.0
"""And how long at least while others wait [s]: long enough to read two lines."""
TOGETHER: Final = 1.0
"""What comes so soon after another belongs to it and waits for it [s]: "it is gone", and what follows from that."""
WAITING: Final = 3
"""So many wait at most; older ones are dropped."""


class Notices:
    """The warning that is shown, and those that wait for it."""

    def __init__(self) -> None:
        self._shown = ""
        self._since = float("-inf")
        self._waiting: deque[str] = deque(maxlen=WAITING)

    def add(self, text: str, now: float, answers: bool = False) -> bool:
        """Show ``text`` from ``now`` [s] on, or after what came a moment before; return True when it is at once.

        What ``answers`` a choice of the person comes at once: else they would think that nothing happened.
        """
        if not answers and self.at(now) and text != self._shown and (self._waiting or now - self._since < TOGETHER):
            if text not in self._waiting:
                self._waiting.append(text)
            return False
        self._shown, self._since = text, now
        self._waiting.clear()
        return True

    def at(self, now: float) -> str:
        """Return what is to be shown at ``now`` [s]; empty when nothing."""
        if self._waiting and now - self._since >= LEAST:
            self._shown, self._since = self._waiting.popleft(), now
        return self._shown if now - self._since < TIME else ""
