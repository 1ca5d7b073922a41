"""`Live`: hears what the person chooses day by day: how many choices were taken back, and how long presses took."""

from __future__ import annotations

from typing import Final

from armctl.access.actions import Action, Cancelled, Lit, Select
from armctl.access.fit import adapt
from armctl.config.user import UserConfig

TAKES_BACK: Final = frozenset({"undo", "leave", "back", "cancel", "refuse"})
"""Tiles that take back what was chosen before them."""
AT_ONCE: Final = 6.0
"""A choice that is taken back within this time was probably not meant [s]."""


class Live:
    """Counts choices, and lets the time on each tile follow the person where their profile says so.

    Attributes:
        right: Choices that stood.
        wrong: Choices that were taken back at once.
    """

    def __init__(self) -> None:
        self.right = self.wrong = 0
        self._lit_at: dict[str, float] = {}
        self._chosen_at = float("-inf")
        self._state: adapt.Adaptation | None = None

    def follow(self, action: Action, now: float, user: UserConfig) -> UserConfig | None:
        """Take one ``action`` at ``now`` [s]; return the settings to go on with when the interval changed."""
        if isinstance(action, Lit):
            self._lit_at[action.item] = now
        elif isinstance(action, Cancelled):
            return self._judge(None, user)
        elif isinstance(action, Select):
            back = action.item in TAKES_BACK and now - self._chosen_at <= AT_ONCE
            lit_at = self._lit_at.get(action.item, action.pressed_at)
            self._chosen_at = now
            return self._judge(None if back else action.pressed_at - lit_at, user)
        return None

    def _judge(self, press_time: float | None, user: UserConfig) -> UserConfig | None:
        if press_time is None:
            self.wrong, self.right = self.wrong + 1, max(0, self.right - 1)
        else:
            self.right += 1
        if not user.adapt or user.press_time is None or user.scan.method != "auto":
            return None
        if press_time is not None and press_time <= 0.0:
            return None  # a pointer: it needs no highlight
        return self._adapted(press_time, user)

    def _adapted(self, press_time: float | None, user: UserConfig) -> UserConfig | None:
        state = self._state
        if state is None or abs(state.interval - user.scan.interval) > 1e-9:
            state = adapt.begin(user.scan.interval, user.press_time or 1.0)  # the first time, or changed by hand
        state = adapt.after(state, press_time)
        interval = max(state.interval, user.ceilings.interval)
        self._state = adapt.Adaptation(state.fitted, state.usual, interval, state.recent)
        if interval == user.scan.interval:
            return None
        return user.model_copy(update={"scan": user.scan.model_copy(update={"interval": interval})})
